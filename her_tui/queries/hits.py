"""What was found, as rows to show: whose it is, when it was, and the passage that tells why."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from her_tui.events.documents import DocumentKind
from her_tui.events.model import EventKind
from her_tui.queries import texts
from her_tui.queries.library import Library
from her_tui.search.fusion import WEIGHT
from her_tui.search.matching import mark

#: Characters of a passage that are shown: three lines of a terminal.
WIDTH = 240

#: Words named as the reason for a hit.
_NAMED = 6

_SELECT = (
    "SELECT e.id, e.kind, e.session, e.agent, e.ts, e.key, e.chars, e.preview, s.session_id,"
    " s.agent, s.title, s.project, a.name, a.target, CASE WHEN a.commits THEN a.subject END,"
    " EXISTS (SELECT 1 FROM own.star o WHERE o.agent = s.agent AND o.session_id = s.session_id"
    " AND o.key = e.key)"
    " FROM event e JOIN session s ON s.id = e.session LEFT JOIN action a ON a.id = e.action"
)

#: Events whose stored first line is all there is to them, if they are as short as that.
_WHOLE_IN_PREVIEW = frozenset({EventKind.PROMPT, EventKind.TEXT, EventKind.THINKING})


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


class Candidate(NamedTuple):
    """An event that was found, not yet read."""

    event: int
    kind: DocumentKind
    score: float = 0.0
    words: float = 0.0
    """What its words are worth (`her_tui.search.fusion.worth`); 0: not found by them."""
    meaning: float = 0.0
    """Cosine; 0: not found by it."""
    ordinal: int = 0
    """The passage that is nearest."""


Passage = Callable[[str, int], str]
"""(text, ordinal) -> that passage of it."""


def read(
    library: Library,
    candidates: Sequence[Candidate],
    words: tuple[str, ...] = (),
    passage: Passage | None = None,
    full: int | None = None,
) -> list[Hit]:
    """The hits that ``candidates`` are, in their order; what is no longer in the library is left
    out. Of the first ``full`` (None: all) the whole text is searched for the ``words``, of the
    others what the library has at hand."""
    rows = _rows(library, [candidate.event for candidate in candidates])
    looked_up = [
        candidate.event
        for candidate in candidates[:full]
        if candidate.event in rows and not _is_at_hand(rows[candidate.event], candidate, words)
    ]
    said = texts.texts(library, looked_up) if looked_up else {}
    return [
        _hit(candidate, rows[candidate.event], said, words, passage)
        for candidate in candidates
        if candidate.event in rows
    ]


def _rows(library: Library, events: Sequence[int]) -> dict[int, tuple[Any, ...]]:
    found = library.rows(
        f"{_SELECT} WHERE e.id IN (SELECT value FROM json_each(?))", (json.dumps(list(events)),)
    )
    return {row[0]: row for row in found}


def _is_at_hand(row: tuple[Any, ...], candidate: Candidate, words: tuple[str, ...]) -> bool:
    """Whether the row has all that can be shown."""
    if candidate.kind is DocumentKind.COMMIT:
        return True
    return EventKind(row[1]) in _WHOLE_IN_PREVIEW and row[6] <= len(row[7])


def _hit(
    candidate: Candidate,
    row: tuple[Any, ...],
    said: Mapping[int, str],
    words: tuple[str, ...],
    passage: Passage | None,
) -> Hit:
    event, _, session, agent, ts, key, _, preview, session_id, client, title, project, *rest = row
    name, target, subject, starred = rest
    text = subject or preview if candidate.kind is DocumentKind.COMMIT else said.get(event, preview)
    if candidate.meaning and candidate.ordinal and passage is not None:
        text = passage(text, candidate.ordinal)
    snippet, marks = mark(text, words, WIDTH)
    return Hit(
        event=event,
        kind=candidate.kind,
        session=session,
        session_id=session_id,
        agent_name=client,
        agent=agent,
        ts=ts,
        score=candidate.score,
        why=_why(candidate, snippet, marks),
        snippet=snippet,
        marks=marks,
        title=title,
        project=project,
        key=bytes(key) if key is not None else None,
        starred=bool(starred),
        detail=" ".join(part for part in (name, target) if part),
    )


def _why(candidate: Candidate, snippet: str, marks: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    """The reasons, the strongest first."""
    if not candidate.words and not candidate.meaning:
        return ("newest",)
    reasons: list[tuple[float, str]] = []
    if candidate.words:
        found = dict.fromkeys(snippet[start:end].lower() for start, end in marks)
        named = ", ".join(list(found)[:_NAMED])
        told = f"words: {named}" if named else "words"
        reasons.append((WEIGHT * candidate.words, told))
    if candidate.meaning:
        reasons.append((candidate.meaning, f"meaning {candidate.meaning:.2f}"))
    return tuple(reason for _, reason in sorted(reasons, reverse=True))
