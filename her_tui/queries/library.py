"""The opened library: the handle that every query takes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from her_tui.errors import HerError
    from her_tui.store.database import Reader
    from her_tui.store.raw import Records


class Library:
    """A library opened for reading. Safe to share between threads; holds no transaction open."""

    def __init__(self, home: Path, reader: Reader) -> None:
        self.home = home
        self._reader = reader

    @classmethod
    def open(cls, home: Path) -> Self:
        """Open the library below ``home``, read-only.

        Raises `LibraryMissing`, `LibraryTooNew` or `LibraryUnusable`.
        """
        from her_tui.store.database import Reader  # deferred: the first paint needs no database

        return cls(home, Reader(home))

    def rows(self, sql: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """The rows of one SELECT; raises `LibraryUnusable`."""
        return self._reader.rows(sql, parameters)

    def records(self) -> Records:
        """Reads raw records back; to be used by one thread, and not kept."""
        return self._reader.records()

    def stream(self, source: int) -> Iterator[bytes]:
        """The raw bytes of a source, in file order."""
        return self._reader.stream(source)

    def version(self) -> int:
        """A number that changes whenever another connection committed to the library, or stars,
        tags and notes, as seen by the calling thread: compare it with what the same thread saw."""
        return self._reader.version()

    def stamp(self) -> tuple[object, ...]:
        """Another one whenever somebody committed to the library, or stars, tags and notes; the
        same whichever thread asks."""
        return self._reader.stamp()

    @property
    def own_problem(self) -> HerError | None:
        """Why the user's stars, tags and notes are not there; None if they are."""
        return self._reader.own_problem

    def close(self) -> None:
        """Close this thread's connection."""
        self._reader.close()
