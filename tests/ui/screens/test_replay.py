"""The playhead and the panels that follow it: between two events, and over a read anew."""

from __future__ import annotations

from dataclasses import replace

import pytest

from her_tui.analysis.tape import Idle
from her_tui.ui.widgets.detail import Detail
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
