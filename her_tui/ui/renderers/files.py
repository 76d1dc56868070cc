"""The files changed up to the playhead as rows of a tree: sums, a small bar, and where along the
session their edits lie. Pure; rows are kept, so that only what changed is drawn anew."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from her_tui import units
from her_tui.analysis.density import bars
from her_tui.analysis.file_tree import TreeRow, shown_path
from her_tui.analysis.state import FileState
from her_tui.ui.renderers.line import BLANK, Block, Line, Span, Spans, line, safe

#: Cells of a file's history, and of the bar.
SPARK = 8
_BAR = 5
#: A cell more in the bar for every so many times as many lines.
_FACTOR = 4
#: Characters of a name that are drawn.
_NAME = 200
#: Numbers from here on are rounded.
_EXACT = 10_000

Spark = tuple[tuple[str, bool], ...]
"""A glyph per cell, and whether it lies before the playhead; nothing: no history."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where along a session the edits of a file lie."""

    positions: Sequence[int]
    """Sorted."""
    glyphs: str
    """A bar per cell, blank where there is none."""

    @classmethod
    def of(cls, positions: Sequence[int], length: int, width: int = SPARK) -> Places:
        """Edits at ``positions`` of a timeline of ``length`` events, in ``width`` cells."""
        counts = [0] * width
        for position in positions:
            counts[_cell(position, length, width)] += 1
        return cls(positions, bars(counts))

    def as_of(self, position: int, length: int) -> Spark:
        """The glyphs, and whether each is past: an edit in it is at or before ``position``."""
        done = bisect_right(self.positions, position)
        width = len(self.glyphs)
        last = _cell(self.positions[done - 1], length, width) if done else -1
        return tuple((glyph, cell <= last) for cell, glyph in enumerate(self.glyphs))


def _cell(position: int, length: int, width: int) -> int:
    return min(width - 1, position * width // max(1, length))


def tree_blocks(
    rows: Sequence[TreeRow],
    places: Mapping[str, Places],
    position: int,
    length: int,
    headed: bool = False,
) -> tuple[Block, ...]:
    """One block per row, as of ``position`` of a timeline of ``length`` events; the first with the
    heading of the columns above it, if they are to be ``headed``."""
    blocks: list[Block] = []
    outside = False
    for row in rows:
        first = row.outside and not outside
        outside = row.outside
        known = None if row.folder else places.get(row.path)
        spark = known.as_of(position, length) if known is not None else ()
        blocks.append(_block(row, spark, first))
    if headed and blocks:
        blocks[0] = _headed(blocks[0])
    return tuple(blocks)


#: What the columns are; "when" is the session from its start to its end.
_HEADING = Line(
    (Span("file", "gutter"),),
    prefix=(Span("  "),),
    tail=(
        Span(f"{'when':<{SPARK}}{'+lines':>7}{'−lines':>7} ", "gutter"),
        Span(f"{'size':<{_BAR}}", "gutter"),
    ),
    wrap=False,
)


def tree_title(files: Mapping[str, FileState]) -> tuple[str, str]:
    """``3 files`` and ``+45 −12``."""
    added = sum(each.added for each in files.values())
    removed = sum(each.removed for each in files.values())
    return units.count(len(files), "file"), sums(added, removed)


def sums(added: int, removed: int) -> str:
    """``+45 −12``."""
    return " ".join(part for part in (plus(added), minus(removed)) if part)


def shown_name(path: str, base: str) -> str:
    """A file as seen from the session's folder ``base``, else from the user's own."""
    return safe(units.home_path(shown_path(path, base)), _NAME) or "(no name)"


def file_title(path: str, base: str, *said: str) -> tuple[str, ...]:
    """``app.py``, what is ``said`` of it, and the folder it is in: that is cut first."""
    folder, slash, name = shown_name(path, base).replace("\\", "/").rpartition("/")
    return name or folder, *said, folder or slash


def preview_head(path: str, base: str, time: int) -> tuple[Line, ...]:
    """Above the last change of a file, below the tree."""
    return (BLANK, line(f"{shown_name(path, base)} · {units.clock(time)}", "label", wrap=False))


def nothing_yet(next_turn: int, next_time: int) -> str:
    """Said where no file was changed so far, and when the first one is; a time of 0: never."""
    if not next_time:
        return "No file was changed so far."
    turn = f"in turn {next_turn}, " if next_turn else ""
    return f"No file was changed so far. The first edit is {turn}at {units.clock(next_time)}."


def plus(number: int) -> str:
    """``+12``; nothing for none."""
    return f"+{_number(number)}" if number else ""


def minus(number: int) -> str:
    """``−12``; nothing for none."""
    return f"−{_number(number)}" if number else ""


def _number(number: int) -> str:
    return str(number) if number < _EXACT else units.compact(number)


def spark_spans(spark: Spark) -> Iterator[Span]:
    """A history in two colours: what was, and what is still to come."""
    for glyph, past in spark:
        if glyph == " ":
            yield Span("·", "rule")
        else:
            yield Span(glyph, "edit" if past else "rule")


def change_bar(added: int, removed: int) -> Spans:
    """How much came and went: full cells and hollow ones, the more the longer."""
    total, cells = added + removed, 0
    while total > 0:
        total //= _FACTOR
        cells += 1
    cells = min(cells, _BAR)
    if added and removed:
        cells = max(cells, 2)
        full = min(cells - 1, max(1, round(cells * added / (added + removed))))
    else:
        full = cells if added else 0
    return (
        Span("▰" * full, "added"),
        Span("▱" * (cells - full), "removed"),
        Span(" " * (_BAR - cells)),
    )


@lru_cache(maxsize=8_192)
def _block(row: TreeRow, spark: Spark, first_outside: bool) -> Block:
    """One row; the first of those elsewhere has a heading above it."""
    lead = (BLANK, line("elsewhere", "label", wrap=False)) if first_outside else ()
    return Block((row.folder, row.path), (*lead, _row(row, spark)), lead=len(lead))


@lru_cache(maxsize=64)
def _headed(block: Block) -> Block:
    return Block(block.key, (_HEADING, *block.lines), lead=block.lead + 1)


def _row(row: TreeRow, spark: Spark) -> Line:
    indent = " " * (2 * min(row.depth, 12))
    sign = ("▾ " if row.open else "▸ ") if row.folder else "  "
    label = units.home_path(row.label) if row.outside and not row.depth else row.label
    folded = row.folder and not row.open
    after = (Span(f"  {units.count(row.files, 'file')}", "dim"),) if folded else ()
    faint = " dim" if row.folder and row.open else ""
    return Line(
        (Span(safe(label, _NAME) or "(no name)", "label" if row.folder else ""),),
        prefix=(Span(indent), Span(sign, "dim")),
        after=after,
        tail=(
            *spark_spans(spark),
            Span(" " * (0 if spark else SPARK)),
            Span(f"{plus(row.added):>7}", f"added{faint}"),
            Span(f"{minus(row.removed):>7} ", f"removed{faint}"),
            *(change_bar(row.added, row.removed) if not faint else (Span(" " * _BAR),)),
        ),
        wrap=False,
    )
