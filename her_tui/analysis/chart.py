"""What the timeline bar draws of a session, laid out once so that every column is a bisect.

`Laid` comes from the timeline alone and is there at once; a `Chart` is read beside it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from her_tui.analysis.axis import Axis, lay_axis
from her_tui.analysis.density import Lanes, MarkLanes, sort_lanes, sort_marks, span
from her_tui.analysis.marks import Marks, Wait, find_marks
from her_tui.analysis.timeline import Timeline


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """A timeline ready to be drawn. Equal to itself alone."""

    timeline: Timeline
    axis: Axis
    lanes: Lanes
    marks: MarkLanes


def lay(timeline: Timeline) -> Laid | None:
    """``timeline`` ready to be drawn; None if nothing is on it."""
    if not len(timeline):
        return None
    marks = sort_marks(timeline, find_marks(timeline))
    return Laid(timeline, lay_axis(timeline.times), sort_lanes(timeline), marks)


@dataclass(frozen=True, slots=True)
class Fill:
    """How full the context window of the main thread was, step by step."""

    times: Sequence[int] = ()
    tokens: Sequence[int] = ()
    windows: Sequence[int | None] = ()
    """Tokens it held; None if that is not known."""
    most: int = 1
    """The most there ever was, 1 at least."""

    def at(self, time: float) -> int:
        """Tokens at ``time``; 0 before the first response."""
        found = bisect_right(self.times, time)
        return self.tokens[found - 1] if found else 0

    def window_at(self, time: float) -> int | None:
        """Tokens it could hold at ``time``; None if that is not known."""
        found = bisect_right(self.times, time)
        return self.windows[found - 1] if found else None

    def columns(self, edges: Sequence[float]) -> list[int]:
        """The fill at the end of each column."""
        return [self.at(edge) for edge in edges[1:]]

    @property
    def top(self) -> int:
        """What a full column stands for: the widest window; the most there was, where that is far
        less."""
        widest = max(filter(None, self.windows), default=0)
        return widest if self.most < widest <= 2 * self.most else self.most


def lay_fill(times: Sequence[int], tokens: Sequence[int], windows: Sequence[int | None]) -> Fill:
    """The fill of these steps, sorted by time."""
    return Fill(times, tokens, windows, max(1, max(tokens, default=1)))


@dataclass(frozen=True, slots=True)
class Spending:
    """What the responses spent, one after the other."""

    times: Sequence[int] = ()
    costs: Sequence[float] = (0.0,)
    """US dollars spent before each, and in all: one more than ``times``."""
    tokens: Sequence[int] = (0,)
    """Tokens, in the same way."""

    def in_column(self, edges: Sequence[float], column: int) -> tuple[float, int]:
        """Dollars and tokens of the responses in ``column``."""
        start, end = span(self.times, edges, column)
        return self.costs[end] - self.costs[start], self.tokens[end] - self.tokens[start]

    def columns(self, edges: Sequence[float]) -> list[float]:
        """Dollars of each column."""
        bounds = [bisect_left(self.times, edge) for edge in edges[:-1]]
        bounds.append(bisect_right(self.times, edges[-1]))
        return [max(0.0, self.costs[b] - self.costs[a]) for a, b in pairwise(bounds)]


def lay_spending(responses: Iterable[tuple[int, float, int]]) -> Spending:
    """The spending of (time, dollars, tokens) in any order."""
    ordered = sorted(responses)
    return Spending(
        [time for time, _, _ in ordered],
        list(accumulate((cost for _, cost, _ in ordered), initial=0.0)),
        list(accumulate((tokens for *_, tokens in ordered), initial=0)),
    )


@dataclass(frozen=True, slots=True)
class Subagent:
    """One subagent at work, from its first event to its last."""

    agent: int
    """Its row id."""
    name: str
    """As recorded: show it through ``literal``."""
    times: Sequence[int]
    """When each of its events was; at least one."""
    positions: Sequence[int]

    @property
    def start(self) -> int:
        """The time of its first event."""
        return self.times[0]

    @property
    def end(self) -> int:
        """The time of its last event."""
        return self.times[-1]


@dataclass(frozen=True, slots=True)
class Subagents:
    """All of a session, in order of start."""

    all: Sequence[Subagent] = ()
    starts: Sequence[int] = ()
    ends: Sequence[int] = ()
    """Sorted, not by subagent."""

    def columns(self, edges: Sequence[float]) -> list[int]:
        """How many were at work in each column."""
        last = len(edges) - 2
        return [
            (bisect_right if column == last else bisect_left)(self.starts, edges[column + 1])
            - bisect_left(self.ends, edges[column])
            for column in range(last + 1)
        ]

    def within(self, edges: Sequence[float], most: int) -> list[Subagent]:
        """The first ``most`` that were at work between the outer ``edges``."""
        found: list[Subagent] = []
        for each in self.all[: bisect_right(self.starts, edges[-1])]:
            if each.end >= edges[0]:
                found.append(each)
                if len(found) >= most:
                    break
        return found


def lay_subagents(agents: Iterable[Subagent]) -> Subagents:
    """``agents`` in order."""
    ordered = sorted(agents, key=lambda each: (each.start, each.agent))
    return Subagents(
        ordered, [each.start for each in ordered], sorted(each.end for each in ordered)
    )


@dataclass(frozen=True, slots=True)
class Chart:
    """What is read beside the timeline, once the session is on screen."""

    kinds: Lanes = field(default_factory=Lanes)
    """Actions by what they do (`density.ACTION_LANES`)."""
    fill: Fill = field(default_factory=Fill)
    spending: Spending = field(default_factory=Spending)
    subagents: Subagents = field(default_factory=Subagents)
    marks: Marks = ()
    mark_lanes: MarkLanes = field(default_factory=MarkLanes)
    waits: Sequence[Wait] = ()
    """Sorted by start."""
    longest_wait: int = 0
    timeline: Timeline | None = field(default=None, compare=False)
    """What its positions are of."""

    def waits_between(self, start: float, end: float) -> Sequence[Wait]:
        """The waits that may reach into the time from ``start`` to ``end``."""
        first = bisect_left(self.waits, start - self.longest_wait, key=lambda wait: wait.start)
        return self.waits[first : bisect_right(self.waits, end, key=lambda wait: wait.start)]
