"""The attempts on the API of a session, as telemetry and the wire saw them, with their bodies."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from her_tui.events.model import EventKind
from her_tui.events.requests import Channel, Outcome
from her_tui.queries.library import Library
from her_tui.queries.tokens import Tokens

#: How an attempt ends badly.
_BAD = (Outcome.ERROR, Outcome.CLIENT, Outcome.UPSTREAM, Outcome.LOST)


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One attempt. None: no channel saw it."""

    id: int
    """Row id: the key for what was sent and received."""
    agent: int
    """Row id of the subagent; 0: the main thread."""
    kind: str
    query_source: str
    request_id: str | None
    message_id: str | None
    model: str
    started: int | None
    ttft_ms: float | None
    duration_ms: float | None
    status: int | None
    outcome: str
    error: str
    streamed: bool | None
    stop_reason: str | None
    effort: str
    tokens: Tokens | None
    cost_usd: float | None
    """The client's own figure."""
    conversation: bytes
    channels: Channel
    request_body: int | None
    """Row id of the body; None if none is kept."""
    response_body: int | None
    request_bytes: int | None
    response_bytes: int | None
    missing: Mapping[str, str]
    """Field -> why it is not there."""

    @property
    def ended(self) -> int | None:
        """When its last byte came."""
        if self.started is None or self.duration_ms is None:
            return None
        return self.started + round(self.duration_ms)

    @property
    def pending(self) -> bool:
        """It was not seen to end."""
        return self.outcome == Outcome.PENDING

    @property
    def failed(self) -> bool:
        """It ended badly."""
        return self.outcome in _BAD


class Retry(NamedTuple):
    """A failed attempt, or one that the human stopped, as the transcript has it."""

    ts: int
    agent: int
    kind: int
    """`EventKind.RETRY` or `EventKind.INTERRUPT`."""
    detail: str
    """The status, or the connection's error."""
    said: str


#: Columns that an `AttemptRow` takes as they are.
_PLAIN = (
    "id", "agent", "kind", "query_source", "request_id", "message_id", "model", "started",
    "ttft_ms", "duration_ms", "status", "outcome", "error", "stop_reason", "effort", "cost_usd",
    "conversation", "request_body", "response_body", "request_bytes", "response_bytes",
)  # fmt: skip
_SIZES = {"request_bytes": "q.size", "response_bytes": "a.size"}
_USAGE = ("input", "output", "cache_creation", "cache_read")
_ATTEMPT = ", ".join(
    _SIZES.get(name, f"r.{name}") for name in (*_PLAIN, *_USAGE, "streamed", "channels", "missing")
)
_FROM = (
    "FROM request r LEFT JOIN body q ON q.id = r.request_body"
    " LEFT JOIN body a ON a.id = r.response_body"
)


def attempts(library: Library, session: int, which: str = "1") -> list[AttemptRow]:
    """Every attempt of a session, or of a subagent, by its row id; in order of start. ``which`` is
    a condition on the rows ``r``, of our own making."""
    where, values = of_session(library, session, "r")
    rows = library.rows(
        f"SELECT {_ATTEMPT} {_FROM} WHERE {where} AND ({which}) ORDER BY r.started, r.id", values
    )
    found = [attempt_row(row) for row in rows]
    if all(row.status is not None or row.channels & Channel.WIRE for row in found):
        return found
    return explained(found, _retries(library, where.replace("r.", "e."), values))


def _retries(library: Library, where: str, values: tuple[int, ...]) -> list[Retry]:
    """The failures that the client wrote down, in order."""
    return [
        Retry(*row)
        for row in library.rows(
            "SELECT e.ts, e.agent, e.kind, e.detail, e.preview FROM event e"
            f" WHERE {where} AND e.kind IN (?, ?) AND e.ts IS NOT NULL ORDER BY e.ts",
            (*values, EventKind.RETRY, EventKind.INTERRUPT),
        )
    ]


def explained(attempts: Sequence[AttemptRow], retries: Sequence[Retry]) -> list[AttemptRow]:
    """``attempts``, in order of start, with what the client wrote down of those whose end no
    channel saw: a failure is of the attempt of its thread that was made last before it."""
    told = list(attempts)
    for retry in retries:
        before = [
            at
            for at, row in enumerate(told)
            if row.started is not None and row.started <= retry.ts and row.agent == retry.agent
        ]
        if not before:
            continue
        row = told[before[-1]]
        if row.failed and row.status is None and not row.channels & Channel.WIRE and not row.error:
            told[before[-1]] = replace(
                row,
                outcome=Outcome.CLIENT if retry.kind == EventKind.INTERRUPT else row.outcome,
                status=int(retry.detail) if retry.detail.isdecimal() else None,
                error=retry.said or retry.detail,
                missing={
                    name: why
                    for name, why in row.missing.items()
                    if name != "status" or not retry.detail.isdecimal()
                },
            )
    return told


def attempt(library: Library, number: int) -> AttemptRow | None:
    """The attempt with row id ``number``."""
    rows = library.rows(f"SELECT {_ATTEMPT} {_FROM} WHERE r.id = ?", (number,))
    return attempt_row(rows[0]) if rows else None


def of_session(library: Library, session: int, table: str) -> tuple[str, tuple[int, ...]]:
    """The condition on rows of ``table`` that belong to a session, or to a subagent of one."""
    parent = library.rows("SELECT parent FROM session WHERE id = ?", (session,))
    if parent and parent[0][0] is not None:
        return f"{table}.session = ? AND {table}.agent = ?", (parent[0][0], session)
    return f"{table}.session = ?", (session,)


def attempt_row(row: tuple[Any, ...]) -> AttemptRow:
    """A row of the columns above."""
    plain: dict[str, Any] = dict(zip(_PLAIN, row, strict=False))
    usage, (streamed, channels, missing) = row[len(_PLAIN) : -3], row[-3:]
    return AttemptRow(
        **plain,
        tokens=None if usage[0] is None else Tokens(*(number or 0 for number in usage)),
        streamed=None if streamed is None else bool(streamed),
        channels=Channel(channels),
        missing=json.loads(missing),
    )


# What was sent and received


def body(library: Library, number: int | None) -> bytes | None:
    """The body with row id ``number``; None if it is not kept (any more)."""
    if number is None:
        return None
    from her_tui.store import bodies  # deferred: the first paint needs no database

    def fetch(sql: str, values: tuple[Any, ...]) -> Any:
        return next(iter(library.rows(sql, values)), None)

    return bodies.read(fetch, number)


def chunks(library: Library, attempt: int) -> list[tuple[int, float]]:
    """(bytes of the response there were, milliseconds since the start) at each arrival; empty
    where the wire did not see them."""
    from her_tui.store import bodies

    rows = library.rows("SELECT chunks FROM request WHERE id = ?", (attempt,))
    return bodies.unpack_chunks(rows[0][0]) if rows else []
