"""What the user says, as readers of the library see it: the schema ``own`` of every connection.

``own.star``, ``own.tag``, ``own.note`` and ``own.bookmark`` are always there. Where the file cannot
be had, empty tables stand in for it: the library can be read without it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from peewee import sqlite3 as driver  # type: ignore[attr-defined]

from her_tui.errors import HerError

NAME = "notes.db"

#: The copy that is made after every change.
COPY_NAME = "notes.copy.db"

_WHOSE = "agent TEXT NOT NULL, session_id TEXT NOT NULL, key BLOB NOT NULL"

#: Table -> its columns. ``at``, ``created``: when it was said; ``ts``: when the moment was that a
#: bookmark is on; all in milliseconds since the epoch.
TABLES = {
    "star": f"{_WHOSE}, at INTEGER NOT NULL, PRIMARY KEY (agent, session_id, key)",
    "tag": f"{_WHOSE}, tag TEXT NOT NULL, at INTEGER NOT NULL,"
    " PRIMARY KEY (agent, session_id, key, tag)",
    "note": f"{_WHOSE}, text TEXT NOT NULL, at INTEGER NOT NULL,"
    " PRIMARY KEY (agent, session_id, key)",
    "bookmark": f"{_WHOSE}, block INTEGER NOT NULL, ts INTEGER NOT NULL, note TEXT NOT NULL,"
    " created INTEGER NOT NULL, PRIMARY KEY (agent, session_id, key, block, ts)",
}

#: What a file has that an older Her wrote.
_FIRST_TABLES = ("star", "tag", "note")


def create(connection: Any, schema: str = "main") -> None:
    """Create the tables that are not there."""
    for table, columns in TABLES.items():
        connection.execute(f"CREATE TABLE IF NOT EXISTS {schema}.{table} ({columns}) WITHOUT ROWID")


def damaged(home: Path, why: str) -> HerError:
    """The file cannot be read: what to do about it."""
    file, copy = home / NAME, home / COPY_NAME
    if copy.exists():
        hint = "her-tui annotate --restore puts back the copy that was made after the last change."
    else:
        hint = "Move it aside: there is no copy. Everything else is in the library, and whole."
    return HerError(f"Your stars, tags and notes in {file} are damaged: {why}", hint)


def is_lost(home: Path) -> bool:
    """Whether the file is gone, or empty, though there is a copy of it."""
    file = home / NAME
    return (not file.exists() or not file.stat().st_size) and (home / COPY_NAME).exists()


def attach(connection: Any, home: Path) -> HerError | None:
    """Give ``connection``, which is read-only, the schema ``own``; what is wrong with the file, if
    something is."""
    if is_lost(home):
        stand_in(connection)
        return damaged(home, "it is empty, or gone")
    if not (home / NAME).exists() and not _made(home):
        stand_in(connection)
        return None
    uri = (home / NAME).absolute().as_uri()
    forms = [f"{uri}?mode=ro"]
    if not os.access(home, os.W_OK):  # where its log cannot be, there is nothing in it either
        forms.append(f"{uri}?immutable=1")
    problem: HerError | None = None
    for form in forms:
        try:
            connection.execute("ATTACH ? AS own", (form,))
            if _has(connection, TABLES):
                return None
            if _has(connection, _FIRST_TABLES):
                _bring_up_to_date(connection, home, form)
                return None
        except driver.Error as error:
            problem = damaged(home, str(error)) if is_damage(error) else _unreadable(home, error)
        detach(connection)
    stand_in(connection)
    return problem


def _unreadable(home: Path, error: Exception) -> HerError:
    return HerError(f"Your stars, tags and notes in {home / NAME} cannot be read: {error}")


def is_damage(error: BaseException) -> bool:
    """Whether ``error`` says that a database is damaged."""
    return "malformed" in str(error) or "not a database" in str(error)


def check(connection: Any, home: Path, schema: str = "own") -> HerError | None:
    """What is wrong with the file, looked at page by page."""
    try:
        found = connection.execute(f"PRAGMA {schema}.quick_check(1)").fetchone()[0]
    except driver.Error as error:
        found = str(error)
    return None if found == "ok" else damaged(home, " ".join(str(found).split()))


def stand_in(connection: Any) -> None:
    """Empty tables in the place of the file."""
    detach(connection)
    connection.execute("ATTACH ':memory:' AS own")
    create(connection, "own")


def detach(connection: Any) -> None:
    """Take the schema away, if it is there."""
    if any(row[1] == "own" for row in connection.execute("PRAGMA database_list").fetchall()):
        connection.execute("DETACH own")


def _made(home: Path) -> bool:
    """Make the file, or the tables it lacks; whether that could be done."""
    from her_tui.store.annotations import Annotations  # it needs what needs this

    try:
        Annotations(home).close()
    except HerError:
        return False
    return True


def _has(connection: Any, tables: Iterable[str]) -> bool:
    there = {row[0] for row in connection.execute("SELECT name FROM own.sqlite_master").fetchall()}
    return there.issuperset(tables)


def _bring_up_to_date(connection: Any, home: Path, form: str) -> None:
    """Give the file that an older Her wrote the tables it has not; where that cannot be done, what
    it has is read from a copy in memory."""
    detach(connection)
    if _made(home):
        connection.execute("ATTACH ? AS own", (form,))
        if _has(connection, TABLES):
            return
    stand_in(connection)
    connection.execute("ATTACH ? AS older", (form,))
    for table in _FIRST_TABLES:
        connection.execute(f"INSERT INTO own.{table} SELECT * FROM older.{table}")
    connection.execute("DETACH older")
