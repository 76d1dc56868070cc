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
class Part:
    """Some lines of a file as it is now."""

    start: int
    """Number of the first of them, from 1."""
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileSeen:
    """What one record says of the text of a file: a call of what it wants to make of it, a result
    of what it was and is."""

    path: str
    """Absolute where the record tells the folder it is relative to; empty if only the call told."""
    given: str = ""
    """The path as the tool was given it."""
    before: str | None = None
    """The whole text before the edit; None: not recorded. Its line ends are line feeds whatever
    they are in the file, in some versions."""
    after: str | None = None
    """The whole text after it, or as read; None: not recorded, or only a part was read."""
    exact: bool = False
    """``after`` is the file byte for byte, in UTF-8; else its line ends may be others."""
    replacements: tuple[Replacement, ...] = ()
    created: bool = False
    """There was no such file before, or an empty one."""
    by_user: bool = False
    """The human changed the edit before it was made: only the patch tells what was."""
    undone: bool = False
    """The edit was not made, although its outcome is no error."""
    absent: bool = False
    """There is no such file."""
    changed: bool = False
    """Something else than an edit changed it; ``parts`` may tell some of what it is now."""
    parts: tuple[Part, ...] = ()
    """Some of its lines, where the whole text was not recorded."""
    chars: int | None = None
    """How long the whole text is, in UTF-16 code units; None: not recorded."""


@dataclass(frozen=True, slots=True)
class Backup:
    """How a file was when the client took a snapshot of those it keeps track of."""

    path: str
    """As recorded: relative to the folder the session began in, or absolute."""
    name: str
    """Of the copy among the files kept beside the session; empty: there was no such file."""
    time: int | None
    """When the copy was made."""
    folder: str = ""
    """The folder the file is in, where that is recorded."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot of the files the client keeps track of, or what was added to one."""

    time: int | None
    """When it was taken; None: not recorded."""
    whole: bool
    """Taken of all files it keeps track of, at ``time``; else made for an edit that is about to
    change one of them, and what was not made for that is repeated from before."""
    backups: tuple[Backup, ...]


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
    changed: tuple[FileSeen, ...] = ()
    """Files that a command changed, as far as its record tells."""
    snapshot: Snapshot | None = None
    """Of the files the client keeps track of."""
