"""Where lines break: pure functions from a text and a width in cells to character ranges."""

from __future__ import annotations

import re
from typing import NamedTuple

from rich.cells import cell_len, chop_cells

from her_tui.ui.renderers.line import Line, Spans

#: Narrower than this nothing is wrapped sensibly; rows then run over the edge and are cut.
_NARROWEST = 8
#: East Asian text breaks between any two characters, everything else between words.
_EAST = "\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uffef"
_WORD = re.compile(rf"[{_EAST}]\s*|[^\s{_EAST}]+\s*|\s+")


class Row(NamedTuple):
    """One row of the screen: a range of characters of one line of a block."""

    line: int
    start: int
    end: int


def width_of(spans: Spans) -> int:
    """Width of ``spans`` in cells."""
    return sum(cell_len(span.text) for span in spans)


def wrap_lines(lines: tuple[Line, ...], width: int) -> tuple[Row, ...]:
    """The rows of ``lines`` on a screen ``width`` cells wide."""
    rows: list[Row] = []
    for number, each in enumerate(lines):
        text = each.text
        if not each.wrap or (text.isascii() and len(text) <= width and not each.prefix):
            rows.append(Row(number, 0, len(text)))
            continue
        room = max(_NARROWEST, width - width_of(each.prefix))
        rows.extend(Row(number, start, end) for start, end in wrap(text, room))
    return tuple(rows)


def wrap(text: str, width: int) -> list[tuple[int, int]]:
    """Ranges of ``text`` that fit ``width`` cells, broken at blanks where there are any.

    Blanks at a break stay at the end of the row before it, beyond the edge if need be.
    """
    if text.isascii():
        return _wrap_ascii(text, width) if len(text) > width else [(0, len(text))]
    if cell_len(text) <= width:
        return [(0, len(text))]
    return _wrap_wide(text, width)


def _wrap_ascii(text: str, width: int) -> list[tuple[int, int]]:
    """`wrap` where each character is one cell."""
    ranges: list[tuple[int, int]] = []
    start, length = 0, len(text)
    while length - start > width:
        end = start + width
        if text[end] != " ":
            blank = text.rfind(" ", start, end)
            end = blank if blank > start and text[start:blank].strip() else end
        cut = end
        while cut < length and text[cut] == " ":
            cut += 1
        ranges.append((start, end))
        start = cut
    if start < length or not ranges:
        ranges.append((start, length))
    return ranges


def _wrap_wide(text: str, width: int) -> list[tuple[int, int]]:
    """`wrap` where characters have widths: between words, inside one only where it is too wide."""
    ranges: list[tuple[int, int]] = []
    start = used = 0
    for match in _WORD.finditer(text):
        word = match.group().rstrip()
        size = cell_len(word)
        if used and used + size > width:
            ranges.append((start, match.start()))
            start, used = match.start(), 0
        if size > width:
            *full, last = chop_cells(word, width)
            for piece in full:
                ranges.append((start, start + len(piece)))
                start += len(piece)
            size = cell_len(last)
        used += size + len(match.group()) - len(word)
    ranges.append((start, len(text)))
    return ranges
