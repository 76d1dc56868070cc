"""The keyword index: what was asked, answered and done, by word.

A database file of its own beside the library, because merging an FTS5 index holds a write lock for
tens of milliseconds, which must never be the library's. It is made from the library alone, in the
order of event ids, and remembers how far it came: it can be deleted at any time and is made again.
Rows are contentless (the text itself stays in the raw records) and deletable.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from peewee import SqliteDatabase

from her_tui.paths import INDEX_NAME, create_private_file, ensure_private_dir
from her_tui.store.database import (
    DRIVER_ERRORS,
    HINDRANCES,
    explain,
    original,
    sqlite_version,
)

#: From this SQLite on, rows of a contentless FTS5 table can be deleted.
_CONTENTLESS_DELETE = (3, 43, 0)

#: Raised whenever the same text would give other rows: the index is then made anew.
FORMAT = 2

_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": "off",  # it can be made again
    "secure_delete": 1,
    "temp_store": "memory",
    "cache_size": -16_384,
}


class WordIndex:
    """The index opened for writing."""

    def __init__(self, home: Path) -> None:
        ensure_private_dir(home)
        self.file = home / INDEX_NAME
        create_private_file(self.file)
        self._anew = False
        self._database = SqliteDatabase(str(self.file), pragmas=_PRAGMAS, autoconnect=False)
        try:
            self._open()
        except DRIVER_ERRORS:
            self._start_over()

    def _open(self) -> None:
        self._database.connect()
        connection = self._database.connection()
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version not in (0, FORMAT):
            self._start_over()
            return
        deletable = ", contentless_delete=1" if self.deletable else ""
        connection.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS words USING"
            f" fts5(text, content=''{deletable}, tokenize='porter unicode61 remove_diacritics 2')"
        )
        connection.execute(
            "CREATE TABLE IF NOT EXISTS progress"
            " (id INTEGER PRIMARY KEY CHECK (id = 1), event INT, library TEXT)"
        )
        connection.execute("INSERT OR IGNORE INTO progress VALUES (1, 0, '')")
        connection.execute(f"PRAGMA user_version = {FORMAT}")

    def _start_over(self) -> None:
        self._anew = True
        self._database.close()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self.file}{suffix}").unlink(missing_ok=True)
        create_private_file(self.file)
        try:
            self._open()
        except DRIVER_ERRORS as error:
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

    @property
    def deletable(self) -> bool:
        """Whether single rows can be deleted; else `forget` makes the index anew."""
        return sqlite_version() >= _CONTENTLESS_DELETE

    def reached(self) -> int:
        """The last event id dealt with."""
        row = self._database.connection().execute("SELECT event FROM progress").fetchone()
        return int(row[0])

    def add(self, rows: Iterable[tuple[int, str]], reached: int) -> None:
        """Index (event id, text) pairs; all events up to ``reached`` are dealt with."""
        texts = list(rows)
        connection = self._database.connection()
        with self._mended(), self._database.atomic("IMMEDIATE"):
            connection.executemany("INSERT INTO words (rowid, text) VALUES (?, ?)", texts)
            connection.execute("UPDATE progress SET event = ?", (reached,))

    def forget(self, events: Sequence[int]) -> None:
        """Drop events from the index and from the bytes of its file; those it never had are passed
        over."""
        if not self.deletable:
            self._start_over()
            return
        with self._mended():
            connection = self._database.connection()
            with self._database.atomic("IMMEDIATE"):
                connection.executemany("DELETE FROM words WHERE rowid = ?", [(e,) for e in events])
            connection.execute("INSERT INTO words (words) VALUES ('optimize')")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def rows(self) -> int:
        """How many events are indexed."""
        return int(self._database.connection().execute("SELECT count(*) FROM words").fetchone()[0])

    def close(self) -> None:
        """Close it, folding its write-ahead log in."""
        self._database.close()
