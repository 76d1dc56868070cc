"""Blocks laid out for a width: which row of the screen shows what. Pure; nothing is drawn here."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Sequence
from itertools import accumulate
from typing import NamedTuple

from her_tui.ui.renderers.line import Block
from her_tui.ui.renderers.wrapping import Row, wrap_lines


class Spot(NamedTuple):
    """A place in the text that survives another width or another folding."""

    key: Hashable
    line: int
    start: int


class Layout:
    """The rows of ``blocks`` at ``width`` cells; rows of unchanged blocks come from ``before``."""

    def __init__(self, blocks: Sequence[Block], width: int, before: Layout | None = None) -> None:
        self.blocks = blocks
        self.width = width
        known = before.known(width) if before is not None else {}
        self.rows: list[tuple[Row, ...]] = [
            known.get(id(block)) or wrap_lines(block.lines, width) for block in blocks
        ]
        self.tops = [0, *accumulate(map(len, self.rows))]

    def known(self, width: int) -> dict[int, tuple[Row, ...]]:
        """The rows of each block at ``width``, by its ``id``; none at another width."""
        if width != self.width:
            return {}
        return {id(block): rows for block, rows in zip(self.blocks, self.rows, strict=True)}

    @property
    def height(self) -> int:
        """How many rows there are."""
        return self.tops[-1]

    def block_at(self, y: int) -> int:
        """The block that row ``y`` belongs to."""
        return min(bisect_right(self.tops, y), len(self.blocks)) - 1

    def row_at(self, y: int) -> tuple[int, Row]:
        """The block and the row of it at ``y`` (within the height)."""
        block = self.block_at(y)
        return block, self.rows[block][y - self.tops[block]]

    def top(self, block: int) -> int:
        """The first row of ``block`` after its distance to the one above."""
        lead = self.blocks[block].lead
        above = sum(1 for row in self.rows[block] if row.line < lead)
        return self.tops[block] + above

    def find(self, block: int, line: int, start: int) -> int:
        """The row that shows character ``start`` of a line of ``block``."""
        rows = self.rows[block]
        found = bisect_right(rows, (line, start), key=lambda row: (row.line, row.start)) - 1
        return self.tops[block] + max(0, min(found, len(rows) - 1))

    def spot_at(self, y: int) -> Spot | None:
        """What row ``y`` shows."""
        if not 0 <= y < self.height:
            return None
        block, row = self.row_at(y)
        return Spot(self.blocks[block].key, row.line, row.start)

    def y_of(self, spot: Spot) -> int | None:
        """The row that shows ``spot``; None if its block is gone."""
        for index, block in enumerate(self.blocks):
            if block.key == spot.key:
                return self.find(index, spot.line, spot.start)
        return None


def characters(blocks: Sequence[Block], width: int, before: Layout) -> int:
    """How much text has to be wrapped for ``width``, if the rows of unchanged blocks come from
    ``before``: rows that are cut cost nothing."""
    known = before.known(width)
    return sum(
        len(span.text)
        for block in blocks
        if id(block) not in known
        for line in block.lines
        if line.wrap
        for span in line.spans
    )
