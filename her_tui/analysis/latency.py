"""How long answers took, column by column: waiting for the first token, then receiving the rest."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import log

from her_tui.analysis.axis import column_of

#: What the lowest and the highest cell stand for, in milliseconds; between them heights grow with
#: the logarithm, since answers take anything from a quarter of a second to minutes.
SHORTEST, LONGEST = 250.0, 60_000.0
_LEVELS = 8


@dataclass(frozen=True, slots=True)
class Latencies:
    """The answers of which it is known how long they took, in order of start."""

    starts: Sequence[int] = ()
    firsts: Sequence[float] = ()
    """When the first token came; the end, where only that is known."""
    ends: Sequence[float] = ()
    longest: float = field(default=0.0)
    """The greatest time from start to end."""

    def __bool__(self) -> bool:
        return bool(self.starts)


@dataclass(frozen=True, slots=True)
class Cell:
    """One column."""

    level: int
    """1 to 8: how long the slowest answer in it took; where it is only waited for, the wait."""
    waiting: bool
    """Most of that was waiting for the first token."""


def lay_latencies(answers: Iterable[tuple[int, float | None, float | None]]) -> Latencies:
    """The latencies of ``answers``: (start, time to first token, duration), in milliseconds."""
    known = sorted(
        (start, start + (duration if ttft is None else ttft), start + duration)
        for start, ttft, duration in answers
        if duration is not None
    )
    return Latencies(
        starts=[start for start, _, _ in known],
        firsts=[first for _, first, _ in known],
        ends=[end for _, _, end in known],
        longest=max((end - start for start, _, end in known), default=0.0),
    )


def level(milliseconds: float) -> int:
    """How high a cell is for this long, 1 to 8."""
    share = log(max(milliseconds, SHORTEST) / SHORTEST) / log(LONGEST / SHORTEST)
    return min(_LEVELS, 1 + int(share * (_LEVELS - 1) + 0.5))


def cells(latencies: Latencies, edges: Sequence[float]) -> list[Cell | None]:
    """What each column between ``edges`` says; None where no answer was on its way."""
    slowest: list[tuple[float, bool] | None] = [None] * (len(edges) - 1)
    for at in _within(latencies, edges):
        start, first, end = latencies.starts[at], latencies.firsts[at], latencies.ends[at]
        left = column_of(edges, max(start, edges[0]))
        right = column_of(edges, min(end, edges[-1]))
        if left is None or right is None:
            continue
        for column in range(left, right + 1):
            waiting = first - start > end - first if left == right else edges[column] < first
            length = first - start if waiting and left != right else end - start
            slowest[column] = max(slowest[column] or (0.0, False), (length, waiting))
    return [Cell(level(one[0]), one[1]) if one else None for one in slowest]


def between(latencies: Latencies, edges: Sequence[float], column: int) -> list[tuple[float, float]]:
    """(time to first token, duration) of the answers that began in ``column``."""
    start = bisect_left(latencies.starts, edges[column])
    end = bisect_left(latencies.starts, edges[column + 1])
    return [
        (latencies.firsts[at] - latencies.starts[at], latencies.ends[at] - latencies.starts[at])
        for at in range(start, end)
    ]


def _within(latencies: Latencies, edges: Sequence[float]) -> range:
    """Which answers may be seen between the ``edges``."""
    first = bisect_left(latencies.starts, edges[0] - latencies.longest)
    return range(first, bisect_left(latencies.starts, edges[-1] + 1))
