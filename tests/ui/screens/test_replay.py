"""The playhead and the panels that follow it: between two events, and over a read anew."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from her_tui.analysis.tape import Idle
from her_tui.queries import bookmarks, moments
from her_tui.queries import timeline as timelines
from her_tui.ui import loading
from her_tui.ui.widgets.detail import Detail
from tests.ui.anew import on_screen_anew
from tests.ui.conftest import Opened

HERO = "f27ac6ac"


async def test_between_two_events_the_detail_is_told_the_time_and_draws_nothing_anew(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[int] = []
    redraw = Detail._redraw

    def counted(self: Detail, keep: bool = True) -> None:
        drawn.append(self.position)
        redraw(self, keep)

    monkeypatch.setattr(Detail, "_redraw", counted)
    async with opened(session=HERO) as her:
        main = her.main
        main.hand_driven = True
        await her.until(lambda: main.ledger is not None and main.traffic is not None)
        await her.press("enter")
        main.move_playhead(0)
        main.play(1.0, Idle.REAL)
        await her.settle()
        drawn.clear()
        times = main.timeline.times if main.timeline is not None else ()
        told = []
        for _ in range(3):
            main.advance((times[1] - times[0]) / 5_000)
            told.append((main.playhead, main.detail.now == main.now, main.now > times[0]))
        assert told == [(0, True, True)] * 3
        assert main.detail.now == main.bar.now
        assert not drawn
        assert main.traffic is not None
        main.detail.show_traffic(replace(main.traffic, untold=frozenset({1})))
        assert main.detail.now == main.now > times[0]


async def test_rows_made_anew_are_read_anew_and_the_playhead_stays(
    opened: Opened, demo_home: Path
) -> None:
    async with opened(session=HERO) as her:
        main = her.main
        await her.until(lambda: main.ledger is not None and main.marks)
        await her.press("enter", "f4")
        main.jump_to(30, 1)
        position = main.playhead
        assert main.timeline is not None
        assert main.library is not None
        main.move_playhead(position, main.timeline.times[position] + 1)
        await her.settle()
        seen, marks, old = her.text(), main.marks, main.timeline
        link = moments.link(main.library, old, position)
        made = bookmarks.at(main.library, old, position)
        ledger = main.ledger

        await on_screen_anew(her, demo_home)
        new = main.timeline
        assert not set(old.ids) & set(new.ids)
        assert (main.playhead, main.now) == (position, old.times[position] + 1)
        await her.until(lambda: main.ledger is not ledger and main.marks == marks)
        await her.until(lambda: her.text() == seen)
        assert moments.link(main.library, new, position) == link
        again = bookmarks.at(main.library, new, position)
        assert replace(again, event=None) == replace(made, event=None)
        opened_actions = main.detail.view.opened if main.detail.view is not None else {}
        assert opened_actions, "the action at the playhead was read again"


async def test_what_says_the_same_is_read_once(opened: Opened) -> None:
    async with opened(session=HERO) as her:
        main = her.main
        assert main.library is not None
        assert main.session is not None
        assert main.stamp == timelines.stamp(main.library, main.session.id)
        known = main.library, main.session.id, main.session
        assert loading.read_session(*known, main.stamp) is None
        assert main.stamp is not None
        read = loading.read_session(*known, (main.stamp[0], main.stamp[1] + 1))
        assert read is not None
        assert read.stamp == main.stamp
