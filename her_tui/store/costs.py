"""Costs of responses: which are still to be priced, and what they turned out to cost."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from peewee import SqliteDatabase

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
    database.connection().executemany(
        "UPDATE response SET cost = ?, priced = ? WHERE id = ?",
        [(cost, UNKNOWN if cost is None else PRICED, number) for number, cost in costs],
    )
