"""A screen keeps its recorder: it starts it, and brings it back."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from her_tui.queries import status
from her_tui.queries.status import Phase
from her_tui.recorder import process
from tests.recorder.test_follow import eventually
from tests.support.claude import busy_session


def test_a_killed_recorder_comes_back(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy_session(1).write(tmp_path)
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(tmp_path))
    monkeypatch.setattr(process, "_LOOK_SECONDS", 0.2)

    def following() -> int:
        told = status.read(home)
        return told.pid if told.phase is Phase.FOLLOWING else 0

    with process.attended(home):
        eventually(lambda: following() != 0)
        first = following()
        os.kill(first, signal.SIGKILL)
        eventually(lambda: following() not in (0, first))
        os.kill(following(), signal.SIGTERM)
