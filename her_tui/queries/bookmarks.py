"""The moments of a session that the user marked."""

from __future__ import annotations

from dataclasses import dataclass

from her_tui.queries.library import Library


@dataclass(frozen=True, slots=True)
class Bookmark:
    """One of them. It is on a record, so that it survives any re-import."""

    key: bytes
    """`Event.key` of the record."""
    block: int
    ts: int
    """When that was, in milliseconds since the epoch; where the record has no identity, it is all
    that tells the moment."""
    note: str
    event: int | None = None
    """Row id of the event; None if it is not in the library (any more)."""


def of_session(library: Library, session: int) -> tuple[Bookmark, ...]:
    """The bookmarks of a session, by time."""
    raise NotImplementedError
