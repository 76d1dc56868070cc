"""What the events of a session change in its state, and the state in the making.

A `Draft` takes one `Step` after the other, and each kind of step knows what it does to one. Steps
are plain tuples, and say no more than is needed: a session has 100,000 of them and more.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from her_tui.analysis.state import (
    PARTS,
    Commit,
    Context,
    FileState,
    Pending,
    Spent,
    State,
    Todo,
)
from her_tui.events.model import ActionKind

#: Characters of English text to a token of Claude's, as its vendor's glossary has it: for how much
#: of the first request was said, and how much is system prompt and tools.
CHARS_PER_TOKEN = 3.5


class Lengths:
    """How much was said by any position, for each of the `PARTS` of a context but the first."""

    __slots__ = ("_positions", "_sums")

    def __init__(self, said: Iterable[tuple[int, int, int]]) -> None:
        """``said``: (position, part, characters), positions in order."""
        self._positions: tuple[array[int], ...] = tuple(array("q") for _ in PARTS)
        self._sums: tuple[array[int], ...] = tuple(array("q", [0]) for _ in PARTS)
        positions, sums = self._positions, self._sums
        for position, part, chars in said:
            positions[part].append(position)
            sums[part].append(sums[part][-1] + chars)

    def between(self, first: int, last: int) -> tuple[int, ...]:
        """Characters of each part from position ``first`` to ``last``, both included."""
        return tuple(
            sums[bisect_right(positions, last)] - sums[bisect_left(positions, first)]
            if first <= last
            else 0
            for positions, sums in zip(self._positions, self._sums, strict=True)
        )


def make_up(tokens: int, chars: Sequence[int], base: int | None = None) -> dict[str, int]:
    """``tokens`` of a context divided among its `PARTS`, of which the ``chars`` are known.

    The first part takes ``base`` tokens, if that is known and leaves something for the others:
    system prompt and tools hardly change, while how many characters make a token depends on what
    they say. Else it takes what the others, at `CHARS_PER_TOKEN`, leave.
    """
    if tokens <= 0:
        return {}
    said = sum(chars[1:])
    estimated = min(tokens, int(said / CHARS_PER_TOKEN))
    share = tokens - base if base is not None and base < tokens else estimated
    parts = [share * count // said if said else 0 for count in chars[1:]]
    rest = tokens - sum(parts)
    return {part: count for part, count in zip(PARTS, (rest, *parts), strict=True) if count}


class Draft:
    """A state in the making."""

    __slots__ = (
        "agents",
        "commit",
        "compacted",
        "cost",
        "error",
        "errors",
        "files",
        "files_shared",
        "filled",
        "mode",
        "model",
        "opened",
        "pending",
        "todo",
        "tokens",
        "unpriced",
        "window",
    )

    def __init__(self) -> None:
        self.compacted = 0
        """Where the context began."""
        self.filled = (0, 0)
        """Tokens of the last response since, and where it ended."""
        self.opened = (0, 0)
        """The same of the first response of all."""
        self.window: int | None = None
        self.tokens = (0, 0, 0, 0)
        """Input, output, cache creation, cache read."""
        self.cost: float | None = None
        self.unpriced = 0
        self.files: dict[str, FileState] = {}
        self.files_shared = False
        """Others hold ``files``: to be copied before it is changed."""
        self.todo: tuple[Todo, ...] = ()
        self.model = ""
        self.mode = ""
        self.commit: Commit | None = None
        self.pending: dict[int, tuple[int, Begun]] = {}
        """Action -> where it began, and how."""
        self.agents: dict[int, None] = {}
        self.error: int | None = None
        self.errors = 0

    def size(self) -> int:
        """How many things a copy holds."""
        return len(self.files) + len(self.pending) + len(self.agents)

    def copy(self) -> Draft:
        """One that goes its own way from here."""
        self.files_shared = True
        new = Draft.__new__(Draft)
        for name in self.__slots__:
            setattr(new, name, getattr(self, name))
        new.pending = self.pending.copy()
        new.agents = self.agents.copy()
        return new

    def state(self, position: int, time: int, turn: int, lengths: Lengths) -> State:
        """The state as of ``position``; the draft is not to be changed after that."""
        tokens, filled = self.filled
        chars = lengths.between(self.compacted, filled) if tokens else ()
        opening, opened = self.opened
        first = make_up(opening, lengths.between(0, opened)) if tokens else {}
        pending = tuple(begun.pending(at, action) for action, (at, begun) in self.pending.items())
        launched = (each.subagent for each in pending if each.subagent)
        return State(
            position=position,
            time=time,
            turn=turn,
            spent=Spent(*self.tokens, self.cost, self.unpriced),
            context=Context(tokens, self.window, make_up(tokens, chars, first.get(PARTS[0]))),
            files=self.files,
            todo=self.todo,
            model=self.model,
            mode=self.mode,
            commit=self.commit,
            pending=pending,
            agents=tuple(dict.fromkeys((*self.agents, *launched))),
            error=self.error,
            errors=self.errors,
        )


class Step(Protocol):
    """Something that an event changes."""

    def apply(self, draft: Draft, position: int) -> None:
        """Bring ``draft`` up to date with what the event at ``position`` changes."""


class Answered(NamedTuple):
    """A response was paid for; one of the session's ``own`` thread tells how full its context is,
    of which it holds ``window`` tokens at most."""

    input: int
    output: int
    cache_creation: int
    cache_read: int
    cost: float | None
    unpriced: int
    own: bool
    window: int | None

    def apply(self, draft: Draft, position: int) -> None:
        """See `Step`."""
        one, two, three, four, cost, unpriced, own, window = self
        tokens = draft.tokens
        draft.tokens = (tokens[0] + one, tokens[1] + two, tokens[2] + three, tokens[3] + four)
        draft.unpriced += unpriced
        if cost is not None:
            draft.cost = (draft.cost or 0.0) + cost
        if own and (total := one + two + three + four):
            draft.filled = (total, position)
            if not draft.opened[0]:
                draft.opened = draft.filled
            draft.window = window


class Compacted(NamedTuple):
    """The context begins anew."""

    def apply(self, draft: Draft, position: int) -> None:
        """See `Step`."""
        draft.compacted = position
        draft.filled = (0, position)


class Begun(NamedTuple):
    """An action was started. The fields are those of `Pending`."""

    action: int
    kind: ActionKind
    name: str
    target: str
    since: int
    agent: int
    subagent: int
    asked_until: int

    def apply(self, draft: Draft, position: int) -> None:
        """See `Step`."""
        draft.pending[self.action] = (position, self)

    def pending(self, position: int, action: int) -> Pending:
        """The action, which began at ``position``, as it is shown."""
        _, kind, name, target, since, agent, subagent, asked_until = self
        return Pending(action, kind, name, target, position, since, agent, subagent, asked_until)


class Ended(NamedTuple):
    """An action has ended, or never will."""

    action: int

    def apply(self, draft: Draft, position: int) -> None:
        """See `Step`."""
        draft.pending.pop(self.action, None)


class Edited(NamedTuple):
    """A file was changed."""

    path: str
    added: int
    removed: int

    def apply(self, draft: Draft, position: int) -> None:
        """See `Step`."""
        if draft.files_shared:
            draft.files = draft.files.copy()
            draft.files_shared = False
        path, added, removed = self
        edits = 1
        if before := draft.files.get(path):
            added, removed = added + before.added, removed + before.removed
            edits += before.edits
        draft.files[path] = FileState(path, added, removed, edits, position)


class Planned(NamedTuple):
    """The task list is another one."""

    todo: tuple[Todo, ...]

    def apply(self, draft: Draft, position: int) -> None:
        """See `Step`."""
        draft.todo = self.todo


class Model(NamedTuple):
    """Another model answers."""

    model: str

    def apply(self, draft: Draft, position: int) -> None:
        """See `Step`."""
        draft.model = self.model


class Mode(NamedTuple):
    """The permission mode is another one."""

    mode: str

    def apply(self, draft: Draft, position: int) -> None:
        """See `Step`."""
        draft.mode = self.mode


class Committed(NamedTuple):
    """A commit was made."""

    sha: str
    subject: str

    def apply(self, draft: Draft, position: int) -> None:
        """See `Step`."""
        draft.commit = Commit(position, self.sha, self.subject)


class Failed(NamedTuple):
    """Something went wrong."""

    def apply(self, draft: Draft, position: int) -> None:
        """See `Step`."""
        draft.error = position
        draft.errors += 1


class Joined(NamedTuple):
    """A subagent is at work."""

    agent: int

    def apply(self, draft: Draft, position: int) -> None:
        """See `Step`."""
        draft.agents[self.agent] = None


class Left(NamedTuple):
    """A subagent is done."""

    agent: int

    def apply(self, draft: Draft, position: int) -> None:
        """See `Step`."""
        draft.agents.pop(self.agent, None)
