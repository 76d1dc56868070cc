"""The turns of a session, one row each: what a prompt led to, and how long it waited."""

from __future__ import annotations

from peewee import SqliteDatabase


def refresh(database: SqliteDatabase, session: int) -> None:
    """Make the turns of ``session`` anew from its facts, in the caller's transaction."""
    raise NotImplementedError
