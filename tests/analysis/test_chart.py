"""What is drawn beside the timeline, column by column."""

from __future__ import annotations

from bisect import bisect_right

import pytest
from hypothesis import given
from hypothesis import strategies as st

from her_tui.analysis.chart import (
    Chart,
    Fill,
    Subagent,
    lay,
    lay_fill,
    lay_spending,
    lay_subagents,
)
from her_tui.analysis.marks import MarkKind, Wait
from her_tui.analysis.timeline import lay_out
from her_tui.events.model import EventKind, Flag

EDGES = [float(edge) for edge in range(0, 10_001, 1_000)]
spells = st.lists(st.tuples(st.integers(-3_000, 13_000), st.integers(0, 6_000)), max_size=20)


def subagent(number: int, start: int, end: int) -> Subagent:
    """One at work from ``start`` to ``end``."""
    return Subagent(number, f"agent {number}", sorted({start, end}), [0, 1])


def test_nothing_cannot_be_laid_out() -> None:
    assert lay(lay_out(1, [])) is None


def test_a_timeline_is_laid_out_with_the_marks_it_tells_itself() -> None:
    rows = [(1, 0, 1_000, int(EventKind.PROMPT), 0, 0), (2, 0, 2_000, 13, int(Flag.ERROR), 0)]
    laid = lay(lay_out(1, rows))
    assert laid is not None
    assert laid.marks.count(MarkKind.ERROR) == 1
    assert laid.axis.times[0] == 1_000


def test_the_fill_is_that_of_the_last_response() -> None:
    fill = lay_fill([1_500, 4_000, 4_100], [50, 80, 10], [90, 100, 100])
    assert fill.columns(EDGES) == [0, 50, 50, 80, 10, 10, 10, 10, 10, 10]
    assert [fill.window_at(time) for time in (0, 1_500, 4_000)] == [None, 90, 100]
    assert (fill.top, lay_fill([1], [70], [None]).top, Fill().top) == (100, 70, 1)
    assert (lay_fill([1], [49], [100]).top, lay_fill([1], [50], [100]).top) == (49, 100)


@given(st.lists(st.tuples(st.integers(-2_000, 12_000), st.floats(0, 9), st.integers(0, 99))))
def test_columns_spend_what_all_spend(responses: list[tuple[int, float, int]]) -> None:
    spending = lay_spending(responses)
    inside = [each for each in responses if 0 <= each[0] <= 10_000]
    assert sum(spending.columns(EDGES)) == pytest.approx(sum(cost for _, cost, _ in inside))
    told = [spending.in_column(EDGES, column) for column in range(10)]
    assert sum(tokens for _, tokens in told) == sum(tokens for *_, tokens in inside)


@given(spells)
def test_a_column_counts_the_subagents_at_work_in_it(found: list[tuple[int, int]]) -> None:
    agents = [subagent(at, start, start + long) for at, (start, long) in enumerate(found, 1)]
    laid = lay_subagents(agents)
    for column, number in enumerate(laid.columns(EDGES)):
        low, high = EDGES[column], EDGES[column + 1]
        last = column == 9
        assert number == sum(
            (each.start < high or (last and each.start == high)) and each.end >= low
            for each in agents
        )


@given(spells, st.integers(1, 5))
def test_the_first_in_the_window_come_in_order(found: list[tuple[int, int]], most: int) -> None:
    agents = [subagent(at, start, start + long) for at, (start, long) in enumerate(found, 1)]
    shown = lay_subagents(agents).within(EDGES, most)
    seen = [each for each in agents if each.start <= EDGES[-1] and each.end >= EDGES[0]]
    assert shown == sorted(seen, key=lambda each: (each.start, each.agent))[:most]


@given(spells, st.integers(0, 9))
def test_waits_of_a_column_are_among_those_looked_at(
    found: list[tuple[int, int]], column: int
) -> None:
    waits = sorted(
        (Wait(0, start, start + long) for start, long in found), key=lambda wait: wait.start
    )
    chart = Chart(waits=waits, longest_wait=max((w.end - w.start for w in waits), default=0))
    low, high = EDGES[column], EDGES[column + 1]
    looked_at = chart.waits_between(low, high)
    assert all(w in looked_at for w in waits if w.start <= high and w.end >= low)
    starts = [wait.start for wait in waits]
    assert len(looked_at) <= bisect_right(starts, high)
