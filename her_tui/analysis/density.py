"""How much happened where: events counted per column and lane.

A lane is one kind of thing with the sorted times at which it happened, taken from the timeline
once; a count per column is then a bisect, whatever the number of events.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import ceil, sqrt

from her_tui.analysis.marks import MarkKind, Marks
from her_tui.analysis.timeline import Timeline
from her_tui.events.model import ActionKind, EventKind

#: Bar heights in eighths; the first is empty.
BARS = " ▁▂▃▄▅▆▇█"
#: How much being rare everywhere counts for being striking in one place: 0 nothing, 1 all.
_STRIKING = 0.75
#: What fills a bar at least: where little happens, bars stay low.
_FULL = 8


class Lane(StrEnum):
    """What is told apart on the timeline."""

    PROMPTS = "prompts"
    RESPONSES = "responses"
    """Thinking, text and other blocks."""
    THINKING = "thinking"
    TEXT = "text"
    ACTIONS = "actions"
    EDITS = "edits"
    READS = "reads"
    COMMANDS = "commands"
    SEARCHES = "searches"
    WEB = "web"
    SUBAGENTS = "subagents"
    """Actions that launch one."""
    OTHER = "other"


#: In the order in which they are drawn; of equals in a column the first counts.
ACTION_LANES = (
    Lane.EDITS, Lane.COMMANDS, Lane.READS, Lane.SEARCHES, Lane.WEB, Lane.SUBAGENTS, Lane.OTHER,
)  # fmt: skip

LANE_OF_ACTION: Mapping[ActionKind, Lane] = {
    ActionKind.EDIT: Lane.EDITS,
    ActionKind.COMMAND: Lane.COMMANDS,
    ActionKind.READ: Lane.READS,
    ActionKind.SEARCH: Lane.SEARCHES,
    ActionKind.WEB: Lane.WEB,
    ActionKind.SUBAGENT: Lane.SUBAGENTS,
    ActionKind.MCP: Lane.OTHER,
    ActionKind.TODO: Lane.OTHER,
    ActionKind.OTHER: Lane.OTHER,
}

_LANES = {
    EventKind.THINKING: (Lane.RESPONSES, Lane.THINKING),
    EventKind.TEXT: (Lane.RESPONSES, Lane.TEXT),
    EventKind.BLOCK: (Lane.RESPONSES, Lane.TEXT),
    EventKind.TOOL_USE: (Lane.ACTIONS,),
}


@dataclass(frozen=True, slots=True)
class Lanes:
    """Positions and times of a session's events, lane by lane; a lane may be missing."""

    positions: Mapping[Lane, Sequence[int]] = field(default_factory=dict)
    times: Mapping[Lane, Sequence[int]] = field(default_factory=dict)

    def count(self, lane: Lane) -> int:
        """How many events the whole lane has."""
        return len(self.times.get(lane, ()))

    def counts(self, lane: Lane, edges: Sequence[float]) -> list[int]:
        """How many of its events are in each column."""
        return counts(self.times.get(lane, ()), edges)

    def between(self, lane: Lane, edges: Sequence[float], column: int) -> Sequence[int]:
        """Positions of the lane's events in ``column``."""
        start, end = span(self.times.get(lane, ()), edges, column)
        return self.positions[lane][start:end] if end > start else ()

    def joined(self, other: Lanes) -> Lanes:
        """These lanes and those of ``other``."""
        return Lanes({**self.positions, **other.positions}, {**self.times, **other.times})


def lanes_of(timeline: Timeline, positions: Mapping[Lane, Sequence[int]]) -> Lanes:
    """Lanes with events at these ``positions``, which are sorted."""
    at = timeline.times
    times = {lane: array("q", [at[place] for place in found]) for lane, found in positions.items()}
    return Lanes(dict(positions), times)


def sort_lanes(timeline: Timeline) -> Lanes:
    """The lanes that the kinds of ``timeline``'s events tell; its prompts are the human's, not the
    tasks of subagents."""
    positions: dict[Lane, array[int]] = {
        lane: array("q") for lanes in _LANES.values() for lane in lanes
    }
    positions[Lane.PROMPTS] = array("q", timeline.prompts)
    for kind, lanes in _LANES.items():
        found = array("q", _places(timeline.kinds, kind))
        for lane in lanes:
            positions[lane].extend(found)
    for lane in (Lane.RESPONSES, Lane.TEXT):  # several kinds came one after the other
        positions[lane] = array("q", sorted(positions[lane]))
    return lanes_of(timeline, positions)


def _places(kinds: bytes, kind: int) -> list[int]:
    """Where ``kind`` is in ``kinds``."""
    return [at for at, each in enumerate(kinds) if each == kind]


@dataclass(frozen=True, slots=True)
class MarkLanes:
    """The marks kind by kind, sorted by time; their positions are as in `Marks`."""

    marks: Mapping[MarkKind, Marks] = field(default_factory=dict)
    times: Mapping[MarkKind, Sequence[int]] = field(default_factory=dict)

    def count(self, kind: MarkKind) -> int:
        """How many there are."""
        return len(self.times.get(kind, ()))

    def columns(self, kind: MarkKind, edges: Sequence[float]) -> list[int]:
        """The columns that have any."""
        times = self.times.get(kind, ())
        if not times:
            return []
        return [column for column, number in enumerate(counts(times, edges)) if number]

    def between(self, kind: MarkKind, edges: Sequence[float], column: int) -> Marks:
        """Those in ``column``."""
        start, end = span(self.times.get(kind, ()), edges, column)
        return self.marks[kind][start:end] if end > start else ()


def sort_marks(timeline: Timeline, marks: Marks) -> MarkLanes:
    """``marks`` by kind."""
    found = {kind: [mark for mark in marks if mark.kind is kind] for kind in MarkKind}
    at = timeline.times
    times = {kind: array("q", [at[mark.position] for mark in of]) for kind, of in found.items()}
    return MarkLanes({kind: tuple(of) for kind, of in found.items()}, times)


def counts(times: Sequence[int], edges: Sequence[float]) -> list[int]:
    """How many of the sorted ``times`` fall in each column; the last column includes its end."""
    at, end = bisect_left(times, edges[0]), bisect_right(times, edges[-1])
    if at == end:
        return [0] * (len(edges) - 1)
    bounds = [at, *[at := bisect_left(times, edge, at, end) for edge in edges[1:-1]], end]
    return [bounds[i + 1] - bounds[i] for i in range(len(edges) - 1)]


def bars(numbers: Sequence[float], top: float = 0) -> str:
    """One bar glyph per number, empty only where there was nothing.

    Heights grow with the square root: a burst does not flatten all the rest. ``top`` fills a bar;
    by default the greatest number, if it is not small.
    """
    top = top or max(_FULL, *numbers, 0)
    return "".join(BARS[min(8, ceil(8 * sqrt(number / top)))] for number in numbers)


def striking(
    by_lane: Mapping[Lane, Sequence[int]], totals: Mapping[Lane, int]
) -> list[Lane | None]:
    """For each column the lane that stands out in it; None where no lane has anything.

    What is common everywhere would win everywhere, so a count is divided by how many the whole
    session has; not by all of that, or the rare would win wherever it is.
    """
    lanes = [lane for lane in by_lane if totals.get(lane)]
    width = len(next(iter(by_lane.values()), ()))
    weights = {lane: totals[lane] ** -_STRIKING for lane in lanes}
    found: list[Lane | None] = []
    for column in range(width):
        best, most = None, 0.0
        for lane in lanes:
            weight = by_lane[lane][column] * weights[lane]
            if weight > most:
                best, most = lane, weight
        found.append(best)
    return found


def span(times: Sequence[float], edges: Sequence[float], column: int) -> tuple[int, int]:
    """First and after-last index of the sorted ``times`` in ``column``."""
    start = bisect_left(times, edges[column])
    if column == len(edges) - 2:
        return start, bisect_right(times, edges[-1])
    return start, bisect_left(times, edges[column + 1])
