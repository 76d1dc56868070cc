"""Where the demo is, and that nothing is left of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from her_tui.cli.place import Place

_DEMO = """
import signal
import her_tui.demo
from her_tui.cli.place import Place

her_tui.demo.build = lambda home: home.mkdir()
place = Place(demo=True)
print(place.home, flush=True)
signal.pause()
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temporary folder without the demos of others, and a demo that is quickly made."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("her_tui.demo.build", lambda home: home.mkdir())
    for name in ("HER_HOME", "HER_CONFIG", "CLAUDE_CONFIG_DIR"):
        monkeypatch.setenv(name, "/nowhere")
    return tmp_path


@contextmanager
def demo(temporary: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """A demo that is looked at in another process, and its folder."""
    with subprocess.Popen(
        [sys.executable, "-c", _DEMO],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "TMPDIR": str(temporary)},
    ) as process:
        assert process.stdout is not None
        folder = Path(process.stdout.readline().strip()).parent
        try:
            yield process, folder
        finally:
            process.kill()


@pytest.mark.parametrize("end", [signal.SIGHUP, signal.SIGTERM])
def test_a_demo_whose_terminal_is_closed_leaves_nothing(temporary: Path, end: int) -> None:
    with demo(temporary) as (process, folder):
        assert folder.is_dir()
        process.send_signal(end)
        assert process.wait(20) == -end
        assert not folder.exists()


def test_the_next_demo_throws_away_what_a_killed_one_left(temporary: Path) -> None:
    other = temporary / "her-demo-of-others"
    other.mkdir()
    with demo(temporary) as (process, folder):
        first = Place(demo=True)
        assert first.home.is_dir()
        assert folder.is_dir(), "it is looked at"
        process.kill()
        process.wait(20)
        second = Place(demo=True)
        assert second.home.is_dir()
        assert not folder.exists()
        assert first.home.is_dir()
        for place in (first, second):
            place.leave()
            assert not place.home.parent.exists()
    assert other.is_dir(), "whose that is cannot be told"


def test_signals_are_as_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as under nohup
    try:
        handler = signal.getsignal(signal.SIGTERM)
        place = Place(demo=True)
        assert place.home
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
        assert signal.getsignal(signal.SIGTERM) is not handler
        place.leave()
        assert signal.getsignal(signal.SIGTERM) is handler
    finally:
        signal.signal(signal.SIGHUP, before)
