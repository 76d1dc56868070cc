"""The bookmarks of a session, where they are on its timeline, and what finds them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from her_tui.analysis.marks import Mark, MarkKind
from her_tui.analysis.timeline import lay_out
from her_tui.errors import NotFound
from her_tui.queries import bookmarks, moments, sessions, timeline
from her_tui.queries.bookmarks import Bookmark
from her_tui.queries.library import Library
from her_tui.queries.sessions import ListQuery
from her_tui.recorder.annotate import Subject, annotating
from her_tui.recorder.ingest import import_roots
from tests.support.claude import Script, session_id


def put(home: Path, library: Library, number: int, position: int, note: str = "") -> Bookmark:
    """A bookmark at a position of a session."""
    row = sessions.find(library, session_id(number))
    made = bookmarks.at(library, timeline.load(library, row.id), position)
    with annotating(home) as own:
        own.bookmark(Subject(row.agent, row.session_id, made.key), made.block, made.ts, note)
    return made


def test_every_event_can_be_bookmarked_and_is_found_again(library: Library, home: Path) -> None:
    row = sessions.find(library, session_id(0))
    laid = timeline.load(library, row.id)
    made = [put(home, library, 0, each, f"n{each}") for each in range(len(laid))]
    found = bookmarks.of_session(library, row.id)
    assert len(found) == len(laid)
    assert {one.event for one in found} == set(laid.ids)
    assert all(any(bookmarks.same(one, other) for other in made) for one in found)
    assert bookmarks.marks(found, laid) == tuple(
        Mark(each, MarkKind.BOOKMARK, f"n{each}") for each in range(len(laid))
    )
    other = sessions.find(library, session_id(1))
    assert bookmarks.of_session(library, other.id) == ()


def test_what_has_no_identity_is_known_by_its_time(home: Path, tmp_path: Path) -> None:
    script = Script(session_id(1))
    script.prompt("Who am I?")
    script.say("Nobody")
    for record in script.records:
        record.pop("uuid", None)
    script.write(tmp_path)
    import_roots(home, [tmp_path])
    library = Library.open(home)
    row = sessions.find(library, script.session)
    laid = timeline.load(library, row.id)
    last = len(laid) - 1
    made = put(home, library, 1, last)
    (found,) = bookmarks.of_session(library, row.id)
    assert bookmarks.same(found, made)
    if not made.key:
        assert found.event is None
        assert not bookmarks.same(found, Bookmark(b"", 0, made.ts + 1, ""))
    assert bookmarks.position(found, laid) == last


def test_a_moment_that_is_gone_is_at_its_time() -> None:
    laid = lay_out(1, [(5, 0, 100, 1, 0, 0), (6, 0, 200, 2, 0, 0), (7, 0, 300, 2, 0, 0)])
    gone = Bookmark(b"x" * 16, 0, 250, "")
    assert bookmarks.position(gone, laid) == 1
    assert bookmarks.marks([gone, Bookmark(b"y" * 16, 0, 1, "", 5)], laid) == (
        Mark(0, MarkKind.BOOKMARK),
        Mark(1, MarkKind.BOOKMARK),
    )
    assert bookmarks.marks([gone], lay_out(1, [])) == ()


def test_it_survives_a_library_made_anew(library: Library, home: Path, tmp_path: Path) -> None:
    put(home, library, 0, 3, "Here")
    library.close()
    for file in home.glob("library.db*"):
        file.unlink()
    import_roots(home, [tmp_path])
    again = Library.open(home)
    row = sessions.find(again, session_id(0))
    (found,) = bookmarks.of_session(again, row.id)
    assert bookmarks.marks([found], timeline.load(again, row.id)) == (
        Mark(3, MarkKind.BOOKMARK, "Here"),
    )


def test_is_bookmarked_finds_the_session(library: Library, home: Path) -> None:
    wanted = ListQuery(text="is:bookmarked")
    assert sessions.listing(library, wanted).sessions == 0
    put(home, library, 1, 0)
    listing = sessions.listing(library, wanted)
    assert listing.sessions == 1
    row = sessions.find(library, session_id(1))
    assert sessions.listing(library, ListQuery(text="is:bookmark")).sessions == 1
    assert sessions.listing(library, ListQuery(text="-is:bookmarked")).sessions > 1
    assert row.id in sessions.rows(library, [row.id])


def test_an_event_that_is_gone_is_no_moment(library: Library) -> None:
    laid = timeline.load(library, sessions.find(library, session_id(0)).id)
    old = replace(laid, ids=[event + 10**9 for event in laid.ids])
    with pytest.raises(NotFound, match="read anew"):
        bookmarks.at(library, old, 1)
    with pytest.raises(NotFound, match="read anew"):
        moments.link(library, old, 1)
