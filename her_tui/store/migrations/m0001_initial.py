"""The library as it first was: sessions, raw records, and the facts read out of them."""

from __future__ import annotations

from peewee import SqliteDatabase

from her_tui.store.schema import TABLES


def up(database: SqliteDatabase) -> None:
    """Create every table."""
    with database.bind_ctx(TABLES, bind_refs=False, bind_backrefs=False):
        database.create_tables(TABLES, safe=True)
    # Pricing asks for these again and again, and there are hardly ever any.
    database.execute_sql("CREATE INDEX response_pending ON response (id) WHERE priced = 0")
    # An action is opened through its events, and most events have none.
    database.execute_sql("CREATE INDEX event_action ON event (action) WHERE action IS NOT NULL")
