"""Turns: what each prompt led to and how long it waited, to be asked for across all sessions."""

from __future__ import annotations

from peewee import SqliteDatabase

from her_tui.store import summary
from her_tui.store.turn_schema import TABLES


def up(database: SqliteDatabase) -> None:
    """Create the tables. Whoever writes next fills them: every session is due to be summed up."""
    with database.bind_ctx(TABLES, bind_refs=False, bind_backrefs=False):
        database.create_tables(TABLES, safe=True)
    found = database.execute_sql("SELECT id FROM session WHERE parent IS NULL").fetchall()
    sessions = [row[0] for row in found]
    summary.note_stale(database, sessions)
    database.connection().executemany(
        "INSERT OR IGNORE INTO turnmark VALUES (?, 0)", [(session,) for session in sessions]
    )
