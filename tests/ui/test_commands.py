"""What the screen leaves to the command line."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from her_tui import __version__
from her_tui.ui import commands
from her_tui.ui.commands import Done, run


def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Have ``script`` run in place of the command line."""
    file = tmp_path / "program"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(file))


def test_a_command_says_what_came_of_it(home: Path) -> None:
    done = run(home, ["--version"], seconds=30)
    assert done == Done(0, f"her-tui {__version__}")
    assert not done.failed
    done = run(home, ["show", "nothing"], seconds=30)
    assert done.failed
    assert done.title.startswith("Nothing has been recorded")
    assert done.hint


def test_what_led_up_to_an_error_is_not_the_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = "echo Looking; echo Passed over. >&2; echo 'her-tui: No room' >&2; echo Tidy. >&2"
    program(tmp_path, monkeypatch, f"{script}; exit 1")
    assert run(tmp_path, [], seconds=30) == Done(1, "No room", "Tidy.")


def test_a_program_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "none"))
    assert run(tmp_path, [], seconds=30).failed


def test_what_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, monkeypatch, "exec sleep 60")
    assert "longer" in run(tmp_path, [], seconds=0.1).title


@pytest.mark.parametrize("outlives", [False, True])
def test_when_the_screen_goes_the_command_goes_unless_it_may_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, outlives: bool
) -> None:
    left = tmp_path / "pid"
    program(tmp_path, monkeypatch, f"echo $$ > {left}.new; mv {left}.new {left}; exec sleep 60")
    monkeypatch.setattr(commands, "_is_over", left.exists)
    assert run(tmp_path, [], seconds=60, outlives=outlives).title == "The screen was left"
    pid = int(left.read_text())
    try:
        os.kill(pid, 0)
        assert outlives
        os.kill(pid, 9)
        commands._left.pop().communicate()
    except ProcessLookupError:
        assert not outlives
