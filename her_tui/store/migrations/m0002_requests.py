"""Attempts on the API and their bodies: what telemetry and the wire tell beside the transcripts."""

from __future__ import annotations

from peewee import SqliteDatabase

from her_tui.store.schema import Body, Piece, Request, Sequence, Spooled

_TABLES = (Request, Body, Piece, Spooled, Sequence)


def up(database: SqliteDatabase) -> None:
    """Create the tables, and the columns that what they tell adds to others."""
    with database.bind_ctx(_TABLES, bind_refs=False, bind_backrefs=False):
        database.create_tables(_TABLES, safe=True)
    _add(database, "response", "kind", "TEXT NOT NULL DEFAULT ''")
    _add(database, "action", "permission", "TEXT")
    database.execute_sql(
        "CREATE INDEX request_pending ON request (session) WHERE outcome = 'pending'"
    )


def _add(database: SqliteDatabase, table: str, column: str, kind: str) -> None:
    """Add ``column`` unless a new library has it from the start."""
    if column not in {found.name for found in database.get_columns(table)}:
        database.execute_sql(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")
