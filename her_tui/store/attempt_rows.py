"""Rows of the table of attempts: reading and saving them, and laying what one channel tells over
what another did."""

from __future__ import annotations

import json
from typing import Any

from peewee import SqliteDatabase

from her_tui.events.requests import Channel, Outcome
from her_tui.store import turns

_COLUMNS = (
    "id, session, agent, wire, telemetry, channels, kind, query_source, request_id, message_id,"
    " model, started, ttft_ms, duration_ms, status, outcome, error, streamed, stop_reason, effort,"
    " input, output, cache_creation, cache_creation_1h, cache_read, web_searches, speed, cost_usd,"
    " conversation, request_body, response_body, chunks, missing"
)
_NAMES = tuple(_COLUMNS.replace(",", " ").split())
#: Columns of what an answer used; null in all of the numbers if that is not known.
USAGE = (
    "input",
    "output",
    "cache_creation",
    "cache_creation_1h",
    "cache_read",
    "web_searches",
    "speed",
)
_SAVE = f"UPDATE request SET {', '.join(f'{name} = ?' for name in _NAMES[1:])} WHERE id = ?"

#: An outcome gives way to one that says more.
_SAYS = {Outcome.PENDING: 0, Outcome.LOST: 1}

#: Columns that refer to bodies.
BODIES = ("request_body", "response_body")

Row = dict[str, Any]


def first(database: SqliteDatabase, condition: str, *values: Any) -> Row | None:
    """The first row that ``condition`` (with its order, if that matters) names."""
    return next(iter(every(database, f"{condition} LIMIT 1", *values)), None)


def every(database: SqliteDatabase, condition: str, *values: Any) -> list[Row]:
    """All rows that ``condition`` names."""
    rows = database.connection().execute(
        f"SELECT {_COLUMNS} FROM request WHERE {condition}", values
    )
    return [_from(row) for row in rows.fetchall()]


def _from(values: Any) -> Row:
    row = dict(zip(_NAMES, values, strict=True))
    row["missing"] = json.loads(row["missing"])
    return row


def overlay(row: Row, told: Row, channel: int) -> None:
    """``told`` by ``channel`` over what ``row`` says: what is new is added, and of two words for
    the same the wire's stays; of two of one channel the later one, or the earlier start."""
    before = row["channels"]
    settled = bool(before & Channel.WIRE) and not channel & Channel.WIRE
    for name, value in told.items():
        known = row[name]
        if known in (None, "", b"") or (name == "agent" and not known):
            row[name] = value
        elif name == "channels":
            row[name] = known | value
        elif name == "missing":
            row[name] = {**value, **known} if settled else {**known, **value}
        elif name == "outcome":
            row[name] = _outcome(known, value, settled)
        elif name == "kind":
            # The client's own word for it, which only telemetry carries, beats what it looks like.
            if told.get("query_source") or not (settled or row["query_source"]):
                row[name] = value
        elif name == "started" and before == channel:
            row[name] = min(known, value)
        elif not settled:
            row[name] = value


def _outcome(known: str, told: str, settled: bool) -> str:
    before, after = (_SAYS.get(Outcome(word), 2) for word in (known, told))
    if before == after:
        return known if settled else told
    return known if before > after else told


def save(database: SqliteDatabase, row: Row) -> None:
    """Write ``row`` back."""
    wire = row["channels"] & Channel.WIRE
    missing = {
        name: why
        for name, why in row["missing"].items()
        # What one record could not tell, another may have. Of a body that only telemetry saw, a
        # part may be missing.
        if row.get("input" if name == "tokens" else name) is None or (name in BODIES and not wire)
    }
    values = {**row, "missing": json.dumps(missing)}
    connection = database.connection()
    was = connection.execute("SELECT started FROM request WHERE id = ?", (row["id"],)).fetchone()
    connection.execute(_SAVE, (*(values[name] for name in _NAMES[1:]), row["id"]))
    for started in (was[0] if was else None, row["started"]):
        turns.changed(database, row["session"], started)
