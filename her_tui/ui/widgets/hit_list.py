"""The prompts that were found, one or two lines each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from her_tui import clock
from her_tui.queries.finding import Hit
from her_tui.ui.widgets import hit_line
from her_tui.ui.widgets.session_line import Piece
from her_tui.ui.widgets.virtual_list import VirtualList

_ROLES = ("bar", "star", "text", "match", "project", "age", "why", "dim")


class HitList(VirtualList):
    """Hits with a cursor on one of them."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "hit-list--cursor",
        *(f"hit-list--{role}" for role in _ROLES),
    }

    def __init__(self) -> None:
        super().__init__()
        self._hits: Sequence[Hit] = ()
        self._reasons = False
        self._roles: dict[tuple[str, bool], Style] = {}

    @property
    def hits(self) -> Sequence[Hit]:
        """What is listed."""
        return self._hits

    @property
    def current(self) -> Hit | None:
        """The hit under the cursor."""
        return self._hits[self.cursor] if self.cursor < len(self._hits) else None

    def show(self, hits: Sequence[Hit], cursor: int, keep: bool = True) -> None:
        """List ``hits`` with the cursor on one; with ``keep`` its line stays where it is."""
        if hits == self._hits and cursor == self.cursor:
            return
        self._hits = hits
        self._reasons = any(map(hit_line.short_why, hits))
        self.set_rows(len(hits), cursor, keep_offset=keep)

    def lay_out(self, row_height: int) -> None:
        """Give each hit so many lines."""
        if row_height != self.row_height:
            self.row_height = row_height
            self.set_rows(len(self._hits), self.cursor, keep_offset=False)

    def draw(self, index: int, width: int, selected: bool) -> Strip:
        """A hit on one line."""
        hit = self._hits[index]
        pieces = hit_line.hit_pieces(hit, width, clock.now_ms(), selected, reasons=self._reasons)
        return self._strip(pieces, selected)

    def draw_line(self, index: int, line: int, width: int, selected: bool) -> Strip:
        """A line of a hit."""
        if self.row_height == 1:
            return self.draw(index, width, selected)
        hit = self._hits[index]
        if line == 0:
            return self._strip(hit_line.first_line(hit, width, selected), selected)
        return self._strip(hit_line.second_line(hit, width, clock.now_ms(), selected), selected)

    def _strip(self, pieces: list[Piece], selected: bool) -> Strip:
        segments = [Segment(text, self._style(role, selected)) for text, role in pieces if text]
        return Strip(segments).adjust_cell_length(self.line_width, self._style("text", selected))

    def _style(self, role: str, selected: bool) -> Style:
        style = self._roles.get((role, selected))
        if style is None:
            base = self.rich_style
            if selected:
                base += self.get_component_rich_style("hit-list--cursor", partial=True)
            style = base + self.get_component_rich_style(f"hit-list--{role}", partial=True)
            self._roles[role, selected] = style
        return style

    def notify_style_update(self) -> None:
        """Another theme: forget the styles read from the old one."""
        super().notify_style_update()
        self._roles.clear()
