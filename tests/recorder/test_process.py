"""Bringing the recorder up: once, and anew where one hangs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from her_tui.paths import ensure_private_dir
from her_tui.recorder import process
from her_tui.store.locks import recorder_lock
from tests.support.starting import put_down_recorder, recorder_pid

pytestmark = pytest.mark.fault


@pytest.fixture(autouse=True)
def _prepared(home: Path) -> Iterator[None]:
    ensure_private_dir(home)
    yield
    put_down_recorder(home)


def wait_for_recorder(home: Path, other_than: int | None = None) -> int:
    """The process of the recorder, once it is there."""
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        pid = recorder_pid(home)
        if pid is not None and pid != other_than:
            return pid
        time.sleep(0.02)
    raise AssertionError("no recorder came up")


def expire(home: Path) -> None:
    """Let the recorder's promise run out."""
    os.utime(home / "recorder.alive", (time.time() - 1,) * 2)


def test_it_is_started_once(home: Path) -> None:
    process.start(home)
    first = wait_for_recorder(home)
    process.start(home)
    assert recorder_pid(home) == first
    assert not process.hangs(home)


def test_one_that_hangs_is_replaced(home: Path) -> None:
    process.start(home)
    first = wait_for_recorder(home)
    os.kill(first, signal.SIGSTOP)
    process.start(home)
    assert recorder_pid(home) == first, "its promise is still good"
    expire(home)
    process.start(home)
    assert wait_for_recorder(home, first)


def test_a_stranger_is_never_killed(home: Path) -> None:
    """The number of a dead recorder may be another program's by now."""
    holder = recorder_lock(home)
    assert holder.try_acquire()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        (home / "recorder.alive").write_text(str(stranger.pid))
        expire(home)
        process.start(home)
        assert stranger.poll() is None
        stranger.communicate(b"\n")
    assert stranger.returncode == 0
    holder.release()


@pytest.mark.parametrize("said", ["", "x", "0", "-1"])
def test_a_promise_that_makes_no_sense(home: Path, said: str) -> None:
    holder = recorder_lock(home)
    assert holder.try_acquire()
    (home / "recorder.alive").write_text(said)
    expire(home)
    process.start(home)
    holder.release()


def test_secrets_are_not_passed_on(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "canary")
    monkeypatch.setenv("CLAUDE_CODE_MESSAGING_TOKEN", "canary")
    monkeypatch.setenv("ANTHROPIC_CUSTOM_HEADERS", "x: canary")
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", "here, ~/there")
    monkeypatch.setenv("KEPT", "yes")
    passed = process.recorder_environment(home)
    assert "canary" not in str(passed)
    assert passed["KEPT"] == "yes"
    assert passed["HER_HOME"] == str(home)
    assert passed["CLAUDE_CONFIG_DIR"] == f"{Path.cwd()}/here,{Path('~/there').expanduser()}"


def test_no_module_comes_from_the_folder_we_are_in(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "her_tui").mkdir()
    (tmp_path / "her_tui" / "__init__.py").write_text("open('planted', 'w')")
    (tmp_path / "peewee.py").write_text("open('planted', 'w')")
    monkeypatch.chdir(tmp_path)
    process.start(home)
    wait_for_recorder(home)
    assert not list(tmp_path.glob("planted"))
