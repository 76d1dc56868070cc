"""The points of a session that are worth a stop."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from operator import attrgetter

from her_tui.analysis.regrowth import Shift
from her_tui.analysis.timeline import Timeline
from her_tui.events.model import ActionKind, EventKind, Flag, Status


class MarkKind(StrEnum):
    """What a mark says. In the order of weight: where several share a column, the first shows."""

    BOOKMARK = "bookmark"
    ERROR = "error"
    CORRECTION = "correction"
    """The human put the agent right: a rejection with a reason, a prompt after an interrupt or a
    rewind."""
    INTERRUPT = "interrupt"
    REWIND = "rewind"
    COMMIT = "commit"
    COMPACTION = "compaction"
    WAIT = "wait"
    """The agent waited for the human's permission or answer."""
    GAP = "gap"


WEIGHTS = {kind: weight for weight, kind in enumerate(MarkKind)}
"""0 is the heaviest."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One of them."""

    position: int
    kind: MarkKind
    note: str = ""
    """What the user says of a bookmark."""


Marks = Sequence[Mark]
"""Sorted by position."""


@dataclass(frozen=True, slots=True)
class Wait:
    """A stretch in which an action waited for the human."""

    position: int
    """Where the action starts."""
    start: int
    end: int
    """Milliseconds since the epoch."""


ASKING = frozenset({"AskUserQuestion", "ExitPlanMode"})
"""Tools that are a question to the human: all of their time is waiting."""


def asked(
    name: str | None,
    kind: ActionKind | None,
    status: Status | None,
    permission: str | None,
    span: tuple[int, int | None],
    duration: int | None,
) -> tuple[int, int | None] | None:
    """From when to when an action waited for the human, as far as is known; None if it did not.

    ``span`` is when it started and ended (None: it has not), ``duration`` the time in the tool, all
    in milliseconds. Of an action whose time in the tool is not recorded nothing is known, unless it
    takes none to speak of (an edit), or never ran. An end of None: it still waits.
    """
    start, end = span
    if name in ASKING:
        return start, end
    source = (permission or "").partition(":")[2]
    if end is None or not (source.startswith("user") or status is Status.REJECTED):
        return None
    if status is Status.REJECTED:
        return start, end
    if duration is None:
        duration = 0 if kind is ActionKind.EDIT else end - start
    return (start, end - duration) if end - duration > start else None


_OF_KIND = {
    int(EventKind.API_ERROR): MarkKind.ERROR,
    int(EventKind.COMPACTION): MarkKind.COMPACTION,
    int(EventKind.GAP): MarkKind.GAP,
    int(EventKind.INTERRUPT): MarkKind.INTERRUPT,
}
_OF_FLAG = (
    (int(Flag.ERROR), MarkKind.ERROR),
    (int(Flag.COMMIT), MarkKind.COMMIT),
    (int(Flag.REWIND), MarkKind.REWIND),
)
_FLAGGED = sum(flag for flag, _ in _OF_FLAG)


def find_marks(
    timeline: Timeline,
    waits: Iterable[Wait] = (),
    refusals: Collection[int] = (),
    bookmarks: Iterable[Mark] = (),
) -> tuple[Mark, ...]:
    """All marks of ``timeline``, the heavier first where they share a position.

    ``refusals`` are the positions of outcomes with which the human refused an action and said what
    to do instead.
    """
    corrections = _corrections(timeline, refusals)
    # What the human refused with a reason is that reason, and no error beside it.
    found = [
        mark
        for mark in _told(timeline)
        if mark.kind is not MarkKind.ERROR or mark.position not in corrections
    ]
    found += (Mark(position, MarkKind.CORRECTION) for position in corrections)
    found += (Mark(position, MarkKind.WAIT) for position in {wait.position for wait in waits})
    found += bookmarks
    found.sort(key=lambda mark: (mark.position, WEIGHTS[mark.kind]))
    return tuple(found)


def _told(timeline: Timeline) -> Iterator[Mark]:
    """What the kinds and flags of the events say by themselves."""
    for position, (kind, flags) in enumerate(zip(timeline.kinds, timeline.flags, strict=True)):
        of_kind = _OF_KIND.get(kind)
        if of_kind is not None:
            yield Mark(position, of_kind)
        if flags & _FLAGGED:
            for flag, of_flag in _OF_FLAG:
                if flags & flag and of_flag is not of_kind:
                    yield Mark(position, of_flag)


def _corrections(timeline: Timeline, refusals: Collection[int]) -> set[int]:
    """Where the human put the agent right."""
    found = set(refusals)
    kinds, flags, agents = timeline.kinds, timeline.flags, timeline.agents
    rewind = int(Flag.REWIND)
    found.update(at for at in timeline.prompts if flags[at] & rewind)
    interrupt = bytes((EventKind.INTERRUPT,))
    at = kinds.find(interrupt)
    while at >= 0:
        if not agents[at]:
            after = bisect_right(timeline.prompts, at)
            if after < len(timeline.prompts):
                found.add(timeline.prompts[after])
        at = kinds.find(interrupt, at + 1)
    return found


_POSITION = attrgetter("position")


def mark_from(marks: Marks, position: int, step: int) -> int | None:
    """The position of the nearest mark after (``step`` 1) or before (-1) ``position``; None if
    there is none."""
    if step > 0:
        found = bisect_right(marks, position, key=_POSITION)
        return marks[found].position if found < len(marks) else None
    found = bisect_left(marks, position, key=_POSITION)
    return marks[found - 1].position if found else None


def marks_at(marks: Marks, position: int) -> Marks:
    """Those that share ``position``."""
    start = bisect_left(marks, position, key=_POSITION)
    return marks[start : bisect_right(marks, position, start, key=_POSITION)]


def carried(marks: Marks, shift: Shift) -> Marks:
    """``marks`` where their events are on the other timeline; those whose events are gone are left
    out."""
    same = bisect_left(marks, shift.shared, key=_POSITION)
    if same == len(marks):
        return marks
    found = [(shift.at(mark.position), mark) for mark in marks[same:]]
    rest = [replace(mark, position=at) for at, mark in found if at is not None]
    return (*marks[:same], *sorted(rest, key=_POSITION))


def heaviest(marks: Iterable[Mark]) -> Mark | None:
    """The one that shows where all of ``marks`` share a column."""
    return min(marks, key=lambda mark: WEIGHTS[mark.kind], default=None)
