"""Counting events per column: every event once, in the column the axis says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from her_tui.analysis.axis import column_of, lay_axis, whole
from her_tui.analysis.density import Lane, bars, counts, sort_lanes
from her_tui.analysis.timeline import lay_out
from her_tui.events.model import EventKind, Flag

moments = st.lists(st.integers(0, 10**8), min_size=1, max_size=80).map(sorted)


@given(moments, st.integers(2, 150))
def test_every_event_is_counted_in_its_column(times: list[int], width: int) -> None:
    """Counts agree with the column of each event."""
    axis = lay_axis(times)
    edges = whole(axis).edges(axis, width)
    found = counts(times, edges)
    assert sum(found) == len(times)
    for column in range(width):
        assert found[column] == sum(column_of(edges, time) == column for time in times)


@pytest.mark.parametrize(
    ("numbers", "drawn"),
    [([], ""), ([0, 0], "  "), ([1], "▃"), ([8, 0, 2], "█ ▄"), ([100, 1, 0, 25], "█▁ ▄")],
)
def test_bars_show_all_that_is_not_nothing(numbers: list[int], drawn: str) -> None:
    """The least is visible beside the most, and few things make low bars."""
    assert bars(numbers) == drawn


def test_lanes_hold_what_they_are_named_after() -> None:
    """Prompts are the human's; errors and commits are told by flags; results are no actions."""
    rows = [
        (1, 0, 1_000, EventKind.PROMPT, 0, 0),
        (2, 0, 2_000, EventKind.THINKING, 0, 0),
        (3, 0, 3_000, EventKind.TOOL_USE, 0, 0),
        (4, 0, 4_000, EventKind.TOOL_RESULT, Flag.ERROR, 0),
        (5, 0, 5_000, EventKind.API_ERROR, Flag.ERROR, 0),
        (6, 0, 6_000, EventKind.TOOL_USE, Flag.COMMIT, 0),
        (7, 0, 7_000, EventKind.COMPACTION, 0, 0),
        (8, 0, 8_000, EventKind.INTERRUPT, 0, 0),
        (9, 1, 9_000, EventKind.PROMPT, 0, 5),
    ]
    timeline = lay_out(1, [(a, b, c, int(d), int(e), f) for a, b, c, d, e, f in rows])
    lanes = sort_lanes(timeline)
    assert {lane: list(lanes.positions[lane]) for lane in Lane} == {
        Lane.PROMPTS: [0],
        Lane.RESPONSES: [1],
        Lane.ACTIONS: [2, 5],
        Lane.ERRORS: [3, 4],
        Lane.COMMITS: [5],
        Lane.COMPACTIONS: [6],
        Lane.INTERRUPTS: [7],
        Lane.GAPS: [],
    }
    assert list(lanes.times[Lane.ERRORS]) == [4_000, 5_000]
    edges = whole(lay_axis(timeline.times)).edges(lay_axis(timeline.times), 2)
    assert list(lanes.between(Lane.ACTIONS, edges, 1)) == [5]
