"""A session laid out in time: parallel arrays, one entry per event, in the order to replay.

Arrays rather than objects, because a session may hold 100,000 events and a seek must be a bisect.
A *position* is an index into these arrays; the playhead is a position.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from her_tui.events.model import EventKind, Flag
from her_tui.events.turns import openings


@dataclass(frozen=True, slots=True)
class Timeline:
    """The events of one session (or of one subagent of it)."""

    session: int
    """Row id of the session."""
    ids: Sequence[int]
    """Row id of each event."""
    times: Sequence[int]
    """Milliseconds since the epoch; never decreasing."""
    kinds: bytes
    """`EventKind` of each event."""
    flags: Sequence[int]
    """`Flag` bits of each event."""
    agents: Sequence[int]
    """Row id of the subagent each event belongs to; 0 on the main thread."""
    turns: Sequence[int]
    """Number of the turn each event is in, from 1; 0 before the first prompt."""
    prompts: Sequence[int]
    """Positions of what opens a turn, prompts and answered commands (`events.turns`): turn ``n``
    starts at ``prompts[n - 1]``."""
    _places: dict[int, int] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.ids)

    def clamp(self, position: int) -> int:
        """``position`` brought into range (0 for an empty timeline)."""
        return max(0, min(position, len(self.ids) - 1))

    def at_time(self, time: int) -> int:
        """The last position not after ``time``, or the first one."""
        return self.clamp(bisect_right(self.times, time) - 1)

    def turn_at(self, position: int) -> int:
        """The number of the turn at ``position`` (0 for an empty timeline)."""
        return self.turns[self.clamp(position)] if self.ids else 0

    def turn_span(self, turn: int) -> tuple[int, int]:
        """First position of ``turn`` and the position after its last event."""
        start = self.prompts[turn - 1] if turn > 0 else 0
        end = self.prompts[turn] if turn < len(self.prompts) else len(self.ids)
        return start, end

    def prompt_before(self, position: int) -> int:
        """Position of the nearest prompt before ``position``, or the first position."""
        found = bisect_left(self.prompts, position)
        return self.prompts[found - 1] if found else 0

    def prompt_after(self, position: int) -> int:
        """Position of the nearest prompt after ``position``, or the last position."""
        found = bisect_right(self.prompts, position)
        return self.prompts[found] if found < len(self.prompts) else self.clamp(len(self.ids) - 1)

    def find_event(self, event: int) -> int | None:
        """The position of the event with row id ``event``."""
        return self.places.get(event)

    @property
    def places(self) -> Mapping[int, int]:
        """Row id of each event -> its position; made when it is asked for first."""
        if len(self._places) < len(self.ids):
            self._places.update(zip(self.ids, range(len(self.ids)), strict=True))
        return self._places


#: One event as the store hands it over: (id, source rank, ts or None, kind, flags, agent id or 0).
#: Rows come in file order within a source; source 0 is the main transcript.
Row = tuple[int, int, int | None, int, int, int]


def lay_out(session: int, rows: Iterable[Row], subagent: bool = False) -> Timeline:
    """The `Timeline` of rows that come in file order, source by source. What opens a turn is told
    by `openings`; in the timeline of a ``subagent`` a task does.

    File order is the truth within a file (parallel tool calls, compaction and clock jumps all write
    records that are older than the one before); each file's clock is therefore its running
    maximum, and files are merged by that clock, the main transcript first.
    """
    clock = 0
    source = -1
    keyed: list[tuple[int, int, int, Row]] = []
    undated: list[tuple[int, int, int, Row]] = []
    for order, row in enumerate(rows):
        if row[1] != source:
            source, clock = row[1], 0
        clock = max(clock, row[2] or 0)
        (keyed if clock else undated).append((clock, row[1], order, row))
    if undated:
        first = min((entry[0] for entry in keyed), default=0)
        keyed += [(first, rank, order, row) for _, rank, order, row in undated]
    keyed.sort(key=lambda entry: entry[:3])
    kinds = bytes([row[3] for *_, row in keyed])
    flags = array("q", [row[4] for *_, row in keyed])
    agents = array("q", [row[5] for *_, row in keyed])
    if subagent:
        prompts = [at for at, kind in enumerate(kinds) if kind == EventKind.TASK]
    else:
        prompts = openings(kinds, flags, agents)
    return Timeline(
        session=session,
        ids=array("q", [row[0] for *_, row in keyed]),
        times=array("q", [time for time, *_ in keyed]),
        kinds=kinds,
        flags=flags,
        agents=agents,
        turns=_numbers(prompts, len(keyed)),
        prompts=array("q", prompts),
    )


def _numbers(prompts: Sequence[int], length: int) -> array[int]:
    """The number of the turn at each of ``length`` positions."""
    turns: array[int] = array("q")
    for number, end in enumerate((*prompts, length)):
        turns.extend([number] * (end - len(turns)))
    return turns


def is_error(timeline: Timeline, position: int) -> bool:
    """Whether the event at ``position`` is an error."""
    return bool(timeline.flags[position] & Flag.ERROR)
