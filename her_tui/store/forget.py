"""Forgetting a session for good: its rows, its raw bytes, its words, and the traces in the files.

The order makes a crash harmless: the library forgets first, in one transaction that also leaves a
tombstone and the list of indexed events to drop; what remains is done by whoever writes next.
"""

from __future__ import annotations

import json

from peewee import SqliteDatabase

from her_tui.store import raw, summary
from her_tui.store.ownership import Held
from her_tui.store.sources import State
from her_tui.store.words import WordIndex
from her_tui.store.writer import Writer

_PENDING = "forget-words"


def forget(writer: Writer, session: int, now_ms: int) -> None:
    """Delete a session and its subagents, so that no import brings it back."""
    database = writer.database
    with writer.transaction():
        connection = database.connection()
        agent, session_id = connection.execute(
            "SELECT agent, session_id FROM session WHERE id = ?", (session,)
        ).fetchone()
        events = [
            row[0]
            for row in connection.execute("SELECT id FROM event WHERE session = ?", (session,))
        ]
        remember_words(database, events)
        owners = _drop_rows(database, session)
        sources = [
            row[0]
            for row in connection.execute("SELECT id FROM source WHERE session = ?", (session,))
        ]
        raw.drop(database, sources)
        connection.execute(
            "DELETE FROM kept WHERE agent = ? AND session_id = ?", (agent, session_id)
        )
        connection.execute(
            "UPDATE source SET state = ?, tail = NULL, session = NULL, head = x'', joint = x'',"
            " unknown = '{}', records = 0, damaged = 0, torn = 0 WHERE session = ?",
            (int(State.FORGOTTEN), session),
        )
        connection.execute("DELETE FROM session WHERE id = ? OR parent = ?", (session, session))
        connection.execute(
            "INSERT OR REPLACE INTO tombstone VALUES (?, ?, ?)", (agent, session_id, now_ms)
        )
        for (history,) in connection.execute(
            "SELECT id FROM source WHERE role = 'history'"
        ).fetchall():
            raw.drop_lines(database, history, session_id.encode())
        raw.drop_orphan_blobs(database)
        for owner in owners:
            summary.refresh(database, owner)
    finish(writer)


def finish(writer: Writer) -> None:
    """Do what an interrupted deletion left: drop the words, and the traces in the files."""
    database = writer.database
    row = (
        database.connection()
        .execute("SELECT value FROM setting WHERE name = ?", (_PENDING,))
        .fetchone()
    )
    if row is None:
        return
    index = WordIndex(writer.home)
    try:
        index.forget(json.loads(row[0]))
    finally:
        index.close()
    connection = database.connection()
    connection.execute("DELETE FROM setting WHERE name = ?", (_PENDING,))
    connection.execute("PRAGMA incremental_vacuum").fetchall()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def remember_words(database: SqliteDatabase, events: list[int]) -> None:
    """Note, in the caller's transaction, events whose words `finish` must drop."""
    connection = database.connection()
    row = connection.execute("SELECT value FROM setting WHERE name = ?", (_PENDING,)).fetchone()
    known = json.loads(row[0]) if row else []
    connection.execute(
        "INSERT OR REPLACE INTO setting VALUES (?, ?)", (_PENDING, json.dumps(known + events))
    )


def _drop_rows(database: SqliteDatabase, session: int) -> set[int]:
    """Delete the facts of ``session``; the sessions that own facts it owned until now."""
    connection = database.connection()
    connection.execute(
        "DELETE FROM summary WHERE key IN (SELECT key FROM event WHERE session = ?1)"
        " AND NOT EXISTS (SELECT 1 FROM event e WHERE e.key = summary.key AND e.session <> ?1)",
        (session,),
    )
    held = Held(database, session)
    for table in ("event", "response", "action", "sessionday"):
        connection.execute(f"DELETE FROM {table} WHERE session = ?", (session,))
    return held.settle()
