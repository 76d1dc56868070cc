"""``her-tui bookmark``: mark a moment of a session, with a note; list what is marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import click

from her_tui import units
from her_tui.analysis.moments import FORMS
from her_tui.cli.describe import Json, timestamp
from her_tui.cli.output import Column, narrate, print_json, print_table
from her_tui.cli.place import Place
from her_tui.errors import NotFound, UsageError
from her_tui.plaintext import one_line
from her_tui.queries import bookmarks, moments, references
from her_tui.queries.bookmarks import Bookmark
from her_tui.queries.glimpses import Glimpse, glimpses
from her_tui.queries.library import Library
from her_tui.queries.references import Located

_COLUMNS = (
    Column("TIME"),
    Column("TURN", right=True),
    Column("EVENT", right=True),
    Column("WHAT"),
    Column("NOTE", flexible=True),
    Column("TEXT", flexible=True),
)
_GONE = Glimpse("", "(no longer in the library)")


class _Marked(NamedTuple):
    """A bookmark, and what it is on."""

    bookmark: Bookmark
    position: int
    glimpse: Glimpse


@click.command("bookmark")
@click.argument("reference", metavar="SESSION[@T]")
@click.option("--note", metavar="TEXT", help="Write a note on it; an empty one takes it away.")
@click.option("--remove", is_flag=True, help="Take the bookmark away.")
@click.option("--list", "listing", is_flag=True, help="List the bookmarks of the session.")
@click.option("--json", "as_json", is_flag=True, help="Print an object.")
@click.pass_obj
def command(
    place: Place, reference: str, note: str | None, remove: bool, listing: bool, as_json: bool
) -> None:
    """Bookmark a moment of a session; without a moment, list the bookmarks there are.

    SESSION is its id, or the start of it. T is a time (14:03), an offset (+5m, -30s), a turn (12),
    an event (#345) or the uuid of a record. A bookmark survives another import; is:bookmarked
    finds its session.
    """
    library = Library.open(place.home)
    if library.own_problem:
        raise library.own_problem
    found = references.locate(library, reference)
    if found.position is None or listing:
        if note is not None or remove:
            raise UsageError("Which moment?", f"Write SESSION@T; T is {FORMS}.")
        _list(library, found, as_json)
    elif remove:
        _remove(place, library, found, found.position)
        if as_json:
            _list(library, found, as_json)
    else:
        marked = _make(place, library, found, found.position, note)
        if as_json:
            print_json({**_head(found), **_as_json(library, found, marked)})


def _list(library: Library, found: Located, as_json: bool) -> None:
    marked = _all(library, found)
    if as_json:
        told = [_as_json(library, found, each) for each in marked]
        print_json({**_head(found), "bookmarks": told})
        return
    if not marked:
        narrate("There is no bookmark in this session; her-tui bookmark SESSION@T makes one.")
        return
    print_table(_COLUMNS, [_line(found, each) for each in marked])


def _make(
    place: Place, library: Library, found: Located, position: int, note: str | None
) -> _Marked:
    """Make the bookmark, or change its note; without one the note there is stays."""
    from her_tui.recorder.annotate import Subject, annotating

    made = bookmarks.at(library, found.timeline, position)
    before = [each for each in _known(library, found) if bookmarks.same(each, made)]
    text = note if note is not None else before[0].note if before else ""
    subject = Subject(found.row.agent, bookmarks.owner(found.row), made.key)
    with annotating(place.home) as annotations:
        annotations.bookmark(subject, made.block, made.ts, text)
    marked = next(each for each in _all(library, found) if bookmarks.same(each.bookmark, made))
    narrate(("The bookmark is there: " if before else "Bookmarked ") + _said(found, marked))
    return marked


def _remove(place: Place, library: Library, found: Located, position: int) -> None:
    from her_tui.recorder.annotate import Subject, annotating

    made = bookmarks.at(library, found.timeline, position)
    subject = Subject(found.row.agent, bookmarks.owner(found.row), made.key)
    with annotating(place.home) as annotations:
        gone = annotations.unbookmark(subject, made.block, made.ts)
    if not gone:
        raise NotFound(
            "There is no bookmark on this moment",
            f"her-tui bookmark {found.row.session_id} lists those there are.",
        )
    narrate("The bookmark is gone.")


def _known(library: Library, found: Located) -> Sequence[Bookmark]:
    return bookmarks.of_session(library, found.row.id)


def _all(library: Library, found: Located) -> list[_Marked]:
    """The bookmarks of the session in the order of its timeline."""
    known = _known(library, found)
    events = [each.event for each in known if each.event is not None]
    words = glimpses(library, events)
    marked = [
        _Marked(
            each,
            bookmarks.position(each, found.timeline),
            words.get(each.event, _GONE) if each.event is not None else _GONE,
        )
        for each in known
    ]
    return sorted(marked, key=lambda each: each.position)


def _said(found: Located, marked: _Marked) -> str:
    what, text = _named(marked.glimpse)
    what = f"{what}: {text}" if what else "the moment"
    turn = found.timeline.turn_at(marked.position)
    return one_line(f"{units.clock(marked.bookmark.ts)}, turn {turn}, {what}", 120)


def _line(found: Located, marked: _Marked) -> tuple[str, ...]:
    bookmark, position, glimpse = marked
    what, text = _named(glimpse)
    return (
        f"{units.moment(bookmark.ts)}{units.clock(bookmark.ts)[5:]}",
        str(found.timeline.turn_at(position)),
        f"#{position + 1}",
        what,
        bookmark.note,
        text,
    )


def _named(glimpse: Glimpse) -> tuple[str, str]:
    what, text, outcome = glimpse.named
    return what, f"{one_line(text)} ✗ {outcome}" if outcome else text


def _head(found: Located) -> Json:
    return {"session_id": found.row.session_id, "agent": found.row.agent}


def _as_json(library: Library, found: Located, marked: _Marked) -> Json:
    bookmark, position, glimpse = marked
    return {
        "at": timestamp(bookmark.ts),
        "turn": found.timeline.turn_at(position),
        "event": moments.key_text(bookmark.key) or None,
        "block": bookmark.block,
        "number": position + 1,
        "what": glimpse.what or None,
        "text": one_line(glimpse.text),
        "note": bookmark.note or None,
        "link": moments.link(library, found.timeline, position),
    }
