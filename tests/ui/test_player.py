"""The player: where it is after how much time, when it stops, and how often it needs a frame."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from her_tui.analysis.tape import Cutting, Idle
from her_tui.ui.player import SPEEDS, DeckStatus, Player

START = 1_795_168_800_000
DAY = 86_400_000

sessions = st.lists(
    st.one_of(st.integers(0, 3_000), st.integers(0, 30 * DAY)), min_size=1, max_size=30
).map(lambda steps: [*accumulate(steps, initial=START)])
modes = st.sampled_from(list(Idle))
speeds = st.sampled_from(SPEEDS)
waits = st.lists(st.floats(0, 3), max_size=20)


def loaded(times: list[int], live: bool = False, idle: Idle = Idle.SKIP) -> Player:
    """A player at the start of a session."""
    player = Player()
    player.load(times, live)
    player.use_idle(idle)
    player.seek(times[0] if times else 0, len(times) < 2)
    return player


@given(sessions, modes, speeds, waits)
def test_it_plays_forward_at_its_speed_and_never_further_than_the_end(
    times: list[int], idle: Idle, speed: float, seconds: list[float]
) -> None:
    player = loaded(times, idle=idle)
    player.speed = speed
    player.play()
    before = player.time
    for each in seconds:
        player.advance(each)
        assert before <= player.time <= times[-1]
        before = player.time
    played = player.tape.place(player.time)
    wanted = min(player.tape.length, sum(seconds) * 1000 * speed)
    assert played == pytest.approx(wanted, abs=1.5 * max(1.0, speed))


@given(sessions, modes, speeds)
def test_frame_by_frame_it_shows_every_event_and_stops_at_the_end(
    times: list[int], idle: Idle, speed: float
) -> None:
    player = loaded(times, idle=idle)
    player.speed = speed
    player.play()
    frames = 0
    while (wait := player.wake()) is not None and frames < 400:
        assert wait >= 0.05
        before = player.time
        player.advance(wait)
        assert player.time > before or not player.playing
        frames += 1
    if frames < 400:
        assert not player.status().playing
        assert player.at_end
        assert player.time == times[-1]


@given(sessions, st.data())
def test_a_frame_ends_on_the_next_event_if_that_is_far_enough(
    times: list[int], data: st.DataObject
) -> None:
    player = loaded(times, idle=Idle.REAL)
    player.seek(data.draw(st.integers(times[0], times[-1])), False)
    player.play()
    if not player.playing:
        return
    following = [time for time in times if time > player.time]
    wait = player.wake()
    assert wait is not None
    assert wait <= max(0.05, 1.0) + 1e-6
    if following and 50 <= following[0] - player.time <= 1000 - player.time % 1000:
        player.advance(wait)
        assert player.time == following[0]


@given(sessions, modes, st.data())
def test_seeking_and_playing_go_together(times: list[int], idle: Idle, data: st.DataObject) -> None:
    player = loaded(times, idle=idle)
    player.play()
    where = data.draw(st.integers(times[0], times[-1]))
    player.seek(where, where == times[-1])
    assert player.time == where
    assert player.following == (where == times[-1])
    assert not (player.playing and player.following)


@given(sessions, modes, st.data())
def test_another_way_with_idle_stretches_stays_where_it_is(
    times: list[int], idle: Idle, data: st.DataObject
) -> None:
    player = loaded(times, idle=idle)
    where = data.draw(st.integers(times[0], times[-1]))
    player.seek(where, False)
    for _ in Idle:
        player.cycle_idle()
        assert player.time == where
    assert player.idle is idle
    player.show_busy([(times[0], times[-1])])
    assert player.time == where
    assert player.status().skipped == 0


@given(sessions, modes, st.data(), waits)
def test_a_loop_is_not_left(
    times: list[int], idle: Idle, data: st.DataObject, seconds: list[float]
) -> None:
    moments = st.integers(times[0], times[-1])
    start, end = sorted((data.draw(moments), data.draw(moments)))
    player = loaded(times, idle=idle)
    player.loop = (start, end)
    player.seek(start, False)
    player.playing = True
    if start == end:
        return
    for each in seconds:
        player.advance(each)
        assert player.status().playing
        assert start <= player.time <= end


def test_a_loop_is_set_by_its_two_ends_and_then_let_go() -> None:
    player = loaded([START, START + 60_000], idle=Idle.REAL)
    player.seek(START + 30_000, False)
    player.cycle_loop()
    assert player.status().loop == (START + 30_000, None)
    player.seek(START + 10_000, False)
    player.cycle_loop()
    assert player.status().loop == (START + 10_000, START + 30_000)
    player.seek(START + 29_000, False)
    player.play()
    player.advance(3)
    assert player.time == START + 12_000
    player.seek(START + 40_000, False)
    player.advance(1)
    assert player.time == START + 41_000
    player.cycle_loop()
    assert player.status().loop is None
    player.cycle_loop()
    player.cycle_loop()
    assert player.status().loop is None


def test_it_stops_at_the_end_and_starts_again_from_the_beginning() -> None:
    player = loaded([START, START + 1_000])
    player.play()
    player.advance(5)
    assert not player.status().playing
    assert player.time == START + 1_000
    assert player.wake() is None
    player.toggle()
    assert player.status().playing
    assert player.time == START


def test_a_live_session_is_followed_from_its_end_on() -> None:
    player = loaded([START, START + 1_000], live=True)
    player.play()
    player.advance(5)
    assert player.status().following
    assert not player.status().playing
    player.load([START, START + 1_000, START + 2_000], True, same=True)
    assert player.status().following
    assert player.time == START + 1_000
    player.seek(START + 2_000, True)
    player.toggle()
    assert not player.status().following
    player.toggle()
    assert player.status().following
    player.seek(START, False)
    assert not player.status().following


def test_a_session_that_grows_while_it_plays_plays_on() -> None:
    player = loaded([START, START + 10_000], idle=Idle.REAL)
    player.speed = 2.0
    player.play()
    player.cycle_loop()
    player.advance(1)
    player.load([START, START + 10_000, START + 20_000], False, same=True)
    assert player.status().playing
    assert player.time == START + 2_000
    assert player.status().loop == (START, None)
    player.load([START, START + 1], False)
    assert not player.status().playing
    assert player.status().loop is None
    assert player.speed == 2.0


def test_speeds_end_somewhere() -> None:
    player = Player()
    assert sum(player.change_speed(1) for _ in range(20)) == 6
    assert player.speed == 64.0
    assert sum(player.change_speed(-1) for _ in range(20)) == 8
    assert player.speed == 0.25


def test_frames_are_few() -> None:
    """A second of normal speed with nothing but the clock is one frame; an idle hour that is
    skipped three."""
    player = loaded([START, START + 1_500, START + 3_601_500])
    player.play()
    frames = []
    while (wait := player.wake()) is not None:
        frames.append(wait)
        player.advance(wait)
    assert len(frames) == 2 + 3
    fast = loaded([*range(START, START + 60_000, 10)])
    fast.speed = 64.0
    fast.play()
    assert fast.wake() == 0.05
    piece = loaded([START, START + 60_000], idle=Idle.REAL)
    piece.play()
    assert piece.wake(START + 200) == pytest.approx(0.2)
    assert piece.wake(START - 200) == pytest.approx(1.0)
    assert piece.wake(START + 1) == pytest.approx(0.08)
    piece.seek(START + 59_990, False)
    assert piece.wake(START + 59_991) == 0.05


def test_the_idle_stretch_under_way_is_told_if_it_is_long() -> None:
    player = loaded([START, START + 30_000, START + 630_000])
    player.play()
    player.advance(0.3)
    assert player.status().gap == 0
    player.advance(0.6)
    assert player.status().gap == 600_000
    assert player.status().skipped == pytest.approx(29_400 + 300_000 - 300, abs=5)
    player.pause()
    assert player.status().gap == 0


def test_a_jump_skips_nothing_and_playing_on_counts_on() -> None:
    player = loaded([*range(START, START + 150_000, 30_000)])
    player.seek(START + 60_000, False)
    assert player.status().skipped == 0
    player.play()
    player.advance(0.6)
    assert player.status().skipped == pytest.approx(29_400, abs=5)
    player.seek(START, False)
    assert player.status().skipped == pytest.approx(29_400, abs=5)
    player.advance(0.6)
    player.pause()
    assert player.status().skipped == pytest.approx(58_800, abs=5)
    player.seek(player.time, False)
    assert player.status().skipped > 0
    player.seek(START, False)
    assert player.status().skipped == 0


def test_what_each_round_of_a_loop_leaves_out_is_counted() -> None:
    player = loaded([START, START + 30_000, START + 31_000, START + 61_000])
    player.cycle_loop()
    player.seek(START + 31_000, False)
    player.cycle_loop()
    player.seek(START, False)
    player.play()
    player.advance(1.9)
    assert player.status().skipped == pytest.approx(29_400 + 29_400 / 2, abs=5)


@pytest.mark.parametrize("times", [[], [START], [START, START], [0, 0, 0]])
def test_sessions_without_any_length(times: list[int]) -> None:
    player = loaded(times)
    player.toggle()
    player.advance(1)
    assert not player.status().playing
    assert player.wake() is None
    assert player.time == (times[0] if times else 0)
    player.cycle_loop()
    player.cycle_idle()
    status = player.status()
    assert (status.elapsed, status.total, status.skipped) == (0, 0, 0)


def test_lengths_are_of_full_seconds_wherever_a_second_of_the_clock_begins() -> None:
    player = loaded([1_000_000_900, 1_000_003_850])
    player.seek(1_000_003_850, last=True)
    status = player.status()
    assert (status.elapsed, status.total) == (2_000, 2_000)


def test_nothing_is_played_at_first() -> None:
    assert Player().status() == DeckStatus()


def test_a_tape_that_takes_a_while_is_put_in_when_it_is_laid() -> None:
    asked: list[tuple[Sequence[int], Cutting]] = []

    def later(times: Sequence[int], cutting: Cutting) -> None:
        asked.append((times, cutting))

    player = Player(later)
    times = [START, START + 1_000, START + 61_000]
    player.load(times, False, tape=Cutting().tape(times))
    before = player.tape
    player.seek(START + 31_000, False)
    player.use_idle(Idle.SKIP)
    assert not asked, "nothing is another"
    player.use_idle(Idle.REAL)
    player.use_idle(Idle.SHORTEN)
    assert player.tape is before, "until then the old one plays"
    assert player.idle is Idle.SHORTEN
    (first, second) = asked
    player.take(first[0], first[1].tape(first[0]))
    assert player.tape is before, "not wanted any more"
    player.take(list(times), second[1].tape(times))
    assert player.tape is before, "of other events"
    player.take(second[0], second[1].tape(second[0]))
    assert player.tape.cutting == player.cutting
    assert player.time == START + 31_000
    other = Cutting(Idle.REAL).tape(times)
    player.load(times, False, tape=other)
    assert player.tape is not other
    assert player.tape.cutting == player.cutting
