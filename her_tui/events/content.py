"""What a record says in full: made on demand from its raw bytes, for reading, copying, indexing.

The library keeps one copy of every text, in its raw record; these values are never stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Image:
    """An image inside a prompt or a result; shown as a placeholder."""

    media_type: str
    bytes: int
    """Decoded size."""


@dataclass(frozen=True, slots=True)
class Hunk:
    """One hunk of a unified diff, as recorded with an edit."""

    old_start: int
    new_start: int
    lines: tuple[str, ...]
    """Lines with their ``+``, ``-`` or blank prefix."""


@dataclass(frozen=True, slots=True)
class Patch:
    """The change one edit made to one file."""

    path: str
    hunks: tuple[Hunk, ...]
    created: bool = False
    """The file did not exist before."""
    exact: bool = True
    """False: rebuilt from the call's own strings, so line numbers are not known."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """One replacement an edit makes in a file."""

    old: str
    new: str
    everywhere: bool = False
    """Wherever ``old`` is; else where it is the only one."""


@dataclass(frozen=True, slots=True)
class FileSeen:
    """What one record says of the text of a file: a call of what it wants to make of it, a result
    of what it was and is."""

    path: str
    before: str | None = None
    """The whole text before the edit; None: not recorded."""
    after: str | None = None
    """The whole text after it, or as read; None: not recorded, or only a part was read."""
    replacements: tuple[Replacement, ...] = ()
    created: bool = False
    """There was no such file before."""
    by_user: bool = False
    """The human changed the edit before it was made: only the patch tells what was."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy of a file that the client made before it changed it."""

    path: str
    name: str
    """Its name among the files kept beside the session; empty: there was no such file."""
    time: int | None


@dataclass(frozen=True, slots=True)
class Content:
    """The content of one event.

    ``text`` is the prompt, the response text, the thinking, or the printed result. ``input`` and
    ``name`` are set for a tool call, ``patch`` for the result of an edit.
    """

    text: str = ""
    name: str = ""
    input: Mapping[str, object] | None = None
    patch: Patch | None = None
    images: tuple[Image, ...] = ()
    stderr: str = ""
    """What a command printed to standard error, where it was kept apart."""
    file: FileSeen | None = None
    """What an edit, a write or a read says of a file."""
    backups: tuple[Backup, ...] = ()
    """Of a snapshot of the files the client keeps track of."""
