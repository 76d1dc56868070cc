"""Rows as strips: the one place where roles of text become colours, through the style sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from her_tui.ui.renderers.line import Line, Span, Spans
from her_tui.ui.renderers.wrapping import Row

ROLES = (
    "prompt", "thinking", "action", "edit", "error", "error-text", "commit", "agent", "mark",
    "warning", "dim", "more", "label", "heading", "strong", "emph", "inline", "link", "quote",
    "bullet", "rule", "image", "done",
    "code", "gutter", "keyword", "string", "number", "comment", "name",
    "added", "removed", "added-row", "removed-row", "added-word", "removed-word",
    "match", "match-here", "cursor", "rail-now", "rail-past", "rail-next",
)  # fmt: skip
"""What a renderer may call a piece of text; anything else looks like text."""

INK = frozenset(f"ink--{role}" for role in ROLES)
"""Component classes of a widget whose line views show text in these roles."""


class Inked(Widget):
    """A widget whose line views show text in these roles; the style sheet gives them colours."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(INK)


#: Narrower than this a row keeps its text and drops what stands at its right end.
_TAIL_LEAST = 48

Marked = tuple[int, int, str]
"""A range of characters of a line and the role that is put on them."""


class Painter:
    """Draws rows for one widget, whose component classes ``<prefix>--<role>`` style the roles."""

    def __init__(self, widget: Widget, prefix: str, roles: Sequence[str]) -> None:
        self._widget = widget
        self._prefix = prefix
        self._known = frozenset(roles)
        self._styles: dict[str, Style] = {}

    def forget(self) -> None:
        """The style sheet or the theme changed."""
        self._styles.clear()

    def style(self, roles: str) -> Style:
        """The style of blank separated ``roles``, later ones above earlier ones."""
        found = self._styles.get(roles)
        if found is None:
            names = [f"{self._prefix}--{role}" for role in roles.split() if role in self._known]
            found = self._widget.get_visual_style(*names).rich_style
            self._styles[roles] = found
        return found

    def row(
        self, line: Line, row: Row, width: int, ground: str = "", marked: Sequence[Marked] = ()
    ) -> Strip:
        """One row of ``line`` in exactly ``width`` cells, on the roles ``ground``."""
        first = row.start == 0
        fill = f"{ground} {line.fill}".strip()
        head = line.prefix if first else _hang(line)
        body = _part(line.spans, row.start, row.end, marked)
        tail = self._strip(line.tail if width >= _TAIL_LEAST else (), ground)
        after = self._strip(line.after, ground)
        room = width - (tail.cell_length + 2 if tail else 0)
        strip = Strip([*self._strip(head, ground), *self._strip(tuple(body), fill)])
        if not line.wrap and strip.cell_length > room - after.cell_length:
            kept = max(1, room - after.cell_length - 1)
            strip = Strip([*strip.crop(0, kept), Segment("…", self.style(fill))])
        strip = Strip([*strip, *after]).adjust_cell_length(room, self.style(fill))
        if not tail:
            return strip
        return Strip([*strip, Segment("  ", self.style(fill)), *tail], width)

    def _strip(self, spans: Sequence[Span], ground: str) -> Strip:
        base = ground + " " if ground else ""
        return Strip([Segment(text, self.style(base + role)) for text, role in spans if text])


def _hang(line: Line) -> Spans:
    """What stands before the text of all rows but the first."""
    if line.hang is not None:
        return line.hang
    width = sum(cell_len(span.text) for span in line.prefix)
    return (Span(" " * width),) if width else ()


def _part(spans: Spans, start: int, end: int, marked: Sequence[Marked]) -> Iterator[Span]:
    """The spans of the characters from ``start`` to ``end``, marked ranges with their role."""
    at = 0
    for text, role in spans:
        low, high = max(start, at), min(end, at + len(text))
        if low < high:
            for left, right, mark in _cuts(low, high, marked):
                yield Span(text[left - at : right - at], f"{role} {mark}" if mark else role)
        at += len(text)
        if at >= end:
            return


def _cuts(low: int, high: int, marked: Sequence[Marked]) -> Iterator[tuple[int, int, str]]:
    """``low`` to ``high`` in pieces, each inside one marked range or none."""
    for start, end, mark in marked:
        if end <= low or start >= high:
            continue
        if start > low:
            yield low, start, ""
        yield max(low, start), min(high, end), mark
        low = min(high, end)
    if low < high:
        yield low, high, ""
