"""How far the spool was read, and which telemetry events should have come by now."""

from __future__ import annotations

from peewee import SqliteDatabase


def consumed(database: SqliteDatabase, name: str) -> int:
    """How much of the spool file ``name`` was read for good."""
    row = database.connection().execute("SELECT consumed FROM spooled WHERE name = ?", (name,))
    found = row.fetchone()
    return int(found[0]) if found else 0


def reached(database: SqliteDatabase, name: str, offset: int) -> None:
    """The spool file ``name`` was read for good up to ``offset``; in the caller's transaction."""
    database.connection().execute(
        "INSERT OR REPLACE INTO spooled (name, consumed) VALUES (?, ?)", (name, offset)
    )


def forget(database: SqliteDatabase, name: str) -> None:
    """The spool file ``name`` is gone."""
    database.connection().execute("DELETE FROM spooled WHERE name = ?", (name,))


def missed(database: SqliteDatabase, run: str, session_id: str, number: int, ts: int) -> int:
    """Note that telemetry event ``number`` of a session came; how many before it never came.

    A client counts its events from 0, whatever session they are of. So a number that was seen
    already tells nothing: an export that was not acknowledged is sent again, and a resumed session
    has another client. And what precedes the first event of a session is only known to be missing
    if it is the first session of a ``run``.
    """
    connection = database.connection()
    stream = f"{run}/{session_id}"
    row = connection.execute("SELECT last, ts FROM sequence WHERE stream = ?", (stream,)).fetchone()
    if row is not None and number <= row[0] and ts <= row[1]:
        return 0
    expected = number
    if row is not None and number > row[0]:
        expected = int(row[0]) + 1
    elif row is None and run and not _begun(database, run):
        expected = 0
    connection.execute(
        "INSERT OR REPLACE INTO sequence (stream, last, ts) VALUES (?, ?, ?)", (stream, number, ts)
    )
    return number - expected


def _begun(database: SqliteDatabase, run: str) -> bool:
    row = database.connection().execute(
        "SELECT 1 FROM sequence WHERE stream >= ? AND stream < ?", (f"{run}/", f"{run}0")
    )
    return row.fetchone() is not None
