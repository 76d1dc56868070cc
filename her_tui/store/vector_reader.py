"""The vectors of passages, opened for reading."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from peewee import SqliteDatabase

from her_tui.errors import HerError, LibraryMissing
from her_tui.store.database import DRIVER_ERRORS, HINDRANCES, explain
from her_tui.store.vector_blocks import (
    RANGES,
    numbers,
    packed,
    read_fresh,
    that_may_have,
)
from her_tui.store.vector_file import FORMAT, NAME

#: Rows that one statement reads: of bodies always as many, so that it is prepared once.
_AT_ONCE = 250

_BODIES = (
    f"SELECT rowid, body FROM vector WHERE rowid IN ({', '.join('?' * _AT_ONCE)}) ORDER BY rowid"
)
_FIRST = "SELECT rowid, session, kind, ordinal FROM vector WHERE rowid IN ({})"
_FURTHER = "SELECT vector, event, session, kind, ordinal FROM place WHERE vector IN ({})"
_FRESH_OF = "SELECT vector FROM fresh WHERE event IN ({})"
_FURTHER_OF = "SELECT vector FROM place WHERE event IN ({})"
_HELD = "SELECT ids, events FROM segment JOIN standing USING (first) WHERE first = ?"


class Place(NamedTuple):
    """Where a passage stands."""

    vector: int
    event: int
    session: int
    kind: int
    """`her_tui.events.documents.DocumentKind`."""
    ordinal: int
    """Which passage of the event."""


class Segment(NamedTuple):
    """What finds many vectors, one array a field."""

    number: int
    """Segments ascend by it; 0: the last, of what is not folded yet."""
    ids: bytes | int
    """Little-endian uint32s, ascending, or the first where they are consecutive."""
    signs: bytes
    events: bytes
    """The events of their first places, little-endian uint32s."""
    kinds: bytes
    """The kinds of these, a byte each."""


class VectorReader:
    """Opened read-only; for one thread at a time, any. Holds no transaction between calls. Calls
    raise `LibraryMissing` where the vectors are gone or damaged, and are made again."""

    def __init__(self, home: Path, model: str) -> None:
        """Raises `her_tui.errors.LibraryMissing` where there are none (of this model)."""
        self.file = home / NAME
        self._model = model
        self._inode = 0
        self._database: SqliteDatabase | None = None
        self._connect()

    def _connect(self) -> None:
        self.close()
        try:
            status = self.file.stat()
        except OSError:
            raise _missing() from None
        if not status.st_size:
            raise _missing()
        self._database = SqliteDatabase(
            f"{self.file.absolute().as_uri()}?mode=ro",
            uri=True,
            timeout=5,
            thread_safe=False,
            check_same_thread=False,
        )
        self._inode = status.st_ino
        fits = self._rows("PRAGMA user_version") == [(FORMAT,)]
        if not fits or self._rows("SELECT model FROM meta") != [(self._model,)]:
            self.close()  # to be looked at anew the next time
            raise _missing()

    def _connection(self) -> Any:
        if self._database is None:
            raise _missing()
        return self._database.connection()

    def _rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        try:
            return list(self._connection().execute(sql, parameters).fetchall())
        except DRIVER_ERRORS as error:
            raise self._explained(error) from error

    def _explained(self, error: Exception) -> HerError:
        damaged = not isinstance(error, HINDRANCES)
        return _missing() if damaged else explain(error, self.file)

    def version(self) -> tuple[str, int]:
        """Another second value than before means that there are more segments than were read;
        another first one that all are to be read again. Turns to a file that was made anew."""
        try:
            same = self.file.stat().st_ino == self._inode
        except OSError:
            self.close()
            raise _missing() from None
        if not same or self._database is None:
            self._connect()
        identity, generation, changes = self._rows(
            "SELECT identity, generation, changes FROM meta"
        )[0]
        return f"{identity}:{generation}", changes

    def library(self) -> str:
        """The identity of the library whose passages these are."""
        return str(self._rows("SELECT library FROM meta")[0][0])

    def segments(self, after: int = 0) -> Iterator[Segment]:
        """All vectors as of now, or those of segments ``after`` the one with this number; those
        not yet folded come last. A transaction is open until the last one was taken."""
        connection = self._connection()
        try:
            connection.execute("BEGIN")
            for first, ids, signs, events, kinds in connection.execute(
                "SELECT first, ids, signs, events, kinds FROM segment JOIN standing USING (first)"
                " WHERE first > ? ORDER BY first",
                (after,),
            ):
                yield Segment(first, first if ids is None else ids, signs, events, kinds)
            fresh = read_fresh(connection)
            if fresh.vectors:
                yield Segment(
                    0,
                    packed(fresh.vectors),
                    bytes(fresh.signs),
                    packed(fresh.events),
                    bytes(fresh.kinds),
                )
        except DRIVER_ERRORS as error:
            raise self._explained(error) from error
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")

    def bodies(self, ids: Sequence[int]) -> list[tuple[int, bytes]]:
        """(id, `her_tui.search.vectors.Packed.body`) of these vectors, by id; missing ones are
        left out. ``ids`` ascend."""
        rows: list[tuple[Any, ...]] = []
        for at in range(0, len(ids), _AT_ONCE):
            part = list(ids[at : at + _AT_ONCE])
            part += part[:1] * (_AT_ONCE - len(part))
            rows += self._rows(_BODIES, part)
        return rows

    def places(self, ids: Sequence[int]) -> list[Place]:
        """Where these vectors stand: a vector's places together, the newest events first."""
        events = self._first_events(ids)
        places = []
        for vector, session, kind, ordinal in self._chosen(_FIRST, ids):
            if vector in events:
                places.append(Place(vector, events[vector], session, kind, ordinal))
        places += [Place(*row) for row in self._chosen(_FURTHER, ids)]
        return sorted(places, key=lambda p: (p.vector, -p.event, p.ordinal))

    def _chosen(self, sql: str, values: Sequence[int]) -> list[tuple[Any, ...]]:
        rows = []
        for at in range(0, len(values), _AT_ONCE):
            part = values[at : at + _AT_ONCE]
            rows += self._rows(sql.format(", ".join("?" * len(part))), part)
        return rows

    def _first_events(self, ids: Sequence[int]) -> dict[int, int]:
        """The event of the first place of each of these vectors."""
        blocks = [row[0] for row in self._rows("SELECT first FROM standing ORDER BY first")]
        by_block: dict[int, list[int]] = {}
        for vector in ids:
            at = bisect_right(blocks, vector)
            if at:
                by_block.setdefault(blocks[at - 1], []).append(vector)
        found = dict(self._chosen("SELECT vector, event FROM fresh WHERE vector IN ({})", ids))
        for first, vectors in by_block.items():
            for held, events in self._rows(_HELD, (first,)):
                known = numbers(events)
                members = range(first, first + len(known)) if held is None else numbers(held)
                for vector in vectors:
                    at = bisect_left(members, vector)
                    if at < len(members) and members[at] == vector:
                        found[vector] = known[at]
        return found

    def further(self, after: int = 0) -> list[tuple[int, int, int, int]]:
        """(number, vector, event, kind) of the places that are not a vector's first, with numbers
        greater than ``after``, by number."""
        rows = self._rows(
            "SELECT id, vector, event, kind FROM place WHERE id > ? ORDER BY id", (after,)
        )
        return rows

    def vectors_of(self, events: Sequence[int]) -> list[Place]:
        """The places of these events, by event and ordinal."""
        wanted = frozenset(events)
        vectors = {row[0] for row in self._chosen(_FRESH_OF, events)}
        vectors.update(row[0] for row in self._chosen(_FURTHER_OF, events))
        for first in that_may_have(self._rows(RANGES), sorted(wanted)):
            for held, known in self._rows(_HELD, (first,)):
                stood = numbers(known)
                if wanted.isdisjoint(stood):
                    continue
                members = range(first, first + len(stood)) if held is None else numbers(held)
                pairs = zip(members, stood, strict=True)
                vectors.update(vector for vector, event in pairs if event in wanted)
        places = [place for place in self.places(sorted(vectors)) if place.event in wanted]
        return sorted(places, key=lambda p: (p.event, p.ordinal))

    def count(self) -> tuple[int, int]:
        """(events dealt with, vectors)."""
        events, vectors = self._rows("SELECT events, vectors FROM meta")[0]
        return events, vectors

    def close(self) -> None:
        """Close it."""
        if self._database is not None:
            self._database.close()
            self._database = None


def _missing() -> LibraryMissing:
    return LibraryMissing(
        "There is nothing yet to be found by meaning", "Run her-tui index, and try again."
    )
