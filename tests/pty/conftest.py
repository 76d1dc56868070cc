"""Her on a terminal: with the hostile transcripts, with a library of one's own, or with nothing."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from her_tui.recorder.ingest import import_roots
from tests.pty import hostile
from tests.pty.terminal import Size, Terminal

NOW = 1_795_174_972_000

Started = Callable[..., AbstractContextManager[Terminal]]


@pytest.fixture
def surroundings(tmp_path: Path) -> dict[str, str]:
    """The environment of a program that is started: nothing of the developer's, no helper of the
    desktop's clipboard on the path, and nothing recorded yet."""
    programs = tmp_path / "bin"
    programs.mkdir()
    return {
        "PATH": str(programs),
        "HOME": str(tmp_path),
        "HER_HOME": str(tmp_path / "her"),
        "HER_CONFIG": str(tmp_path / "config.toml"),
        "HER_NOW": str(NOW),
        "TMPDIR": str(tmp_path),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "TZ": "UTC",
        "TEXTUAL_ANIMATIONS": "none",
    }


@pytest.fixture
def started(surroundings: dict[str, str]) -> Started:
    """``with started("show", "1", size=…) as terminal`` runs ``her-tui`` on a terminal."""

    def start(*arguments: str, size: Size = (120, 36), **more: str) -> Terminal:
        command = [sys.executable, "-m", "her_tui", *arguments]
        return Terminal(command, {**surroundings, **more}, size)

    return start


@pytest.fixture(scope="session")
def poisoned_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the hostile transcripts (``claude``) and a library of them (``her``)."""
    folder = tmp_path_factory.mktemp("poisoned")
    hostile.write(folder / "claude")
    import_roots(folder / "her", [folder / "claude"])
    return folder


@pytest.fixture
def poisoned(poisoned_library: Path, surroundings: dict[str, str], tmp_path: Path) -> Path:
    """A copy of that library, which is then the one that is shown and recorded into."""
    home = tmp_path / "her"
    shutil.copytree(poisoned_library / "her", home)
    surroundings["CLAUDE_CONFIG_DIR"] = os.fspath(poisoned_library / "claude")
    return home
