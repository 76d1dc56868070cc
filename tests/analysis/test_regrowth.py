"""Positions carried from one reading of a session to another."""

from __future__ import annotations

from array import array
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from her_tui.analysis.regrowth import Shift, same_moment
from her_tui.analysis.timeline import Timeline
from her_tui.events.model import EventKind
from tests.ui.replay_values import timeline_of

IDS = st.lists(st.integers(0, 40), unique=True, max_size=20)


def line(ids: list[int]) -> Timeline:
    """A timeline of these events."""
    return replace(timeline_of([EventKind.TEXT] * len(ids)), ids=array("q", ids))


@given(IDS, IDS)
def test_an_event_is_found_where_it_is(old: list[int], new: list[int]) -> None:
    shift = Shift(line(old), line(new))
    places = {event: at for at, event in enumerate(new)}
    assert [shift.at(at) for at in range(len(old))] == [places.get(event) for event in old]
    assert shift.at(-1) is None
    assert shift.at(len(old)) is None
    assert shift.whole == (set(old) <= set(new))
    for at in range(len(old)):
        known = [places[event] for event in old[: at + 1] if event in places]
        assert shift.upto(at) == (known[-1] if known else None)
    assert shift.upto(-1) is None


@given(IDS, st.lists(st.integers(41, 50), unique=True))
def test_who_only_grew_shares_all_it_had(old: list[int], more: list[int]) -> None:
    shift = Shift(line(old), line([*old, *more]))
    assert shift.shared == len(old)
    assert shift._rest is None, "nothing was looked for"
    back = Shift(line([*old, *more]), line(old))
    last = len(old) - 1 if old else None
    assert [back.upto(len(old) + at) for at in range(len(more))] == [last] * len(more)


def test_made_anew_an_event_is_known_by_its_time_and_kind() -> None:
    kinds = [EventKind.PROMPT, EventKind.TEXT, EventKind.TOOL_USE, EventKind.TOOL_USE]
    old = timeline_of(kinds, step=0)
    new = replace(old, ids=array("q", range(100, 104)))
    assert [same_moment(old, at, new) for at in range(4)] == [0, 1, 2, 3]
    assert not Shift(old, new).whole
    assert Shift(old, new).upto(3) is None
    fewer = timeline_of([EventKind.PROMPT, EventKind.TOOL_USE], step=0)
    assert same_moment(old, 3, fewer) == 1
    assert same_moment(old, 1, fewer) == 1, "none of its kind: what was last at its time"
