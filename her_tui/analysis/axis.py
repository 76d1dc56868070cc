"""Time laid along a line of columns, idle stretches folded.

An `Axis` maps real time to *places*: active stretches keep their true length, idle gaps shrink to
a sliver. A `Window` is the part of the axis that is shown; its `edges` are the moments at which
its columns begin, and every question about columns is a bisect in them, so that counts, marks and
the playhead can never disagree about the column an event is in.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from her_tui.analysis.scale import along

#: A pause is never idle below the first, always above the second (milliseconds).
_SHORTEST_IDLE = 60_000
_LONGEST_ACTIVE = 300_000
#: A pause is idle when it would take more than this share of the active time …
_IDLE_SHARE = 1 / 12
#: … and is then drawn as this share of it, all gaps together at most a quarter.
_GAP_SHARE = 0.02
_GAPS_SHARE = 0.25
#: The closest zoom shows this many milliseconds.
_CLOSEST = 1_000.0
#: What is left free beside a stretch that is zoomed to, as a share of it: more than the playhead
#: keeps from the edge of a window.
_MARGIN = 0.07


@dataclass(frozen=True, slots=True)
class Gap:
    """An idle stretch, drawn shorter than it was."""

    start: int
    """Time of the last event before it."""
    end: int
    """Time of the first event after it."""

    @property
    def length(self) -> int:
        """How long it really lasted, in milliseconds."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Axis:
    """A piecewise linear, strictly increasing map between times and places."""

    times: Sequence[int]
    """Times of the knots between which the scale is constant."""
    places: Sequence[float]
    """Places of the same knots, from 0."""
    gaps: tuple[Gap, ...]

    @property
    def length(self) -> float:
        """The place of the last event."""
        return self.places[-1]

    def place(self, time: float) -> float:
        """Where ``time`` is, clamped to the axis."""
        return along(time, self.times, self.places)

    def time(self, place: float) -> float:
        """The time at ``place``, clamped to the axis."""
        return along(place, self.places, self.times)


def lay_axis(times: Sequence[int]) -> Axis:
    """The axis of events at ``times`` (never decreasing, at least one)."""
    gaps = _idle(times)
    idle = sum(gap.length for gap in gaps)
    active = max(1, times[-1] - times[0] - idle)
    sliver = min(_GAP_SHARE * active, _GAPS_SHARE * active / max(1, len(gaps)))
    knots, places = [times[0]], [0.0]

    def extend(time: int, length: float) -> None:
        if time > knots[-1]:
            knots.append(time)
            places.append(places[-1] + length)

    for gap in gaps:
        extend(gap.start, gap.start - knots[-1])
        extend(gap.end, sliver)
    extend(times[-1], times[-1] - knots[-1])
    if len(knots) == 1:
        extend(times[0] + 1, 1.0)
    return Axis(knots, places, gaps)


def at_share(times: Sequence[int], share: float, axis: Axis | None = None) -> int:
    """The first of events at ``times`` (never decreasing, at least one) at or after ``share`` (0
    to 1) of their ``axis``, which is laid if it is not given: as the bar shows it."""
    axis = axis or lay_axis(times)
    return min(bisect_left(times, axis.time(axis.length * share)), len(times) - 1)


def _idle(times: Sequence[int]) -> tuple[Gap, ...]:
    """The pauses that are too long to be drawn at their true length."""
    pauses = [(a, b) for a, b in pairwise(times) if b - a >= _SHORTEST_IDLE]
    cut = sum(b - a - _LONGEST_ACTIVE for a, b in pauses if b - a > _LONGEST_ACTIVE)
    active = times[-1] - times[0] - cut
    longest = max(_SHORTEST_IDLE, min(_LONGEST_ACTIVE, active * _IDLE_SHARE))
    return tuple(Gap(a, b) for a, b in pauses if b - a > longest)


@dataclass(frozen=True, slots=True)
class Window:
    """The part of an axis that is shown, in places."""

    start: float
    end: float

    def edges(self, axis: Axis, width: int) -> list[float]:
        """The times at which the ``width`` columns begin, and the one at which the last ends."""
        step = (self.end - self.start) / width
        return [axis.time(self.start + column * step) for column in range(width)] + [
            axis.time(self.end)
        ]

    def zoom(self, axis: Axis, step: int, around: float) -> Window:
        """Closer (``step`` > 0) or wider by powers of two; ``around`` stays where it is."""
        length = self.end - self.start
        wanted = min(axis.length, max(min(_CLOSEST, axis.length), length * 2.0**-step))
        share = (min(max(around, self.start), self.end) - self.start) / length
        return _held(axis, around - share * wanted, wanted)

    def showing(self, axis: Axis, place: float) -> Window:
        """The window moved, if it must be, so that ``place`` is in it and not at its very edge."""
        length = self.end - self.start
        margin = length * 0.05
        if self.start + margin <= place <= self.end - margin:
            return self
        if place < self.start + margin:
            return _held(axis, place - margin, length)
        return _held(axis, place + margin - length, length)

    def moved(self, axis: Axis, distance: float) -> Window:
        """The window further to the right (or left, below 0), as far as the axis goes."""
        return _held(axis, self.start + distance, self.end - self.start)

    def scale(self, axis: Axis) -> float:
        """How many times closer than the whole axis it is."""
        return axis.length / (self.end - self.start)


def whole(axis: Axis) -> Window:
    """The window that shows all of ``axis``."""
    return Window(0.0, axis.length)


def around(axis: Axis, place: float, length: float) -> Window:
    """The window of ``length`` with ``place`` in its middle, as far as the axis allows."""
    length = min(max(length, min(_CLOSEST, axis.length)), axis.length)
    return _held(axis, place - length / 2, length)


def spanning(axis: Axis, start: float, end: float) -> Window:
    """The window that shows the times from ``start`` to ``end``, with a margin at either side."""
    low, high = axis.place(start), axis.place(end)
    margin = max((high - low) * _MARGIN, (min(_CLOSEST, axis.length) - (high - low)) / 2)
    low, high = max(0.0, low - margin), min(axis.length, high + margin)
    return around(axis, (low + high) / 2, high - low)


def _held(axis: Axis, start: float, length: float) -> Window:
    """The window of ``length`` at ``start``, pushed back inside the axis."""
    start = min(max(0.0, start), max(0.0, axis.length - length))
    return Window(start, start + length)


def column_of(edges: Sequence[float], time: float) -> int | None:
    """The column ``time`` falls in; None left or right of the window."""
    if time < edges[0] or time > edges[-1]:
        return None
    return min(len(edges) - 2, bisect_right(edges, time) - 1)


def position_in(times: Sequence[int], edges: Sequence[float], column: int) -> int:
    """The first event in ``column``; if it has none, the last event before it, or the first."""
    column = min(max(0, column), len(edges) - 2)
    found = bisect_left(times, edges[column])
    last = column == len(edges) - 2
    if found < len(times) and (last or times[found] < edges[column + 1]):
        return found
    return max(0, found - 1)
