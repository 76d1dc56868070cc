"""What the user says of sessions and prompts: stars, tags, notes. ``notes.db``, a file of its own.

Kept apart from what was captured: it holds on to the agent, the session's id and the record's own
identity, so it survives a re-import, and even a library made anew. Any process may write it, in
short transactions.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

NAME = "notes.db"


class Subject(NamedTuple):
    """What an annotation is about."""

    agent: str
    session_id: str
    key: bytes = b""
    """`Event.key` of a prompt; empty: the session as a whole."""


class Annotations:
    """Opened for reading and writing."""

    def __init__(self, home: Path) -> None:
        """Creates the file. Raises `her_tui.errors.LibraryUnusable`."""
        raise NotImplementedError

    def star(self, subject: Subject, starred: bool) -> None:
        """Mark it as a favourite, or no more."""
        raise NotImplementedError

    def tag(self, subject: Subject, tag: str, present: bool = True) -> None:
        """Put a tag on it, or take it off. Raises `UsageError` for a tag that is no word."""
        raise NotImplementedError

    def note(self, subject: Subject, text: str) -> None:
        """Write a note on it; an empty one takes it away."""
        raise NotImplementedError

    def forget(self, agent: str, session_id: str) -> None:
        """Drop all that is said of a session, from the bytes of the file too."""
        raise NotImplementedError

    def close(self) -> None:
        """Close it."""
        raise NotImplementedError
