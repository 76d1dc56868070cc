"""Wall time, told to what plays."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest
from textual.message_pump import MessagePump

from her_tui.ui import pacing
from her_tui.ui.pacing import LONGEST_FRAME, Pace


class Timer:
    """One that rings when the test says."""

    def __init__(self, seconds: float, ring: Callable[[], None]) -> None:
        self.seconds, self.ring = seconds, ring
        self.stopped = False

    def stop(self) -> None:
        """Ring no more."""
        self.stopped = True


class Rig:
    """A pace, its timers, and a clock of the test's own."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        self.timers: list[Timer] = []
        self.told: list[float] = []
        patch.setattr(pacing, "monotonic", lambda: self.now)
        self.pace = Pace(cast("MessagePump", self), self.told.append)
        self.pace.begin()

    def set_timer(self, seconds: float, ring: Callable[[], None]) -> Timer:
        """As a screen does it."""
        self.timers.append(Timer(seconds, ring))
        return self.timers[-1]


@pytest.fixture
def rig(monkeypatch: pytest.MonkeyPatch) -> Rig:
    return Rig(monkeypatch)


def test_each_second_is_told_once(rig: Rig) -> None:
    rig.pace.wait(0.5)
    rig.now += 0.6
    rig.timers[-1].ring()
    rig.pace.wait(0.5)
    rig.now += 0.2
    rig.pace.catch_up()
    assert rig.told == pytest.approx([0.6, 0.2])
    assert rig.timers[-1].stopped
    assert not rig.pace.waits


def test_only_one_timer_runs(rig: Rig) -> None:
    for _ in range(3):
        rig.pace.wait(1.0)
    assert [timer.stopped for timer in rig.timers] == [True, True, False]
    rig.pace.wait(None)
    assert rig.timers[-1].stopped
    assert not rig.pace.waits


def test_a_wait_begins_when_it_was_told_last(rig: Rig) -> None:
    rig.now += 0.3
    rig.pace.wait(0.5)
    assert rig.timers[-1].seconds == pytest.approx(0.2)
    rig.now += 9.0
    rig.pace.wait(0.5)
    assert 0 < rig.timers[-1].seconds < 0.1


def test_what_the_screen_was_not_there_for_is_not_played(rig: Rig) -> None:
    rig.pace.wait(0.5)
    rig.now += 3_600
    rig.timers[-1].ring()
    assert rig.told == [LONGEST_FRAME]


def test_who_does_not_wait_has_nothing_to_catch_up(rig: Rig) -> None:
    rig.now += 1.0
    rig.pace.catch_up()
    assert rig.told == []
