"""A demo library for the commands to work on, and a way to run them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from her_tui.cli.run import run
from her_tui.demo import build

NOW = 1_795_174_972_000


@dataclass(frozen=True)
class Ran:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed, decoded."""
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library nobody writes to."""
    home = tmp_path_factory.mktemp("cli") / "her"
    build(home, NOW)
    return home


@pytest.fixture(autouse=True)
def surroundings(demo_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment with nothing of the developer's in it."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("HER_HOME", str(demo_home))
    monkeypatch.setenv("HER_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("HER_NOW", str(NOW))
    monkeypatch.setenv("TZ", "UTC")
    for name in ("CLAUDE_CONFIG_DIR", "XDG_CONFIG_HOME", "TMUX", "SSH_TTY", "SSH_CONNECTION"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def her(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs ``her-tui`` with these arguments in this process."""

    def call(*arguments: str) -> Ran:
        code = run(arguments)
        printed = capsys.readouterr()
        return Ran(code, printed.out, printed.err)

    return call


@pytest.fixture
def own_home(demo_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the library that a test may change."""
    home = tmp_path / "own"
    shutil.copytree(demo_home, home)
    monkeypatch.setenv("HER_HOME", str(home))
    return home
