"""Opening the library: for the one writer, or for any number of readers."""

from __future__ import annotations

import os
import sqlite3 as stdlib_sqlite3
from collections.abc import Iterator
from errno import EDQUOT, ENOSPC
from pathlib import Path
from typing import Any

import peewee
from peewee import SqliteDatabase
from peewee import sqlite3 as driver  # type: ignore[attr-defined]

from her_tui.errors import HerError, LibraryMissing, LibraryTooNew, LibraryUnusable
from her_tui.paths import LIBRARY_NAME, create_private_file, ensure_private_dir
from her_tui.store import own
from her_tui.store.migrations import STEPS, migrate
from her_tui.store.raw import Records, stream, unpack

#: "HER1" in ASCII: tells a library from any other SQLite file.
APPLICATION_ID = 0x48455231

#: SQLite up to 3.51.2 can corrupt a WAL database when two connections write or checkpoint at the
#: same instant (sqlite.org/wal.html, "The WAL-Reset Bug"); Her then still has one writer only.
SAFE_SQLITE = (3, 51, 3)

_BUSY_SECONDS = 5

_WRITER_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": "normal",
    "wal_autocheckpoint": 0,  # folding the log in takes milliseconds: not while something waits
    "secure_delete": 1,  # a deleted session's text must not survive in free pages
    "temp_store": "memory",
    "cache_size": -16_384,
}


def sqlite_version() -> tuple[int, ...]:
    """Version of the SQLite that peewee picked."""
    return tuple(int(part) for part in driver.sqlite_version.split("."))


def driver_name() -> str:
    """The module peewee picked: ``pysqlite3`` or the standard library's ``sqlite3``."""
    return str(driver.__name__).split(".")[0]


#: What any of the drivers raises.
DRIVER_ERRORS: tuple[type[Exception], ...] = (
    peewee.DatabaseError,
    peewee.InterfaceError,
    stdlib_sqlite3.Error,
    driver.Error,
)

#: What they raise where the disk, a lock or the system is in the way, and not the database itself.
HINDRANCES: tuple[type[Exception], ...] = (
    peewee.OperationalError,
    stdlib_sqlite3.OperationalError,
    driver.OperationalError,
)

#: What writing to the library may raise.
STORAGE_ERRORS: tuple[type[Exception], ...] = (*DRIVER_ERRORS, OSError)


def original(error: BaseException) -> BaseException:
    """The error at the start of ``error``: SQLite has rolled back by itself after some, and what is
    raised then is that there is nothing to roll back."""
    while "cannot rollback" in str(error) and error.__context__ is not None:
        error = error.__context__
    return error


def explain(error: BaseException, file: Path) -> HerError:
    """A driver's error in words a user can act on."""
    if isinstance(error, HerError):
        return error
    error = original(error)
    text = str(error)
    if "disk is full" in text or getattr(error, "errno", None) in (ENOSPC, EDQUOT):
        return LibraryUnusable(
            f"The disk is full: {file} could not be written",
            "Free some space; nothing already recorded is lost.",
        )
    if "readonly" in text or "read-only" in text or "unable to open" in text:
        return LibraryUnusable(
            f"Cannot write to {file}: {text}", "Check its permissions, or set HER_HOME elsewhere."
        )
    if "malformed" in text or "not a database" in text:
        return LibraryUnusable(
            f"The library {file} is damaged: {text}",
            "Move it aside and start Her again: it is rebuilt from the transcripts that are left.",
        )
    return LibraryUnusable(f"The library {file} cannot be used: {text}", "Run her-tui doctor.")


def open_writer(home: Path) -> SqliteDatabase:
    """The library below ``home``, opened for writing, created or migrated as needed.

    The caller holds the writer's lock. Raises `LibraryTooNew` or `LibraryUnusable`.
    """
    ensure_private_dir(home)
    file = home / LIBRARY_NAME
    create_private_file(file)
    database = SqliteDatabase(
        str(file), pragmas=_WRITER_PRAGMAS, timeout=_BUSY_SECONDS, autoconnect=False
    )
    try:
        if file.stat().st_size == 0:
            _prepare(file)
        database.connect()
        version = _checked_version(database, file)
        if version < len(STEPS):
            migrate(database, version)
    except HerError:
        database.close()
        raise
    except STORAGE_ERRORS as error:
        database.close()
        raise explain(error, file) from error
    return database


def _prepare(file: Path) -> None:
    """Settings that must precede the first table."""
    fresh = SqliteDatabase(str(file), autoconnect=False)
    fresh.connect()
    fresh.execute_sql("PRAGMA auto_vacuum=INCREMENTAL")
    fresh.execute_sql(f"PRAGMA application_id={APPLICATION_ID}")
    fresh.execute_sql("PRAGMA journal_mode=WAL")
    fresh.close()


def identity(database: SqliteDatabase) -> str:
    """What tells this library from any other; made up the first time it is asked for."""
    connection = database.connection()
    connection.execute(
        "INSERT OR IGNORE INTO setting VALUES ('identity', lower(hex(randomblob(16))))"
    )
    row = connection.execute("SELECT value FROM setting WHERE name = 'identity'").fetchone()
    return str(row[0])


def _checked_version(database: SqliteDatabase, file: Path) -> int:
    application = int(database.pragma("application_id") or 0)
    version = int(database.pragma("user_version") or 0)
    if application not in (0, APPLICATION_ID):
        raise LibraryUnusable(
            f"{file} is a database of another program", "Set HER_HOME to a folder of its own."
        )
    if version > len(STEPS):
        raise LibraryTooNew(
            f"The library was written by a newer Her (schema {version}, this one knows "
            f"{len(STEPS)})",
            "Update Her, or set HER_HOME to another folder.",
        )
    return version


class _Reading(SqliteDatabase):
    """Read-only connections, with what the user says as the schema ``own``."""

    def __init__(self, home: Path, uri: str) -> None:
        super().__init__(uri, uri=True, timeout=_BUSY_SECONDS, thread_safe=True)
        self.home = home
        self.problem: HerError | None = None

    def _connect(self) -> Any:
        connection = super()._connect()  # type: ignore[misc]
        self.problem = own.attach(connection, self.home)
        return connection

    def does_without(self, error: BaseException) -> bool:
        """Whether ``error`` came of damage to what the user says, for which empty tables stand in
        from now on: the library itself is well."""
        if not own.is_damage(error):
            return False
        connection: Any = self.connection()  # type: ignore[no-untyped-call]
        problem = own.check(connection, self.home)
        if problem is not None:
            self.problem = problem
            own.stand_in(connection)
        return problem is not None


class Reader:
    """A read-only connection per thread; holds no transaction open between calls."""

    def __init__(self, home: Path) -> None:
        self.file = home / LIBRARY_NAME
        if not self.file.exists() or self.file.stat().st_size == 0:
            raise LibraryMissing(
                "Nothing has been recorded yet", "Run her-tui import, or start her-tui."
            )
        self._database = _Reading(home, f"file:{quoted(self.file)}?mode=ro")
        try:
            if _checked_version(self._database, self.file) < len(STEPS):
                raise LibraryMissing("The library is being prepared", "Try again in a moment.")
        except DRIVER_ERRORS as error:
            raise explain(error, self.file) from error

    def rows(self, sql: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """The rows of one SELECT; raises `LibraryUnusable`."""
        try:
            found: Any = self._database.execute_sql(sql, parameters)  # type: ignore[no-untyped-call]
            return list(found.fetchall())
        except DRIVER_ERRORS as error:
            if self._database.does_without(error):
                return self.rows(sql, parameters)
            raise explain(error, self.file) from error

    @property
    def own_problem(self) -> HerError | None:
        """Why the user's stars, tags and notes are not there."""
        return self._database.problem

    def records(self) -> Records:
        """Reads raw records back; for one thread."""
        return Records(self._database)

    def stream(self, source: int) -> Iterator[bytes]:
        """The raw bytes of a source, in file order, an unfinished last line included."""
        at = 0
        while True:
            for data in stream(self._database, source, at):
                at += len(data)
                yield data
            row = self.rows("SELECT consumed, tail FROM source WHERE id = ?", (source,))
            if not row or row[0][0] <= at:
                break  # else the recorder has just read on
        if row and row[0][1] is not None:
            yield unpack(bytes(row[0][1]))

    def version(self) -> int:
        """A number that changes when another connection commits, be it stars, tags and notes."""
        library, own = (self.rows(f"PRAGMA {name}.data_version")[0][0] for name in ("main", "own"))
        return int(library) << 32 | int(own)

    def stamp(self) -> tuple[object, ...]:
        """What `version` is to one thread, for all: the looks of the files that a commit writes."""
        looks: list[object] = []
        for name in (LIBRARY_NAME, own.NAME):
            for suffix in ("", "-wal"):
                try:
                    status = self.file.with_name(f"{name}{suffix}").stat()
                    looks.append((status.st_ino, status.st_mtime_ns, status.st_size))
                except OSError:
                    looks.append(None)
        return tuple(looks)

    def close(self) -> None:
        """Close this thread's connection."""
        self._database.close()


def quoted(file: Path) -> str:
    from urllib.parse import quote

    return quote(os.fspath(file.absolute()))
