"""Files of the client kept beside a session: the client deletes these too."""

from __future__ import annotations

from os import stat_result

from peewee import SqliteDatabase

from her_tui.store import raw


def known(database: SqliteDatabase) -> dict[str, tuple[int, int]]:
    """Path -> (size, time of change in ns) of every file kept."""
    rows = database.connection().execute("SELECT path, size, mtime_ns FROM kept")
    return {row[0]: (row[1], row[2]) for row in rows}


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
