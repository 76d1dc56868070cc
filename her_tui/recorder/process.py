"""Bringing the recorder up from a screen, in a process of its own, and keeping it while needed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from her_tui.paths import ensure_private_dir
from her_tui.store.locks import recorder_lock, viewer_lock


@contextmanager
def attended(home: Path) -> Iterator[None]:
    """Record for as long as the block runs: start the recorder unless one runs already, and hold
    the lock that keeps it. Raises `her_tui.errors.LibraryUnusable` if ``home`` cannot be used."""
    ensure_private_dir(home)
    lock = viewer_lock(home)
    lock.acquire(timeout=5.0)
    try:
        start(home)
        yield
    finally:
        lock.release()


def start(home: Path) -> None:
    """Start the recorder unless one runs; returns at once."""
    lock = recorder_lock(home)
    if not lock.try_acquire():
        return
    lock.release()
    subprocess.Popen(
        [sys.executable, "-m", "her_tui.recorder"],
        env={**os.environ, "HER_HOME": os.fspath(home)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
