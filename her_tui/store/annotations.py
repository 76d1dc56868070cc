"""What the user says of sessions and prompts: stars, tags, notes; and of moments: bookmarks.
``notes.db``, a file of its own.

Kept apart from what was captured: it holds on to the agent, the session's id and the record's own
identity, so it survives a re-import, and even a library made anew. It is the only data here that
cannot be made again: a change is on the disk before it is said to be, and a copy is made after it;
a damaged file is never replaced unless the user says so. Any process may write it, one at a time.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from peewee import SqliteDatabase

from her_tui import clock
from her_tui.errors import HerError, LibraryBusy, LibraryTooNew, LibraryUnusable, UsageError
from her_tui.paths import create_private_file, ensure_private_dir
from her_tui.store import own
from her_tui.store.database import STORAGE_ERRORS, explain
from her_tui.store.locks import FileLock
from her_tui.store.own import COPY_NAME, NAME
from her_tui.store.subject import Subject

__all__ = ["NAME", "Annotations", "Subject", "restore", "tag_name"]

#: 2: bookmarks. Each version only adds tables, so that a file is brought up to date in place.
_VERSION = 2

#: "HERN" in ASCII: tells the file from any other SQLite file.
_APPLICATION_ID = 0x4845524E

_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": "full",
    "secure_delete": 1,
    "temp_store": "memory",
}

#: How long another process may be at it.
_PATIENCE_SECONDS = 5.0

#: How long a reader is waited for that keeps the log from being emptied.
_READER_MS = 2_000

#: How the names of files start that `restore` put aside.
_DAMAGED = "notes.damaged"

_TAG_LENGTH = 64
_NOTE_LENGTH = 20_000


class Annotations:
    """Opened for reading and writing; no other process writes meanwhile."""

    def __init__(self, home: Path) -> None:
        """Creates the file. Raises a `her_tui.errors.HerError`: it is damaged, written by a newer
        Her, or cannot be written."""
        ensure_private_dir(home)
        self.home = home
        self._changed = False
        self._lock = _locked(home)
        try:
            if own.is_lost(home):
                raise own.damaged(home, "it is empty, or gone")
            self._database = _opened(home)
        except BaseException:
            self._lock.release()
            raise

    def star(self, subject: Subject, starred: bool) -> None:
        """Mark it as a favourite, or no more."""
        with self._writing() as connection:
            if starred:
                connection.execute(
                    "INSERT OR IGNORE INTO star VALUES (?, ?, ?, ?)", (*subject, clock.now_ms())
                )
            else:
                connection.execute(f"DELETE FROM star WHERE {_IS}", subject)

    def tag(self, subject: Subject, tag: str, present: bool = True) -> None:
        """Put a tag on it, or take it off. Raises `UsageError` for a tag that is no word."""
        name = tag_name(tag)
        with self._writing() as connection:
            if present:
                connection.execute(
                    "INSERT OR IGNORE INTO tag VALUES (?, ?, ?, ?, ?)",
                    (*subject, name, clock.now_ms()),
                )
            else:
                connection.execute(f"DELETE FROM tag WHERE {_IS} AND tag = ?", (*subject, name))

    def note(self, subject: Subject, text: str) -> None:
        """Write a note on it; an empty one takes it away. Raises `UsageError` if it is too long."""
        text = _note_text(text)
        with self._writing() as connection:
            connection.execute(f"DELETE FROM note WHERE {_IS}", subject)
            if text:
                connection.execute(
                    "INSERT INTO note VALUES (?, ?, ?, ?, ?)", (*subject, text, clock.now_ms())
                )

    def bookmark(self, subject: Subject, block: int, ts: int, note: str = "") -> None:
        """Put a bookmark on a block of the record that is the subject's key, or change the note of
        the one there is. Where the record has no identity, ``ts`` (milliseconds since the epoch) is
        what tells the moment. Raises `UsageError` if the note is too long."""
        note = _note_text(note)
        with self._writing() as connection:
            made = connection.execute(
                f"SELECT min(created) FROM bookmark WHERE {_AT}", (*subject, block, ts)
            ).fetchone()[0]
            connection.execute(f"DELETE FROM bookmark WHERE {_AT}", (*subject, block, ts))
            connection.execute(
                "INSERT INTO bookmark VALUES (?, ?, ?, ?, ?, ?, ?)",
                (*subject, block, ts, note, clock.now_ms() if made is None else made),
            )

    def unbookmark(self, subject: Subject, block: int, ts: int) -> bool:
        """Take the bookmark away; whether there was one."""
        with self._writing() as connection:
            gone = connection.execute(
                f"DELETE FROM bookmark WHERE {_AT}", (*subject, block, ts)
            ).rowcount
        return bool(gone)

    def forget(self, agent: str, session_id: str) -> bool:
        """Drop all that is said of a session and its subagents, from the bytes of the file and of
        its copy too; False if a reader keeps the log of the file from being emptied, so that this
        is to be called again."""
        with self._writing() as connection:
            for table in own.TABLES:
                connection.execute(
                    f"DELETE FROM {table} WHERE agent = ?1 AND (session_id = ?2"
                    " OR substr(session_id, 1, length(?2) + 1) = ?2 || '/')",
                    (agent, session_id),
                )
        self._copy()
        for file in self.home.glob(f"{_DAMAGED}*"):  # what of it is in there cannot be picked out
            if session_id.encode() in file.read_bytes():
                file.unlink()
        for name in (NAME, COPY_NAME):  # one that was killed while it made them left them
            for file in self.home.glob(f"{_new(self.home, name).name}*"):
                file.unlink()
        return self._emptied_log()

    def close(self) -> None:
        """Close it, having made a copy of what changed. Raises a `HerError` if that shows that the
        file is damaged; if the copy cannot be made otherwise, the one before stays."""
        try:
            if self._changed:
                self._copy()
        except LibraryUnusable:
            pass  # what was said is in the file: only the copy is not
        finally:
            self._database.close()
            self._lock.release()

    @contextmanager
    def _writing(self) -> Iterator[Any]:
        try:
            with self._database.atomic("IMMEDIATE"):
                yield self._database.connection()
        except STORAGE_ERRORS as error:
            raise _explained(error, self.home) from error
        self._changed = True

    def _copy(self) -> None:
        """Make the copy anew. Reading all of it, SQLite finds what is damaged: then the copy there
        is stays."""
        new = _new(self.home, COPY_NAME)
        try:
            new.unlink(missing_ok=True)
            create_private_file(new)
            self._database.execute_sql("VACUUM main INTO ?", (os.fspath(new),))
            _sync(new)
            new.replace(self.home / COPY_NAME)
        except STORAGE_ERRORS as error:
            with suppress(OSError):
                new.unlink(missing_ok=True)
            raise _explained(error, self.home) from error
        self._changed = False

    def _emptied_log(self) -> bool:
        """Fold the log into the file and empty it, waiting for readers a little; whether it is."""
        connection = self._database.connection()
        connection.execute(f"PRAGMA busy_timeout = {_READER_MS}")
        try:
            return not connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        finally:
            connection.execute(f"PRAGMA busy_timeout = {_PATIENCE_SECONDS * 1000:.0f}")


_IS = "agent = ? AND session_id = ? AND key = ?"

#: The bookmark of one moment.
_AT = "agent = ?1 AND session_id = ?2 AND key = ?3 AND block = ?4 AND (key <> x'' OR ts = ?5)"


def tag_name(tag: str) -> str:
    """``tag`` as it is kept: in small letters, without a ``#``. Raises `UsageError`."""
    name = _storable(tag).strip().removeprefix("#").lower()
    if not name or len(name) > _TAG_LENGTH or not _is_word(name):
        raise UsageError(
            f"{tag!r} is no tag",
            f"A tag is one word of letters, digits, and - _ . / (at most {_TAG_LENGTH}).",
        )
    return name


def _is_word(name: str) -> bool:
    return name.isprintable() and all(letter.isalnum() or letter in "-_./" for letter in name)


def _note_text(text: str) -> str:
    """``text`` as a note is kept. Raises `UsageError` if it is too long."""
    text = _storable(text).strip()
    if len(text) > _NOTE_LENGTH:
        raise UsageError(
            f"A note has at most {_NOTE_LENGTH:,} characters, and this has {len(text):,}",
            "Shorten it, or write it into a file and note where that is.",
        )
    return text


def _storable(text: str) -> str:
    """``text`` as UTF-8 can hold it: what a terminal gave that is none becomes a question mark."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def restore(home: Path) -> Path:
    """Put the copy in the place of a damaged file, which is kept; where. Raises a `HerError` if the
    file is well, or there is no copy that is."""
    lock = _locked(home)
    try:
        copy, file = home / COPY_NAME, home / NAME
        if not own.is_lost(home) and _is_well(home):
            raise UsageError(f"{file} is not damaged", "Nothing was done.")
        if not copy.exists():
            raise HerError(f"There is no copy of {file}", "It is made after every change.")
        new = _new(home, NAME)
        new.unlink(missing_ok=True)
        create_private_file(new)
        new.write_bytes(copy.read_bytes())
        _sync(new)
        aside = _free(home)
        for suffix in ("-wal", "-shm", ""):  # a log is of its own file: never of another
            part = Path(f"{file}{suffix}")
            if part.exists():
                part.replace(f"{aside}{suffix}")
        new.replace(file)
        _opened(home).close()
        return aside
    except OSError as error:
        raise _explained(error, home) from error
    finally:
        lock.release()


def _new(home: Path, name: str) -> Path:
    """What becomes the file ``name`` as soon as it is whole."""
    return home / f"{name}.new"


def _is_well(home: Path) -> bool:
    try:
        _opened(home).close()
    except HerError:
        return False
    return True


def _sync(file: Path) -> None:
    with file.open("rb") as stream:
        os.fsync(stream.fileno())


def _free(home: Path) -> Path:
    """A name for a damaged file."""
    number = 1
    while (found := home / f"{_DAMAGED}{number}.db").exists():
        number += 1
    return found


def _locked(home: Path) -> FileLock:
    lock = FileLock(home / "notes.lock")
    try:
        lock.acquire(timeout=_PATIENCE_SECONDS)
    except LibraryBusy as error:
        raise LibraryBusy(
            "Another Her is writing stars, tags and notes", "Try again in a moment."
        ) from error
    return lock


def _opened(home: Path) -> SqliteDatabase:
    """The file, created or found well; the caller holds the lock."""
    file = home / NAME
    create_private_file(file)
    database = SqliteDatabase(str(file), timeout=_PATIENCE_SECONDS, autoconnect=False)
    try:
        database.connect()
        connection = database.connection()
        problem = own.check(connection, home, "main")
        if problem:
            raise problem
        version = _identified(database, file)
        for name, value in _PRAGMAS.items():
            connection.execute(f"PRAGMA {name} = {value}").fetchall()
        if version < _VERSION:
            with database.atomic("IMMEDIATE"):
                own.create(connection)
                connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {_VERSION}")
    except HerError:
        database.close()
        raise
    except STORAGE_ERRORS as error:
        database.close()
        raise _explained(error, home) from error
    return database


def _identified(database: SqliteDatabase, file: Path) -> int:
    """The version of the tables; 0: there are none yet."""
    application = int(database.pragma("application_id") or 0)
    if application not in (0, _APPLICATION_ID):
        raise LibraryUnusable(
            f"{file} is a database of another program", "Set HER_HOME to a folder of its own."
        )
    version = int(database.pragma("user_version") or 0)
    if version > _VERSION:
        raise LibraryTooNew(f"{file} was written by a newer Her", "Update Her.")
    return version


def _explained(error: BaseException, home: Path) -> HerError:
    if own.is_damage(error):
        return own.damaged(home, str(error))
    return explain(error, home / NAME)
