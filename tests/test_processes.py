"""Whether a process is there."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from her_tui.processes import lives


def test_what_runs_lives_until_it_ended() -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    assert lives(os.getpid())
    assert lives(process.pid)
    process.communicate(b"\n")
    assert not lives(process.pid)
    assert not lives(0)
    assert not lives(-1)


def test_a_process_of_another_user_is_not_the_one_that_was_meant(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(pid: int, number: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", refuse)
    assert not lives(os.getpid())
