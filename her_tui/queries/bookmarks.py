"""The moments of a session that the user marked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from her_tui.analysis.marks import Mark, MarkKind
from her_tui.analysis.timeline import Timeline
from her_tui.errors import NotFound
from her_tui.queries.library import Library
from her_tui.queries.sessions import SessionRow


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
    """The bookmarks of a session, by time; of a subagent those on its own events."""
    found = library.rows(
        "SELECT b.key, b.block, b.ts, b.note, e.id, e.agent"
        " FROM session own_row JOIN session s ON s.id = ifnull(own_row.parent, own_row.id)"
        " JOIN own.bookmark b ON b.agent = s.agent AND b.session_id = s.session_id"
        " LEFT JOIN event e ON e.session = s.id AND e.key = b.key AND e.block = b.block"
        " WHERE own_row.id = ?1 AND (own_row.parent IS NULL OR e.agent = ?1)"
        " ORDER BY b.ts, b.created",
        (session,),
    )
    return tuple(Bookmark(bytes(row[0]), *row[1:5]) for row in found)


class Kept(NamedTuple):
    """A bookmark of the library."""

    session: int | None
    """Row id of the session or the subagent it is in; None: it is not in the library (any
    more)."""
    session_id: str
    agent: str
    bookmark: Bookmark


def every(library: Library) -> list[Kept]:
    """All bookmarks of the library, the one made last first."""
    found = library.rows(
        "SELECT CASE WHEN e.agent > 0 THEN e.agent ELSE s.id END, b.session_id, b.agent,"
        " b.key, b.block, b.ts, b.note, e.id"
        " FROM own.bookmark b LEFT JOIN session s ON s.agent = b.agent"
        " AND s.session_id = b.session_id"
        " LEFT JOIN event e ON e.session = s.id AND e.key = b.key AND e.block = b.block"
        " ORDER BY b.created DESC, b.ts DESC, b.session_id, b.block"
    )
    return [Kept(row[0], row[1], row[2], Bookmark(bytes(row[3]), *row[4:])) for row in found]


def at(library: Library, timeline: Timeline, position: int) -> Bookmark:
    """A bookmark for the event at ``position``, to be made: what `of_session` will tell of it, but
    for its note. Raises `NotFound` if the event is not known by this row id any more."""
    event = timeline.ids[position]
    found = library.rows("SELECT key, block FROM event WHERE id = ?", (event,))
    if not found:
        raise read_anew()
    key, block = found[0]
    if key is None:
        return Bookmark(b"", 0, timeline.times[position], "")
    return Bookmark(bytes(key), block, timeline.times[position], "", event)


def read_anew() -> NotFound:
    """Said of an event whose session was read anew, or deleted, since its timeline was read."""
    return NotFound("This session was read anew a moment ago", "Try again.")


def owner(row: SessionRow) -> str:
    """The id of the session that holds the bookmarks made in ``row``: of a subagent the one it is
    of."""
    return row.session_id if row.parent is None else row.session_id.partition("/")[0]


def same(one: Bookmark, other: Bookmark) -> bool:
    """Whether both are on the same moment."""
    if one.key != other.key or one.block != other.block:
        return False
    return bool(one.key) or one.ts == other.ts


def position(bookmark: Bookmark, timeline: Timeline) -> int:
    """Where ``bookmark`` is on its session's timeline: on its event, else at its time."""
    if bookmark.event is not None:
        found = timeline.find_event(bookmark.event)
        if found is not None:
            return found
    return timeline.at_time(bookmark.ts)


def marks(bookmarks: Iterable[Bookmark], timeline: Timeline) -> tuple[Mark, ...]:
    """The bookmarks as marks of the timeline, by position."""
    if not len(timeline):
        return ()
    found = [
        Mark(position(bookmark, timeline), MarkKind.BOOKMARK, bookmark.note)
        for bookmark in bookmarks
    ]
    return tuple(sorted(found, key=lambda mark: mark.position))
