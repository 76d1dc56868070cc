"""Time and columns: order is kept, nothing is lost, idle stretches shrink."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from her_tui.analysis.axis import (
    Window,
    around,
    column_of,
    lay_axis,
    position_in,
    spanning,
    whole,
)

MINUTE = 60_000
HOUR = 60 * MINUTE

moments = st.lists(st.integers(0, 400 * HOUR), min_size=1, max_size=60).map(
    lambda steps: sorted(1_795_000_000_000 + step for step in steps)
)
widths = st.integers(2, 200)


def test_a_short_session_keeps_true_time() -> None:
    """Nothing is folded where every pause is short."""
    axis = lay_axis([0, 10_000, 20_000, 60_000])
    assert axis.gaps == ()
    assert axis.place(30_000) == 30_000
    assert axis.length == 60_000


def test_an_idle_night_is_folded_to_a_sliver() -> None:
    """Hours of nothing take a few percent of the axis, and are told with their true length."""
    work = [step * 30_000 for step in range(100)]
    axis = lay_axis([*work, *(work[-1] + 10 * HOUR + step for step in work)])
    assert [gap.length for gap in axis.gaps] == [10 * HOUR]
    drawn = axis.place(axis.gaps[0].end) - axis.place(axis.gaps[0].start)
    assert 0 < drawn < axis.length * 0.03


def test_many_gaps_together_take_at_most_a_quarter() -> None:
    """Gaps never crowd out the work."""
    axis = lay_axis([burst * HOUR + step for burst in range(200) for step in (0, 1_000, 2_000)])
    drawn = sum(axis.place(gap.end) - axis.place(gap.start) for gap in axis.gaps)
    assert len(axis.gaps) == 199
    assert drawn <= axis.length * 0.25


@pytest.mark.parametrize("times", [[7], [7, 7, 7], [7, 8]])
def test_a_moment_is_an_axis_too(times: list[int]) -> None:
    """One event, or several at once, still have a column."""
    axis = lay_axis(times)
    edges = whole(axis).edges(axis, 10)
    assert axis.length > 0
    assert position_in(times, edges, column_of(edges, times[0]) or 0) == 0


@given(moments)
def test_places_keep_the_order_of_times(times: list[int]) -> None:
    """A later event is never left of an earlier one, and distinct times have distinct places."""
    axis = lay_axis(times)
    for a, b in pairwise(times):
        assert axis.place(a) < axis.place(b) if a < b else axis.place(a) == axis.place(b)


@given(moments)
def test_a_place_leads_back_to_its_time(times: list[int]) -> None:
    """There and back again, to the millisecond."""
    axis = lay_axis(times)
    for time in times:
        assert axis.time(axis.place(time)) == pytest.approx(time, abs=1)


@given(moments, widths)
def test_every_event_has_a_column_in_the_whole_window(times: list[int], width: int) -> None:
    """Columns cover the session, and a column's event is found from the column."""
    axis = lay_axis(times)
    edges = whole(axis).edges(axis, width)
    assert len(edges) == width + 1
    for time in times:
        column = column_of(edges, time)
        assert column is not None
        assert 0 <= column < width
        assert column_of(edges, times[position_in(times, edges, column)]) == column


@settings(max_examples=60)
@given(moments, widths, st.lists(st.integers(-3, 3), max_size=8), st.data())
def test_the_playhead_stays_in_the_window(
    times: list[int], width: int, steps: list[int], data: st.DataObject
) -> None:
    """However one zooms, the window lies on the axis and shows the playhead."""
    axis = lay_axis(times)
    window = whole(axis)
    for step in steps:
        place = axis.place(data.draw(st.sampled_from(times)))
        window = window.zoom(axis, step, place).showing(axis, place)
        assert window.start >= 0
        assert window.end <= axis.length * 1.000001
        assert window.start <= place <= window.end
        edges = window.edges(axis, width)
        assert all(a <= b for a, b in pairwise(edges))


def test_zooming_keeps_the_place_where_it_is() -> None:
    """The playhead does not jump on screen when the scale changes."""
    axis = lay_axis(list(range(0, HOUR, 1_000)))
    window = whole(axis)
    closer = window.zoom(axis, 2, HOUR / 3)
    before = (HOUR / 3 - window.start) / (window.end - window.start)
    after = (HOUR / 3 - closer.start) / (closer.end - closer.start)
    assert after == pytest.approx(before, abs=0.01)
    assert closer.scale(axis) == pytest.approx(4)
    assert closer.zoom(axis, -2, HOUR / 3) == whole(axis)


def test_the_window_follows_a_place_outside_of_it() -> None:
    """It moves no further than needed, and not at all for a place well inside."""
    axis = lay_axis(list(range(0, HOUR, 1_000)))
    window = Window(0.0, HOUR / 4)
    assert window.showing(axis, HOUR / 8) is window
    moved = window.showing(axis, HOUR / 2)
    assert moved.start < HOUR / 2 < moved.end
    assert moved.end - moved.start == pytest.approx(HOUR / 4)


@given(moments, st.floats(-10, 10), st.floats(0.1, 1e7))
def test_a_window_of_any_length_and_place_lies_on_the_axis(
    times: list[int], share: float, length: float
) -> None:
    axis = lay_axis(times)
    for window in (
        around(axis, share * axis.length, length),
        spanning(axis, times[0] + share * 1_000, times[0] + share * 1_000 + length),
        whole(axis).zoom(axis, 3, axis.length / 2).moved(axis, share * axis.length),
    ):
        assert 0 <= window.start < window.end <= axis.length * 1.000001


def test_what_is_zoomed_to_has_a_margin() -> None:
    """The playhead at either end of a turn does not move the window."""
    axis = lay_axis(list(range(0, HOUR, 1_000)))
    window = spanning(axis, HOUR / 4, HOUR / 2)
    for time in (HOUR / 4, HOUR / 2):
        assert window.showing(axis, axis.place(time)) == window
    assert around(axis, HOUR / 2, HOUR / 6).scale(axis) == pytest.approx(6, abs=0.01)


def test_a_window_moves_as_far_as_the_axis_goes() -> None:
    axis = lay_axis(list(range(0, HOUR, 1_000)))
    window = Window(0.0, HOUR / 4)
    assert window.moved(axis, HOUR / 4).start == HOUR / 4
    assert window.moved(axis, 9 * HOUR).end == axis.length
    assert window.moved(axis, -HOUR) == window
