"""The state as of the playhead, on the main screen, driven by keys."""

from __future__ import annotations

import threading
from array import array
from dataclasses import replace

import pytest

from her_tui import units
from her_tui.analysis.ledger import Ledger
from her_tui.analysis.timeline import Timeline
from her_tui.queries import ledger as ledgers
from her_tui.queries.library import Library
from her_tui.ui.loading import SessionRead
from her_tui.ui.renderers.tabs import PANELS
from tests.ui.conftest import Her, Opened
from tests.ui.replay_values import followed, preceded

HERO = "f27ac6ac"


async def ready(her: Her) -> None:
    """Wait until the states are known."""
    await her.until(lambda: her.main.ledger is not None)
    await her.settle()


def row(her: Her) -> str:
    """The row of the state."""
    return her.line(her.main.bar.region.y - 1)


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])
async def test_the_row_follows_the_playhead(opened: Opened, size: tuple[int, int]) -> None:
    async with opened(size, session=HERO) as her:
        await ready(her)
        assert her.main.ledger is not None
        seen = []
        for key in ("g", "}", "}", "}", "G"):
            if key in "gG":
                her.main.bar.focus()
            await her.press(key)
            state = her.main.ledger.at(her.main.playhead)
            assert units.money(state.spent.cost or 0.0) in row(her)
            seen.append(row(her))
        assert len(set(seen)) == len(seen)
        assert "opus" in seen[-1]


async def test_low_windows_have_no_room_for_it(opened: Opened) -> None:
    async with opened((80, 19)) as her:
        await ready(her)
        heights = [her.main.state_line.size.height]
        await her.pilot.resize_terminal(80, 24)
        await her.settle()
        assert [*heights, her.main.state_line.size.height] == [0, 1]


async def test_until_it_is_read_it_says_so(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()
    load = ledgers.load

    def slowly(library: Library, timeline: Timeline) -> Ledger:
        gate.wait(5)
        return load(library, timeline)

    monkeypatch.setattr(ledgers, "load", slowly)
    async with opened(session=HERO, wait=False) as her:
        await her.until(lambda: her.main.session is not None)
        await her.until(lambda: "reading the state" in her.text())
        await her.pilot.press("f6")
        await her.until(lambda: "The state of the session is being read" in her.text())
        gate.set()
        await ready(her)
        assert "reading the state" not in her.text()
        await her.until(lambda: "context  " in her.text())


async def test_the_states_of_another_session_are_dropped(opened: Opened) -> None:
    async with opened(session=HERO) as her:
        await ready(her)
        before = her.main.ledger
        await her.press("escape", "j")
        await her.until(lambda: her.main.session == her.main.list.current_row)
        await ready(her)
        assert her.main.ledger is not before
        assert her.main.detail.ledger is her.main.ledger


async def test_the_panel_tells_what_is_known_then(opened: Opened) -> None:
    async with opened((120, 60), session=HERO) as her:
        await ready(her)
        await her.press("f6", "}", "}", "}")
        assert her.main.detail.panel == "state"
        text = her.text()
        assert "system and tools" in text
        assert "spent  $" in text
        early = her.main.detail.standing
        her.main.bar.focus()
        await her.press("G")
        assert her.main.detail.standing != early
        assert "last commit" in "\n".join(
            line.text for block in her.main.detail.state.blocks for line in block.lines
        )


async def test_enter_goes_where_a_row_comes_from(opened: Opened) -> None:
    async with opened((120, 36), session=HERO) as her:
        await ready(her)
        her.main.bar.focus()
        await her.press("G", "f6", "tab")
        her.main.detail.focus()
        await her.press("G")
        detail = her.main.detail
        state = detail.standing
        assert state is not None
        assert detail.state_place == state.error
        await her.until(lambda: "… " not in detail.state.blocks[-1].lines[-1].text)
        await her.press("enter")
        assert her.main.playhead == state.error
        assert detail.panel == "state"
        await her.press("g")
        assert detail.state_place is None
        assert detail.check_action("toggle", ()) is None


async def test_panels_have_keys_everywhere(opened: Opened) -> None:
    async with opened(session=HERO) as her:
        await ready(her)
        await her.press("escape")
        assert her.main.list.has_focus
        for number, panel in enumerate(PANELS, 2):
            await her.press(f"f{number}")
            assert her.main.detail.panel == panel
            assert her.main.detail.has_focus
        her.main.bar.focus()
        await her.press("f6")
        assert her.main.bar.has_focus, "who scrubs goes on scrubbing"
        assert her.main.detail.panel == "state"


async def test_escape_shows_the_whole_turn_first(opened: Opened) -> None:
    async with opened(session=HERO) as her:
        await ready(her)
        her.main.bar.focus()
        await her.press("g", "right", "right", "right")
        before = her.main.detail.as_of
        await her.press("escape")
        assert [before, her.main.detail.as_of] == [True, False]
        assert her.main.bar.has_focus
        await her.press("escape")
        assert her.main.list.has_focus


async def test_an_empty_session_has_no_state(opened: Opened) -> None:
    async with opened(session=HERO) as her:
        await ready(her)
        her.main.show_session(None)
        await her.settle()
        assert not row(her).strip()
        assert her.main.check_action("panel", ("state",)) is False


def read_again(her: Her, timeline: Timeline) -> None:
    """The session on screen was read again, as ``timeline``."""
    assert her.main.session is not None
    her.main.show_session(SessionRead(her.main.session, timeline))


async def test_the_state_is_of_the_event_on_screen_whenever_it_was_read(opened: Opened) -> None:
    async with opened(session=HERO) as her:
        await ready(her)
        main = her.main
        main._ledger_pause = main._chart_pause = 1_000.0
        main.move_playhead(40)
        assert main.timeline is not None
        state, line, event = main.detail.standing, row(her), main.timeline.ids[40]
        await her.press("f6")
        places = main.detail._state_shown.places if main.detail._state_shown is not None else ()
        marks = [(main.timeline.ids[mark.position], mark.kind) for mark in main.marks]
        read_again(her, preceded(main.timeline, 20))
        await her.settle()
        assert main.timeline.ids[main.playhead] == event
        assert main.detail.standing == state
        assert main.detail.stands_here
        assert row(her) == line
        for at, place in enumerate(places):
            main.detail.state.set_cursor(at)
            assert main.detail.state_place == (None if place is None else place + 20)
        assert [(main.timeline.ids[mark.position], mark.kind) for mark in main.marks] == marks
        main.move_playhead(3)
        await her.settle()
        assert main.detail.standing is None
        assert "reading the state" in row(her)


async def test_of_what_the_ledger_does_not_know_yet_the_state_says_of_when_it_is(
    opened: Opened,
) -> None:
    async with opened(session=HERO) as her:
        await ready(her)
        main = her.main
        main.bar.focus()
        await her.press("G")
        assert main.timeline is not None
        end = units.clock(main.timeline.times[-1])
        state = main.detail.standing
        for pause, late in ((0.5, False), (1_000.0, True)):
            main._ledger_pause = pause
            read_again(her, followed(main.timeline))
            await her.pilot.pause()
            assert main.playhead == len(main.timeline) - 1
            assert main.detail.standing == state
            assert not main.detail.stands_here
            assert (f"as of {end}" in row(her)) == late


async def test_who_grows_all_the_time_is_read_nevertheless(opened: Opened) -> None:
    async with opened(session=HERO) as her:
        await ready(her)
        main = her.main
        assert main.timeline is not None
        main._ledger_pause = main._chart_pause = 1_000.0
        read_again(her, followed(main.timeline))
        due = main._ledger_due, main._chart_due
        assert None not in due
        for _ in range(3):
            read_again(her, followed(main.timeline))
            assert (main._ledger_due, main._chart_due) == due, "the clock is not set back"
        main._read_ledger()
        main.refresh_marks()
        assert (main._ledger_due, main._chart_due) == (None, None)
        grown = main.timeline
        read_again(her, followed(main.timeline))
        assert None not in (main._ledger_due, main._chart_due), "what came meanwhile is read next"
        await her.until(lambda: main.ledger is not None and main.ledger.timeline is grown)
        await her.until(lambda: main.bar.chart is not None and main.bar.chart.timeline is grown)
        due = main._ledger_due, main._chart_due
        anew = array("q", [event + 10**8 for event in main.timeline.ids])
        read_again(her, replace(main.timeline, ids=anew))
        assert main._ledger_due not in (None, due[0]), "rows made anew are read at once"
        assert main._chart_due not in (None, due[1])
        assert main._ledger_pause == main._chart_pause == 0
