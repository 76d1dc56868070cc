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
    # The list and the top line are the first things painted: they read these and no row.
    database.execute_sql(
        "CREATE INDEX session_listed ON session"
        " (parent, ended DESC, session_id, brief, mtime, spent, spent_tokens)"
    )
    database.execute_sql(
        "CREATE INDEX session_projects ON session (parent, project, spent, spent_tokens, prompts)"
    )
