"""What is kept of a run of the client while it lives: that it is recorded, and what it was told."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from her_tui.paths import ensure_private_dir
from her_tui.processes import lives
from her_tui.recorder.clients import FOLDER as CLIENTS

FOLDER = "runs"
_SUFFIX = ".json"


def new_name() -> str:
    """A name for the run of this process, which is to become the client."""
    return f"{time.time_ns() // 1_000_000:x}-{os.getpid()}"


def settings_file(home: Path, run: str) -> Path:
    """Where the settings of ``run`` are."""
    return home / FOLDER / f"{run}{_SUFFIX}"


def is_prepared(home: Path, value: str) -> bool:
    """Whether the settings named ``value`` are ours: a script that we started led back to us."""
    return Path(value).parent == home / FOLDER and Path(value).is_file()


def write_settings(home: Path, run: str, settings: Mapping[str, Any]) -> Path:
    """Keep the ``settings`` of ``run``, readable by its user alone; those of runs that are over
    go. Raises `OSError`."""
    file = settings_file(home, run)
    ensure_private_dir(file.parent)
    _sweep(file.parent)
    descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        json.dump(settings, out)
    return file


def register(home: Path, about: Mapping[str, Any]) -> Path:
    """Have the recorder stay for as long as this process lives. Raises `OSError`."""
    file = ensure_private_dir(home / CLIENTS) / str(os.getpid())
    scratch = file.with_name(f".{file.name}")
    descriptor = os.open(scratch, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        json.dump({"started": time.time_ns() // 1_000_000, **about}, out)
    scratch.replace(file)
    return file


def _sweep(folder: Path) -> None:
    for name in os.listdir(folder):  # noqa: PTH208 - names will do
        pid = name.removesuffix(_SUFFIX).rpartition("-")[2]
        if name.endswith(_SUFFIX) and pid.isdecimal() and not lives(int(pid)):
            (folder / name).unlink(missing_ok=True)
