"""Errors that a user can meet. Each says what happened and what to do about it.

The command line prints them as two lines and exits with ``exit_code``; the screen shows them in
its status line. Nothing else is shown to a user as an error.
"""

from __future__ import annotations


class HerError(Exception):
    """Something went wrong that the user can act on.

    ``title`` is one sentence without a full stop; ``hint`` is the way out.
    """

    exit_code = 1

    def __init__(self, title: str, hint: str = "") -> None:
        super().__init__(title)
        self.title = title
        self.hint = hint


class UsageError(HerError):
    """The command line was asked for something that cannot be (exit code 2)."""

    exit_code = 2


class LibraryMissing(HerError):
    """There is no library yet."""


class LibraryTooNew(HerError):
    """The library was written by a newer Her; it is opened for reading at most."""


class LibraryBusy(HerError):
    """Another Her holds the writer's lock for longer than we may wait."""


class LibraryUnusable(HerError):
    """The library cannot be opened or written: damaged, full disk, no permission."""


class NotFound(HerError):
    """A named session, or a folder to import, does not exist."""
