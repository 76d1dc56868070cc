"""The session list: which sessions, in which order, and what each row says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from her_tui.queries.library import Library
from her_tui.queries.tokens import Tokens


class Sort(StrEnum):
    """What the list is ordered by; each starts with the end one looks for (newest, most)."""

    RECENT = "recent"
    COST = "cost"
    TOKENS = "tokens"
    DURATION = "duration"
    PROMPTS = "prompts"
    ERRORS = "errors"
    TITLE = "title"


class Group(StrEnum):
    """What the list is grouped by."""

    NONE = "none"
    PROJECT = "project"
    DAY = "day"


class Origin(StrEnum):
    """Where a session is now."""

    LIVE = "live"
    """Its file grew a moment ago."""
    FILE = "file"
    """Its file is still in the client's folder."""
    ONLY_HERE = "only-here"
    """The client deleted its file; Her's copy is the only one."""


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One row of the session list. All counts include subagents and copied history."""

    id: int
    """Row id: the key for every other query."""
    agent: str
    session_id: str
    parent: int | None
    """Row id of the session this is a subagent of."""
    title: str
    project: str
    """Folder of the repository it worked in (worktrees count to their repository)."""
    cwd: str
    branch: str
    model: str
    started: int | None
    """Milliseconds since the epoch."""
    ended: int | None
    prompts: int
    turns: int
    responses: int
    actions: int
    edits: int
    commits: int
    errors: int
    tokens: Tokens
    cost: float | None
    """US dollars; None if nothing in it could be priced."""
    unpriced: int
    """Responses of unknown price (their cost is missing from ``cost``)."""
    subagents: int
    origin: Origin
    days_left: int | None
    """Days until the client deletes its file; None if it does not, or the file is gone."""
    damaged: int
    """Lines of its files of which something was lost."""
    path: str
    """Its transcript file."""
    forked_from: str = ""
    """Session id it says it was forked from."""

    @property
    def duration_ms(self) -> int | None:
        """From first to last event."""
        if self.started is None or self.ended is None:
            return None
        return self.ended - self.started


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What the list should show."""

    text: str = ""
    """Words that must all occur in title, project, branch or first prompt (case-insensitive)."""
    sort: Sort = Sort.RECENT
    reverse: bool = False
    group: Group = Group.NONE
    project: str = ""
    """Only this project."""
    hidden: bool = False
    """Also show one-shot and empty sessions."""
    expanded: frozenset[int] = field(default_factory=frozenset)
    """Sessions whose subagents are shown below them."""


@dataclass(frozen=True, slots=True)
class GroupHeader:
    """The line above a group of sessions."""

    label: str
    sessions: int
    cost: float | None
    tokens: int


@dataclass(frozen=True, slots=True)
class Listing:
    """The whole list as row keys: 100,000 rows cost one integer each."""

    entries: Sequence[int]
    """Row id of a session, or ``-1 - i`` for ``headers[i]``."""
    headers: tuple[GroupHeader, ...]
    sessions: int
    """How many sessions match."""
    hidden: int
    """How many one-shot and empty sessions were left out."""
    cost: float | None
    """Cost of all that match."""


def listing(library: Library, query: ListQuery) -> Listing:
    """The sessions that match ``query``, in order."""
    raise RuntimeError


def rows(library: Library, ids: Sequence[int]) -> Mapping[int, SessionRow]:
    """The rows with these ids (at most a few hundred at a time); missing ones are left out."""
    raise RuntimeError


def find(library: Library, reference: str) -> SessionRow:
    """The session named by its id or an unambiguous start of it (4 characters or more).

    Raises `her_tui.errors.NotFound`.
    """
    raise RuntimeError


@dataclass(frozen=True, slots=True)
class Spend:
    """Cost and volume of one day or one project, each response counted once."""

    key: str
    """``2026-11-20`` in local time, or the project's folder."""
    cost: float | None
    tokens: int
    prompts: int
    sessions: int


def spend_by_day(library: Library, days: int) -> Sequence[Spend]:
    """Spend of the last ``days`` days, oldest first, days without any included."""
    raise RuntimeError


def spend_by_project(library: Library, limit: int) -> Sequence[Spend]:
    """The ``limit`` dearest projects."""
    raise RuntimeError
