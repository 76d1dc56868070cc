"""The tape: session time with its idle stretches cut short."""

from __future__ import annotations

from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from her_tui.analysis.tape import Idle, Tape, lay_tape

START = 1_795_168_800_000
DAY = 86_400_000

pauses = st.one_of(st.integers(0, 5_000), st.integers(0, 90 * DAY))
sessions = st.lists(pauses, max_size=40).map(lambda steps: [*accumulate(steps, initial=START)])
modes = st.sampled_from(list(Idle))
spans = st.lists(
    st.tuples(st.integers(-DAY, 90 * DAY), st.integers(0, DAY)).map(
        lambda pair: (START + float(pair[0]), START + float(pair[0] + pair[1]))
    ),
    max_size=6,
)


@given(sessions, modes, spans, st.floats(0, 1))
def test_place_and_time_are_each_others_inverse(
    times: list[int], idle: Idle, busy: list[tuple[float, float]], share: float
) -> None:
    tape = lay_tape(times, idle, busy=busy)
    for time in times:
        assert tape.time(tape.place(time)) == time
    place = share * tape.length
    assert tape.place(tape.time(place)) == pytest.approx(place, abs=0.5)


@given(sessions, modes, spans)
def test_it_is_strictly_increasing(
    times: list[int], idle: Idle, busy: list[tuple[float, float]]
) -> None:
    tape = lay_tape(times, idle, busy=busy)
    for before, after in pairwise(times):
        assert (tape.place(after) > tape.place(before)) == (after > before)
    assert tape.place(times[0]) == 0.0
    assert tape.place(times[-1]) == tape.length


@given(sessions, modes, spans, st.data())
def test_what_is_left_out_adds_up(
    times: list[int], idle: Idle, busy: list[tuple[float, float]], data: st.DataObject
) -> None:
    tape = lay_tape(times, idle, busy=busy)
    moments = [data.draw(st.floats(times[0], times[-1])) for _ in range(3)]
    first, middle, last = sorted(moments)
    parts = tape.skipped(first, middle) + tape.skipped(middle, last)
    assert parts == pytest.approx(tape.skipped(first, last), abs=1)
    assert tape.skipped(times[0], times[-1]) == pytest.approx(
        times[-1] - times[0] - tape.length, abs=1
    )
    assert tape.skipped(last, first) == 0.0


@given(sessions, spans)
def test_real_time_leaves_nothing_out(times: list[int], busy: list[tuple[float, float]]) -> None:
    tape = lay_tape(times, Idle.REAL, busy=busy)
    assert tape.length == times[-1] - times[0]
    assert tape.skipped(times[0], times[-1]) == 0.0


@given(sessions)
def test_shortened_is_between_skipped_and_real(times: list[int]) -> None:
    skipped, shortened, real = (lay_tape(times, idle).length for idle in Idle)
    assert skipped <= shortened <= real


def test_an_idle_month_is_over_in_seconds() -> None:
    times = [START, START + 30 * DAY]
    assert lay_tape(times, Idle.SKIP).length == pytest.approx(600)
    assert 8_000 < lay_tape(times, Idle.SHORTEN).length < 10_000
    assert lay_tape(times, Idle.REAL).length == 30 * DAY


@given(st.integers(1, 400 * DAY), st.integers(1, 400 * DAY))
def test_a_longer_pause_never_takes_less_when_shortened(one: int, other: int) -> None:
    short, long = sorted((one, other))
    lengths = [lay_tape([START, START + each], Idle.SHORTEN).length for each in (short, long)]
    assert lengths[0] <= lengths[1]


def test_pauses_up_to_the_limit_are_kept() -> None:
    times = [START, START + 2_000, START + 3_500]
    assert lay_tape(times, Idle.SKIP).length == 3_500
    assert lay_tape(times, Idle.SKIP, limit=1_000, rest=1_000).length == 2_000
    assert lay_tape(times, Idle.SKIP, limit=1_000, rest=9_000).length == 2_000


def test_what_is_busy_is_not_idle() -> None:
    times = [START, START + 60_000]
    tape = lay_tape(times, Idle.SKIP, busy=[(START + 50_000.0, START + 60_000.0)])
    assert tape.length == pytest.approx(10_600)
    assert tape.cut(START + 10_000) == (START, START + 50_000)
    assert tape.cut(START + 55_000) is None
    assert tape.place(START + 55_000) == pytest.approx(5_600)


def test_stretches_that_overlap_or_lie_outside_count_once() -> None:
    times = [START, START + 60_000]
    busy = [
        (START - 5_000.0, START + 1_000.0), (START + 30_000.0, START + 40_000.0),
        (START + 35_000.0, START + 36_000.0), (START + 70_000.0, START + 80_000.0),
    ]  # fmt: skip
    tape = lay_tape(times, Idle.SKIP, busy=busy)
    assert tape.length == pytest.approx(1_000 + 600 + 10_000 + 600)


def test_where_something_is_cut_is_told() -> None:
    tape = lay_tape([START, START + 1_000, START + 601_000], Idle.SKIP)
    assert tape.cut(START + 500) is None
    assert tape.cut(START + 1_000) == (START + 1_000, START + 601_000)
    assert tape.cut(START + 601_000) is None
    assert tape.cut(START - 1) is None


@pytest.mark.parametrize("idle", list(Idle))
@pytest.mark.parametrize("times", [[], [START], [START, START], [0, 0, 0]])
def test_sessions_without_any_length(times: list[int], idle: Idle) -> None:
    tape = lay_tape(times, idle)
    first = times[0] if times else 0
    assert tape.length == 0.0
    assert tape.time(0.0) == tape.time(99.0) == first
    assert tape.place(first) == tape.place(first + 99) == 0.0
    assert tape.skipped(first, first + 99) == 0.0
    assert tape.cut(first) is None


def test_an_empty_tape() -> None:
    assert Tape().length == Tape().time(5) == Tape().place(5) == Tape().skipped(0, 5) == 0.0
