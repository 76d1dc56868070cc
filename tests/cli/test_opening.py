"""``her-tui open`` and ``her-tui replay``: what is said before the screen opens, and what it is
told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from her_tui.analysis.tape import Idle
from her_tui.cli import replay
from her_tui.ui.player import SPEEDS
from her_tui.ui.start import Start
from tests.cli.conftest import Run

HERO = "f27ac6ac"


@dataclass
class Screen:
    """What the screen was started with."""

    home: Path | None = None
    start: Start | None = None
    demo: bool = False


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    """A terminal, and a screen that only says what it was told."""
    told = Screen()

    class App:
        def __init__(self, home: Path, config: object, demo: bool, start: Start | None) -> None:
            told.home, told.demo, told.start = home, demo, start

        def run(self) -> None:
            pass

    monkeypatch.setattr("her_tui.ui.app.HerApp", App)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    for module in ("open", "replay"):
        monkeypatch.setattr(f"her_tui.cli.{module}.need_a_terminal", lambda: None)
    monkeypatch.setattr("her_tui.cli.opening.need_a_terminal", lambda: None)
    monkeypatch.setattr("gc.freeze", lambda: None)
    return told


def test_open_at_a_moment(her: Run, screen: Screen) -> None:
    assert her("--demo", "open", f"{HERO}#turn=3").code == 0
    assert screen.demo
    assert screen.start is not None
    assert screen.start.event is not None
    assert not screen.start.playing
    assert her("--demo", "open", HERO).code == 0
    assert screen.start.event is None


def test_replay(her: Run, screen: Screen) -> None:
    arguments = ("--speed", "8", "--at", "10:00", "--idle", "shorten")
    assert her("--demo", "replay", HERO, *arguments).code == 0
    assert screen.start is not None
    assert (screen.start.playing, screen.start.speed) == (True, 8.0)
    assert screen.start.idle is Idle.SHORTEN
    assert screen.start.event is not None
    assert her("--demo", "replay", f"{HERO}@3").code == 0
    assert screen.start.speed == 1.0


@pytest.mark.parametrize("command", ["open", "replay"])
@pytest.mark.parametrize(
    ("arguments", "code"),
    [([], 2), (["nobody"], 1), ([f"{HERO}@999"], 1), ([f"{HERO}@!"], 2), ([""], 2)],
)
def test_what_cannot_be_is_said_before_the_screen_opens(
    her: Run, screen: Screen, command: str, arguments: list[str], code: int
) -> None:
    ran = her(command, *arguments)
    assert ran.code == code
    assert ran.err
    assert screen.home is None


@pytest.mark.parametrize(
    "arguments",
    [
        (f"{HERO}@3", "--at", "4"),
        (HERO, "--speed", "3"),
        (HERO, "--idle", "no"),
        (HERO, "--at", ""),
    ],
)
def test_replay_asked_wrongly(her: Run, screen: Screen, arguments: tuple[str, ...]) -> None:
    assert her("replay", *arguments).code == 2
    assert screen.home is None


def test_the_screen_is_drawn_on_standard_error(her: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    for arguments in ((), ("open", HERO), ("replay", HERO)):
        ran = her(*arguments)
        assert ran.code == 2
        assert "drawn on standard error" in ran.err
        assert "2>" in ran.err


def test_without_a_terminal(her: Run) -> None:
    for command in ("open", "replay"):
        assert "no session 'zzz'" in her(command, "zzz").err, "what is asked for comes first"
        ran = her(command, HERO)
        assert ran.code == 2
        assert "terminal" in ran.err


def test_the_choices_are_those_of_the_player() -> None:
    assert tuple(float(speed) for speed in replay.SPEEDS) == SPEEDS
    assert tuple(replay.IDLES) == tuple(Idle)
