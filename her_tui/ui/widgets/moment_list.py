"""The marks of a session, one a line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.strip import Strip

from her_tui.ui.renderers.signs import SIGNS
from her_tui.ui.renderers.spots import listed_pieces, on_several_days
from her_tui.ui.spots import Listed
from her_tui.ui.widgets.virtual_list import VirtualList

_ROLES = {"bar", "time", "text", "dim", *(sign.role for sign in SIGNS.values())}


class MomentList(VirtualList):
    """Marks with a cursor on one of them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move('down')", show=False),
        Binding("k,up", "move('up')", show=False),
        Binding("pagedown,ctrl+d", "move('page_down')", show=False),
        Binding("pageup,ctrl+u", "move('page_up')", show=False),
        Binding("g,home", "move('home')", show=False),
        Binding("G,end", "move('end')", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "moment-list--cursor",
        *(f"moment-list--{role}" for role in _ROLES),
    }

    def __init__(self) -> None:
        super().__init__()
        self._listed: Sequence[Listed] = ()
        self._days = False
        self._styles: dict[tuple[str, bool], Style] = {}

    def show(self, listed: Sequence[Listed], cursor: int) -> None:
        """List ``listed``, with the cursor on one of them."""
        self._listed = listed
        self._days = on_several_days(listed)
        self.set_rows(len(listed), cursor, keep_offset=False)

    def draw(self, index: int, width: int, selected: bool) -> Strip:
        """One mark."""
        pieces = listed_pieces(self._listed[index], width, selected, self._days)
        segments = [Segment(text, self._style(role, selected)) for text, role in pieces if text]
        return Strip(segments).adjust_cell_length(width, self._style("text", selected))

    def _style(self, role: str, selected: bool) -> Style:
        style = self._styles.get((role, selected))
        if style is None:
            style = self.rich_style
            if selected:
                style += self.get_component_rich_style("moment-list--cursor", partial=True)
            style += self.get_component_rich_style(f"moment-list--{role}", partial=True)
            self._styles[role, selected] = style
        return style

    def notify_style_update(self) -> None:
        """Another theme: forget the styles read from the old one."""
        super().notify_style_update()
        self._styles.clear()
