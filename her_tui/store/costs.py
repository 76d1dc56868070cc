"""Costs of responses: which are still to be priced, and what they turned out to cost."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from peewee import SqliteDatabase

from her_tui.store import turns

#: Values of ``response.priced``.
PENDING, PRICED, UNKNOWN = 0, 1, 2


def pending(database: SqliteDatabase, limit: int) -> list[tuple[Any, ...]]:
    """Up to ``limit`` responses without a price, newest first: (id, session, model, time, input,
    output, cache creation, its one-hour part, cache read, web searches, speed)."""
    return list(
        database.connection().execute(
            "SELECT id, session, model, ifnull(started, ended), input, output, cache_creation,"
            " cache_creation_1h, cache_read, web_searches, speed FROM response"
            " WHERE priced = 0 ORDER BY id DESC LIMIT ?",
            (limit,),
        )
    )


def store(database: SqliteDatabase, costs: Iterable[tuple[int, float | None]]) -> None:
    """Write (response id, US dollars or None if unknown)."""
    connection = database.connection()
    rows = [(cost, UNKNOWN if cost is None else PRICED, number) for number, cost in costs]
    connection.executemany("UPDATE response SET cost = ?, priced = ? WHERE id = ?", rows)
    for session, since in connection.execute(
        "SELECT session, min(coalesce(started, ended, 0)) FROM response"
        " WHERE id IN (SELECT value FROM json_each(?)) GROUP BY session",
        (json.dumps([number for *_, number in rows]),),
    ).fetchall():
        turns.changed(database, session, since)
