"""The keyword index opened for reading: the newest that match, or the best.

Expressions are FTS5's, as `her_tui.search.matching.Terms` has them. Nothing here asks the library.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from peewee import SqliteDatabase

from her_tui.errors import LibraryMissing
from her_tui.events.documents import DocumentKind
from her_tui.paths import INDEX_NAME, LIBRARY_NAME
from her_tui.store.database import DRIVER_ERRORS, explain, quoted
from her_tui.store.vocabulary import Vocabulary
from her_tui.store.words import kind_word, row_at, session_word, time_of, written_format

#: Up to so many sessions are told to FTS5; more are looked up row by row.
_SESSIONS = 50

#: Looking one row up takes as long as reading so many that match.
_SCANNED = 1000

#: What a word counts in the text itself, in parts of names, and in the scope, which is no text.
_WEIGHTS = "1.0, 0.8, 0.0"

#: No row is after it.
_LAST_ROW = (1 << 63) - 1


class Interrupted(Exception):
    """`WordReader.interrupt` was called: nobody waits for the answer."""


class Posting(NamedTuple):
    """A document that matches."""

    event: int
    session: int
    """Row id of the main session."""
    kind: DocumentKind
    ts: int | None
    """Milliseconds since the epoch, to the second; None: not known."""
    row: int
    """Greater for a newer one: what is older than it has smaller ones."""
    bm25: float = 0.0
    """Negative, the less the better; 0 where nothing was ranked."""


class WordReader:
    """For one thread at a time, `interrupt` excepted. Sees what is committed at each call; if the
    index was made anew since, the new one."""

    def __init__(self, home: Path) -> None:
        """Raises `LibraryMissing` where there is no index of the library below ``home``."""
        self._home = home
        self._file = home / INDEX_NAME
        self._stop = False
        self._open()

    def _open(self) -> None:
        missing = LibraryMissing("The words are not indexed yet", "Run her-tui index.")
        if not self._file.exists() or self._file.stat().st_size == 0:
            raise missing
        self._inode = self._file.stat().st_ino
        self._database = SqliteDatabase(
            _read_only(self._file), uri=True, timeout=5, thread_safe=False,
            check_same_thread=False,
        )  # fmt: skip
        try:
            self._connection: Any = self._database.connection()
            self._connection.execute("PRAGMA temp_store = memory")  # what is asked is in no file
            version = self._connection.execute("PRAGMA user_version").fetchone()[0]
            if version != written_format() or self._belongs_to() != _identity(
                self._home / LIBRARY_NAME
            ):
                raise missing
            self._vocabulary = Vocabulary(self._rows)
            self._version = -1
        except DRIVER_ERRORS as error:
            self._database.close()
            raise explain(error, self._file) from error
        except LibraryMissing:
            self._database.close()
            raise

    def _belongs_to(self) -> str:
        return str(self._connection.execute("SELECT library FROM progress").fetchone()[0])

    def newest(
        self,
        match: str,
        *,
        kinds: Collection[DocumentKind] | None = None,
        sessions: Collection[int] | None = None,
        events: Collection[int] | None = None,
        after: int | None = None,
        before: int | None = None,
        below: int | None = None,
        limit: int = 50,
        outputs: bool = False,
    ) -> list[Posting]:
        """The newest ``limit`` documents that match, all if ``match`` is empty, the newest first.

        ``kinds``, ``sessions`` (row ids) and ``events`` narrow it down, and so do ``after`` (from
        this millisecond on), ``before`` (not from this one on; both to the second) and ``below`` (a
        row: go on after the last one there was). With ``outputs`` what tools printed is searched,
        and nothing else: that index knows no phrases, so that words of one may be apart; look at
        the text.
        """
        self._begin()
        table = "outputs" if outputs else "words"
        match = self._vocabulary.apart(match) if outputs else match
        where, values = _narrowed(table, match, None if outputs else kinds, sessions, events)
        low, high = self._rows_of(events, after, before)
        high = high if below is None else min(high, below - 1)
        source = f"{table} JOIN document d ON d.row = {table}.rowid" if match else "document d"
        row = f"{table}.rowid" if match else "d.row"
        if not match:
            where = [f"d.kind {'=' if outputs else '<>'} {int(DocumentKind.OUTPUT)}", *where]
        found = self._rows(
            f"SELECT d.event, d.session, d.kind, {row} FROM {source}"
            f" WHERE {row} BETWEEN ? AND ? {''.join(f' AND {part}' for part in where)}"
            f" ORDER BY {row} DESC LIMIT ?",
            (low, high, *values, limit),
        )
        return [_posting(*row) for row in found]

    def ranked(
        self,
        wanted: Sequence[str],
        *,
        required: str = "",
        excluded: str = "",
        kinds: Collection[DocumentKind] | None = None,
        sessions: Collection[int] | None = None,
        events: Collection[int] | None = None,
        after: int | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> list[Posting]:
        """The best ``limit`` of the documents that have any of ``wanted`` (of what a tool printed,
        none), all of ``required`` and nothing of ``excluded``, the best first, of equal ones the
        newest. The rest narrows it down as in `newest`.

        Where too many match, the commonest of ``wanted`` are left out, and what is left is ranked
        among its newest: what is common says little. The last of ``wanted``, if no document has it,
        is taken for the start of a word.
        """
        self._begin()
        match, too_many = self._vocabulary.bounded(wanted, required, kinds)
        if not match:
            return []
        match = f"({match}) NOT ({excluded})" if excluded else match
        where, values = _narrowed("words", match, kinds, sessions, events)
        low, high = self._rows_of(events, after, before)
        join = " JOIN document d ON d.row = words.rowid" if any("d." in w for w in where) else ""
        condition = f"words.rowid BETWEEN ? AND ? {''.join(f' AND {part}' for part in where)}"
        among = f" FROM words{join} WHERE {condition}"
        if too_many:
            newest = self._rows(
                f"SELECT words.rowid{among} ORDER BY words.rowid DESC LIMIT 1 OFFSET ?",
                (low, high, *values, self._vocabulary.most()),
            )
            low = newest[0][0] if newest else low
        found = self._rows(
            "SELECT d.event, d.session, d.kind, best.row, best.score FROM"
            f" (SELECT words.rowid AS row, bm25(words, {_WEIGHTS}) AS score{among}"
            " ORDER BY score, words.rowid DESC LIMIT ?) best"
            " JOIN document d ON d.row = best.row ORDER BY best.score, best.row DESC",
            (low, high, *values, limit),
        )
        return [_posting(*row) for row in found]

    def idf(self, wanted: Sequence[str]) -> dict[str, float]:
        """How much each of ``wanted`` (words and phrases, as `ranked` takes them) tells apart:
        FTS5's ln((N - n + .5) / (n + .5)), N being all documents and n those that have it. One that
        no document has: ln N."""
        self._begin()
        return {expression: self._vocabulary.idf(expression) for expression in wanted}

    def having(self, match: str, events: Collection[int]) -> set[int]:
        """Which of ``events`` have a document that matches; what a tool printed does not count."""
        self._begin()
        if not match:
            return set()
        rows = dict(
            self._rows(
                "SELECT row, event FROM document"
                " WHERE event IN (SELECT value FROM json_each(?)) ORDER BY row",
                (_json(events),),
            )
        )
        if self._vocabulary.count(match) > _SCANNED * len(rows):
            found = self._rows(
                "SELECT words.rowid FROM json_each(?) CROSS JOIN words ON words.rowid = value"
                " WHERE words MATCH ?",
                (_json(rows), match),
            )
        else:
            found = self._rows(
                "SELECT rowid FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ?",
                (match, min(rows, default=0), max(rows, default=0)),
            )
        return {rows[row] for (row,) in found if row in rows}

    def sessions_with(self, match: str, kinds: Collection[DocumentKind] | None = None) -> list[int]:
        """The sessions (row ids) that have a document that matches, no tool's output."""
        self._begin()
        where, values = _narrowed("words", match, kinds, None, None)
        found = self._rows(
            "SELECT DISTINCT d.session FROM words JOIN document d ON d.row = words.rowid"
            f" WHERE {' AND '.join(where)}",
            tuple(values),
        )
        return [row[0] for row in found]

    def totals(self) -> dict[DocumentKind, int]:
        """How many documents there are of each kind."""
        self._begin()
        return dict(self._vocabulary.totals())

    def count(self) -> int:
        """How many documents are indexed."""
        return sum(self.totals().values())

    def reached(self) -> int:
        """The last event id dealt with."""
        self._begin()
        return int(self._rows("SELECT event FROM progress")[0][0])

    def interrupt(self) -> None:
        """Make the answer that another thread is waiting for, and whatever it asks next, end with
        `Interrupted`, until `resume`."""
        self._stop = True
        with suppress(*DRIVER_ERRORS):  # it is being opened anew
            self._connection.interrupt()

    def resume(self) -> None:
        """Answer again."""
        self._stop = False

    def close(self) -> None:
        """Close it."""
        self._database.close()

    def _begin(self) -> None:
        """Start a new answer, from the index as it is now."""
        try:
            inode = self._file.stat().st_ino
        except OSError:
            inode = -1
        if inode != self._inode:
            self._database.close()
            self._open()
        version = self._rows("PRAGMA data_version")[0][0]
        if version != self._version:
            self._version = version
            self._vocabulary.forget()

    def _rows(self, sql: str, parameters: tuple[Any, ...] = ()) -> list[Any]:
        if self._stop:
            raise Interrupted
        try:
            return list(self._connection.execute(sql, parameters).fetchall())
        except DRIVER_ERRORS as error:
            if self._stop:
                raise Interrupted from error
            raise explain(error, self._file) from error

    def _rows_of(
        self, events: Collection[int] | None, after: int | None, before: int | None
    ) -> tuple[int, int]:
        """The first and the last row that can be meant."""
        low = 0 if after is None else row_at(after)
        high = _LAST_ROW if before is None else row_at(before) - 1
        if events is not None:
            first, last = self._rows(
                "SELECT min(row), max(row) FROM document"
                " WHERE event IN (SELECT value FROM json_each(?))",
                (_json(events),),
            )[0]
            low, high = max(low, first or 0), min(high, last or 0)
        return low, high


def _identity(library: Path) -> str | None:
    """What tells the library from others; None if it was never asked for, or there is none."""
    if not library.exists():
        return None
    database = SqliteDatabase(_read_only(library), uri=True, timeout=5)
    try:
        found = database.execute_sql("SELECT value FROM setting WHERE name = 'identity'").fetchone()
    finally:
        database.close()
    return str(found[0]) if found else None


def _narrowed(
    table: str,
    match: str,
    kinds: Collection[DocumentKind] | None,
    sessions: Collection[int] | None,
    events: Collection[int] | None,
) -> tuple[list[str], list[Any]]:
    """Conditions on ``table`` and on its documents ``d``, and their parameters: FTS5 is told what
    it can be told."""
    where: list[str] = []
    values: list[Any] = []
    scopes = []
    if kinds is not None:
        if match:
            scopes.append([kind_word(kind) for kind in kinds] or ["\ue0ff"])
        else:
            where.append("d.kind IN (SELECT value FROM json_each(?))")
            values.append(_json(kinds))
    if sessions is not None:
        if match and len(sessions) <= _SESSIONS:
            scopes.append([session_word(session) for session in sessions] or ["\ue0ff"])
        else:
            where.append("d.session IN (SELECT value FROM json_each(?))")
            values.append(_json(sessions))
    if events is not None:
        where.append("d.event IN (SELECT value FROM json_each(?))")
        values.append(_json(events))
    if match:
        for scope in scopes:
            alternatives = " OR ".join(f'"{word}"' for word in scope)
            match = f"({alternatives}) AND ({match})"
        where.insert(0, f"{table} MATCH ?")
        values.insert(0, match)
    return where, values


def _read_only(file: Path) -> str:
    return f"file:{quoted(file)}?mode=ro"


def _json(numbers: Iterable[int]) -> str:
    return json.dumps([int(number) for number in numbers])


def _posting(event: int, session: int, kind: int, row: int, bm25: float = 0.0) -> Posting:
    return Posting(event, session, DocumentKind(kind), time_of(row), row, bm25)
