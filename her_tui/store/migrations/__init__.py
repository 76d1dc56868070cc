"""Schema changes, append-only: a released migration is never edited, only followed by another.

Each module is one step with a ``up(database)`` and the reason it exists in its docstring. The
library's ``user_version`` is the number of steps taken.
"""

from __future__ import annotations

from collections.abc import Callable

from peewee import SqliteDatabase

from her_tui.store.migrations import m0001_initial, m0002_requests, m0003_turns

STEPS: tuple[Callable[[SqliteDatabase], None], ...] = (
    m0001_initial.up,
    m0002_requests.up,
    m0003_turns.up,
)


def migrate(database: SqliteDatabase, current: int) -> int:
    """Take every step after ``current``, each in a transaction of its own; the new version."""
    for number in range(current, len(STEPS)):
        with database.atomic("IMMEDIATE"):
            STEPS[number](database)
            database.pragma("user_version", number + 1)
    return len(STEPS)
