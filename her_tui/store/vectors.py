"""The vectors of passages: a database file of its own beside the library, like the words.

Made from the library alone and remembers whose it is (`store.database.identity`): it can be deleted
at any time and is made again. One process writes it, under the encoder's lock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

NAME = "vectors.db"

#: Vectors whose signs are folded into one segment.
SEGMENT = 4096


class Place(NamedTuple):
    """Where a passage stands."""

    vector: int
    event: int
    session: int
    kind: int
    """`her_tui.events.documents.DocumentKind`."""
    ordinal: int
    """Which passage of the event."""


class VectorStore:
    """Opened for writing."""

    def __init__(self, home: Path, model: str) -> None:
        """Vectors of another model than ``model`` are dropped. Raises `HerError`."""
        raise NotImplementedError

    def follow(self, library: str) -> None:
        """Be the vectors of the library with this identity, made anew if they were another's."""
        raise NotImplementedError

    def done(self) -> set[int]:
        """The events dealt with, those without passages too."""
        raise NotImplementedError

    def known(self, digests: Sequence[bytes]) -> dict[bytes, int]:
        """The vectors there are of passages with these digests: digest -> vector id."""
        raise NotImplementedError

    def add(
        self,
        vectors: Iterable[tuple[bytes, bytes, bytes]],
        places: Iterable[tuple[bytes, int, int, int, int]],
        empty: Iterable[int] = (),
    ) -> None:
        """In one transaction: new ``vectors`` (digest, body, signs), ``places`` (digest, event,
        session, kind, ordinal) of these or older ones, and events that are ``empty``."""
        raise NotImplementedError

    def forget(self, events: Sequence[int]) -> None:
        """Drop the places of ``events``, and vectors that have none left, from the bytes of the
        file and of its log."""
        raise NotImplementedError

    def close(self) -> None:
        """Close it, folding its write-ahead log in."""
        raise NotImplementedError


class VectorReader:
    """Opened read-only, for one thread; stale as soon as `changed` says so."""

    def __init__(self, home: Path, model: str) -> None:
        """Raises `her_tui.errors.LibraryMissing` where there are none (of this model)."""
        raise NotImplementedError

    def version(self) -> object:
        """Another value than before means that the segments are to be read again."""
        raise NotImplementedError

    def segments(self) -> Iterator[tuple[bytes, bytes]]:
        """(ids, signs) of all vectors, as `her_tui.search.vectors.Signs` takes them; those not yet
        folded come last."""
        raise NotImplementedError

    def bodies(self, ids: Sequence[int]) -> list[tuple[int, bytes]]:
        """(id, `Packed.body`) of these vectors; missing ones are left out."""
        raise NotImplementedError

    def places(self, ids: Sequence[int]) -> list[Place]:
        """Where these vectors stand."""
        raise NotImplementedError

    def vectors_of(self, events: Sequence[int]) -> list[Place]:
        """The places of these events."""
        raise NotImplementedError

    def count(self) -> tuple[int, int]:
        """(events dealt with, vectors)."""
        raise NotImplementedError

    def close(self) -> None:
        """Close it."""
        raise NotImplementedError
