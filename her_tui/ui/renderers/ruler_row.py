"""A row of the timeline bar: one glyph per column, and the role of each column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from her_tui.analysis.axis import column_of
from her_tui.analysis.chart import Chart, Laid, Subagent
from her_tui.analysis.density import Lane
from her_tui.analysis.latency import Latencies
from her_tui.analysis.marks import MarkKind
from her_tui.ui.renderers import signs

IDLE = signs.IDLE.glyph
"""An idle stretch, folded."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the bar. Glyphs are one cell wide."""

    label: str
    role: str
    """Role of the columns that have none of their own."""
    glyphs: str
    own: dict[int, str]
    """Roles of the columns that differ."""
    prefers: tuple[Lane | MarkKind, ...] = ()
    """What a click in this row means, if the column has any; in order."""
    subagent: Subagent | None = None
    """The one whose row it is: a click means its events."""
    edges: Sequence[float] = ()
    """The times at which its columns begin, where they are not those of the bar."""
    gutter: Row | None = None
    """A small row in the place of the label."""
    ruler: bool = False
    """It is the axis: the playhead points at it."""


@dataclass(frozen=True, slots=True)
class View:
    """All that the rows of a bar are made of."""

    laid: Laid
    edges: Sequence[float]
    """The times at which the columns begin, and the one at which the last ends."""
    chart: Chart | None = None
    latencies: Latencies | None = None
    scale: float = 1.0
    """How many times closer than the whole session."""
    plain: bool = False
    """There are no colours: glyphs alone must tell."""
    loop: tuple[int, int | None] | None = None
    """The times A and B that are played in a loop; B is None while only A is set."""

    @property
    def width(self) -> int:
        """How many columns there are."""
        return len(self.edges) - 1

    @property
    def zoomed(self) -> bool:
        """Only a part of the session is shown."""
        return self.scale > 1.01


def columns(edges: Sequence[float], start: float, end: float) -> range:
    """The columns from the time ``start`` to ``end``, as far as they are between the ``edges``."""
    if end < edges[0] or start > edges[-1]:
        return range(0)
    left = column_of(edges, max(start, edges[0])) or 0
    right = column_of(edges, min(end, edges[-1])) or 0
    return range(left, right + 1)


@dataclass(slots=True)
class Canvas:
    """A row being drawn."""

    cells: list[str]
    own: dict[int, str] = field(default_factory=dict)

    @classmethod
    def blank(cls, width: int) -> Canvas:
        """Nothing yet."""
        return cls([" "] * width)

    def put(self, column: int, glyph: str, role: str) -> None:
        """Draw over what is there."""
        self.cells[column], self.own[column] = glyph, role

    def under(self, columns: Iterable[int], glyph: str, role: str) -> None:
        """Draw where nothing is."""
        for column in columns:
            if self.cells[column] == " ":
                self.put(column, glyph, role)

    def row(
        self, label: str, role: str, prefers: tuple[Lane | MarkKind, ...] = (), **more: object
    ) -> Row:
        """What was drawn."""
        return Row(label, role, "".join(self.cells), self.own, prefers, **more)  # type: ignore[arg-type]
