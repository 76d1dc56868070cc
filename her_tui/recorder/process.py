"""Bringing the recorder up, in a process of its own, and keeping it while a screen needs it."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from her_tui.errors import HerError
from her_tui.paths import ensure_private_dir
from her_tui.recorder.lease import NAME as LEASE
from her_tui.store.locks import recorder_lock, viewer_lock

#: How often a screen looks whether its recorder is still there.
_LOOK_SECONDS = 5.0

#: How long a recorder that was killed may take to be gone.
_BURIAL_SECONDS = 2.0

_MODULE = "her_tui.recorder"

#: Parts of the names of variables that the recorder has no business with.
_SECRETS = ("KEY", "TOKEN", "SECRET", "PASSWORD", "PASSPHRASE", "CREDENTIAL", "HEADERS")


@contextmanager
def attended(home: Path) -> Iterator[None]:
    """Record for as long as the block runs: start the recorder unless one runs already, hold the
    lock that keeps it, and bring it back if it dies. Raises `her_tui.errors.LibraryUnusable` if
    ``home`` cannot be used."""
    ensure_private_dir(home)
    lock = viewer_lock(home)
    lock.acquire(timeout=5.0)
    leaving = threading.Event()
    try:
        start(home)
        threading.Thread(
            target=_keep_alive, args=(home, leaving), name="her-keeper", daemon=True
        ).start()
        yield
    finally:
        leaving.set()
        lock.release()


def _keep_alive(home: Path, leaving: threading.Event) -> None:
    while not leaving.wait(_LOOK_SECONDS):
        try:
            start(home)
        except (HerError, OSError):
            continue  # what is wrong with the folder is said by whoever reads it


def start(home: Path) -> None:
    """Start the recorder unless one runs; one that hangs is replaced. Returns at once. Raises
    `HerError` or `OSError` where that is not possible."""
    lock = recorder_lock(home)
    if not lock.try_acquire():
        if not hangs(home) or not _put_down(home):
            return
    else:
        lock.release()
    spawn(_MODULE, recorder_environment(home))


def hangs(home: Path) -> bool:
    """Whether the recorder that runs has not kept its promise to be alive. One that has not made it
    yet, or takes it back as it leaves, does not hang."""
    try:
        return (home / LEASE).stat().st_mtime < time.time()
    except OSError:
        return False


def _put_down(home: Path) -> bool:
    """Kill the recorder that hangs; whether its place is free. After a machine slept, this may meet
    one that was about to go on: what it had not committed is read again by the next."""
    try:
        pid = int((home / LEASE).read_text())
        if pid <= 0 or not _is_recorder(pid):
            return False
        os.kill(pid, signal.SIGKILL)
    except (OSError, ValueError):
        return False
    lock = recorder_lock(home)
    deadline = time.monotonic() + _BURIAL_SECONDS
    while not lock.try_acquire():
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.01)
    lock.release()
    return True


def _is_recorder(pid: int) -> bool:
    """Whether ``pid`` is still a recorder, as far as the system tells: numbers are given anew."""
    try:
        return f"{_MODULE}\0".encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return not Path("/proc/self").exists()


def spawn(module: str, environment: Mapping[str, str]) -> None:
    """Run ``module`` in the background, through a shell that leaves at once: it outlives who
    started it, and is no child that somebody would have to wait for. It finds no module in the
    folder we happen to be in."""
    import subprocess  # deferred: most who ask find the recorder running

    subprocess.run(
        ["/bin/sh", "-c", '"$0" -P -m "$1" &', sys.executable, module],
        env=environment,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        check=False,
    )


def recorder_environment(home: Path) -> dict[str, str]:
    """Our environment without its secrets, and with paths that hold in any folder."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not any(mark in name.upper() for mark in _SECRETS)
    }
    environment["HER_HOME"] = str(home.absolute())
    if environment.get("HER_CONFIG"):
        environment["HER_CONFIG"] = _absolute(environment["HER_CONFIG"])
    folders = environment.get("CLAUDE_CONFIG_DIR", "").split(",")
    if any(folders):
        environment["CLAUDE_CONFIG_DIR"] = ",".join(map(_absolute, filter(str.strip, folders)))
    return environment


def _absolute(path: str) -> str:
    return str(Path(path.strip()).expanduser().absolute())
