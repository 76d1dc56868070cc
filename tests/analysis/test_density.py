"""Counting events per column: every event once, in the column the axis says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from her_tui.analysis.axis import column_of, lay_axis, whole
from her_tui.analysis.density import (
    Lane,
    bars,
    counts,
    lanes_of,
    sort_lanes,
    sort_marks,
    striking,
)
from her_tui.analysis.marks import Mark, MarkKind
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
    """Prompts are the human's; results are no actions; what is missing has no events."""
    rows = [
        (1, 0, 1_000, EventKind.PROMPT, 0, 0),
        (2, 0, 2_000, EventKind.TEXT, 0, 0),
        (3, 0, 3_000, EventKind.TOOL_USE, 0, 0),
        (4, 0, 4_000, EventKind.TOOL_RESULT, Flag.ERROR, 0),
        (5, 0, 5_000, EventKind.THINKING, 0, 0),
        (6, 0, 6_000, EventKind.TOOL_USE, 0, 0),
        (7, 0, 7_000, EventKind.BLOCK, 0, 0),
        (8, 1, 8_000, EventKind.PROMPT, 0, 5),
    ]
    timeline = lay_out(1, [(a, b, c, int(d), int(e), f) for a, b, c, d, e, f in rows])
    lanes = sort_lanes(timeline)
    assert {lane: list(found) for lane, found in lanes.positions.items()} == {
        Lane.PROMPTS: [0],
        Lane.RESPONSES: [1, 4, 6],
        Lane.THINKING: [4],
        Lane.TEXT: [1, 6],
        Lane.ACTIONS: [2, 5],
    }
    assert list(lanes.times[Lane.ACTIONS]) == [3_000, 6_000]
    edges = whole(lay_axis(timeline.times)).edges(lay_axis(timeline.times), 2)
    assert list(lanes.between(Lane.ACTIONS, edges, 1)) == [5]
    assert lanes.count(Lane.EDITS) == 0
    assert lanes.counts(Lane.EDITS, edges) == [0, 0]
    assert not lanes.between(Lane.EDITS, edges, 0)
    more = lanes.joined(lanes_of(timeline, {Lane.EDITS: [2]}))
    assert (more.count(Lane.EDITS), more.count(Lane.PROMPTS)) == (1, 1)


def test_marks_are_found_by_kind_and_column() -> None:
    rows = [(at, 0, at * 1_000, int(EventKind.TEXT), 0, 0) for at in range(1, 11)]
    timeline = lay_out(1, rows)
    marks = [Mark(0, MarkKind.ERROR), Mark(9, MarkKind.ERROR), Mark(9, MarkKind.COMMIT)]
    lanes = sort_marks(timeline, marks)
    edges = whole(lay_axis(timeline.times)).edges(lay_axis(timeline.times), 4)
    assert lanes.columns(MarkKind.ERROR, edges) == [0, 3]
    assert list(lanes.between(MarkKind.COMMIT, edges, 3)) == [marks[2]]
    assert lanes.columns(MarkKind.GAP, edges) == []
    assert not lanes.between(MarkKind.GAP, edges, 0)


def test_what_stands_out_is_not_what_is_everywhere() -> None:
    """The one edit among reads is seen; where there is only one kind, that is."""
    by_lane = {Lane.READS: [9, 9, 9, 0], Lane.EDITS: [0, 1, 0, 0]}
    assert striking(by_lane, {Lane.READS: 900, Lane.EDITS: 1}) == [
        Lane.READS, Lane.EDITS, Lane.READS, None,
    ]  # fmt: skip
    assert striking({}, {}) == []
