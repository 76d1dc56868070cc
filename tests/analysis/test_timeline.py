"""A session laid out in time."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from her_tui.analysis.timeline import Row, Timeline, lay_out
from her_tui.events.model import EventKind as K

PROMPT, TEXT = int(K.PROMPT), int(K.TEXT)


def laid(*rows: tuple[int, int | None, int]) -> Timeline:
    """The timeline of (source, time, kind) rows, numbered from 1."""
    return lay_out(
        1, [(number, source, ts, kind, 0, 0) for number, (source, ts, kind) in enumerate(rows, 1)]
    )


def test_files_are_merged_by_time() -> None:
    timeline = laid((0, 10, PROMPT), (0, 30, TEXT), (5, 20, TEXT), (5, 40, TEXT))
    assert list(timeline.ids) == [1, 3, 2, 4]
    assert list(timeline.times) == [10, 20, 30, 40]


def test_within_a_file_its_order_beats_its_clock() -> None:
    timeline = laid((0, 10, PROMPT), (0, 50, TEXT), (0, 20, TEXT), (0, 60, TEXT))
    assert list(timeline.ids) == [1, 2, 3, 4]
    assert list(timeline.times) == [10, 50, 50, 60]


def test_events_without_a_time_take_their_neighbours() -> None:
    timeline = laid((0, None, TEXT), (0, 10, PROMPT), (0, None, TEXT))
    assert list(timeline.ids) == [1, 2, 3]
    assert list(timeline.times) == [10, 10, 10]
    assert list(laid((0, None, PROMPT)).times) == [0]


def test_turns_start_at_prompts_of_the_main_thread() -> None:
    rows: list[Row] = [
        (1, 0, 1, TEXT, 0, 0),
        (2, 0, 2, PROMPT, 0, 0),
        (3, 0, 3, TEXT, 0, 0),
        (4, 1, 4, PROMPT, 0, 77),
        (5, 0, 5, PROMPT, 0, 0),
    ]
    timeline = lay_out(1, rows)
    assert list(timeline.turns) == [0, 1, 1, 1, 2]
    assert [timeline.turn_span(turn) for turn in (0, 1, 2)] == [(0, 1), (1, 4), (4, 5)]
    assert timeline.prompt_before(4) == 1
    assert timeline.prompt_before(0) == 0
    assert timeline.prompt_after(0) == 1
    assert timeline.prompt_after(4) == 4


def test_an_empty_timeline_can_be_asked_anything() -> None:
    timeline = laid()
    assert (len(timeline), timeline.clamp(7), timeline.at_time(5)) == (0, 0, 0)
    assert (timeline.turn_at(0), timeline.turn_span(0)) == (0, (0, 0))
    assert timeline.find_event(3) is None


_rows = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.one_of(st.none(), st.integers(1, 10_000)),
        st.sampled_from((PROMPT, TEXT)),
    ),
    max_size=60,
).map(lambda rows: sorted(rows, key=lambda row: row[0]))


@given(_rows, st.integers(-5, 10_050))
def test_time_never_runs_backwards_and_a_seek_is_right(
    rows: list[tuple[int, int | None, int]], time: int
) -> None:
    timeline = laid(*rows)
    assert list(timeline.times) == sorted(timeline.times)
    assert sorted(timeline.ids) == list(range(1, len(rows) + 1))
    if rows:
        at = timeline.at_time(time)
        assert at == 0 or timeline.times[at] <= time
        assert at == len(timeline) - 1 or timeline.times[at + 1] > time


def test_where_events_are_is_laid_out_once_and_only_if_it_is_asked() -> None:
    rows = [(10 * at, 0, at, TEXT, 0, 0) for at in range(1, 5)]
    line = lay_out(1, rows)
    assert not line._places
    assert [line.find_event(event) for event in (10, 40, 15)] == [0, 3, None]
    assert line.places == {10: 0, 20: 1, 30: 2, 40: 3}
    assert line.places is line.places
    assert line == lay_out(1, rows)
    grown = replace(line, ids=[*line.ids, 50])
    assert grown.places[50] == 4
    assert lay_out(1, []).find_event(1) is None
