"""Bringing the recorder up from a screen, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from her_tui.paths import ensure_private_dir
from her_tui.store.locks import recorder_lock


def ensure_recorder(home: Path) -> None:
    """Start the recorder unless one runs; returns at once, raises `LibraryUnusable` if the folder
    cannot be used."""
    ensure_private_dir(home)
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
