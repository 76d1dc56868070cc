"""What an event is, and its first words."""

from __future__ import annotations

from her_tui.events.model import EventKind, Status
from her_tui.queries import glimpses as glimpsing
from her_tui.queries import sessions, timeline
from her_tui.queries.glimpses import Glimpse, glimpses
from her_tui.queries.library import Library
from tests.support.claude import session_id


def test_every_event_of_a_session_is_something(library: Library) -> None:
    row = sessions.find(library, session_id(0))
    laid = timeline.load(library, row.id)
    found = glimpses(library, laid.ids)
    assert set(found) == set(laid.ids)
    assert all(one.what for one in found.values())
    first = found[laid.ids[laid.prompts[0]]]
    assert first.what == "prompt"
    assert first.text
    uses = [found[event] for event, kind in zip(laid.ids, laid.kinds, strict=True)
            if kind == EventKind.TOOL_USE]  # fmt: skip
    assert uses
    assert all(one.what != "action" and one.text for one in uses)


def test_what_is_gone_is_left_out(library: Library) -> None:
    assert glimpses(library, [10**9]) == {}
    assert glimpses(library, []) == {}


def test_more_than_one_select_takes(library: Library) -> None:
    events = [row[0] for row in library.rows("SELECT id FROM event LIMIT 3")]
    assert set(glimpses(library, [*range(10**9, 10**9 + 1_200), *events])) == set(events)


def test_a_kind_of_a_newer_her() -> None:
    assert glimpsing._glimpse(9_999, "", "text", None, None) == Glimpse("event", "text")
    assert glimpsing._glimpse(EventKind.TOOL_RESULT, "", "", "Bash", "ls") == Glimpse(
        "Bash result", "ls"
    )


def test_what_did_not_succeed_is_named_by_its_action() -> None:
    told = glimpsing._glimpse(
        EventKind.TOOL_RESULT, "", "Exit code 1 F [100%]", "Bash", "pytest -q", Status.FAILED
    )
    assert (told.what, told.text) == ("Bash result", "Exit code 1 F [100%]")
    assert told.named == ("Bash", "pytest -q", "failed")
    rejected = glimpsing._glimpse(
        EventKind.TOOL_RESULT, "", "No", "Edit", "/a/b.py", Status.REJECTED
    )
    assert rejected.named == ("Edit", "/a/b.py", "rejected")
    lost = glimpsing._glimpse(EventKind.TOOL_RESULT, "", "No", "Other", None, Status.FAILED)
    assert lost.named == ("Other result", "No", "failed")
    well = glimpsing._glimpse(EventKind.TOOL_RESULT, "", "3 passed", "Bash", "pytest", Status.OK)
    assert well.named == ("Bash result", "3 passed", "")


def test_every_kind_has_a_word() -> None:
    for kind in EventKind:
        assert glimpsing._glimpse(kind, "", "", None, None).what
