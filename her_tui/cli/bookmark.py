"""``her-tui bookmark``: mark a moment of a session, with a note; list what is marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import click

from her_tui import units
from her_tui.analysis.moments import FORMS
from her_tui.analysis.timeline import Timeline
from her_tui.cli.describe import Json, timestamp
from her_tui.cli.output import Column, narrate, print_json, print_table
from her_tui.cli.place import Place
from her_tui.errors import NotFound, UsageError
from her_tui.plaintext import one_line
from her_tui.queries import bookmarks, moments, references, timeline
from her_tui.queries.bookmarks import Bookmark, Kept
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
_EVERYWHERE = (
    Column("SESSION"),
    Column("TIME"),
    Column("WORDS", flexible=True),
    Column("LINK"),
)
_GONE = Glimpse("", "(no longer in the library)")


class _Marked(NamedTuple):
    """A bookmark, and what it is on."""

    bookmark: Bookmark
    position: int
    glimpse: Glimpse


@click.command("bookmark")
@click.argument("reference", metavar="[SESSION[@T]]", required=False)
@click.argument("words", metavar="[NOTE]...", nargs=-1)
@click.option("--note", metavar="TEXT", help="Write a note on it; an empty one takes it away.")
@click.option("--remove", is_flag=True, help="Take the bookmark away.")
@click.option("--list", "listing", is_flag=True, help="List those of SESSION, or all there are.")
@click.option("--json", "as_json", is_flag=True, help="Print an object.")
@click.pass_obj
def command(
    place: Place,
    reference: str | None,
    words: tuple[str, ...],
    note: str | None,
    remove: bool,
    listing: bool,
    as_json: bool,
) -> None:
    """Bookmark a moment of a session; without a moment, list the bookmarks there are.

    SESSION is its id, or the start of it. T is a time (14:03), an offset (+5m, -30s), a turn (12),
    an event (#345) or the uuid of a record. NOTE is what you say of it. A bookmark survives
    another import; is:bookmarked finds its session.
    """
    if words:
        note = _noted(words, also=note is not None or remove or listing)
    library = Library.open(place.home)
    if library.own_problem:
        raise library.own_problem
    if reference is None:
        if not listing or note is not None or remove:
            raise UsageError(
                "Which moment?", f"Write SESSION@T, T is {FORMS}; or --list, which lists them all."
            )
        _list_every(library, as_json)
        return
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
            print_json({**_head(found), **_as_json(library, found.timeline, marked)})


def _noted(words: tuple[str, ...], *, also: bool) -> str:
    """The note that is written behind the moment, unless something else is asked for, too."""
    said = " ".join(words)
    if also:
        raise UsageError(f"What is {one_line(said, 40)!r}?", "Write a note alone, or leave it out.")
    return said


def _list(library: Library, found: Located, as_json: bool) -> None:
    marked = _all(library, found)
    if as_json:
        told = [_as_json(library, found.timeline, each) for each in marked]
        print_json({**_head(found), "bookmarks": told})
        return
    if not marked:
        narrate("There is no bookmark in this session; her-tui bookmark SESSION@T makes one.")
        return
    print_table(_COLUMNS, [_line(found, each) for each in marked])


def _list_every(library: Library, as_json: bool) -> None:
    """All bookmarks of the library, the one made last first."""
    kept = bookmarks.every(library)
    lines = {key: timeline.load(library, key) for key in {each.session for each in kept} if key}
    told = [
        {**_known_of(each), **_moment(library, lines[each.session], each.bookmark)}
        if each.session
        else {**_known_of(each), "note": each.bookmark.note or None, "link": None}
        for each in kept
    ]
    if as_json:
        print_json({"bookmarks": told})
    elif not told:
        narrate("There is no bookmark yet; her-tui bookmark SESSION@T makes one.")
    else:
        print_table(_EVERYWHERE, [_anywhere(*pair) for pair in zip(kept, told, strict=True)])


def _known_of(kept: Kept) -> Json:
    return {
        "session_id": kept.session_id,
        "agent": kept.agent,
        "at": timestamp(kept.bookmark.ts or None),
    }


def _moment(library: Library, laid: Timeline, bookmark: Bookmark) -> Json:
    """What is at a bookmark of a session that is in the library."""
    position = bookmarks.position(bookmark, laid)
    marked = _Marked(bookmark, position, _GONE)
    if bookmark.event is not None:
        marked = marked._replace(
            glimpse=glimpses(library, [bookmark.event]).get(bookmark.event, _GONE)
        )
    return _as_json(library, laid, marked)


def _anywhere(kept: Kept, told: Json) -> tuple[str, ...]:
    bookmark = kept.bookmark
    words = bookmark.note or (f"{told['what']}: {told['text']}" if told.get("what") else "")
    return (
        kept.session_id[:8],
        _time(bookmark),
        words if kept.session else f"{words} {_GONE.text}".strip(),
        str(told["link"] or ""),
    )


def _time(bookmark: Bookmark) -> str:
    return f"{units.moment(bookmark.ts)}{units.clock(bookmark.ts)[5:]}" if bookmark.ts else ""


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
        _time(bookmark),
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


def _as_json(library: Library, laid: Timeline, marked: _Marked) -> Json:
    bookmark, position, glimpse = marked
    return {
        "at": timestamp(bookmark.ts),
        "turn": laid.turn_at(position),
        "event": moments.key_text(bookmark.key) or None,
        "block": bookmark.block,
        "number": position + 1,
        "what": glimpse.what or None,
        "text": one_line(glimpse.text),
        "note": bookmark.note or None,
        "link": moments.link(library, laid, position),
    }
