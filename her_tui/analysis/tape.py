"""A session as a tape to be played: its time with the idle stretches cut short.

Tape time is in milliseconds from 0; session time in milliseconds since the epoch. Between knots the
map is linear, and increasing, so that both ways are a bisect.

A stretch is idle when nothing in it is recorded, whatever went on meanwhile: while tests run for
three minutes, or the human reads, there is nothing to be seen on screen. Who plays the tape says
how long the stretch under way is, and how much was left out, so that no time is lost unseen. The
stretches in which an answer was seen to come, piece by piece, are not idle: they are given as
``busy``.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import accumulate, islice
from math import log
from operator import sub

from her_tui.analysis.scale import along

#: A pause above this length is idle, in milliseconds.
LIMIT = 2_000.0

#: What is left of a skipped pause, as a share of the longest that is not idle.
_REST = 0.3
#: How much longer a shortened pause plays each time it is e times as long, as a share of the same:
#: with the limit above, a minute takes 3.7 s, an hour 5.7 s and 30 days 9 s.
_FELT = 0.25


class Idle(StrEnum):
    """What is done with idle stretches."""

    SKIP = "skip"
    """The same short rest is left of all of them."""
    SHORTEN = "shorten"
    """Long pauses are shorter, and still felt: they grow with the logarithm."""
    REAL = "real"
    """Nothing is left out."""


Stretch = tuple[float, float]
"""Start and end, in milliseconds since the epoch."""


@dataclass(frozen=True, slots=True)
class Cutting:
    """How a tape is cut; see `lay_tape`."""

    idle: Idle = Idle.SKIP
    limit: float = LIMIT
    rest: float | None = None
    busy: tuple[Stretch, ...] = ()

    def tape(self, times: Sequence[int]) -> Tape:
        """The tape of events at ``times``, cut like this. Takes a while if they are many."""
        laid = lay_tape(times, self.idle, self.limit, self.rest, self.busy)
        return replace(laid, cutting=self)


@dataclass(frozen=True, slots=True)
class Tape:
    """The map between session time and tape time."""

    times: Sequence[float] = ()
    """Session times of the knots, never decreasing; those of equal time share their place."""
    places: Sequence[float] = ()
    """Tape times of the same knots."""
    cutting: Cutting | None = None
    """How it was cut; None: not said."""

    @property
    def length(self) -> float:
        """How long it plays at normal speed."""
        return self.places[-1] if self.places else 0.0

    def place(self, time: float) -> float:
        """The tape time of a session time, clamped."""
        return along(time, self.times, self.places)

    def time(self, place: float) -> float:
        """The session time at a tape time, clamped; 0 on an empty tape."""
        return along(place, self.places, self.times)

    def skipped(self, start: float, end: float) -> float:
        """How much session time is left out between two session times."""
        if not self.times or end <= start:
            return 0.0
        start, end = (min(max(each, self.times[0]), self.times[-1]) for each in (start, end))
        return max(0.0, end - start - (self.place(end) - self.place(start)))

    def cut(self, time: float) -> Stretch | None:
        """The stretch around ``time`` of which something is left out; None where nothing is."""
        right = bisect_right(self.times, time)
        if not 0 < right < len(self.times):
            return None
        start, end = self.times[right - 1], self.times[right]
        length = self.places[right] - self.places[right - 1]
        return (start, end) if end - start > length + 0.5 else None


def lay_tape(
    times: Sequence[int],
    idle: Idle,
    limit: float = LIMIT,
    rest: float | None = None,
    busy: Iterable[Stretch] = (),
) -> Tape:
    """The tape of events at ``times`` (never decreasing); pauses above ``limit`` milliseconds are
    idle, but for what of them is ``busy``. Of a skipped one ``rest`` milliseconds are left, at most
    ``limit``; None: `_REST` of it."""
    if not times:
        return Tape()
    stretches = _merged(busy, times[0], times[-1])
    knots: Sequence[float] = times
    if stretches:
        knots = sorted([*times, *(each for stretch in stretches for each in stretch)])
    left = min(limit, _REST * limit if rest is None else max(1.0, rest))
    lengths: list[float] = list(map(sub, islice(knots, 1, None), knots))
    if idle is Idle.SKIP:
        lengths = [each if each <= limit else left for each in lengths]
    elif idle is Idle.SHORTEN:
        lengths = [
            each if each <= limit else limit * (1 + _FELT * log(each / limit)) for each in lengths
        ]
    for start, end in stretches if idle is not Idle.REAL else ():
        for at in range(bisect_left(knots, start), bisect_left(knots, end)):
            lengths[at] = knots[at + 1] - knots[at]
    return Tape(knots, list(accumulate(lengths, initial=0.0)))


def _merged(stretches: Iterable[Stretch], first: float, last: float) -> list[Stretch]:
    """``stretches`` in order, none touching another, as far as they are between two times."""
    found: list[Stretch] = []
    for start, end in sorted(stretches):
        start, end = max(start, first), min(end, last)
        if start >= end:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found
