"""Every empty screen says why, and what to do."""

from __future__ import annotations

from pathlib import Path

from her_tui.errors import LibraryTooNew
from her_tui.queries.sessions import Listing, ListQuery
from her_tui.queries.status import Phase, RecorderStatus
from her_tui.ui.situations import Situation, situation

EMPTY = Listing(entries=(), headers=(), sessions=0, hidden=0, cost=None)
ROOTS = (Path("/data/claude"),)


def said(
    listing: Listing | None = EMPTY,
    query: ListQuery | None = None,
    recorder: RecorderStatus | None = None,
    failure: LibraryTooNew | None = None,
    missing: bool = False,
) -> Situation:
    """The situation, and all it says on one line."""
    found = situation(
        listing,
        query or ListQuery(),
        recorder or RecorderStatus(Phase.ABSENT),
        failure,
        missing,
        ROOTS,
    )
    assert found is not None
    return found


def text(found: Situation) -> str:
    """All it says."""
    return " ".join((found.title, *found.lines))


def test_sessions_need_no_words() -> None:
    full = Listing(entries=(1,), headers=(), sessions=1, hidden=0, cost=1.0)
    failed = RecorderStatus(Phase.FAILED, message="x")
    assert situation(full, ListQuery(), failed, None, True, ROOTS) is None


def test_no_sessions_at_all_offers_the_demo() -> None:
    found = said()
    assert "/data/claude" in found.title
    assert "Press d" in text(found)
    assert found.demo
    assert found.whole


def test_a_filter_without_hits_says_how_to_clear_it() -> None:
    found = said(query=ListQuery(text="[/x]", project="/a/engine"))
    assert found.title == "No session matches “[/x]” and belongs to engine"
    assert "Esc" in text(found)
    assert not found.whole


def test_hidden_sessions_are_counted() -> None:
    only = Listing(entries=(), headers=(), sessions=0, hidden=3, cost=None)
    assert "3 sessions are hidden" in text(said(only))


def test_a_first_import_shows_how_far_it_is() -> None:
    busy = RecorderStatus(Phase.IMPORTING, done=43, total=100)
    assert "43 %" in text(said(None, recorder=busy))
    assert "%" not in text(said(None, recorder=RecorderStatus(Phase.SCANNING)))
    assert "%" in text(said(EMPTY, recorder=RecorderStatus(Phase.INDEXING, 1, 2)))


def test_failures_come_with_their_hint() -> None:
    newer = LibraryTooNew("The library is newer than this Her", "Update Her.")
    assert "Update Her." in text(said(None, failure=newer))
    failed = RecorderStatus(Phase.FAILED, message="The disk is full", hint="Free some space.")
    assert "The disk is full Free some space." in text(said(recorder=failed))


def test_a_library_is_looked_for_before_it_is_called_missing() -> None:
    absent = RecorderStatus(Phase.ABSENT)
    assert situation(None, ListQuery(), absent, None, False, ROOTS) is None
    assert "No Claude Code sessions" in said(None, missing=True).title
