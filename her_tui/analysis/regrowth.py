"""Where events of one reading of a session are in another reading of it.

A session that is replayed may grow: then events come after the last, and, where a subagent or a
second file tells of them, also between others. Or its rows are made anew from the raw records: then
no event is known by its row id any more.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from her_tui.analysis.timeline import Timeline


class Shift:
    """Carries positions from one timeline to another one of the same session."""

    def __init__(self, of: Timeline, to: Timeline) -> None:
        self._of = of.ids
        self._to = to.ids
        self.shared = _shared(of, to)
        """The first so many positions are the same on both."""
        self._rest: dict[int, int] | None = None

    def at(self, position: int) -> int | None:
        """Where the event at ``position`` is on the other; None if it is not there."""
        if position < self.shared:
            return position if position >= 0 else None
        return self._others.get(self._of[position]) if position < len(self._of) else None

    def upto(self, position: int) -> int | None:
        """Where the last event at or before ``position`` is that the other has; None if it has none
        of them."""
        at = min(position, len(self._of) - 1)
        while at >= self.shared and self._others:
            found = self.at(at)
            if found is not None:
                return found
            at -= 1
        return min(at, self.shared - 1) if self.shared and at >= 0 else None

    @property
    def whole(self) -> bool:
        """Whether the other has every event."""
        return self.shared == len(self._of) or self.shared + len(self._others) == len(self._of)

    @property
    def _others(self) -> dict[int, int]:
        """Events that both have beyond the shared positions, by row id: where the other has them.
        Found when they are first asked for; where a session only grew there are none."""
        if self._rest is None:
            wanted = frozenset(self._of[self.shared :])
            places = enumerate(self._to[self.shared :], self.shared)
            self._rest = {event: at for at, event in places if event in wanted}
        return self._rest


def _shared(one: Timeline, other: Timeline) -> int:
    """How many events both begin with. Slices are compared: that takes next to no time."""
    if one.ids is other.ids:
        return len(one)
    low, high = 0, min(len(one), len(other))
    if one.ids[:high] == other.ids[:high]:
        return high
    while low < high:
        middle = (low + high + 1) // 2
        if one.ids[low:middle] == other.ids[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def same_moment(old: Timeline, position: int, new: Timeline) -> int:
    """Where the event at ``position`` of ``old`` is on ``new`` if it has another row id there: the
    event of the same kind and time, of several the one with as many before it; else what was last
    at its time."""
    time, kind = old.times[position], old.kinds[position]
    before = old.kinds[bisect_left(old.times, time) : position].count(kind)
    start, end = bisect_left(new.times, time), bisect_right(new.times, time)
    alike = [at for at in range(start, end) if new.kinds[at] == kind]
    return alike[min(before, len(alike) - 1)] if alike else new.at_time(time)
