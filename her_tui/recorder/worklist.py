"""What is still to be encoded, in the order it is wanted: the newest first, prompts and commits
before responses. Eight bytes an event, however long its text."""

from __future__ import annotations

from array import array
from collections.abc import Iterable

from her_tui.queries.candidates import Candidate

#: Both ways to compute the model are about as fast (in tokens a second, on one thread of a Xeon at
#: 2.5 GHz: numpy 4,300 on prompts and 3,700 on long texts, the reference 3,700 and 3,950), but the
#: reference takes 6.5 s to start. So it is for a backlog beside which that is little, three per
#: cent: so many seconds, at so many characters a second.
_BULK_SECONDS = 200
_CHARS_A_SECOND = 16_000


class Worklist:
    """Ids of events, taken from the end."""

    def __init__(self) -> None:
        self._first = array("q")
        self._later = array("q")
        self._lane = self._first

    def __len__(self) -> int:
        return len(self._first) + len(self._later)

    def add(self, candidates: Iterable[Candidate]) -> None:
        """Put ``candidates`` before all there is: newer ones come later."""
        lanes = (array("q"), array("q")), (array("q"), array("q"))
        for event, ts, first, _ in candidates:
            events, times = lanes[0] if first else lanes[1]
            events.append(event)
            times.append(ts)
        self._first.extend(_by_time(*lanes[0]))
        self._later.extend(_by_time(*lanes[1]))

    def take(self, count: int) -> list[int]:
        """The next ``count`` events at most, all of the same kind; none where there are none."""
        lane = self._lane = self._first or self._later
        cut = max(0, len(lane) - count)
        taken = lane[cut:].tolist()
        del lane[cut:]
        return taken[::-1]

    def put_back(self, events: Iterable[int]) -> None:
        """These of the events taken last are not done: they come next of their kind."""
        self._lane.extend(list(events)[::-1])


def worth_reference(lengths: Iterable[int]) -> bool:
    """Whether texts of so many characters are worth the start of the reference."""
    return sum(lengths) > _BULK_SECONDS * _CHARS_A_SECOND


def _by_time(events: array[int], times: array[int]) -> Iterable[int]:
    """``events``, the oldest first; at the same time, in the order they were read."""
    return (events[at] for at in sorted(range(len(events)), key=times.__getitem__))
