"""The hooks' script: it wakes the recorder, and is never noticed."""

from __future__ import annotations

import os
import shlex
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from her_tui.recorder.process import start
from her_tui.shim import plugin, reach
from tests.support.starting import recorder_pid

pytestmark = pytest.mark.usefixtures("no_recorder_left")

CANARY = "messaging-token-canary"


@pytest.fixture
def script(home: Path) -> Path:
    """The script as it is installed."""
    return write(home)


def write(home: Path) -> Path:
    """Install the plugin for ``home``."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    environment = {"HOME": str(home.parent), "HER_CONFIG": str(home.parent / "config.toml")}
    top = plugin.write(home, environment)
    return top / "plugins" / plugin.PLUGIN / "wake.sh"


def run(script: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the hook as the client does."""
    return subprocess.run(
        ["/bin/sh", str(script)],
        env={"PATH": "/usr/bin:/bin", "CLAUDE_CODE_MESSAGING_TOKEN": CANARY, **environment},
        input=b'{"hook_event_name": "SessionStart"}' * 1000,
        capture_output=True,
        timeout=20,
        check=False,
    )


def unnoticed(done: subprocess.CompletedProcess[bytes]) -> bool:
    """Whether the client can have seen nothing of it."""
    return (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def eventually(holds: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Whether ``holds`` comes to hold."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.02)
    return holds()


def pretend_recorder(home: Path, pid: int, ahead: float) -> None:
    """The promise of a recorder ``pid`` that is good for the seconds ``ahead``."""
    alive = home / "recorder.alive"
    alive.write_text(str(pid))
    os.utime(alive, (time.time() + ahead,) * 2)


def say_when_python_starts(script: Path, said: Path) -> None:
    """Put a program in the place of Python that only says that it was started, and with what."""
    double = said.with_name("python")
    double.write_text(f'#!/bin/sh\n{{ echo "$@"; env; }} >{said}.part\nmv {said}.part {said}\n')
    double.chmod(0o755)
    text = script.read_text()
    script.write_text(text.replace(f"python={shlex.quote(sys.executable)}", f"python={double}"))


def test_it_starts_the_recorder(home: Path, script: Path) -> None:
    assert unnoticed(run(script))
    assert (home / "clients" / str(os.getpid())).exists()
    assert eventually(lambda: reach.serving(home) is not None)


def test_no_program_is_started_where_the_recorder_is_well(home: Path, script: Path) -> None:
    said = home.parent / "said"
    say_when_python_starts(script, said)
    pretend_recorder(home, os.getpid(), 60)
    assert unnoticed(run(script, PATH="/nowhere"))
    assert not eventually(said.exists, 0.3)
    traced = subprocess.run(["/bin/sh", "-x", str(script)], env={}, check=False)
    assert traced.returncode == 0
    assert not said.exists()


@pytest.mark.parametrize("state", ["absent", "dead", "expired", "garbled", "zero"])
def test_a_recorder_that_is_not_well_is_seen(home: Path, script: Path, state: str) -> None:
    said = home.parent / "said"
    say_when_python_starts(script, said)
    with subprocess.Popen(["/bin/sh", "-c", ":"]) as gone:
        pass
    if state == "dead":
        pretend_recorder(home, gone.pid, 60)
    elif state == "expired":
        pretend_recorder(home, os.getpid(), -1)
    elif state != "absent":
        pretend_recorder(home, 0, 60)
        (home / "recorder.alive").write_text("0" if state == "zero" else "-1; x")
        os.utime(home / "recorder.alive", (time.time() + 60,) * 2)
    assert unnoticed(run(script))
    assert eventually(said.exists)
    words = said.read_text()
    assert words.startswith("-P -m her_tui.recorder.wake\n")
    assert f"HER_HOME={home}\n" in words
    assert CANARY not in words


def test_a_recorder_that_hangs_is_replaced(home: Path, script: Path) -> None:
    run(script)
    assert eventually(lambda: reach.serving(home) is not None)
    first = recorder_pid(home)
    assert first is not None
    os.kill(first, signal.SIGSTOP)
    os.utime(home / "recorder.alive", (time.time() - 1,) * 2)
    assert unnoticed(run(script))
    assert eventually(lambda: recorder_pid(home) not in (None, first))
    assert eventually(lambda: reach.serving(home) is not None)


def test_a_recorder_that_is_well_is_left_alone(home: Path, script: Path) -> None:
    run(script)
    assert eventually(lambda: reach.serving(home) is not None)
    first = recorder_pid(home)
    for _ in range(3):
        run(script)
        start(home)
    assert recorder_pid(home) == first


def test_where_her_is_gone_nothing_piles_up(home: Path, script: Path) -> None:
    bodies = home / "spool" / "bodies"
    bodies.mkdir(parents=True)
    for name in ("a.request.json", "b.response.json", "index.jsonl"):
        (bodies / name).write_text("{}")
    (home / "spool" / "wire-1.spool").write_text("stays")
    text = script.read_text()
    script.write_text(text.replace(f"python={shlex.quote(sys.executable)}", "python=/no/python"))
    assert unnoticed(run(script))
    assert list(bodies.iterdir()) == []
    assert (home / "spool" / "wire-1.spool").exists()


def test_without_its_folders(home: Path, script: Path) -> None:
    for name in ("clients", "plugin/.claude-plugin"):
        for file in (home / name).iterdir():
            file.unlink()
        (home / name).rmdir()
    assert unnoticed(run(script))


def test_with_a_folder_that_cannot_be_written(home: Path, script: Path) -> None:
    said = home.parent / "said"
    say_when_python_starts(script, said)
    (home / "clients").rmdir()
    (home / "clients").write_text("in the way")
    (home / "recorder.asked").mkdir()
    assert unnoticed(run(script))


def test_a_full_disk(home: Path, script: Path) -> None:
    """No file may have a single byte."""
    command = f"ulimit -f 0; exec /bin/sh {shlex.quote(str(script))}"
    done = subprocess.run(["/bin/sh", "-c", command], env={}, capture_output=True, check=False)
    assert unnoticed(done)


@pytest.mark.parametrize("name", ["a b", "it's", 'quo"te', "$(touch x)", "back\\slash", "ü*?["])
def test_any_folder(tmp_path: Path, name: str) -> None:
    home = tmp_path / name / "her"
    script = write(home)
    said = tmp_path / "said"
    say_when_python_starts(script, said)
    assert unnoticed(run(script))
    assert (home / "clients" / str(os.getpid())).exists()
    assert eventually(said.exists)
    assert f"HER_HOME={home}\n" in said.read_text()
    assert not (tmp_path / "x").exists()


def test_what_it_leaves_is_private(home: Path, script: Path) -> None:
    pretend_recorder(home, os.getpid(), 60)
    (home / "recorder.alive").chmod(0o600)
    subprocess.run(["/bin/sh", "-c", f"umask 0; /bin/sh {script}"], check=True)
    for file in home.rglob("*"):
        assert not stat.S_IMODE(file.stat().st_mode) & 0o077, file


def test_it_reads_no_secret(script: Path) -> None:
    """It asks for no variable of the environment's."""
    text = script.read_text()
    own = {"home", "python", "package", "alive", "now", "pid", "aside", "PATH", "PPID"}
    for line in text.splitlines():
        code = "" if line.lstrip().startswith("#") else line
        for piece in code.split("$")[1:]:
            name = piece.lstrip("{").split("/")[0].split('"')[0].split(" ")[0]
            assert name in own, line
