"""The vectors of passages: a database file of its own beside the library, like the words.

Made from the library alone and remembers whose it is (`store.database.identity`): it can be deleted
at any time and is made again. One process writes it, under the encoder's lock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from her_tui.store.digests import SIZE as DIGEST
from her_tui.store.digests import Digests
from her_tui.store.vector_blocks import (
    SEGMENT,
    SIGNS,
    Block,
    add_fresh,
    drop_events,
    fold,
    members,
    numbers,
    read_fresh,
)
from her_tui.store.vector_file import NAME, VectorFile
from her_tui.store.vector_reader import Place, Segment, VectorReader

__all__ = ["NAME", "SEGMENT", "Place", "Segment", "VectorReader", "VectorStore", "forget"]

#: Bytes of a vector's body.
BODY = 388


class VectorStore(VectorFile):
    """Opened for writing. A file that turns out to be damaged is made anew, which `remade`
    tells: events that were done are not, then."""

    _digests: Digests | None = None
    _done: set[int] | None = None
    _seen: int = 0

    def __init__(self, home: Path, model: str | None) -> None:
        """Vectors of another model than ``model`` are dropped (None: of none). Raises
        `HerError`."""
        super().__init__(home, model)

    def follow(self, library: str) -> None:
        """Be the vectors of the library with this identity, made anew if they were another's."""
        with self.mended() as connection:
            known = connection.execute("SELECT library FROM meta").fetchone()[0]
            if known == library:
                return
            self._library = library
            if known:
                self.start_over()
                return
            with self.writing() as inner:
                inner.execute("UPDATE meta SET library = ?", (library,))

    def done(self) -> set[int]:
        """The events dealt with, those without passages too. Not to be changed."""
        events: set[int] = set()
        with self.mended() as connection:
            events = self._events(connection)
        return events

    def known(self, digests: Sequence[bytes]) -> dict[bytes, int]:
        """The vectors there are of passages with these digests: digest -> vector id."""
        found: dict[bytes, int] = {}
        with self.mended() as connection:
            table = self._table(connection)
            pairs = ((digest, table.get(digest)) for digest in digests)
            found = {digest: vector for digest, vector in pairs if vector}
        return found

    def add(
        self,
        vectors: Iterable[tuple[bytes, bytes, bytes]],
        places: Iterable[tuple[bytes, int, int, int, int]],
        empty: Iterable[int] = (),
    ) -> None:
        """In one transaction: new ``vectors`` (digest, body, signs), ``places`` (digest, event,
        session, kind, ordinal) of these or older ones, and events that are ``empty``. Left out are
        vectors without a place, events that were done, and events with a passage whose vector is
        not there: these are not done."""
        offered = {digest: (body, signs) for digest, body, signs in vectors}
        _check(offered)
        with self.writing() as connection:
            batch = _Batch(connection, self._table(connection), self._events(connection))
            batch.take(offered, places)
            batch.write(connection, empty)
            fold(connection)

    def forget(self, events: Sequence[int]) -> bool:
        """Drop the places of ``events``, and vectors that have none left, from the bytes of the
        file and of its log. False: a reader was in the way, and the log still has them; to be
        called again, with or without events."""
        with self.writing() as connection:
            found, gone = drop_events(connection, frozenset(events))
            connection.execute(
                "UPDATE meta SET generation = generation + 1, events = events - ?,"
                " vectors = vectors - ?",
                (len(found), gone),
            )
        self._forget_caches()
        return self.fold_log()

    def _forget_caches(self) -> None:
        self._digests = None
        self._done = None

    def _fresh_caches(self, connection: Any) -> None:
        """Drop what is remembered if another process wrote since."""
        seen = connection.execute("PRAGMA data_version").fetchone()[0]
        if seen != self._seen:
            self._forget_caches()
            self._seen = seen

    def _events(self, connection: Any) -> set[int]:
        self._fresh_caches(connection)
        if self._done is None:
            events: set[int] = set()
            for (held,) in connection.execute("SELECT events FROM standing"):
                events.update(numbers(held))
            for table in ("fresh", "place", "empty"):
                events.update(row[0] for row in connection.execute(f"SELECT event FROM {table}"))
            self._done = events
        return self._done

    def _table(self, connection: Any) -> Digests:
        self._fresh_caches(connection)
        if self._digests is None:
            table = Digests()
            for first, ids, digests in connection.execute(
                "SELECT first, ids, digests FROM standing JOIN segment USING (first)"
            ):
                table.update(digests, members(first, ids, len(digests) // DIGEST))
            fresh = read_fresh(connection)
            table.update(bytes(fresh.digests), fresh.vectors)
            self._digests = table
        return self._digests


def forget(home: Path, events: Sequence[int]) -> bool:
    """`VectorStore.forget`, whatever model the vectors are of; True where there are none. Raises
    `HerError`, where somebody writes them for longer than one may wait, too."""
    if not (home / NAME).exists():
        return True
    store = VectorStore(home, None)
    try:
        return store.forget(events)
    finally:
        store.close()


def _check(offered: dict[bytes, tuple[bytes, bytes]]) -> None:
    for digest, (body, signs) in offered.items():
        if (len(digest), len(body), len(signs)) != (DIGEST, BODY, SIGNS):
            raise ValueError("a digest, body or signs of another size")


class _Batch:
    """What is to be written of one `VectorStore.add`."""

    def __init__(self, connection: Any, known: Digests, done: set[int]) -> None:
        self._known = known
        self._done = done
        self._next: int = connection.execute("SELECT next FROM meta").fetchone()[0]
        self._events = 0
        self._vectors: list[tuple[int, int, int, int, bytes]] = []
        self._fresh: list[tuple[int, int, int, bytes, bytes]] = []
        self._further: list[tuple[int, int, int, int, int]] = []

    def take(
        self,
        offered: dict[bytes, tuple[bytes, bytes]],
        places: Iterable[tuple[bytes, int, int, int, int]],
    ) -> None:
        """Give each event that is new and whole its places."""
        by_event: dict[int, list[tuple[bytes, int, int, int, int]]] = {}
        for place in places:
            by_event.setdefault(place[1], []).append(place)
        for event, held in by_event.items():
            there = all(place[0] in offered or self._known.get(place[0]) for place in held)
            if event in self._done or not there:
                continue
            for digest, _, session, kind, ordinal in held:
                vector = self._known.get(digest)
                if vector:
                    self._further.append((vector, event, session, kind, ordinal))
                    continue
                body, signs = offered[digest]
                self._vectors.append((self._next, session, kind, ordinal, body))
                self._fresh.append((self._next, event, kind, digest, signs))
                self._known.put(digest, self._next)
                self._next += 1
            self._mark(event)

    def _mark(self, event: int) -> None:
        self._done.add(event)
        self._events += 1

    def write(self, connection: Any, empty: Iterable[int]) -> None:
        """Write it, in the caller's transaction."""
        for event in empty:
            if event not in self._done:
                connection.execute("INSERT INTO empty VALUES (?)", (event,))
                self._mark(event)
        connection.executemany(
            "INSERT INTO vector (rowid, session, kind, ordinal, body) VALUES (?, ?, ?, ?, ?)",
            self._vectors,
        )
        add_fresh(connection, Block.of(self._fresh))
        connection.executemany(
            "INSERT INTO place (vector, event, session, kind, ordinal) VALUES (?, ?, ?, ?, ?)",
            self._further,
        )
        connection.execute(
            "UPDATE meta SET events = events + ?, vectors = vectors + ?, next = ?",
            (self._events, len(self._vectors), self._next),
        )
