"""What is typed after ``:``, understood; and the moments that are listed.

Read from the library in a worker thread, by functions that know no screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from her_tui.analysis.marks import Mark, MarkKind
from her_tui.analysis.moments import parse
from her_tui.analysis.timeline import Timeline
from her_tui.errors import HerError
from her_tui.queries import bookmarks, moments
from her_tui.queries.glimpses import Glimpse, glimpses
from her_tui.queries.library import Library

_NOTHING = Glimpse("", "")


@dataclass(frozen=True, slots=True)
class Spot:
    """A moment of a session, with what tells it from others."""

    position: int
    time: int
    """Milliseconds since the epoch; 0: not known."""
    turn: int
    glimpse: Glimpse
    """Captured: to be made safe where it is shown."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What was typed, and the moment it means."""

    text: str
    spot: Spot | None = None
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
        at = moments.position(library, timeline, parse(text))
    except HerError as error:
        return Sought(text, error=error)
    return Sought(text, spot(library, timeline, at))


def spot(library: Library, timeline: Timeline, position: int) -> Spot:
    """What is at ``position``."""
    event = timeline.ids[position]
    return _spot(timeline, position, glimpses(library, [event]).get(event, _NOTHING))


def bookmark_at(library: Library, timeline: Timeline, position: int) -> bookmarks.Bookmark | None:
    """The bookmark at ``position``; None if there is none."""
    made = bookmarks.at(library, timeline, position)
    known = bookmarks.of_session(library, timeline.session)
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
    return Spot(position, timeline.times[position], timeline.turn_at(position), glimpse)
