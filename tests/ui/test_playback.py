"""Where each way of seeking leads."""

from __future__ import annotations

import pytest

from her_tui.ui.playback import Seek, opening_position, position_after_reload, seek
from tests.ui.rows import timeline

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
