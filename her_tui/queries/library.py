"""The opened library: the handle that every query takes."""

from __future__ import annotations

from pathlib import Path
from typing import Any


class Library:
    """A library opened for reading. Safe to share between threads; holds no transaction open."""

    def __init__(self, home: Path) -> None:
        self.home = home

    @classmethod
    def open(cls, home: Path) -> Library:
        """Open the library below ``home``, read-only.

        Raises `LibraryMissing`, `LibraryTooNew` or `LibraryUnusable`.
        """
        return cls(home)

    def rows(self, sql: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """The rows of one SELECT."""
        raise RuntimeError

    def version(self) -> int:
        """A number that changes whenever another process committed to the library."""
        raise RuntimeError

    def close(self) -> None:
        """Close this thread's connection."""
