"""A stand-in for the client's program, which tells what it was started with, and ways to start it
through ``her-tui run``."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_CLIENT = """\
#!{python}
import json, os, sys

def read(path):
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return None

settings = sys.argv[sys.argv.index("--settings") + 1] if "--settings" in sys.argv else ""
told = {{
    "argv": sys.argv,
    "pid": os.getpid(),
    "ppid": os.getppid(),
    "cwd": os.getcwd(),
    "env": dict(os.environ),
    "settings": read(settings),
    "mode": os.stat(settings).st_mode & 0o777 if os.path.isfile(settings) else None,
    "command_line": read("/proc/self/cmdline"),
    "stdin": sys.stdin.read() if "READ_STDIN" in os.environ else None,
    "terminals": [os.isatty(number) for number in (0, 1, 2)],
}}
with open({out!r}, "w") as out:
    json.dump(told, out)
{then}
"""


def make_client(folder: Path, then: str = "", name: str = "claude") -> Path:
    """A program below ``folder`` that writes down how it was started, then does ``then``."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / name
    program.write_text(
        _CLIENT.format(python=sys.executable, out=str(folder / "told.json"), then=then)
    )
    program.chmod(0o755)
    return program


def told(program: Path) -> Any:
    """What ``program`` wrote down."""
    return json.loads((program.parent / "told.json").read_bytes())


def run_command(*arguments: str) -> list[str]:
    """The command line of ``her-tui run``."""
    return [sys.executable, "-P", "-m", "her_tui", "run", *arguments]


def environment_for(home: Path, program: Path, **more: str) -> dict[str, str]:
    """An environment of a user whose PATH holds ``program`` before all else."""
    user = home.parent
    return {
        "HOME": str(user),
        "HER_HOME": str(home),
        "HER_CONFIG": str(user / "config.toml"),
        "PATH": f"{program.parent}:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        **more,
    }


def start(
    environment: Mapping[str, str], *arguments: str, **more: Any
) -> subprocess.CompletedProcess[str]:
    """Run ``her-tui run`` with ``arguments`` to its end."""
    return subprocess.run(
        run_command(*arguments),
        env=dict(environment),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        **more,
    )


def recorder_pid(home: Path) -> int | None:
    """The recorder that serves ``home``, if one says that it does."""
    try:
        return int((home / "recorder.alive").read_text())
    except (OSError, ValueError):
        return None


def put_down_recorder(home: Path) -> None:
    """End the recorder that a test has started for ``home``."""
    from her_tui.store.locks import recorder_lock

    if not home.is_dir():
        return
    lock = recorder_lock(home)
    for _ in _until(20):
        if lock.try_acquire():
            lock.release()
            return
        pid = recorder_pid(home)
        if pid:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
    raise AssertionError("the recorder does not end")


def _until(seconds: float) -> Iterator[None]:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        yield
        time.sleep(0.05)
