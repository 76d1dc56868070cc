"""Starting at a moment, and playing at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from her_tui.analysis.moments import TurnNumber
from her_tui.analysis.tape import Idle
from her_tui.config import Config
from her_tui.queries.library import Library
from her_tui.queries.references import locate
from her_tui.ui.app import HerApp
from her_tui.ui.start import Start
from tests.ui.conftest import Her

HERO = "f27ac6ac"

pytestmark = pytest.mark.usefixtures("alone")


@asynccontextmanager
async def started(home: Path, start: Start) -> AsyncIterator[Her]:
    """The app, told to start there."""
    app = HerApp(home, Config(), start=start)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        her = Her(app, pilot)
        await her.until(lambda: her.main.session is not None and her.main.start is None)
        await her.settle()
        yield her


def at(home: Path, reference: str) -> Start:
    """Where ``reference`` is."""
    found = locate(Library.open(home), reference)
    return Start(found.row.id, found.event, found.time, found.moment)


async def test_at_a_moment(demo_home: Path) -> None:
    start = at(demo_home, f"{HERO}#turn=4")
    async with started(demo_home, start) as her:
        main = her.main
        assert main.session is not None
        assert main.session.id == start.session
        assert main.timeline is not None
        assert main.timeline.ids[main.playhead] == start.event
        assert main.list.current == start.session
        assert main.detail.has_focus_within or main.detail.has_focus


@pytest.mark.parametrize("known", [True, False])
async def test_at_a_time_between_two_events(demo_home: Path, known: bool) -> None:
    start = at(demo_home, f"{HERO}@+5m")
    async with started(demo_home, start if known else replace(start, event=10**9)) as her:
        main = her.main
        assert main.timeline is not None
        await her.until(lambda: main.now == start.time)
        assert main.now == main.timeline.times[0] + 300_000
        assert main.playhead == main.timeline.at_time(main.now)
        assert main.deck.elapsed == 300_000


async def test_a_subagent_is_shown_in_the_list(demo_home: Path) -> None:
    (name,) = Library.open(demo_home).rows(
        "SELECT session_id FROM session WHERE parent IS NOT NULL AND session_id LIKE ?"
        " ORDER BY id LIMIT 1",
        (f"{HERO}%",),
    )[0]
    start = at(demo_home, f"{name}@+0")
    async with started(demo_home, start) as her:
        assert her.main.session is not None
        assert her.main.session.parent is not None
        assert her.main.session.id == start.session


async def test_events_that_were_made_anew_are_looked_for_again(demo_home: Path) -> None:
    found = locate(Library.open(demo_home), f"{HERO}#turn=4")
    start = Start(found.row.id, 10**9, moment=TurnNumber(4))
    async with started(demo_home, start) as her:
        await her.until(lambda: her.main.playhead == found.position)


async def test_playing_at_once_from_the_start(demo_home: Path) -> None:
    start = replace(at(demo_home, HERO), playing=True, speed=64.0, idle=Idle.REAL)
    async with started(demo_home, start) as her:
        main = her.main
        assert main.player.speed == 64
        assert main.player.idle is Idle.REAL
        assert main.deck.playing
        before = main.now
        await her.until(lambda: main.now > before)


async def test_playing_at_once_from_a_moment(demo_home: Path) -> None:
    start = replace(at(demo_home, f"{HERO}#turn=4"), playing=True)
    async with started(demo_home, start) as her:
        main = her.main
        assert main.timeline is not None
        assert main.deck.playing
        assert main.timeline.turn_at(main.playhead) >= 4
