"""The first launch on a terminal: nothing to read, little room, the demo."""

from __future__ import annotations

from pathlib import Path

from tests.pty.conftest import Started
from tests.pty.repertoire import foreign


def test_without_transcripts_the_demo_is_offered_and_opens(started: Started) -> None:
    with started(size=(80, 24)) as terminal:
        terminal.until("No Claude Code sessions found in ~/.claude")
        terminal.until("Press d to open the demo sessions")
        terminal.press("d")
        terminal.until("tidewater")
        assert terminal.leave("q") == 0
        assert b"Traceback" not in terminal.output
        assert foreign(bytes(terminal.output)) == []


def test_a_terminal_of_ten_lines_is_enough(started: Started) -> None:
    with started("--demo", size=(40, 10)) as terminal:
        terminal.until("CSV export")
        terminal.press("enter", "]", "?", "escape", "escape", "c", "escape", "D", "escape", "/")
        terminal.press("escape")
        assert terminal.leave("q") == 0
        assert b"Traceback" not in terminal.output


def test_a_terminal_of_three_lines_says_what_it_needs(started: Started) -> None:
    with started("--demo", size=(40, 3)) as terminal:
        terminal.until("7 lines or more")
        terminal.resize((80, 24))
        terminal.until("demo")
        assert terminal.leave("q") == 0


def test_the_demo_opens_and_leaves_nothing_behind(
    started: Started, surroundings: dict[str, str]
) -> None:
    with started("--demo") as terminal:
        terminal.until("tidewater")
        terminal.press("enter", "]", "]")
        assert terminal.leave("q") == 0
        assert foreign(bytes(terminal.output)) == []
    assert sorted(file.name for file in Path(surroundings["HOME"]).iterdir()) == ["bin"]


def test_the_terminal_is_given_back(started: Started) -> None:
    with started("--demo") as terminal:
        terminal.until("tidewater")
        assert terminal.leave("q") == 0
        end = bytes(terminal.output[-200:])
        for mode in (b"?1049l", b"?25h", b"?1000l", b"?1003l", b"?2004l"):
            assert mode in end
