"""The keyword index: what was asked, answered, done and printed, by word.

A database file of its own beside the library, because merging an FTS5 index holds a write lock for
tens of milliseconds, which must never be the library's. It is made from the library alone, in the
order of event ids, and remembers how far it came: it can be deleted at any time and is made again.
Rows are contentless (the text itself stays in the raw records) and deletable.

A row's id is its second and a number within it, so that the newest rows are read first without
sorting, and a time span is a range of ids: `row_at`. (Milliseconds would tell no more, and make the
index half as large again: FTS5 stores how far each row is from the one before.) `document` says
which event a row is.

``words`` has positions, for phrases and ranks. ``outputs`` is lighter: it knows which rows have a
word, and no more. Each has a column ``scope`` beside the text, with words no text has
(`kind_word`, `session_word`), so that FTS5 itself narrows a search down.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from peewee import SqliteDatabase

from her_tui.events.documents import TOKENIZER, DocumentKind
from her_tui.paths import INDEX_NAME, create_private_file, ensure_private_dir
from her_tui.store.database import (
    DRIVER_ERRORS,
    HINDRANCES,
    STORAGE_ERRORS,
    explain,
    original,
    sqlite_version,
)

#: From this SQLite on, rows of a contentless FTS5 table can be deleted.
_CONTENTLESS_DELETE = (3, 43, 0)

#: Raised whenever the same text would give other rows: the index is then made anew.
FORMAT = 3
_WITHOUT_DELETE = 1 << 16

#: Rows of one second are numbered with so many bits; more go on into the next second.
_BITS = 6

#: Rows before this have no time. They are numbered by their event: ids of events are smaller.
UNDATED = 1 << 32

#: Private characters, which no query has (`her_tui.search.lexemes.fit`).
_KIND, _SESSION = 0xE100, "\ue200"

_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": "off",  # it can be made again
    "secure_delete": 1,
    "temp_store": "memory",
    "cache_size": -16_384,
}

#: Words gathered in memory before they are written, in bytes; and how many segments are merged into
#: one. A quarter less work than by FTS5's defaults (1 MB, 4); searching is not slower for it.
_GATHERED, _MERGED = 8 << 20, 8

_TABLES = (
    "CREATE TABLE IF NOT EXISTS document"
    " (row INTEGER PRIMARY KEY, event INT NOT NULL, session INT NOT NULL, kind INT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS document_event ON document (event)",
    "CREATE TABLE IF NOT EXISTS total (kind INTEGER PRIMARY KEY, documents INT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS progress"
    " (id INTEGER PRIMARY KEY CHECK (id = 1), event INT, library TEXT)",
    "INSERT OR IGNORE INTO progress VALUES (1, 0, '')",
)


class Entry(NamedTuple):
    """One document to index."""

    event: int
    session: int
    """Row id of the main session."""
    kind: DocumentKind
    ts: int | None
    text: str
    parts: str = ""
    """What is indexed beside the text itself (`her_tui.search.matching.parts`)."""


def row_at(ts: int) -> int:
    """The first row of the second of ``ts`` (milliseconds since the epoch)."""
    return max(UNDATED, ts // 1000 << _BITS)


def time_of(row: int) -> int | None:
    """When a row's event was, in milliseconds since the epoch, to the second; None: unknown."""
    return None if row < UNDATED else (row >> _BITS) * 1000


def kind_word(kind: int) -> str:
    """The word that every document of ``kind`` has."""
    return chr(_KIND + kind)


def session_word(session: int) -> str:
    """The word that every document of ``session`` has."""
    return f"{_SESSION}{session}"


def deletes_rows() -> bool:
    """Whether this SQLite can delete single rows of an index; else `WordIndex.forget` makes it
    anew."""
    return sqlite_version() >= _CONTENTLESS_DELETE


def written_format() -> int:
    """The format that this SQLite writes, and reads: those that can delete rows and those that
    cannot are not used to each other's."""
    return FORMAT if deletes_rows() else FORMAT | _WITHOUT_DELETE


class WordIndex:
    """The index opened for writing."""

    def __init__(self, home: Path) -> None:
        """Makes the file, or makes it anew where it is damaged. Raises a `HerError`."""
        ensure_private_dir(home)
        self.file = home / INDEX_NAME
        self._anew = False
        self._database = SqliteDatabase(str(self.file), pragmas=_PRAGMAS, autoconnect=False)
        try:
            create_private_file(self.file)
            self._open()
        except DRIVER_ERRORS:
            self._start_over()
        except OSError as error:
            raise explain(error, self.file) from error

    def _open(self) -> None:
        self._database.connect()
        connection = self._database.connection()
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version not in (0, written_format()):
            self._start_over()
            return
        shape = f"content='', tokenize='{TOKENIZER}'"
        shape += ", contentless_delete=1" if deletes_rows() else ""
        for name, columns in (("words", "text, parts, scope"), ("outputs", "text, scope")):
            light = ", detail=none" if name == "outputs" else ""
            connection.execute(
                f"CREATE VIRTUAL TABLE IF NOT EXISTS {name} USING fts5({columns}, {shape}{light})"
            )
            for setting, value in (("hashsize", _GATHERED), ("automerge", _MERGED)):
                if version == 0:
                    connection.execute(
                        f"INSERT INTO {name} ({name}, rank) VALUES (?, ?)", (setting, value)
                    )
        for statement in _TABLES:
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {written_format()}")

    def _start_over(self) -> None:
        self._anew = True
        self._database.close()
        try:
            for suffix in ("", "-wal", "-shm"):
                Path(f"{self.file}{suffix}").unlink(missing_ok=True)
            create_private_file(self.file)
            self._open()
        except STORAGE_ERRORS as error:
            raise explain(error, self.file) from error

    def follow(self, library: str) -> None:
        """Be the index of the library with this identity: made anew if it was another's, whose
        event ids mean other events."""
        with self._mended():
            connection = self._database.connection()
            known = connection.execute("SELECT library FROM progress").fetchone()[0]
            if known != library:
                self._start_over()
                connection = self._database.connection()
                connection.execute("UPDATE progress SET library = ?", (library,))

    @contextmanager
    def _mended(self) -> Iterator[None]:
        """Make the index anew where it turns out to be damaged: nothing is lost with it."""
        try:
            yield
        except DRIVER_ERRORS as error:
            if self._anew or isinstance(original(error), HINDRANCES):
                raise explain(error, self.file) from error
            self._start_over()

    def reached(self) -> int:
        """The last event id dealt with. Raises a `HerError`."""
        try:
            row = self._database.connection().execute("SELECT event FROM progress").fetchone()
        except DRIVER_ERRORS as error:
            raise explain(error, self.file) from error
        return int(row[0])

    def add(self, entries: Iterable[Entry], reached: int) -> None:
        """Index documents; all events up to ``reached`` are dealt with. A document that is there
        already (an event is one of each kind at most) stays as it is."""
        given = list(entries)
        with self._mended(), self._database.atomic("IMMEDIATE"):
            self._add(given)
            self._database.connection().execute("UPDATE progress SET event = ?", (reached,))

    def _add(self, entries: Sequence[Entry]) -> None:
        connection = self._database.connection()
        present = set(
            connection.execute(
                "SELECT event, kind FROM document WHERE event IN (SELECT value FROM json_each(?))",
                (json.dumps([entry.event for entry in entries]),),
            )
        )
        new = {
            (entry.event, entry.kind): entry
            for entry in entries
            if (entry.event, entry.kind) not in present
        }
        placed = self._placed(new.values())
        connection.executemany(
            "INSERT INTO document (row, event, session, kind) VALUES (?, ?, ?, ?)",
            [(row, entry.event, entry.session, int(entry.kind)) for row, entry in placed],
        )
        self._count(Counter(entry.kind for entry in new.values()))
        connection.executemany(
            "INSERT INTO words (rowid, text, parts, scope) VALUES (?, ?, ?, ?)",
            [
                (row, _sound(entry.text), _sound(entry.parts), _scope(entry))
                for row, entry in placed
                if entry.kind is not DocumentKind.OUTPUT
            ],
        )
        connection.executemany(
            "INSERT INTO outputs (rowid, text, scope) VALUES (?, ?, ?)",
            [
                (row, _sound(f"{entry.text} {entry.parts}"), session_word(entry.session))
                for row, entry in placed
                if entry.kind is DocumentKind.OUTPUT
            ],
        )

    def _placed(self, entries: Iterable[Entry]) -> list[tuple[int, Entry]]:
        """The entries with the rows they get, by row (FTS5 writes out what it has gathered each
        time a row is smaller than the one before): where a row is taken, the next free one."""
        waiting = sorted(entries, key=lambda entry: (entry.ts or 0, entry.event, entry.kind))
        placed: dict[int, Entry] = {}
        row = -1
        for entry in waiting:
            dated = entry.ts is not None and row_at(entry.ts) > UNDATED
            row = max(row + 1 if dated else 0, row_at(entry.ts or 0) if dated else entry.event)
            while row in placed:
                row += 1
            placed[row] = entry
        step = 1
        while taken := self._taken(placed):
            for row in sorted(taken):
                entry = placed.pop(row)
                row += step
                while row in placed or row in taken:
                    row += 1
                placed[row] = entry
            step *= 8  # thousands of events may have one time, that of a broken clock
        return sorted(placed.items())

    def _taken(self, rows: Iterable[int]) -> set[int]:
        found = self._database.connection().execute(
            "SELECT row FROM document WHERE row IN (SELECT value FROM json_each(?))",
            (json.dumps(list(rows)),),
        )
        return {row[0] for row in found}

    def _count(self, change: Counter[Any]) -> None:
        self._database.connection().executemany(
            "INSERT INTO total VALUES (?1, ?2)"
            " ON CONFLICT DO UPDATE SET documents = documents + ?2",
            [(int(kind), count) for kind, count in change.items()],
        )

    def forget(self, events: Sequence[int]) -> bool:
        """Drop events from the index and from the bytes of its file; those it never had are passed
        over. False: a reader is in the way, and the write-ahead log may still have their words; it
        is to be called again."""
        if not deletes_rows():
            self._start_over()
            return True
        emptied = True
        with self._mended():
            connection = self._database.connection()
            with self._database.atomic("IMMEDIATE"):
                found = connection.execute(
                    "SELECT row, kind FROM document"
                    " WHERE event IN (SELECT value FROM json_each(?))",
                    (json.dumps(list(events)),),
                ).fetchall()
                self._drop(found)
            if found:
                for table in ("words", "outputs"):
                    connection.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")
            emptied = not connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        return emptied

    def _drop(self, found: Sequence[tuple[int, int]]) -> None:
        """Drop these (row, kind)."""
        connection = self._database.connection()
        for table in ("words", "outputs"):
            rows = [
                (row,)
                for row, kind in found
                if (kind == DocumentKind.OUTPUT) is (table == "outputs")
            ]
            connection.executemany(f"DELETE FROM {table} WHERE rowid = ?", rows)
        connection.executemany("DELETE FROM document WHERE row = ?", [(row,) for row, _ in found])
        lost = Counter(kind for _, kind in found)
        self._count(Counter({kind: -count for kind, count in lost.items()}))

    def rows(self) -> int:
        """How many documents are indexed."""
        connection = self._database.connection()
        return int(connection.execute("SELECT count(*) FROM document").fetchone()[0])

    def close(self) -> None:
        """Close it, folding its write-ahead log in."""
        self._database.close()


def _scope(entry: Entry) -> str:
    return f"{kind_word(entry.kind)} {session_word(entry.session)}"


def _sound(text: str) -> str:
    """``text`` without what cannot be written as UTF-8: half a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text
