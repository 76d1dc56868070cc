"""How much happened where: events counted per column and lane.

A lane is one kind of thing with the sorted times at which it happened, taken from the timeline
once; a count per column is then a bisect, whatever the number of events.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import ceil, sqrt

from her_tui.analysis.timeline import Timeline
from her_tui.events.model import EventKind, Flag

#: Bar heights in eighths; the first is empty.
BARS = " ▁▂▃▄▅▆▇█"
#: What fills a bar at least: where little happens, bars stay low.
_FULL = 8


class Lane(StrEnum):
    """What is told apart on the timeline. The last four are marks."""

    PROMPTS = "prompts"
    RESPONSES = "responses"
    ACTIONS = "actions"
    ERRORS = "errors"
    COMMITS = "commits"
    COMPACTIONS = "compactions"
    INTERRUPTS = "interrupts"
    GAPS = "gaps"


_LANES = {
    EventKind.THINKING: Lane.RESPONSES,
    EventKind.TEXT: Lane.RESPONSES,
    EventKind.BLOCK: Lane.RESPONSES,
    EventKind.TOOL_USE: Lane.ACTIONS,
    EventKind.COMPACTION: Lane.COMPACTIONS,
    EventKind.INTERRUPT: Lane.INTERRUPTS,
    EventKind.API_ERROR: Lane.ERRORS,
    EventKind.GAP: Lane.GAPS,
}


@dataclass(frozen=True, slots=True)
class Lanes:
    """Positions and times of a session's events, lane by lane."""

    positions: dict[Lane, Sequence[int]] = field(default_factory=dict)
    times: dict[Lane, Sequence[int]] = field(default_factory=dict)

    def count(self, lane: Lane) -> int:
        """How many events the whole lane has."""
        return len(self.times[lane])

    def between(self, lane: Lane, edges: Sequence[float], column: int) -> Sequence[int]:
        """Positions of the lane's events in ``column``."""
        start, end = _span(self.times[lane], edges, column)
        return self.positions[lane][start:end]


def sort_lanes(timeline: Timeline) -> Lanes:
    """The lanes of ``timeline``; its prompts are the human's, not the tasks of subagents."""
    positions: dict[Lane, array[int]] = {lane: array("q") for lane in Lane}
    appends = {kind.value: positions[lane].append for kind, lane in _LANES.items()}
    errors, commits = positions[Lane.ERRORS].append, positions[Lane.COMMITS].append
    marked = Flag.ERROR.value | Flag.COMMIT.value
    error, api_error = Flag.ERROR.value, EventKind.API_ERROR.value
    for position, (kind, flags) in enumerate(zip(timeline.kinds, timeline.flags, strict=True)):
        append = appends.get(kind)
        if append is not None:
            append(position)
        if flags & marked:
            if flags & error and kind != api_error:
                errors(position)
            if flags & Flag.COMMIT.value:
                commits(position)
    positions[Lane.PROMPTS].extend(timeline.prompts)
    at = timeline.times
    return Lanes(
        positions=dict(positions),
        times={lane: array("q", [at[i] for i in found]) for lane, found in positions.items()},
    )


def counts(times: Sequence[int], edges: Sequence[float]) -> list[int]:
    """How many of the sorted ``times`` fall in each column; the last column includes its end."""
    bounds = [bisect_left(times, edge) for edge in edges[:-1]]
    bounds.append(bisect_right(times, edges[-1]))
    return [bounds[i + 1] - bounds[i] for i in range(len(edges) - 1)]


def bars(numbers: Sequence[int]) -> str:
    """One bar glyph per number, empty only where there was nothing.

    Heights grow with the square root: a burst does not flatten all the rest.
    """
    top = max(_FULL, *numbers, 0)
    return "".join(BARS[ceil(8 * sqrt(number / top))] for number in numbers)


def _span(times: Sequence[int], edges: Sequence[float], column: int) -> tuple[int, int]:
    """First and after-last index of ``times`` in ``column``."""
    start = bisect_left(times, edges[column])
    if column == len(edges) - 2:
        return start, bisect_right(times, edges[-1])
    return start, bisect_left(times, edges[column + 1])
