"""The file of the vectors: its tables, how it is opened for writing, and made anew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from peewee import SqliteDatabase

from her_tui.paths import create_private_file, ensure_private_dir
from her_tui.store.database import DRIVER_ERRORS, HINDRANCES, STORAGE_ERRORS, explain, original

NAME = "vectors.db"

#: Raised whenever the same passages would give other rows: the file is then made anew.
FORMAT = 2

#: A body and the places of a vector take 404 to 408 bytes of a page: ten fit into the smallest
#: page that has room for them, and small pages are what makes reading single rows cheap. The
#: `vector` table has no column for its number (`rowid`), since that would take a byte a row, and
#: with it the tenth.
_TABLES = (
    # generation: rises when anything folded changed; changes: with every commit; next: no number
    # of a vector is given twice, since readers hold on to numbers.
    "CREATE TABLE meta (id INTEGER PRIMARY KEY CHECK (id = 1), model TEXT, library TEXT,"
    " identity TEXT, generation INT, changes INT, events INT, vectors INT, next INT)",
    # What is kept of each vector, with all but the event of its first place.
    "CREATE TABLE vector (session INT, kind INT, ordinal INT, body BLOB)",
    # Of vectors not folded yet: the event of the first place, and what finds them.
    "CREATE TABLE fresh (vector INTEGER PRIMARY KEY, event INT, kind INT, digest BLOB, signs BLOB)",
    # Of folded ones the same, thousands in a row. `first`: the least vector it ever had; `ids`:
    # NULL where they are consecutive.
    "CREATE TABLE segment (first INTEGER PRIMARY KEY, ids BLOB, signs BLOB)",
    "CREATE TABLE standing (first INTEGER PRIMARY KEY, low INT, high INT, events BLOB, kinds BLOB,"
    " digests BLOB)",
    # Further places of vectors: the same text again.
    "CREATE TABLE place (id INTEGER PRIMARY KEY, vector INT, event INT, session INT, kind INT,"
    " ordinal INT)",
    "CREATE INDEX place_vector ON place (vector)",
    # Events dealt with that have no passage.
    "CREATE TABLE empty (event INTEGER PRIMARY KEY)",
)

_PRAGMAS = {
    "page_size": 4096,
    "auto_vacuum": "incremental",  # these two count only before the first table
    "journal_mode": "wal",
    "synchronous": "normal",  # it can be made again, but that may take hours
    "wal_autocheckpoint": 512,
    "secure_delete": 1,
    "temp_store": "memory",
    "cache_size": -8_192,
}


class VectorFile:
    """The file, opened for writing."""

    def __init__(self, home: Path, model: str | None) -> None:
        """``model``: whose vectors it has, or None: whatever they are of."""
        ensure_private_dir(home)
        self.file = home / NAME
        self.model = model
        self.remade = 0
        """Rises whenever the file was made anew: what was in it is no more."""
        self._library = ""
        self._inode = 0
        self._database = SqliteDatabase(
            str(self.file), pragmas=_PRAGMAS, timeout=5, autoconnect=False
        )
        self._open_anyhow()

    def _open_anyhow(self) -> None:
        try:
            fits = self._open()
        except DRIVER_ERRORS as error:
            self._give_up_if_hindered(error)
            fits = False
        if not fits:
            self.start_over()

    def _open(self) -> bool:
        """Connect; whether the file is one of this format and model."""
        create_private_file(self.file)
        self._database.connect()
        self._inode = self.file.stat().st_ino
        connection = self._database.connection()
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if not version and not connection.execute("SELECT 1 FROM sqlite_schema").fetchone():
            self._create()
        elif version != FORMAT:
            return False
        model, library = connection.execute("SELECT model, library FROM meta").fetchone()
        self._library = self._library or library
        return self.model in (None, model)

    def _create(self) -> None:
        connection = self._database.connection()
        with self._database.atomic("IMMEDIATE"):
            for table in _TABLES:
                connection.execute(table)
            connection.execute(
                "INSERT INTO meta VALUES (1, ?, ?, lower(hex(randomblob(16))), 0, 0, 0, 0, 1)",
                (self.model or "", self._library),
            )
            connection.execute(f"PRAGMA user_version = {FORMAT}")

    def start_over(self) -> None:
        """Make the file anew: nothing of the old one is left. Raises `LibraryUnusable`."""
        self.remade += 1
        self._database.close()
        try:
            for suffix in ("", "-wal", "-shm"):
                Path(f"{self.file}{suffix}").unlink(missing_ok=True)
            self._open()
        except STORAGE_ERRORS as error:
            raise explain(error, self.file) from error
        self._forget_caches()

    def _forget_caches(self) -> None:
        """What is remembered of the file is no longer so."""

    def connection(self) -> Any:
        """The driver's connection; a new one where another process made the file anew."""
        try:
            same = self.file.stat().st_ino == self._inode
        except OSError:
            same = False
        if not same:
            self._database.close()
            self.remade += 1
            self._forget_caches()
            self._open_anyhow()
        return self._database.connection()

    @contextmanager
    def mended(self) -> Iterator[Any]:
        """The driver's connection; the file is made anew where it turns out to be damaged, and what
        follows is not carried out. Raises `LibraryUnusable`."""
        connection = self.connection()
        try:
            yield connection
        except DRIVER_ERRORS as error:
            self._forget_caches()
            if self._database.in_transaction():
                raise  # to the outermost
            self._give_up_if_hindered(error)
            self.start_over()

    @contextmanager
    def writing(self) -> Iterator[Any]:
        """As `mended`, in one transaction, which others within it belong to."""
        with self.mended() as connection:
            try:
                with self._database.atomic("IMMEDIATE"):
                    yield connection
                    connection.execute("UPDATE meta SET changes = changes + 1")
            except BaseException:
                self._forget_caches()
                raise

    def _give_up_if_hindered(self, error: BaseException) -> None:
        if isinstance(original(error), HINDRANCES):
            raise explain(error, self.file) from error

    def fold_log(self) -> bool:
        """Give free space back, put the write-ahead log into the file and empty it; whether that
        could be done: a reader may be in the way."""
        try:
            connection = self.connection()
            connection.execute("PRAGMA incremental_vacuum").fetchall()
            return not connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except DRIVER_ERRORS:
            return False

    def close(self) -> None:
        """Close it, folding its write-ahead log in."""
        if not self._database.is_closed():
            self.fold_log()
        self._database.close()
