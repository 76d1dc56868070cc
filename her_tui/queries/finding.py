"""Finding: what was asked, answered and done, by words and by meaning."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from enum import StrEnum

from her_tui.events.documents import DocumentKind
from her_tui.errors import HerError
from her_tui.language.tree import Query
from her_tui.queries.library import Library
from her_tui.queries.meaning import MeaningState


class Superseded(HerError):
    """Nobody waits for the answer any more: ``over`` was set."""


class Mode(StrEnum):
    """By what to find."""

    HYBRID = "hybrid"
    WORDS = "words"
    MEANING = "meaning"


class Where(StrEnum):
    """In what to find."""

    ALL = "all"
    PROMPTS = "prompts"
    RESPONSES = "responses"
    ACTIONS = "actions"
    COMMITS = "commits"


@dataclass(frozen=True, slots=True)
class Hit:
    """One event that was found."""

    event: int
    """Row id of the event."""
    kind: DocumentKind
    session: int
    """Row id of its session (of a subagent's event: of the session it belongs to)."""
    session_id: str
    agent_name: str
    """The client: `Session.agent`."""
    agent: int
    """Row id of the subagent it belongs to; 0 on the main thread."""
    ts: int | None
    score: float
    """Comparable within one answer only; the greater the better."""
    why: tuple[str, ...]
    """Why it was found, the strongest first: ``words: oauth, callback``, ``meaning 0.62``,
    ``newest``."""
    snippet: str
    """The passage that fits best, on one line, as captured: show it through ``literal``."""
    marks: tuple[tuple[int, int], ...]
    """(start, end) of the words found in ``snippet``, in characters."""
    title: str
    project: str
    key: bytes | None = None
    """Identity of its record: what stars, tags and notes hold on to."""
    starred: bool = False
    detail: str = ""
    """For an action: its tool and target."""


@dataclass(frozen=True, slots=True)
class Found:
    """An answer."""

    hits: tuple[Hit, ...] = ()
    meaning: MeaningState = field(default_factory=MeaningState)
    more: bool = False
    """There are more than were asked for."""
    remarks: tuple[str, ...] = ()


def newest(
    library: Library,
    query: Query,
    where: Where = Where.ALL,
    limit: int = 50,
    over: threading.Event | None = None,
) -> Found:
    """What has all the words, the newest first, unranked: the answer while the user is typing. An
    empty query gives the newest of all."""
    raise NotImplementedError


def find(
    library: Library,
    query: Query,
    where: Where = Where.ALL,
    limit: int = 50,
    mode: Mode = Mode.HYBRID,
    over: threading.Event | None = None,
) -> Found:
    """What fits ``query`` best, ranked. Where meaning is not to be had, by words alone, and
    `Found.meaning` says why."""
    raise NotImplementedError


def similar(
    library: Library, event: int, limit: int = 50, over: threading.Event | None = None
) -> Found:
    """The prompts that mean what the prompt ``event`` means, itself left out."""
    raise NotImplementedError
