"""The responses of a session: what came of the attempts on the API, and what the transcript tells.

A response that only the transcript tells of has no attempts; attempts that were never answered are
a response without a message.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from her_tui.analysis import attempts as grouping
from her_tui.events.requests import CONVERSATION, Channel, RequestKind
from her_tui.queries.library import Library
from her_tui.queries.requests import AttemptRow, attempts, of_session
from her_tui.queries.tokens import Tokens

#: Why fields are missing of which only the transcript tells.
ONLY_TRANSCRIPT = "only the transcript tells of this response"


@dataclass(frozen=True, slots=True)
class ResponseRow:
    """One response of the API, or what should have become one. None: not known, see ``missing``."""

    message_id: str | None
    request_id: str | None
    agent: int
    """Row id of the subagent; 0: the main thread."""
    agent_id: str | None
    """The client's own id of the subagent."""
    kind: str
    model: str
    started: int | None
    """When the first attempt was sent; if none was seen, when the first block came."""
    ttft_ms: float | None
    """Of the last attempt, as are ``duration_ms``, ``status`` and ``outcome``."""
    duration_ms: float | None
    status: int | None
    outcome: str
    attempts: tuple[AttemptRow, ...]
    stop_reason: str | None
    tokens: Tokens | None
    cost_usd: float | None
    """From public prices; the client's own figure where those do not know the model."""
    channels: Channel
    missing: Mapping[str, str] = field(default_factory=dict)
    untold: tuple[int, ...] = ()
    """Attempts (row ids) whose answer, or a part of it, is kept but not in the transcript."""

    @property
    def last(self) -> AttemptRow | None:
        """The attempt that was answered, or the last that was made."""
        return self.attempts[-1] if self.attempts else None

    @property
    def is_side(self) -> bool:
        """It is not part of the conversation."""
        return self.kind not in CONVERSATION

    @property
    def pending(self) -> bool:
        """It is under way."""
        return self.last is not None and self.last.pending


class _Told(NamedTuple):
    """A response as the library's table of responses has it."""

    agent: int
    message_id: str
    request_id: str
    model: str
    started: int | None
    stop_reason: str | None
    input: int
    output: int
    cache_creation: int
    cache_read: int
    kind: str
    cost: float | None
    in_transcript: int

    @property
    def tokens(self) -> Tokens:
        """What it used."""
        return Tokens(self.input, self.output, self.cache_creation, self.cache_read)


def responses(library: Library, session: int) -> tuple[ResponseRow, ...]:
    """Every response of a session (of a subagent, by its row id), side requests and those of its
    subagents included, in order of start."""
    told = _told(library, session)
    names = _agent_ids(library, session)
    found: list[ResponseRow] = []
    joined: set[int] = set()
    for group in grouping.group(attempts(library, session)):
        known = [at for each in group for at in told.find(each)]
        joined.update(known)
        last = list(told.find(group[-1]))
        found.append(_answered(group, told.rows[last[-1]] if last else None, told, known, names))
    found += [_unseen(row, names) for at, row in enumerate(told.rows) if at not in joined]
    found.sort(key=lambda row: (row.started is None, row.started or 0, row.message_id or ""))
    return tuple(found)


class _Tolds:
    """The told responses of a session, and which of them an attempt was answered with."""

    def __init__(self, rows: Sequence[_Told]) -> None:
        self.rows = rows
        self._by_message: dict[str, list[int]] = {}
        for at, row in enumerate(rows):
            self._by_message.setdefault(row.message_id, []).append(at)

    def find(self, attempt: AttemptRow) -> Iterator[int]:
        """Places of the rows that tell of ``attempt``."""
        for at in self._by_message.get(attempt.message_id or "", ()):
            known = self.rows[at].request_id
            if not known or not attempt.request_id or known == attempt.request_id:
                yield at


def _told(library: Library, session: int) -> _Tolds:
    where, values = of_session(library, session, "p")
    rows = library.rows(
        "SELECT p.agent, p.message_id, p.request_id, p.model, p.started, p.stop_reason, p.input,"
        " p.output, p.cache_creation, p.cache_read, p.kind, p.cost, p.id IN (SELECT e.response"
        " FROM event e WHERE e.session = ? AND e.response IS NOT NULL)"
        f" FROM response p WHERE {where} ORDER BY p.id",
        (values[0], *values),
    )
    return _Tolds([_Told._make(row) for row in rows])


def _agent_ids(library: Library, session: int) -> dict[int, str]:
    """Row id of a subagent -> the client's own id of it."""
    rows = library.rows(
        "SELECT id, session_id FROM session WHERE parent = ?1 OR id = ?1", (session,)
    )
    return {row[0]: row[1].rpartition("/")[2] for row in rows if "/" in row[1]}


def _answered(
    group: Sequence[AttemptRow],
    row: _Told | None,
    told: _Tolds,
    known: Sequence[int],
    names: Mapping[int, str],
) -> ResponseRow:
    """The response that the attempts ``group`` are of; ``row`` is what the library tells of it."""
    last = group[-1]
    channels = Channel(0)
    for each in group:
        channels |= each.channels
    if any(told.rows[at].in_transcript for at in known):
        channels |= Channel.TRANSCRIPT
    tokens = row.tokens if row else last.tokens
    cost = row.cost if row and row.cost is not None else last.cost_usd
    agent = last.agent or (row.agent if row else 0)
    return ResponseRow(
        message_id=last.message_id,
        request_id=last.request_id or (row.request_id if row else None) or None,
        agent=agent,
        agent_id=names.get(agent),
        kind=last.kind or (RequestKind.SUBAGENT if agent else RequestKind.MAIN),
        model=last.model or (row.model if row else ""),
        started=_first(group[0].started, row.started if row else None),
        ttft_ms=last.ttft_ms,
        duration_ms=last.duration_ms,
        status=last.status,
        outcome=last.outcome,
        attempts=tuple(group),
        stop_reason=(row.stop_reason if row else None) or last.stop_reason,
        tokens=tokens,
        cost_usd=cost,
        channels=channels,
        missing=last.missing,
        untold=tuple(each.id for each in group if _is_untold(each, told)),
    )


def _is_untold(attempt: AttemptRow, told: _Tolds) -> bool:
    if attempt.pending or not attempt.message_id or attempt.response_body is None:
        return False
    return not any(told.rows[at].in_transcript for at in told.find(attempt))


def _first(*values: int | None) -> int | None:
    return next((value for value in values if value is not None), None)


def _unseen(row: _Told, names: Mapping[int, str]) -> ResponseRow:
    """A response of which only the transcript tells."""
    kind = row.kind or (RequestKind.SUBAGENT if row.agent else RequestKind.MAIN)
    return ResponseRow(
        message_id=row.message_id,
        request_id=row.request_id or None,
        agent=row.agent,
        agent_id=names.get(row.agent),
        kind=kind,
        model=row.model,
        started=row.started,
        ttft_ms=None,
        duration_ms=None,
        status=None,
        outcome="",
        attempts=(),
        stop_reason=row.stop_reason,
        tokens=row.tokens,
        cost_usd=row.cost,
        channels=Channel.TRANSCRIPT,
        missing=dict.fromkeys(("ttft_ms", "duration_ms", "status"), ONLY_TRANSCRIPT),
    )
