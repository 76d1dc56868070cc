"""The state of a session at any position: checkpoints, and the few steps since the nearest one.

A seek takes at most `Ledger.reach` steps from a checkpoint, whatever the length of the session, and
the way it came there does not matter: forward and backward give the same state. The next checkpoint
follows after as many steps as one holds things (and `SPACING` at least), so that all of them
together take no more memory than the steps do.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Sequence

from her_tui.analysis.changes import Draft, Edited, Lengths, Step
from her_tui.analysis.regrowth import Shift
from her_tui.analysis.state import FileEdit, State
from her_tui.analysis.timeline import Timeline

#: Steps from one checkpoint to the next, at least. A step takes less than a microsecond.
SPACING = 512


class Steps:
    """What the events of a session change, in order, and how long their texts are."""

    __slots__ = ("lengths", "places", "steps")

    def __init__(self, places: Sequence[int], steps: Sequence[Step], lengths: Lengths) -> None:
        """``places`` are the positions of the events of ``steps``, in any order; the steps of one
        event stay in the order they come in."""
        order = sorted(range(len(places)), key=places.__getitem__)
        self.places: Sequence[int] = array("q", [places[at] for at in order])
        self.steps: Sequence[Step] = [steps[at] for at in order]
        self.lengths = lengths

    def __len__(self) -> int:
        return len(self.steps)


class Ledger:
    """The states of one session."""

    def __init__(self, timeline: Timeline, steps: Steps, spacing: int = SPACING) -> None:
        self.timeline = timeline
        self.steps = steps
        self._starts = [0]
        self._drafts = [Draft()]
        """Checkpoints: each is as of before the step at its start."""
        self.edits: Sequence[FileEdit] = ()
        """Every edit of the session that changed a file, in order."""
        self.reach = 0
        """How many steps a seek takes at most."""
        self._lay(spacing)

    def _lay(self, spacing: int) -> None:
        draft = Draft()
        edits: list[FileEdit] = []
        due = spacing
        for at, (place, step) in enumerate(zip(self.steps.places, self.steps.steps, strict=True)):
            if at == due:
                self._starts.append(at)
                self._drafts.append(draft.copy())
                due = at + max(spacing, draft.size())
            step.apply(draft, place)
            if type(step) is Edited:
                edits.append(FileEdit(place, *step))
        self.edits = edits
        ends = (*self._starts[1:], len(self.steps))
        self.reach = max(end - start for start, end in zip(self._starts, ends, strict=True))

    def at(self, position: int) -> State:
        """The state as of ``position`` (clamped), the event there included."""
        position = self.timeline.clamp(position)
        end = bisect_right(self.steps.places, position)
        nearest = bisect_right(self._starts, end) - 1
        draft = self._drafts[nearest].copy()
        return _advanced(draft, self.timeline, self.steps, (self._starts[nearest], end), position)


class Carried:
    """A ledger asked with positions of another timeline of its session, one that was read earlier
    or later. What it says is of the event that is meant, or of the last one before it that it
    knows; never of one that only has the same position."""

    def __init__(self, ledger: Ledger, timeline: Timeline) -> None:
        self.ledger = ledger
        self._to = Shift(timeline, ledger.timeline)
        self._back = Shift(ledger.timeline, timeline)

    def knows(self, position: int) -> bool:
        """Whether the ledger knows the event at ``position``."""
        return self._to.at(position) is not None

    def place(self, position: int) -> int | None:
        """The ledger's own position of the last event up to ``position`` that it knows; None if it
        knows none of them."""
        return self._to.upto(position)

    def at(self, position: int) -> State | None:
        """The state as of that event."""
        place = self.place(position)
        return self.ledger.at(place) if place is not None else None

    def back(self, place: int) -> int | None:
        """Where the event at the ledger's own position ``place`` is; None if it is gone."""
        return self._back.at(place)


def carried(ledger: Ledger | None, timeline: Timeline | None) -> Carried | None:
    """``ledger`` to be asked with positions of ``timeline``; None as long as either is missing."""
    return Carried(ledger, timeline) if ledger is not None and timeline is not None else None


def replayed(timeline: Timeline, steps: Steps, position: int) -> State:
    """The same, replayed from zero: what `Ledger.at` is checked against."""
    position = timeline.clamp(position)
    end = next((at for at, place in enumerate(steps.places) if place > position), len(steps))
    return _advanced(Draft(), timeline, steps, (0, end), position)


def _advanced(
    draft: Draft, timeline: Timeline, steps: Steps, span: tuple[int, int], position: int
) -> State:
    """``draft`` with the steps of ``span``, as the state as of ``position``."""
    start, end = span
    places = steps.places
    for at, step in enumerate(steps.steps[start:end], start):
        step.apply(draft, places[at])
    if not len(timeline):
        return draft.state(0, 0, 0, steps.lengths)
    time, turn = timeline.times[position], timeline.turns[position]
    return draft.state(position, time, turn, steps.lengths)
