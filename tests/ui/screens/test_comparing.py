"""Two sessions side by side, by keys."""

from __future__ import annotations

from dataclasses import replace

import pytest

from her_tui.analysis import steps as stepping
from her_tui.errors import HerError
from her_tui.queries.comparable import Partner, Relation
from her_tui.queries.comparison_sides import Wanted
from her_tui.ui import loading, messages, pacing
from her_tui.ui.renderers import compare as drawing
from her_tui.ui.screens.choose import Choose
from her_tui.ui.screens.compare import Compare
from her_tui.ui.screens.comparing import PartnersFound
from her_tui.ui.screens.main import MainScreen
from her_tui.ui.widgets.compare_parts import TwoClocks
from tests.ui.conftest import Her, Opened

FORK = "7ae9d912-777d-4ab3-93dd-41d313fb2cb4"
REWOUND = "f7ffc93e-7f0d-4352-a90a-a3825c117150"
AGAIN = "d15d7fc3-c910-440c-87d3-45fb832b4a87"
ORIGINAL = "437aca1b-3bda-4980-b85f-b5f0e7ea800c"


def screen(her: Her) -> Compare:
    assert isinstance(her.app.screen, Compare)
    return her.app.screen


def plays(shown: Compare) -> bool:
    return shown.player.playing


def to_side(shown: Compare, *, longer: bool) -> list[str]:
    """What to press so that keys move the longer side, or the shorter."""
    assert shown.found is not None
    left, right = map(stepping.length, drawing.sides(shown.found.result))
    assert left != right
    return ["tab"] if ((right > left) == longer) != (shown.active == 1) else []


async def compare(her: Her) -> Compare:
    """Open the comparison with the session it was forked from."""
    await her.press("C")
    await her.until(lambda: her.shows(Choose))
    assert "forked from" in her.text()
    await her.press("enter")
    await her.until(lambda: her.shows(Compare) and screen(her).found)
    await her.settle()
    return screen(her)


async def test_a_fork_and_what_it_was_forked_from(opened: Opened) -> None:
    async with opened(session=FORK) as her:
        shown = await compare(her)
        assert shown.found is not None
        assert shown.found.result.left.session_id == FORK
        text = her.text()
        assert "They part after 6 events that both have" in text
        assert "Debounce it" in text
        assert "Same start, other idea" in text
        row = shown.rows.current
        assert row is not None
        assert row.pair == 1
        assert shown.rows.parting == shown.rows.cursor


async def test_the_cursor_takes_both_playheads_and_the_playheads_the_cursor(
    opened: Opened,
) -> None:
    async with opened(session=FORK) as her:
        shown = await compare(her)
        assert shown.found is not None
        parted = shown.times
        await her.press("g")
        assert (shown.times, shown.rows.cursor) == ((0, 0), 0)
        await her.press("}")
        side = shown.found.result.left
        assert shown.times[0] == side.clock[side.turns[1].start] == parted[0]
        assert shown.rows.cursor == shown.rows.parting
        await her.press("{", "{", "right")
        assert 0 < shown.times[0] == shown.times[1]
        await her.press("left", "left")
        assert shown.times == (0, 0)
        await her.press("5")
        assert shown.times[0] == stepping.length(side) // 2
        await her.press("d")
        assert shown.times == parted


async def test_playheads_are_tied_or_free(opened: Opened) -> None:
    async with opened(session=FORK) as her:
        shown = await compare(her)
        await her.press("g", "l", "tab")
        assert (shown.locked, shown.active) == (False, 1)
        assert "free" in her.text()
        await her.press("9")
        assert shown.times[0] == 0 < shown.times[1]
        shown.post_message(TwoClocks.Moved(0, 20_000))
        await her.settle()
        assert (shown.active, shown.times[0]) == (0, 20_000)
        before = shown.times[1]
        await her.press("l", "0")
        assert shown.times == (0, before - 20_000)


async def test_tied_playheads_come_back_to_where_they_were_tied(opened: Opened) -> None:
    """Also if one was kept by the end of its session meanwhile."""
    async with opened(session=FORK) as her:
        shown = await compare(her)
        await her.press("g", "l", *to_side(shown, longer=False), "9", "l", "tab")
        tied = shown.times
        assert max(tied) > tied[shown.active] == 0
        await her.press("9")
        assert shown.times[0] - shown.times[1] != tied[0] - tied[1]
        await her.press("0")
        assert shown.times == tied


async def test_steps_are_shown_and_hidden_and_the_playheads_stay(opened: Opened) -> None:
    async with opened(session=FORK) as her:
        shown = await compare(her)
        await her.press("g", "right")
        times, rows = shown.times, len(shown.rows.rows)
        await her.press("x")
        assert len(shown.rows.rows) > rows
        assert "Read ./src/bookings/List.tsx" in her.text()
        await her.press("x")
        assert (shown.times, len(shown.rows.rows)) == (times, rows)


async def test_both_play(opened: Opened) -> None:
    async with opened(session=FORK) as her:
        shown = await compare(her)
        await her.press("g", ">", "space")
        assert plays(shown)
        assert "2×" in her.text()
        before = shown.times
        shown.advance(1.0)
        assert shown.times[0] - before[0] == shown.times[1] - before[1] > 0
        await her.press("space")
        assert not plays(shown)
        await her.press("G", "tab", "tab", "9", "space")
        shown.advance(600.0)
        assert not plays(shown)
        assert shown.found is not None
        assert shown.times[shown.active] == stepping.length(
            (shown.found.result.left, shown.found.result.right)[shown.active]
        )


async def test_another_speed_holds_from_where_it_was_asked_for(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1_000.0]
    monkeypatch.setattr(pacing, "monotonic", lambda: now[0])
    async with opened(session=FORK) as her:
        shown = await compare(her)
        await her.press("g", "space")
        shown.pace.frame()
        now[0] += 1.0
        shown.action_speed(2)
        tape = shown.player.tape
        assert tape.place(shown.player.time) == pytest.approx(1_000, abs=2)
        now[0] += 3_600
        shown.pace.frame()
        played = 1_000 + 4 * 1_000 * pacing.LONGEST_FRAME
        assert tape.place(shown.player.time) == pytest.approx(played, abs=2)


async def test_what_plays_goes_on_from_the_side_that_keys_move(opened: Opened) -> None:
    async with opened(session=FORK) as her:
        shown = await compare(her)
        await her.press("g", "l", *to_side(shown, longer=True), "3")
        before = shown.times
        await her.press("space", "tab")
        shown.advance(1.0)
        assert plays(shown)
        assert 0 < shown.times[shown.active] < before[1 - shown.active]


async def test_a_moment_is_opened_in_its_session(opened: Opened) -> None:
    async with opened(session=FORK) as her:
        shown = await compare(her)
        assert shown.found is not None
        divergence = shown.found.result.divergence
        assert divergence is not None
        await her.press("enter")
        await her.until(
            lambda: her.main.session is not None and her.main.session.session_id == FORK
        )
        await her.until(lambda: her.main.playhead == divergence.left)
        await her.press("C")
        await her.until(lambda: her.shows(Choose))
        assert "forked from" in her.text()
        await her.press("escape")
        assert her.app.screen is her.main


async def test_esc_stops_playing_before_it_goes_back(opened: Opened) -> None:
    async with opened(session=FORK) as her:
        shown = await compare(her)
        await her.press("g", "space")
        assert plays(shown)
        await her.press("escape")
        assert her.shows(Compare)
        assert not plays(shown)
        await her.press("escape")
        assert her.shows(MainScreen)


async def test_the_session_one_is_in_is_a(opened: Opened) -> None:
    for session in (ORIGINAL, FORK, AGAIN):
        async with opened(session=session) as her:
            await her.press("C")
            await her.until(lambda: her.shows(Choose))
            await her.press("enter")
            await her.until(lambda: her.shows(Compare) and screen(her).found)
            found = screen(her).found
            assert found is not None
            assert found.result.left.session_id == session


async def test_a_branch_is_said_in_the_chooser_and_beside_the_figures(opened: Opened) -> None:
    async with opened((80, 24), session=REWOUND) as her:
        await her.press("C")
        await her.until(lambda: her.shows(Choose))
        assert "branch 2 of 2" in her.text()
        await her.press("down", "enter")
        await her.until(lambda: her.shows(Compare) and screen(her).found)
        await her.settle()
        assert "left by a rewind" in her.text()


async def test_of_partners_that_look_the_same_the_chosen_one_is_compared(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(session=FORK) as her:
        row = her.main.session
        assert row is not None
        twins = [
            Partner(Relation.PROJECT, Wanted(row), Wanted(replace(row, id=number)))
            for number in (1_001, 1_002, 1_003)
        ]
        compared: list[Partner] = []
        monkeypatch.setattr(her.main, "compare", compared.append)
        for number, twin in enumerate(twins):
            her.main.post_message(PartnersFound(row, twins))
            await her.until(lambda: her.shows(Choose))
            await her.press(*["j"] * number, "enter")
            await her.settle()
            assert compared.pop() is twin


async def test_esc_goes_back(opened: Opened) -> None:
    async with opened(session=FORK) as her:
        await compare(her)
        await her.press("escape")
        assert her.app.screen is her.main
        assert her.main.session is not None
        assert her.main.session.session_id == FORK


async def test_every_size_shows_what_it_can(opened: Opened) -> None:
    async with opened(session=FORK) as her:
        await compare(her)
        for width, height in ((200, 60), (80, 24), (60, 9), (30, 7), (120, 36)):
            await her.pilot.resize_terminal(width, height)
            await her.settle()
            assert "Compare" in her.line(0)


async def test_what_goes_wrong_is_said(opened: Opened) -> None:
    async with opened(session=FORK) as her:
        shown = await compare(her)
        shown.post_message(loading.LoadFailed(HerError("It is gone", "Import it again.")))
        await her.settle()
        assert "It is gone" in her.text()
        shown.post_message(messages.Problem("Nothing plays"))
        await her.settle()
        assert "Nothing plays" in her.text()


async def test_a_click_on_a_clock_takes_its_playhead(opened: Opened) -> None:
    async with opened(session=FORK) as her:
        shown = await compare(her)
        await her.press("g", "l")
        await her.pilot.mouse_down(TwoClocks, offset=(40, 2))
        await her.pilot.hover(TwoClocks, offset=(44, 2))
        await her.pilot.mouse_up(TwoClocks, offset=(44, 2))
        await her.settle()
        assert (shown.active, shown.times[0]) == (1, 0)
        assert shown.times[1] > 0


async def test_hints_name_keys_that_work(opened: Opened) -> None:
    async with opened(session=FORK) as her:
        await compare(her)
        await her.press("?")
        assert "In a comparison" in her.text()


async def test_the_same_task_tried_twice(opened: Opened) -> None:
    async with opened(session=AGAIN) as her:
        await her.press("C")
        await her.until(lambda: her.shows(Choose))
        assert "same first prompt" in her.text()
        await her.press("enter")
        await her.until(lambda: her.shows(Compare) and screen(her).found)
        await her.settle()
        found = screen(her).found
        assert found is not None
        assert found.result.left.session_id == AGAIN
        assert "They part after 5 events" in her.text()
        assert found.parting is not None
        assert found.parting[0].text[:30] in her.text()
