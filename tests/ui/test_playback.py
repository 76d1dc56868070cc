"""Where each way of seeking leads."""

from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from her_tui.analysis.timeline import lay_out
from her_tui.events.model import EventKind
from her_tui.ui.playback import Seek, opening_position, position_after_reload, seek, tenth
from tests.ui.replay_values import timeline_of
from tests.ui.rows import NOW, timeline

LINE = timeline("tpetpett")


@pytest.mark.parametrize(
    ("position", "how", "found"),
    [
        (3, Seek.START, 0), (3, Seek.END, 7), (7, Seek.NEXT_EVENT, 7), (0, Seek.PREVIOUS_EVENT, 0),
        (3, Seek.NEXT_EVENT, 4), (0, Seek.NEXT_PROMPT, 1), (1, Seek.NEXT_PROMPT, 4),
        (4, Seek.NEXT_PROMPT, 7), (4, Seek.PREVIOUS_PROMPT, 1), (1, Seek.PREVIOUS_PROMPT, 0),
        (0, Seek.NEXT_ERROR, 2), (2, Seek.NEXT_ERROR, 5), (5, Seek.NEXT_ERROR, 5),
        (5, Seek.PREVIOUS_ERROR, 2), (2, Seek.PREVIOUS_ERROR, 2),
    ],
)  # fmt: skip
def test_seeking(position: int, how: Seek, found: int) -> None:
    assert seek(LINE, position, how) == found


@pytest.mark.parametrize("how", list(Seek))
def test_an_empty_session_has_nowhere_to_go(how: Seek) -> None:
    assert seek(timeline(""), 0, how) == 0


def test_where_a_session_opens() -> None:
    assert opening_position(LINE, None, live=False) == 1
    assert opening_position(LINE, None, live=True) == 7
    assert opening_position(LINE, 3, live=True) == 3
    assert opening_position(LINE, 99, live=False) == 7
    assert opening_position(timeline("tt"), None, live=False) == 0


def test_a_session_that_grew_keeps_its_place() -> None:
    grown = timeline("tpetpettpt")
    assert position_after_reload(LINE, 3, grown) == 3
    assert position_after_reload(LINE, 7, grown) == 9
    assert position_after_reload(timeline(""), 0, grown) == 9


def test_events_that_came_in_before_do_not_move_the_playhead() -> None:
    old = timeline("tp")
    new = timeline("tpt")
    shifted = type(new)(
        session=1, ids=[9, *old.ids], times=new.times, kinds=new.kinds, flags=new.flags,
        agents=new.agents, turns=new.turns, prompts=new.prompts,
    )  # fmt: skip
    assert position_after_reload(timeline("tpt"), 0, shifted) == 1


def test_blocks_of_responses() -> None:
    line = timeline_of([
        EventKind.PROMPT, EventKind.THINKING, EventKind.TEXT, EventKind.TOOL_USE,
        EventKind.TOOL_RESULT, EventKind.NOTICE, EventKind.BLOCK, EventKind.PROMPT,
    ])  # fmt: skip
    places, at = [], 0
    while (after := seek(line, at, Seek.NEXT_BLOCK)) != at:
        at = after
        places.append(at)
    assert places == [1, 2, 3, 6]
    assert seek(line, 7, Seek.PREVIOUS_BLOCK) == 6
    assert seek(line, 6, Seek.PREVIOUS_BLOCK) == 3
    assert seek(line, 1, Seek.PREVIOUS_BLOCK) == 1


@given(st.lists(st.integers(0, 90 * 86_400_000), min_size=1, max_size=30), st.integers(0, 9))
def test_tenths_never_go_back_and_begin_at_the_start(steps: list[int], number: int) -> None:
    rows = [
        (at, 0, NOW + time, int(EventKind.TEXT), 0, 0) for at, time in enumerate(accumulate(steps))
    ]
    line = lay_out(1, rows)
    assert tenth(line, 0) == 0
    assert 0 <= tenth(line, number) <= tenth(line, number + 1) <= len(line) - 1


def test_tenths_are_of_time_not_of_events() -> None:
    line = timeline_of([EventKind.TEXT] * 101, step=1_000)
    assert [tenth(line, number) for number in range(10)] == list(range(0, 100, 10))


def test_who_let_go_of_the_end_stays_where_it_was() -> None:
    grown = timeline("tpetpettpt")
    assert position_after_reload(LINE, 7, grown, follow=False) == 7
    assert position_after_reload(LINE, 3, grown, follow=False) == 3
