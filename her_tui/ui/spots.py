"""What is typed after ``:``, understood; and the moments that are listed.

Read from the library in a worker thread, by functions that know no screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from her_tui import units
from her_tui.analysis.marks import Mark, MarkKind
from her_tui.analysis.moments import Moment, Offset, Share, parse
from her_tui.analysis.timeline import Timeline
from her_tui.errors import HerError
from her_tui.queries import bookmarks, moments
from her_tui.queries.bookmarks import Bookmark
from her_tui.queries.glimpses import Glimpse, glimpses
from her_tui.queries.library import Library

_NOTHING = Glimpse("", "")


@dataclass(frozen=True, slots=True)
class Spot:
    """A moment of a session, with what tells it from others."""

    position: int
    time: int
    """Milliseconds since the epoch; 0: not known. Of a time between two events that time, while the
    position is the one before."""
    turn: int
    glimpse: Glimpse
    """Captured: to be made safe where it is shown."""
    event: int
    """Row id of the event there: the position is that of one timeline, and the session may grow."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What was typed, and the moment it means."""

    text: str
    spot: Spot | None = None
    said: str = ""
    """What it is of the session, where that is not its time or turn: ``the end``."""
    error: HerError | None = None
    """Why there is none; both are None if nothing was typed."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A mark in a list."""

    mark: Mark
    spot: Spot


def seek(library: Library, timeline: Timeline, text: str) -> Sought:
    """The moment of ``timeline`` that ``text`` means."""
    if not text.strip():
        return Sought(text)
    try:
        moment = parse(text)
        at = moments.position(library, timeline, moment)
        found = replace(spot(library, timeline, at), time=moments.when(timeline, at, moment))
        said = "the end" if moments.at_end(timeline, moment) else told(moment)
    except HerError as error:
        return Sought(text, error=error)
    return Sought(text, found, said)


def told(moment: Moment) -> str:
    """What ``moment`` is of a session, in words; nothing for what is told by its time or turn."""
    match moment:
        case Offset(0):
            return "the beginning"
        case Offset(ms) if ms > 0:
            return f"{units.said_span(ms)} after the beginning"
        case Offset(ms):
            return f"{units.said_span(-ms)} before the end"
        case Share(percent):
            return f"{percent:g} % of the session"
    return ""


def spot(library: Library, timeline: Timeline, position: int) -> Spot:
    """What is at ``position``."""
    event = timeline.ids[position]
    return _spot(timeline, position, glimpses(library, [event]).get(event, _NOTHING))


def bookmark_like(library: Library, session: int, made: Bookmark) -> Bookmark | None:
    """The bookmark of a session that is where ``made`` would be; None if there is none."""
    known = bookmarks.of_session(library, session)
    return next((each for each in known if bookmarks.same(each, made)), None)


def list_marks(library: Library, timeline: Timeline, marks: Sequence[Mark]) -> list[Listed]:
    """Bookmarks, read anew, and the other ``marks``, by position."""
    own = bookmarks.marks(bookmarks.of_session(library, timeline.session), timeline)
    others = [mark for mark in marks if mark.kind is not MarkKind.BOOKMARK]
    there = [mark for mark in (*own, *others) if mark.position < len(timeline)]
    there.sort(key=lambda mark: mark.position)
    words = glimpses(library, list({timeline.ids[mark.position] for mark in there}))
    return [
        Listed(
            mark,
            _spot(timeline, mark.position, words.get(timeline.ids[mark.position], _NOTHING)),
        )
        for mark in there
    ]


def _spot(timeline: Timeline, position: int, glimpse: Glimpse) -> Spot:
    turn, event = timeline.turn_at(position), timeline.ids[position]
    return Spot(position, timeline.times[position], turn, glimpse, event)
