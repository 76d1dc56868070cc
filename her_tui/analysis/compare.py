"""Two sessions, or two branches of one, held side by side: what they share, and where they part.

What is compared is what human, agent and tools said and did on the main thread: prompts, commands,
interrupts, thinking, answers, calls and their outcomes, compactions, errors of the API. What the
harness put in between (reminders, notices, retries) is in neither's way: it differs from day to day
and from machine to machine. Subagents count by what they report back.

Two events are the same if they are copies of one record, or if they say the same: the kind, the
text, the tool, what it was given, how it ended. Times, ids and tokens never make a difference, nor
do the folders that the two worked in.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from her_tui.analysis.alignment import Features, Pair, align, likeness
from her_tui.analysis.branches import Branch
from her_tui.analysis.figures import Figures
from her_tui.analysis.timeline import Timeline
from her_tui.events.model import EventKind

#: Kinds of events that are compared.
COMPARED = frozenset(
    (
        EventKind.PROMPT,
        EventKind.COMMAND,
        EventKind.SHELL,
        EventKind.INTERRUPT,
        EventKind.THINKING,
        EventKind.TEXT,
        EventKind.TOOL_USE,
        EventKind.TOOL_RESULT,
        EventKind.BLOCK,
        EventKind.COMPACTION,
        EventKind.API_ERROR,
    )
)

#: What in the output of a tool is a time or an id, and so no difference.
_PASSING = re.compile(
    r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"
    r"|\btoolu_\w+"
    r"|\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?"
    r"|\b\d{1,2}:\d\d:\d\d(?:[.,]\d+)?\b"
    r"|\b\d+(?:\.\d+)? ?(?:ms|s|secs?|seconds)\b"
)

#: Characters at the end of a text that was cut that may belong to something passing.
_RAGGED = 48


class Trace(NamedTuple):
    """One event of one side, as far as comparing needs it."""

    position: int
    """On the side's timeline."""
    kind: EventKind
    key: bytes
    """Identity of its record; empty where it has none."""
    block: int
    name: str
    """Of an action: the tool; of a command: its name."""
    status: str
    """Of an outcome: how the action ended."""
    head: str
    """The start of its text on one line, without what makes no difference (`settled`)."""
    whole: bool
    """The text goes on no further."""
    folded: bool = False
    """Another text can have the same head, also if both are whole: white space in it was folded, or
    it holds what cannot be shown."""


def settled(text: str, folder: str, output: bool) -> str:
    """``text`` without the ``folder`` that its session worked in, and, if it is the ``output`` of a
    tool, without times and ids."""
    if len(folder) > 1:
        text = text.replace(folder, ".")
    return _PASSING.sub("~", text) if output else text


@dataclass(frozen=True, slots=True)
class TurnFacts:
    """A turn of one side."""

    number: int
    """As on the session's timeline; 0: before the first prompt."""
    start: int
    """Index into `Side.positions` of its first event."""
    end: int
    """Index after its last event."""
    prompt: str
    """Its start on one line, as captured: show it through ``literal``."""
    features: Features
    figures: Figures


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two."""

    session: int
    """Row id."""
    session_id: str
    title: str
    """As captured."""
    timeline: Timeline
    branch: Branch
    branches: int
    """How many the session has."""
    chosen: bool
    """The branch was named; else it is the one that goes on."""
    positions: Sequence[int]
    """Where on the timeline its events are, in order."""
    clock: Sequence[int]
    """Milliseconds since its start, for each of them (`branches.elapsed`)."""
    traces: Sequence[Trace]
    turns: Sequence[TurnFacts]
    figures: Figures
    rest: Figures = field(default_factory=Figures)
    """What the stretches of the session come to that this branch has no part in."""

    def turn_at(self, position: int) -> int | None:
        """Which turn holds ``position``."""
        at = bisect_right(self.turns, position, key=lambda turn: self.positions[turn.start]) - 1
        if at < 0 or position > self.positions[self.turns[at].end - 1]:
            return None
        return at

    def said(self, turn: int) -> range:
        """Which of the `traces` are in a turn."""
        facts = self.turns[turn]
        first, last = self.positions[facts.start], self.positions[facts.end - 1]
        return range(
            bisect_left(self.traces, first, key=lambda trace: trace.position),
            bisect_left(self.traces, last + 1, key=lambda trace: trace.position),
        )

    @property
    def label(self) -> str:
        """How it is named: ``SESSION`` or ``SESSION#branch=1``."""
        named = self.chosen and self.branches > 1
        return f"{self.session_id}#branch={self.branch.number}" if named else self.session_id


@dataclass(frozen=True, slots=True)
class Divergence:
    """The first thing in which they differ."""

    left: int
    """Position on its timeline."""
    right: int
    what: str
    """In a few words."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What comes of it."""

    left: Side
    right: Side
    pairs: Sequence[Pair]
    """Turns, as indices into `Side.turns`."""
    shared: int
    """Events, of those compared, that both begin with."""
    divergence: Divergence | None
    """None: they do not differ, or one only goes on where the other ends."""
    ends: str
    """``""``, ``left`` or ``right``: that one ends after the shared events, and the other goes
    on."""
    parted: tuple[int | None, int | None] = (None, None)
    """The turns in which they part first, as indices into `Side.turns`."""

    @property
    def same(self) -> bool:
        """They say the same from start to end."""
        return self.divergence is None and not self.ends

    def delta(self, pair: Pair) -> Figures | None:
        """What the right turn has more than the left; None where one has no partner."""
        if pair.left is None or pair.right is None:
            return None
        return self.right.turns[pair.right].figures - self.left.turns[pair.left].figures


Exactly = Callable[[Trace, Trace], bool]
"""Whether an event of the left and one of the right say the same, their whole texts read."""


def compare(left: Side, right: Side, exactly: Exactly) -> Comparison:
    """Hold them side by side; ``exactly`` is asked where the starts of two texts do not decide."""
    shared = shared_events(left.traces, right.traces, exactly)
    one = left.traces[shared] if shared < len(left.traces) else None
    other = right.traces[shared] if shared < len(right.traces) else None
    divergence: Divergence | None = None
    parted: tuple[int | None, int | None] = (None, None)
    if one is not None and other is not None:
        divergence = Divergence(one.position, other.position, what_differs(one, other))
        parted = left.turn_at(one.position), right.turn_at(other.position)
    ends = "left" if one is None and other is not None else "right" if other is None and one else ""
    begun = min(_turns_begun(side, shared) for side in (left, right))
    aligned = align(left.turns, right.turns, begun)
    if one is not None and other is not None:
        aligned = _parting_paired(left, right, aligned, one, other)
    pairs = _looked_into(left, right, aligned, shared, exactly)
    return Comparison(left, right, pairs, shared, divergence, ends, parted)


def _parting_paired(
    left: Side, right: Side, pairs: list[Pair], one: Trace, other: Trace
) -> list[Pair]:
    """``pairs``, the two prompts in which they part beside each other, if neither has a partner."""
    alone = [
        next(
            (
                at
                for at, pair in enumerate(pairs)
                if (pair.left, pair.right)[1 - side] is None
                and (turn := (pair.left, pair.right)[side]) is not None
                and sides.positions[sides.turns[turn].start] == trace.position
            ),
            None,
        )
        for side, (sides, trace) in enumerate(((left, one), (right, other)))
    ]
    first, last = alone
    if first is None or last is None:
        return pairs
    a, b = pairs[first].left, pairs[last].right
    assert a is not None
    assert b is not None
    alike = likeness(left.turns[a].features, right.turns[b].features)
    rest = [pair for at, pair in enumerate(pairs) if at not in (first, last)]
    rest.insert(min(first, last), Pair(a, b, alike))
    return rest


def _looked_into(
    left: Side, right: Side, pairs: Sequence[Pair], shared: int, exactly: Exactly
) -> list[Pair]:
    """``pairs``, those that say the same told apart from those that are merely alike."""

    def same(one: range, other: range) -> bool:
        if one.start == other.start <= shared < max(one.stop, other.stop):
            return False
        if one == other and one.stop <= shared:
            return True
        texts = left.traces[one.start : one.stop], right.traces[other.start : other.stop]
        return len(one) == len(other) == shared_events(*texts, exactly)

    return [
        replace(pair, same=same(left.said(pair.left), right.said(pair.right)))
        if pair.left is not None and pair.right is not None
        else pair
        for pair in pairs
    ]


def shared_events(left: Sequence[Trace], right: Sequence[Trace], exactly: Exactly) -> int:
    """How many events both begin with."""
    for index, (one, other) in enumerate(zip(left, right, strict=False)):
        if not _same(one, other, exactly):
            return index
    return min(len(left), len(right))


def _same(one: Trace, other: Trace, exactly: Exactly) -> bool:
    if one.key and (one.key, one.block, one.kind) == (other.key, other.block, other.kind):
        return True
    if (one.kind, one.name, one.status) != (other.kind, other.name, other.status):
        return False
    if one.whole and other.whole:
        alike = one.head == other.head
        return alike and (not (one.folded or other.folded) or exactly(one, other))
    sure = min(
        len(each.head) if each.whole else max(0, len(each.head) - _RAGGED) for each in (one, other)
    )
    return one.head[:sure] == other.head[:sure] and exactly(one, other)


def _turns_begun(side: Side, shared: int) -> int:
    """How many turns of ``side`` begin within the shared events."""
    if not shared:
        return 0
    last = side.traces[shared - 1].position
    return sum(1 for turn in side.turns if side.positions[turn.start] <= last)


_NOUNS = {
    EventKind.PROMPT: "prompt",
    EventKind.COMMAND: "command of yours",
    EventKind.SHELL: "shell command of yours",
    EventKind.INTERRUPT: "interrupt",
    EventKind.THINKING: "thinking",
    EventKind.TEXT: "answer",
    EventKind.TOOL_USE: "action",
    EventKind.TOOL_RESULT: "outcome",
    EventKind.BLOCK: "block",
    EventKind.COMPACTION: "compaction",
    EventKind.API_ERROR: "error of the API",
}


def noun(trace: Trace) -> str:
    """What an event is, in a word or two; an action by its tool."""
    if trace.kind is EventKind.TOOL_RESULT:
        return f"outcome of {trace.name}" if trace.name else "outcome"
    return trace.name or _NOUNS.get(trace.kind, trace.kind.name.lower())


def what_differs(one: Trace, other: Trace) -> str:
    """In which way two events differ, in a few words: ``another prompt``, ``Read, then Edit``."""
    if one.kind is not other.kind:
        return f"{noun(one)} here, {noun(other)} there"
    if one.kind is EventKind.TOOL_USE:
        if one.name != other.name:
            return f"{one.name} here, {other.name} there"
        return f"{one.name} is given something else"
    if one.kind is EventKind.TOOL_RESULT:
        if one.status != other.status:
            return f"{one.name or 'the action'}: {one.status} here, {other.status} there"
        return f"{one.name or 'the action'} comes to something else"
    if one.kind in (EventKind.THINKING, EventKind.BLOCK):
        return f"other {_NOUNS[one.kind]}"
    return f"another {_NOUNS[one.kind]}"
