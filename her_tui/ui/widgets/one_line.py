"""A line of the screen drawn from pieces of text with roles; base of the bars around the panels."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from her_tui.ui.text import cells
from her_tui.ui.widgets.session_line import Piece


def width_of(pieces: Sequence[Piece]) -> int:
    """Cells that ``pieces`` take."""
    return sum(cells(text) for text, _ in pieces)


def spread(left: list[Piece], right: list[Piece], width: int) -> list[Piece]:
    """``left`` and ``right`` at the two ends of ``width`` cells."""
    gap = width - width_of(left) - width_of(right)
    return [*left, (" " * max(0, gap), "dim"), *right]


class OneLine(Widget):
    """One row. Subclasses give `pieces`; a role is the component class ``<prefix>--<role>``."""

    DEFAULT_CSS = """
    OneLine { height: 1; }
    """

    prefix = "one-line"
    """Start of the component classes' names."""

    def __init__(self) -> None:
        super().__init__()
        self._drawn: tuple[int, Strip] | None = None
        self._styles: dict[str, Style] = {}

    def pieces(self, width: int) -> list[Piece]:
        """What to say in ``width`` cells: a subclass tells."""
        raise NotImplementedError

    def redraw(self) -> None:
        """What is said has changed."""
        self._drawn = None
        self.refresh()

    def style_of(self, role: str) -> Style:
        """The style of a role."""
        style = self._styles.get(role)
        if style is None:
            component = self.get_component_rich_style(f"{self.prefix}--{role}", partial=True)
            style = self._styles[role] = self.rich_style + component
        return style

    def render_line(self, y: int) -> Strip:
        """The line, drawn again only after a change."""
        width = self.size.width
        if self._drawn is None or self._drawn[0] != width:
            segments = [
                Segment(text, self.style_of(role)) for text, role in self.pieces(width) if text
            ]
            strip = Strip(segments).adjust_cell_length(width, self.rich_style)
            self._drawn = (width, strip)
        return self._drawn[1]

    def notify_style_update(self) -> None:
        """Another theme: the line looks different."""
        super().notify_style_update()
        self._drawn = None
        self._styles.clear()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Always one row."""
        return 1
