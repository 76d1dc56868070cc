"""Bringing the recorder up from a screen, in a process of its own, and keeping it while needed."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from her_tui.errors import HerError
from her_tui.paths import ensure_private_dir
from her_tui.store.locks import recorder_lock, viewer_lock

#: How often a screen looks whether its recorder is still there.
_LOOK_SECONDS = 5.0


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
    """Start the recorder unless one runs; returns at once."""
    lock = recorder_lock(home)
    if not lock.try_acquire():
        return
    lock.release()
    # Through a shell that leaves at once: the recorder outlives the screen that started it, and is
    # no child that somebody would have to wait for.
    subprocess.run(
        ["/bin/sh", "-c", '"$0" -m her_tui.recorder &', sys.executable],
        env={**os.environ, "HER_HOME": os.fspath(home)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        check=False,
    )
