"""Captured files and how far each was read: what lets an import read nothing twice.

A file is known by its path, and recognised as the same one by its device and inode, by a hash of
its first bytes, and by a hash of the bytes just before the point where reading stopped. Any of
them differing means that it was replaced, rewritten or truncated.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from os import stat_result
from typing import Any, BinaryIO, NamedTuple

from peewee import SqliteDatabase

from her_tui.store import raw

#: How much of a file's start, and of what precedes the read offset, is hashed.
PROBE_BYTES = 4096


class State(IntEnum):
    """What a source is to the library. Stored: never change or reuse a number."""

    CURRENT = 0
    GONE = 1
    """The file was deleted; what was read of it stays."""
    SUPERSEDED = 2
    """The file was rewritten and no longer holds all of this; what it held stays."""
    FORGOTTEN = 3
    """Its session was deleted by the user; nothing of it is kept."""
    EXCLUDED = 4
    """Its project is excluded from recording; nothing of it is kept."""
    CHANNEL = 5
    """No file: it stands for what other channels than transcripts tell of a session."""


class Ends(NamedTuple):
    """What a file is recognised by: hashes of its start, and of what precedes the read offset."""

    head_size: int
    head: bytes
    joint: bytes


def ends(file: BinaryIO, consumed: int) -> Ends:
    """The `Ends` of ``file``, of which ``consumed`` bytes were read for good."""
    head_size = min(consumed, PROBE_BYTES)
    head, joint = (_probe(file, at, head_size) for at in (0, consumed - head_size))
    return Ends(head_size, head, joint)


def _probe(file: BinaryIO, at: int, size: int) -> bytes:
    file.seek(at)
    return raw.digest(file.read(size))


@dataclass(slots=True)
class SourceState:
    """A source's row. Mutable: the writer moves it along with what it reads."""

    id: int
    agent: str
    path: str
    role: str
    session: int | None = None
    agent_id: str = ""
    state: State = State.CURRENT
    device: int = 0
    inode: int = 0
    size: int = 0
    mtime_ns: int = 0
    consumed: int = 0
    head: bytes = b""
    head_size: int = 0
    joint: bytes = b""
    records: int = 0
    damaged: int = 0
    torn: int = 0

    def unchanged(self, stat: stat_result) -> bool:
        """Whether the file is as it was when last looked at."""
        return (
            self.size == stat.st_size
            and self.mtime_ns == stat.st_mtime_ns
            and self.inode == stat.st_ino
            and self.device == stat.st_dev
        )

    def begins(self, file: BinaryIO, stat: stat_result) -> bool:
        """Whether ``file`` still starts, and still reads just before our offset, as it did."""
        if stat.st_size < self.consumed:
            return False
        return not self.consumed or ends(file, self.consumed) == self.ends

    @property
    def ends(self) -> Ends:
        """What the file is recognised by."""
        return Ends(self.head_size, self.head, self.joint)

    @ends.setter
    def ends(self, value: Ends) -> None:
        self.head_size, self.head, self.joint = value

    def let_go(self, state: State) -> None:
        """Nothing is kept of the file, for the reason that ``state`` tells."""
        self.state = state
        self.session = None
        self.consumed = self.records = self.damaged = self.torn = 0
        self.ends = Ends(0, b"", b"")

    def looked_at(self, stat: stat_result) -> None:
        """Remember the file's present look."""
        self.size = stat.st_size
        self.mtime_ns = stat.st_mtime_ns
        self.inode = stat.st_ino
        self.device = stat.st_dev


_FIELDS = (
    "id, agent, path, role, session, agent_id, state, device, inode, size, mtime_ns, consumed,"
    " head, head_size, joint, records, damaged, torn"
)


def load(database: SqliteDatabase, paths: Iterable[str] | None = None) -> list[SourceState]:
    """Every file that is a source, but superseded ones, or those of them at ``paths``."""
    among = "" if paths is None else " AND path IN (SELECT value FROM json_each(?))"
    rows = database.connection().execute(
        f"SELECT {_FIELDS} FROM source WHERE state NOT IN (?, ?){among}",
        (State.SUPERSEDED, State.CHANNEL, *([] if paths is None else [json.dumps(list(paths))])),
    )
    return [_from_row(row) for row in rows]


def superseded(database: SqliteDatabase, source: SourceState) -> list[SourceState]:
    """What is kept of earlier contents of the file of ``source``, wherever it was then."""
    rows = database.connection().execute(
        f"SELECT {_FIELDS} FROM source WHERE state = ? AND session = ? AND role = ?"
        " AND agent_id = ? ORDER BY id",
        (State.SUPERSEDED, source.session, source.role, source.agent_id),
    )
    return [_from_row(row) for row in rows]


def supersede(database: SqliteDatabase, source: SourceState) -> None:
    """The file no longer starts with what was read of it: keep that apart, if it was anything."""
    if source.consumed:
        set_state(database, source, State.SUPERSEDED)
    else:
        database.connection().execute("DELETE FROM source WHERE id = ?", (source.id,))


def of_session(database: SqliteDatabase, session: int) -> list[SourceState]:
    """Every source of a session that raw records are kept of, in an order that imports do not
    change."""
    rows = database.connection().execute(
        f"SELECT {_FIELDS} FROM source"
        " WHERE session = ? AND (state <= ? OR state = ? AND consumed > 0)"
        " ORDER BY role, path, id",
        (session, int(State.SUPERSEDED), int(State.CHANNEL)),
    )
    return [_from_row(row) for row in rows]


def _from_row(row: Any) -> SourceState:
    values = list(row)
    values[6] = State(values[6])
    values[12], values[14] = bytes(values[12]), bytes(values[14])
    return SourceState(*values)


def add(database: SqliteDatabase, agent: str, path: str, role: str) -> SourceState:
    """A new source that nothing was read of."""
    cursor = database.connection().execute(
        "INSERT INTO source (agent, path, role, agent_id, state, device, inode, size, mtime_ns,"
        " consumed, head, head_size, joint, records, damaged, torn, unknown)"
        " VALUES (?, ?, ?, '', 0, 0, 0, 0, 0, 0, x'', 0, x'', 0, 0, 0, '{}')",
        (agent, path, role),
    )
    return SourceState(int(cursor.lastrowid), agent, path, role)


def save(
    database: SqliteDatabase,
    source: SourceState,
    tail: bytes | None,
    unknown: Mapping[str, int] | None = None,
) -> None:
    """Write the row of ``source``; ``tail`` is the unread end of the file, ``unknown`` is added to
    what was counted before."""
    connection = database.connection()
    connection.execute(
        "UPDATE source SET path = ?, session = ?, agent_id = ?, state = ?, device = ?, inode = ?,"
        " size = ?, mtime_ns = ?, consumed = ?, head = ?, head_size = ?, joint = ?, tail = ?,"
        " records = ?, damaged = ?, torn = ? WHERE id = ?",
        (
            source.path,
            source.session,
            source.agent_id,
            int(source.state),
            source.device,
            source.inode,
            source.size,
            source.mtime_ns,
            source.consumed,
            source.head,
            source.head_size,
            source.joint,
            raw.pack(tail) if tail else None,
            source.records,
            source.damaged,
            source.torn,
            source.id,
        ),
    )
    if unknown:
        row = connection.execute("SELECT unknown FROM source WHERE id = ?", (source.id,))
        counts = json.loads(row.fetchone()[0])
        for name, count in unknown.items():
            counts[name] = counts.get(name, 0) + count
        connection.execute(
            "UPDATE source SET unknown = ? WHERE id = ?", (json.dumps(counts), source.id)
        )


def channel(database: SqliteDatabase, agent: str, session: int) -> int:
    """The source that stands for the channels beside the transcripts of ``session``."""
    connection = database.connection()
    row = connection.execute(
        "SELECT id FROM source WHERE session = ? AND state = ?", (session, int(State.CHANNEL))
    ).fetchone()
    if row:
        return int(row[0])
    source = add(database, agent, "", "channel")
    connection.execute(
        "UPDATE source SET session = ?, state = ? WHERE id = ?",
        (session, int(State.CHANNEL), source.id),
    )
    return source.id


def channel_size(database: SqliteDatabase, session: int) -> int:
    """Bytes of records that stand in for the transcript of ``session``."""
    row = database.connection().execute(
        "SELECT consumed FROM source WHERE session = ? AND state = ?",
        (session, int(State.CHANNEL)),
    )
    found = row.fetchone()
    return int(found[0]) if found else 0


def has_transcript(database: SqliteDatabase, session: int) -> bool:
    """Whether there is a transcript of the session's own."""
    row = database.connection().execute(
        "SELECT 1 FROM source WHERE session = ? AND role = 'main' AND state <= ?",
        (session, int(State.SUPERSEDED)),
    )
    return row.fetchone() is not None


def load_channel(database: SqliteDatabase, agent: str, session: int) -> SourceState:
    """The source of `channel`, to be written to."""
    row = database.connection().execute(
        f"SELECT {_FIELDS} FROM source WHERE id = ?", (channel(database, agent, session),)
    )
    return _from_row(row.fetchone())


def is_excluded(database: SqliteDatabase, session_id: str) -> bool:
    """Whether the transcript of this session is known to be of an excluded project."""
    row = database.connection().execute(
        "SELECT 1 FROM source WHERE state = ? AND path LIKE ?",
        (int(State.EXCLUDED), f"%{session_id}%"),
    )
    return row.fetchone() is not None


def reconsider(database: SqliteDatabase) -> None:
    """Forget which files are excluded: they are looked at anew."""
    database.connection().execute("DELETE FROM source WHERE state = ?", (int(State.EXCLUDED),))


def set_state(database: SqliteDatabase, source: SourceState, state: State) -> None:
    """Change what ``source`` is to the library, and nothing else of it."""
    source.state = state
    database.connection().execute(
        "UPDATE source SET state = ? WHERE id = ?", (int(state), source.id)
    )


def remember_look(database: SqliteDatabase, source: SourceState) -> None:
    """Write only what the file looks like and where it is."""
    database.connection().execute(
        "UPDATE source SET path = ?, device = ?, inode = ?, size = ?, mtime_ns = ?, state = ?"
        " WHERE id = ?",
        (
            source.path,
            source.device,
            source.inode,
            source.size,
            source.mtime_ns,
            int(source.state),
            source.id,
        ),
    )


def tail(database: SqliteDatabase, source: int) -> bytes:
    """The end of the file that was no whole line yet."""
    row = database.connection().execute("SELECT tail FROM source WHERE id = ?", (source,))
    found = row.fetchone()
    return raw.unpack(bytes(found[0])) if found and found[0] is not None else b""
