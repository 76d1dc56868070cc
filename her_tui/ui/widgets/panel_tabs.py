"""One row of tabs above the panels, where there is room for one panel at a time."""

from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from her_tui.ui.renderers.line import Line, Span
from her_tui.ui.renderers.tabs import PANELS, tab_labels
from her_tui.ui.renderers.wrapping import Row
from her_tui.ui.text import cut
from her_tui.ui.widgets.painting import Painter


class PanelChosen(Message):
    """A tab was clicked."""

    def __init__(self, panel: str) -> None:
        super().__init__()
        self.panel = panel


class PanelTabs(Widget):
    """One row of tabs, and the title of the panel that is shown."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"tabs--tab", "tabs--active", "tabs--title"}
    ALLOW_SELECT = False

    active: reactive[str] = reactive("response")
    caption: reactive[str] = reactive("")

    def __init__(self) -> None:
        super().__init__()
        self._painter = Painter(self, "tabs", ("tab", "active", "title"))

    def notify_style_update(self) -> None:
        """Another theme."""
        super().notify_style_update()
        self._painter.forget()

    def render_line(self, y: int) -> Strip:
        """The tabs at the left, the title at the right."""
        width = self.size.width
        labels = tab_labels(self.active, width)
        tabs = [
            Span(label, "active" if name == self.active else "tab")
            for name, label in zip(PANELS, labels, strict=True)
        ]
        room = width - sum(map(len, labels)) - 3
        caption = cut(self.caption, room)
        gap = " " * max(0, room - cell_len(caption) + 1)
        row = Line((*tabs, Span(gap), Span(f"{caption} ", "title")), wrap=False)
        return self._painter.row(row, Row(0, 0, len(row.text)), width)

    def on_click(self, event: events.Click) -> None:
        """Choose the tab that was clicked."""
        x = event.x
        for name, label in zip(PANELS, tab_labels(self.active, self.size.width), strict=True):
            x -= len(label)
            if x < 0:
                self.post_message(PanelChosen(name))
                return
