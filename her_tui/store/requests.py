"""Attempts on the API into rows: one row per attempt, whichever channels saw it, in any order.

An attempt is known by its key within a channel, or by the API's request id. One that was not
answered has no request id: there, two channels mean the same one if they saw the same messages sent
at about the same time. Where two channels tell the same, the wire's word counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from peewee import SqliteDatabase

from her_tui.events.model import Response
from her_tui.events.requests import CONVERSATION, Attempt, Channel, Outcome
from her_tui.store import bodies
from her_tui.store.attempt_rows import USAGE, Row, every, first, overlay, save
from her_tui.store.twins import bodiless_twin, joined, with_twin


class Owner(NamedTuple):
    """Whose an attempt is."""

    session: int
    agent: int
    """Row of the subagent; 0: the main thread."""


def session_of(database: SqliteDatabase, attempt: Attempt) -> int | None:
    """The session of the row there is of ``attempt``, whatever channel it came from."""
    row = _known(database, attempt)
    return int(row["session"]) if row else None


def merge(database: SqliteDatabase, owner: Owner, attempt: Attempt) -> Row:
    """Fold ``attempt`` into its row, in the caller's transaction; the row as it is then."""
    row = _known(database, attempt) or _made(database, owner)
    if owner.agent:
        row["agent"] = owner.agent
    before = row["request_body"]
    _fold(database, row, attempt)
    save(database, row)
    bodies.drop(database, {before} - {None, row["request_body"]})
    return with_twin(database, row)


def _known(database: SqliteDatabase, attempt: Attempt) -> Row | None:
    """The row of ``attempt`` by its key, else by its request id."""
    if attempt.key:
        found = first(database, f"{_column(attempt.channel)} = ?", attempt.key)
        if found:
            return found
    if attempt.request_id:
        free = "" if not attempt.key else f" AND {_column(attempt.channel)} IS NULL"
        return first(database, f"request_id = ?{free}", attempt.request_id)
    return None


def _column(channel: Channel) -> str:
    return "wire" if channel & Channel.WIRE else "telemetry"


def _made(database: SqliteDatabase, owner: Owner) -> Row:
    cursor = database.connection().execute(
        "INSERT INTO request (session, agent, channels, kind, query_source, model, outcome, error,"
        " effort, speed, conversation, missing)"
        " VALUES (?, ?, 0, '', '', '', 'pending', '', '', '', x'', '{}')",
        (owner.session, owner.agent),
    )
    return every(database, "id = ?", cursor.lastrowid)[0]


def _fold(database: SqliteDatabase, row: Row, attempt: Attempt) -> None:
    """What ``attempt`` tells, into ``row``."""
    told = _told(attempt)
    # Of what was sent, telemetry's copy lacks the thoughts.
    first = attempt.channel & Channel.WIRE and not row["channels"] & Channel.WIRE
    if attempt.request_body is not None and (first or row["request_body"] is None):
        body = bodies.keep(database, row["session"], attempt.request_body, cut=True)
        told["request_body"] = body
    if attempt.response_body is not None and _richer(row, attempt):
        told["response_body"] = bodies.replace(
            database, _let_go(database, row), row["session"], attempt.response_body
        )
    overlay(row, told, attempt.channel)


def _richer(row: Row, attempt: Attempt) -> bool:
    """Whether the response in ``attempt`` is to take the place of the one there is."""
    return bool(
        row["response_body"] is None
        or attempt.channel & Channel.WIRE
        or not row["channels"] & Channel.WIRE
    )


def _let_go(database: SqliteDatabase, row: Row) -> int | None:
    """The response body ``row`` refers to, which it refers to no more."""
    body: int | None = row["response_body"]
    if body is not None:
        database.connection().execute(
            "UPDATE request SET response_body = NULL WHERE id = ?", (row["id"],)
        )
    return body


def _told(attempt: Attempt) -> Row:
    """What ``attempt`` says, by column; nothing it does not know."""
    values: Row = {
        _column(attempt.channel): attempt.key or None,
        "kind": attempt.kind.value if attempt.kind else None,
        "query_source": attempt.query_source or None,
        "request_id": attempt.request_id,
        "message_id": attempt.message_id,
        "model": attempt.model or None,
        "started": attempt.started,
        "ttft_ms": attempt.ttft_ms,
        "duration_ms": attempt.duration_ms,
        "status": attempt.status,
        "outcome": attempt.outcome.value,
        "error": attempt.error or None,
        "streamed": None if attempt.streamed is None else int(attempt.streamed),
        "stop_reason": attempt.stop_reason,
        "effort": attempt.effort or None,
        "cost_usd": attempt.cost_usd,
        "conversation": attempt.conversation or None,
        "chunks": bodies.pack_chunks(attempt.chunks),
        "missing": attempt.missing or None,
        "channels": int(attempt.channel),
    }
    if attempt.tokens is not None:
        values |= {name: getattr(attempt.tokens, name) for name in USAGE}
    return {name: value for name, value in values.items() if value is not None}


# What a row says of the response it was answered with


def response_of(row: Row, agent: str | None) -> Response | None:
    """The response that an attempt was answered with, as far as it was; None if none began.
    ``agent`` is the id of its subagent."""
    if not row["message_id"] or row["input"] is None:
        return None
    response = Response(row["message_id"], row["request_id"] or "", agent, row["model"])
    if row["started"] is not None:
        response.started = response.ended = row["started"] + round(row["duration_ms"] or 0)
    response.stop_reason = row["stop_reason"]
    response.effort = row["effort"]
    if row["kind"] and row["kind"] not in CONVERSATION:
        response.kind = row["kind"]
    for name in USAGE:
        setattr(response, name, row[name] if name != "speed" else _billed(row[name]))
    return response


def _billed(speed: str) -> str:
    """The speed as a transcript tells it: nothing but ``fast`` is billed apart."""
    return speed if speed == "fast" else ""


def of_session(database: SqliteDatabase, session: int) -> list[Row]:
    """Every attempt of a session."""
    return every(database, "session = ? ORDER BY id", session)


def without_transcript(database: SqliteDatabase, before: int) -> list[int]:
    """Sessions without a transcript that have an attempt which ended before ``before`` (in
    milliseconds since the epoch), and nothing that stands in for their transcript since."""
    rows = database.connection().execute(
        "SELECT q.session FROM request q WHERE q.outcome <> 'pending' AND q.request_body NOT NULL"
        " AND q.kind IN ('main', 'subagent', 'other') AND NOT EXISTS (SELECT 1 FROM source s"
        " WHERE s.session = q.session AND (s.role = 'main' OR s.consumed > 0))"
        " GROUP BY q.session HAVING min(q.started + ifnull(q.duration_ms, 0)) < ?",
        (before,),
    )
    return [row[0] for row in rows]


def attempt_of(database: SqliteDatabase, row: Row, agents: Mapping[int, str]) -> Attempt:
    """A row as the attempt it is of, bodies included; ``agents`` are the names of subagents."""
    fetch = bodies.reader(database)

    def body(number: int | None) -> bytes | None:
        return None if number is None else bodies.read(fetch, number)

    return Attempt(
        Channel(row["channels"]),
        row["wire"] or row["telemetry"] or "",
        agent_id=agents.get(row["agent"]),
        request_id=row["request_id"],
        message_id=row["message_id"],
        model=row["model"],
        started=row["started"],
        duration_ms=row["duration_ms"],
        outcome=Outcome(row["outcome"]),
        request_body=body(row["request_body"]),
        response_body=body(row["response_body"]),
    )


def latest_session(database: SqliteDatabase, wire: str) -> int | None:
    """The session of the last attempt whose key on the wire is ``wire`` (a glob)."""
    row = database.connection().execute(
        "SELECT session FROM request WHERE wire GLOB ? ORDER BY id DESC LIMIT 1", (wire,)
    )
    found = row.fetchone()
    return int(found[0]) if found else None


def overtaken(database: SqliteDatabase, reason: str) -> None:
    """Settle the attempts that only telemetry saw begin, and after which their conversation went
    on: their end was not seen, for ``reason``."""
    _settle(
        database,
        "id IN (SELECT q.id FROM request q JOIN request l ON l.session = q.session"
        " AND l.agent = q.agent AND l.kind = q.kind AND l.started > q.started"
        " WHERE q.outcome = 'pending' AND q.wire IS NULL)",
        reason,
    )


def given_up(database: SqliteDatabase, before: int, reason: str) -> list[Row]:
    """Settle the attempts that only telemetry saw begin, earlier than ``before`` (milliseconds
    since the epoch): their end was not seen, for ``reason``. Those attempts."""
    return _settle(database, "outcome = 'pending' AND wire IS NULL AND started < ?", reason, before)


def _settle(database: SqliteDatabase, condition: str, reason: str, *values: Any) -> list[Row]:
    settled = []
    for row in every(database, condition, *values):
        twin = bodiless_twin(database, row)
        if twin is not None:
            joined(database, twin, row)
            continue
        row["outcome"] = Outcome.LOST.value
        row["missing"] = {**row["missing"], "status": reason}
        save(database, row)
        settled.append(row)
    return settled


def forget(database: SqliteDatabase, session: int) -> None:
    """Forget the attempts of a session, and the bodies that were theirs alone."""
    connection = database.connection()
    rows = connection.execute(
        "SELECT request_body, response_body FROM request WHERE session = ?", (session,)
    ).fetchall()
    connection.execute("DELETE FROM request WHERE session = ?", (session,))
    bodies.drop(database, {body for row in rows for body in row if body is not None})
