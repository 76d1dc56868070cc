"""Files of the client kept beside a session: the client deletes these too."""

from __future__ import annotations

from collections.abc import Iterable
from os import stat_result

from peewee import SqliteDatabase

from her_tui.store import raw


def known(database: SqliteDatabase) -> dict[str, tuple[int, int]]:
    """Path -> (size, time of change in ns) of every file kept."""
    rows = database.connection().execute("SELECT path, size, mtime_ns FROM kept")
    return {row[0]: (row[1], row[2]) for row in rows}


def mention(database: SqliteDatabase, agent: str, mentions: Iterable[tuple[str, str]]) -> None:
    """Note (session id, name) of files beside sessions that a session speaks of."""
    database.connection().executemany(
        "INSERT OR IGNORE INTO mention (agent, session_id, name) VALUES (?, ?, ?)",
        [(agent, session_id, name) for session_id, name in mentions],
    )


def mentioned_by(database: SqliteDatabase, agent: str, name: str) -> str | None:
    """The session in the library that speaks of the file called ``name``; of several the one with
    the smallest id."""
    row = (
        database.connection()
        .execute(
            "SELECT min(m.session_id) FROM mention m JOIN session s ON s.agent = m.agent"
            " AND s.session_id = m.session_id WHERE m.agent = ? AND m.name = ?",
            (agent, name),
        )
        .fetchone()
    )
    return row[0] if row else None


def forget(database: SqliteDatabase, agent: str, session_id: str) -> None:
    """Forget what is kept beside a session; the blobs are left to `raw.drop_orphan_blobs`."""
    for table in ("kept", "mention"):
        database.connection().execute(
            f"DELETE FROM {table} WHERE agent = ? AND session_id = ?", (agent, session_id)
        )


def keep(
    database: SqliteDatabase,
    agent: str,
    session_id: str,
    kind: str,
    name: str,
    path: str,
    data: bytes,
    stat: stat_result,
) -> None:
    """Keep the present content of a file; what it was before is forgotten unless another has it."""
    connection = database.connection()
    key = raw.digest(data)
    connection.execute(
        "INSERT OR IGNORE INTO blob (hash, size, data) VALUES (?, ?, ?)",
        (key, len(data), raw.pack(data)),
    )
    before = connection.execute("SELECT hash FROM kept WHERE path = ?", (path,)).fetchone()
    connection.execute(
        "INSERT INTO kept (agent, session_id, kind, name, path, hash, size, mtime_ns)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (path) DO UPDATE SET hash = excluded.hash,"
        " size = excluded.size, mtime_ns = excluded.mtime_ns",
        (agent, session_id, kind, name, path, key, stat.st_size, stat.st_mtime_ns),
    )
    if before and bytes(before[0]) != key:
        raw.drop_orphan_blobs(database, [bytes(before[0])])
