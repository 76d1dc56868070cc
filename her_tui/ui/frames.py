"""A screen as what a terminal is told: the whole of it, or what changed since the frame before.

Only our own sequences are written: cursor positions, colours and attributes. Whatever text says
passes `sanitise` once more, and hyperlinks are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from rich.cells import cell_len, split_graphemes
from rich.segment import Segment
from rich.style import Style

from her_tui.plaintext import sanitise

Cell = tuple[str, Style | None]
"""What one cell shows; the second cell of a wide character shows ``""``."""

Row = tuple[Cell, ...]
Frame = tuple[Row, ...]

#: Clears the screen, hides the cursor, and lets no line wrap.
BEGIN = "\x1b[0m\x1b[?25l\x1b[?7l\x1b[H\x1b[2J"

#: Unchanged cells that are written again rather than jumped over: a jump is no shorter.
_NEAR = 6

_ATTRIBUTES = (
    ("bold", "1"), ("dim", "2"), ("italic", "3"), ("underline", "4"), ("reverse", "7"),
    ("strike", "9"),
)  # fmt: skip
_BLANKS = str.maketrans("\n\t", "  ")


def end(height: int) -> str:
    """Leaves the terminal as one wants it: with a cursor, below what is shown."""
    return f"\x1b[0m\x1b[?7h\x1b[{height};1H\x1b[?25h"


def frame(strips: Iterable[Iterable[Segment]], width: int) -> Frame:
    """The cells of a screen that is ``width`` cells wide."""
    return tuple(_row(strip, width) for strip in strips)


def _row(strip: Iterable[Segment], width: int) -> Row:
    cells: list[Cell] = []
    for text, style, control in strip:
        if not control:
            cells += ((part, style) for part in _parts(text))
    del cells[width:]
    cells += [(" ", None)] * (width - len(cells))
    return tuple(cells)


def _parts(text: str) -> Iterator[str]:
    """What each cell of ``text`` shows."""
    text = sanitise(text).translate(_BLANKS)
    if text.isascii():
        yield from text
        return
    for start, stop, width in split_graphemes(text)[0]:
        if width:
            yield text[start:stop]
            yield from [""] * (width - 1)


@lru_cache(2_048)
def codes(style: Style | None) -> str:
    """The parameters of the SGR sequence that gives ``style`` to what is written after a reset."""
    if style is None:
        return "0"
    found = ["0", *(code for name, code in _ATTRIBUTES if getattr(style, name))]
    if style.color is not None:
        found += style.color.get_ansi_codes(foreground=True)
    if style.bgcolor is not None:
        found += style.bgcolor.get_ansi_codes(foreground=False)
    return ";".join(found)


def changes(before: Frame | None, after: Frame) -> str:
    """What makes a terminal that shows ``before`` (None: an empty screen) show ``after``."""
    parts: list[str] = []
    pen: str | None = None
    for y, row in enumerate(after):
        old = before[y] if before is not None and y < len(before) else None
        if row == old:
            continue
        for start, stop in _runs(old, row):
            parts.append(f"\x1b[{y + 1};{start + 1}H")
            pen = _write(parts, row, start, stop, pen)
    return "".join(parts)


def _write(parts: list[str], row: Row, start: int, stop: int, pen: str | None) -> str | None:
    """The cells from ``start`` to ``stop``; the style that is on then. After a character that is
    not a plain one the place is told: terminals differ in how wide they are."""
    lost = False
    for x in range(start, stop):
        text, style = row[x]
        if not text:
            continue
        if lost:
            parts.append(f"\x1b[{x + 1}G")
        wanted = codes(style)
        if wanted != pen:
            parts.append(f"\x1b[{wanted}m")
            pen = wanted
        parts.append(text)
        lost = len(text) > 1 or cell_len(text) != 1
    return pen


def _runs(old: Row | None, row: Row) -> list[tuple[int, int]]:
    """The ranges of cells to write, left to right; none cuts a wide character."""
    if old is None:
        return [(0, len(row))]
    runs: list[tuple[int, int]] = []
    for x, cell in enumerate(row):
        if x < len(old) and cell == old[x]:
            continue
        if runs and x - runs[-1][1] <= _NEAR:
            runs[-1] = (runs[-1][0], x + 1)
        else:
            runs.append((x, x + 1))
    return _joined(_whole(old, row, start, stop) for start, stop in runs)


def _whole(old: Row, row: Row, start: int, stop: int) -> tuple[int, int]:
    """The range made larger until neither what is there nor what comes is cut by it."""
    while start > 0 and (not row[start][0] or (start < len(old) and not old[start][0])):
        start -= 1
    while stop < len(row) and (not row[stop][0] or (stop < len(old) and not old[stop][0])):
        stop += 1
    return start, stop


def _joined(runs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, stop in runs:
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(stop, found[-1][1]))
        else:
            found.append((start, stop))
    return found


def text_of(shown: Frame) -> Sequence[str]:
    """The text of each row."""
    return ["".join(text for text, _ in row) for row in shown]
