"""The deck on the main screen, driven by keys, with a clock of the test's own."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from textual.geometry import Size

from her_tui.analysis import axis as axes
from her_tui.analysis import tape
from her_tui.analysis.tape import Idle
from her_tui.analysis.timeline import Timeline
from her_tui.queries.sessions import Origin
from her_tui.ui.loading import SessionRead
from her_tui.ui.playback import tenth
from her_tui.ui.player import DeckStatus
from her_tui.ui.screens import playing
from her_tui.ui.screens.help import Help
from tests.ui.conftest import Her, Opened
from tests.ui.replay_values import timeline_of

HERO = "f27ac6ac"


def deck(her: Her) -> DeckStatus:
    """How the deck stands now."""
    return her.main.deck


def waits(her: Her) -> bool:
    """Whether a timer runs."""
    return her.main.pace.waits


def as_of(her: Her) -> bool:
    """Whether the detail hides what comes after the playhead."""
    return her.main.detail.as_of


async def by_hand(her: Her, *, reading: bool = True) -> Timeline:
    """Time goes by only as the test says; the playhead is at the start. The timeline."""
    her.main.hand_driven = True
    await her.until(lambda: her.main.traffic is not None)
    if reading:
        await her.press("enter")
    her.main.move_playhead(0)
    await her.settle()
    assert her.main.timeline is not None
    return her.main.timeline


async def grow(her: Her, events: int = 1, **more: object) -> Timeline:
    """The session on screen has more events, 10 ms apart."""
    session, line = her.main.session, her.main.timeline
    assert session is not None
    assert line is not None
    grown = replace(
        line,
        ids=[*line.ids, *range(10**9, 10**9 + events)],
        times=[*line.times, *(line.times[-1] + 10 * (at + 1) for at in range(events))],
        kinds=line.kinds + b"\x0b" * events,
        flags=[*line.flags, *[0] * events],
        agents=[*line.agents, *[0] * events],
        turns=[*line.turns, *[line.turns[-1]] * events],
    )
    row = replace(session, responses=session.responses + events, **more)  # type: ignore[arg-type]
    her.main.post_message(SessionRead(row, grown))
    await her.settle()
    return grown


async def test_space_plays_and_pauses(opened: Opened) -> None:
    async with opened(session=HERO) as her:
        line = await by_hand(her)
        assert not deck(her).playing
        await her.press("space")
        assert deck(her).playing
        assert as_of(her)
        her.main.advance(1.0)
        assert her.main.now > line.times[0]
        assert her.main.playhead == line.at_time(her.main.now)
        assert her.main.bar.now == her.main.now
        assert her.main.bar.playhead == her.main.playhead
        assert her.main.detail.position == her.main.playhead
        await her.press("space")
        stopped = her.main.now
        her.main.advance(9.0)
        assert her.main.now == stopped
        assert not deck(her).playing


async def test_a_timer_runs_only_while_it_plays(opened: Opened) -> None:
    async with opened(session=HERO) as her:
        await by_hand(her)
        her.main.hand_driven = False
        assert not waits(her)
        await her.press("space")
        assert waits(her)
        before = her.main.now
        await her.until(lambda: her.main.now > before)
        await her.press("space")
        assert not waits(her)
        await her.press("space", "?")
        assert her.shows(Help)
        assert not waits(her)
        before = her.main.now
        await her.press("escape")
        assert waits(her)
        await her.until(lambda: her.main.now > before)


async def test_it_plays_to_the_end_and_then_from_the_beginning(opened: Opened) -> None:
    async with opened(session=HERO) as her:
        line = await by_hand(her)
        her.main.play(64.0)
        for _ in range(2_000):
            if not deck(her).playing:
                break
            her.main.advance(1.0)
        await her.settle()
        assert her.main.playhead == len(line) - 1
        assert her.main.now == line.times[-1]
        assert deck(her).elapsed == deck(her).total
        assert deck(her).speed == 64.0
        await her.press("space")
        assert deck(her).playing
        assert her.main.playhead == 0


async def test_space_in_the_list_plays_what_the_cursor_is_on(opened: Opened) -> None:
    async with opened() as her:
        her.main.hand_driven = True
        first = her.main.session
        await her.pilot.press("j", "space")
        await her.until(lambda: deck(her).playing)
        assert her.main.session == her.main.list.current_row != first
        await her.press("space")
        assert not deck(her).playing
        await her.press("space")
        assert deck(her).playing
        await her.press("j")
        await her.until(lambda: her.main.session == her.main.list.current_row)
        assert not deck(her).playing
        assert not as_of(her)


async def test_where_there_is_no_room_for_both_the_list_makes_room_for_what_plays(
    opened: Opened,
) -> None:
    async with opened(size=(80, 24)) as her:
        her.main.hand_driven = True
        await her.press("j", "space")
        await her.until(lambda: deck(her).playing and her.main.detail.has_focus)
        assert her.main.detail.is_on_screen
        await her.press("escape", "escape")
        assert her.main.list.has_focus
        assert not deck(her).playing


async def test_keys_of_the_deck(opened: Opened) -> None:
    async with opened(session=HERO) as her:
        line = await by_hand(her)
        await her.press(">", ">", ">")
        assert deck(her).speed == 8.0
        await her.press("<")
        assert deck(her).speed == 4.0
        await her.press(*"<<<<<<")
        assert deck(her).speed == 0.25
        assert "as slowly as it can" in her.text()
        for mode in (Idle.SHORTEN, Idle.REAL, Idle.SKIP):
            await her.press("i")
            assert deck(her).idle is mode
        await her.press("5")
        assert her.main.playhead == tenth(line, 5) > 0
        start = her.main.now
        await her.press("l")
        assert deck(her).loop == (start, None)
        await her.press("7", "l")
        assert deck(her).loop == (start, her.main.now)
        end = her.main.now
        await her.press("space", *">" * 8)
        for _ in range(100):
            her.main.advance(0.5)
            assert start <= her.main.now <= end
        await her.press("l")
        assert deck(her).loop is None


async def test_numbers_are_tenths_and_in_the_list_views(opened: Opened) -> None:
    async with opened(session=HERO) as her:
        line = await by_hand(her)
        await her.press("tab", "9")
        assert her.main.playhead == tenth(line, 9)
        await her.press("0")
        assert her.main.playhead == 0
        await her.press("shift+tab", "shift+tab", "9")
        assert her.main.list.has_focus
        assert her.main.playhead == 0
        assert "no saved view 9" in her.text()


async def test_blocks_of_responses_and_marks(opened: Opened) -> None:
    async with opened(session=HERO) as her:
        line = await by_hand(her)
        await her.until(lambda: her.main.marks)
        seen = []
        for _ in range(4):
            await her.press("full_stop")
            seen.append(line.kinds[her.main.playhead])
        assert set(seen) <= {10, 11, 12, 14}
        there = her.main.playhead
        await her.press("full_stop", "comma")
        assert her.main.playhead == there
        her.main.move_playhead(0)
        places = sorted({mark.position for mark in her.main.marks if mark.position > 0})
        for place in places[:3]:
            await her.press("m")
            assert her.main.playhead == place
        await her.press("M")
        assert her.main.playhead == places[1]
        her.main.move_playhead(len(line) - 1)
        await her.press("m")
        assert "No later mark. M goes back." in her.text()
        her.main.move_playhead(0)
        await her.press("M")
        assert "No earlier mark. m goes on." in her.text()
        await her.press("E")
        assert "No earlier error. e goes on." in her.text()


async def test_a_jump_while_it_plays_plays_on_from_there(opened: Opened) -> None:
    async with opened(session=HERO) as her:
        line = await by_hand(her)
        await her.press("space", "5")
        assert deck(her).playing
        assert her.main.now == line.times[tenth(line, 5)]
        her.main.advance(0.5)
        assert her.main.now > line.times[tenth(line, 5)]
        await her.press("tab", "G")
        assert not deck(her).playing


async def test_who_scrubs_sees_the_moment_and_who_reads_the_turn(opened: Opened) -> None:
    async with opened(session=HERO) as her:
        await by_hand(her)
        assert not as_of(her)
        await her.press("right")
        assert as_of(her)
        await her.press("j")
        assert not as_of(her)
        await her.press("3")
        assert as_of(her)
        await her.press("}")
        assert as_of(her)
        await her.press("escape")
        assert not as_of(her)
        await her.press("space", "escape")
        assert not deck(her).playing
        assert not as_of(her)
        await her.press("escape")
        assert her.main.list.has_focus


async def test_a_live_session_is_followed_until_one_scrubs(opened: Opened) -> None:
    async with opened() as her:
        her.main.hand_driven = True
        session = her.main.session
        assert session is not None
        assert session.origin is Origin.LIVE
        assert deck(her).live
        assert deck(her).following
        grown = await grow(her, 3)
        assert her.main.playhead == len(grown) - 1
        assert "● live" in her.text()
        await her.press("[")
        assert not deck(her).following
        there = her.main.playhead
        await grow(her, 3)
        assert her.main.playhead == there
        await her.press("L")
        assert deck(her).following
        grown = await grow(her)
        assert her.main.playhead == len(grown) - 1
        await her.press("L")
        assert not deck(her).following
        there = her.main.playhead
        await grow(her)
        assert her.main.playhead == there
        await her.press("space")
        her.main.advance(60.0)
        assert deck(her).following
        assert not deck(her).playing
        await her.press("space")
        assert not deck(her).following


async def test_following_says_so_and_tenths_never_follow(opened: Opened) -> None:
    async with opened() as her:
        her.main.hand_driven = True
        await her.press("enter", "L")
        assert "No longer following" in her.text()
        await her.press("9")
        line = her.main.timeline
        assert line is not None
        assert line.times[her.main.playhead] < line.times[-1]
        assert not deck(her).following
        await her.press("L")
        assert "✓ Following" in her.text()
        assert deck(her).following


async def test_a_session_that_grows_while_it_plays_plays_on(opened: Opened) -> None:
    async with opened(session=HERO) as her:
        await by_hand(her)
        await her.press("5", "space", "i", "i")
        her.main.advance(0.7)
        now, playhead = her.main.now, her.main.playhead
        line = await grow(her, 5)
        assert (her.main.now, her.main.playhead) == (now, playhead)
        assert her.main.bar.now == now
        assert deck(her).playing
        her.main.advance(1.0)
        assert her.main.now == min(now + 1000, line.times[-1])


async def test_resizing_does_not_disturb_what_plays(opened: Opened) -> None:
    async with opened(session=HERO) as her:
        await by_hand(her)
        await her.press("space")
        for width, height in ((80, 24), (40, 10), (200, 60), (120, 6), (120, 36)):
            her.main.advance(0.4)
            before = her.main.now
            await her.pilot.resize_terminal(width, height)
            await her.settle()
            assert her.app.size == Size(width, height)
            assert her.main.now == before
            assert deck(her).playing


async def test_an_answer_on_its_way_is_shown_as_far_as_it_came(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(session=HERO) as her:
        line = await by_hand(her)
        spans = her.main.seen_to_come
        assert spans
        start, end = max(spans, key=lambda span: span[1] - span[0])
        her.main.move_playhead(line.at_time(int(start)))
        her.main.play(1.0, Idle.REAL)
        told: list[Sequence[tuple[str, str]]] = []
        show = her.main.detail.show_streaming

        def noting(pieces: Sequence[tuple[str, str]]) -> None:
            told.append(tuple(pieces))
            show(pieces)

        monkeypatch.setattr(her.main.detail, "show_streaming", noting)
        while her.main.now < end and deck(her).playing:
            her.main.advance(0.25)
            await her.settle()
        seen = [pieces for pieces in told if pieces]
        assert len(set(seen)) > 2
        assert her.main.player.wake(her.main.next_change()) is not None
        her.main.player.speed = 64.0
        her.main.move_playhead(line.at_time(int(start)))
        told.clear()
        her.main.advance(0.01)
        assert not any(told)


@pytest.mark.parametrize("kinds", [[1], [1, 11]])
async def test_a_session_without_length_says_so(opened: Opened, kinds: list[int]) -> None:
    async with opened(session=HERO) as her:
        await by_hand(her)
        session = her.main.session
        assert session is not None
        line = timeline_of(kinds, step=0, session=session.id)  # type: ignore[arg-type]
        her.main.show_session(SessionRead(replace(session, responses=0), line))
        await her.pilot.press("space")
        await her.pilot.pause()
        assert not deck(her).playing
        assert "nothing to play" in her.text()


async def test_an_empty_session_has_no_deck(opened: Opened) -> None:
    async with opened() as her:
        her.main.hand_driven = True
        await her.press("h", "G")
        await her.until(lambda: her.main.session == her.main.list.current_row)
        await her.press("space", "L", "tab", "5", "l", "i")
        her.main.advance(1.0)
        assert not deck(her).playing
        assert deck(her).total == 0


async def test_the_footer_says_what_space_does_and_offers_speeds_while_it_plays(
    opened: Opened,
) -> None:
    async with opened((120, 36), session=HERO) as her:
        await by_hand(her)
        assert "Space Play" in her.line(35)
        assert "< > Speed" not in her.line(35)
        await her.press("space")
        assert "Space Pause  < > Speed" in her.line(35)
        her.main.advance(0.1)
        await her.press("space")
        assert "Space Play" in her.line(35)
        assert "< > Speed" not in her.line(35)


async def test_from_the_list_the_deck_is_handled_too(opened: Opened) -> None:
    async with opened() as her:
        line = await by_hand(her, reading=False)
        assert her.main.list.has_focus
        await her.press("i")
        assert deck(her).idle is Idle.SHORTEN
        await her.press("full_stop")
        there = her.main.playhead
        assert there > 0
        await her.press("full_stop", "comma")
        assert her.main.playhead == there
        await her.press("l")
        assert deck(her).loop == (line.times[there], None)
        assert her.main.list.has_focus


async def test_of_a_long_session_nothing_is_laid_out_on_the_screens_own_thread(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid: list[tuple[str, bool]] = []
    lay, axis = tape.lay_tape, axes.lay_axis

    def here() -> bool:
        return threading.current_thread() is threading.main_thread()

    def counted(times: Sequence[int], *more: Any) -> tape.Tape:
        laid.append(("tape", here()))
        return lay(times, *more)

    def counted_axis(times: Sequence[int]) -> axes.Axis:
        laid.append(("axis", here()))
        return axis(times)

    monkeypatch.setattr(playing, "LONG", 10)
    async with opened(session=HERO) as her:
        main = her.main
        await her.until(lambda: main.traffic is not None)
        await her.press("enter")
        monkeypatch.setattr(tape, "lay_tape", counted)
        monkeypatch.setattr(axes, "lay_axis", counted_axis)
        for mode in (Idle.SHORTEN, Idle.REAL, Idle.SKIP):
            await her.press("i")
            await her.until(lambda: main.player.tape.cutting == main.player.cutting)
            assert deck(her).idle is mode
        assert laid == [("tape", False)] * 3
        await her.press("3", "5")
        assert laid == [("tape", False)] * 3, "the axis of the bar is used"
        before, length = main.timeline, main.player.tape.length
        main.stamp = None
        main.refresh_session()
        await her.until(lambda: main.timeline is not before)
        await her.settle()
        assert laid == [("tape", False)] * 4
        assert main.player.tape.length == length
        first = main.session
        main.list.focus()
        await her.press("j")
        await her.until(lambda: main.session is not first and main.traffic is not None)
        await her.settle()
        assert set(laid) == {("tape", False)}
        assert main.timeline is not None
        assert main.player.tape.times is main.timeline.times
