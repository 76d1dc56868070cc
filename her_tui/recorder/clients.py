"""Which clients are being recorded: each has a file named by its process, made when it starts."""

from __future__ import annotations

import os
from pathlib import Path

from her_tui.processes import lives

FOLDER = "clients"


def alive(home: Path) -> list[int]:
    """The processes of the recorded clients that are there; what is left of others is removed."""
    try:
        names = os.listdir(home / FOLDER)  # noqa: PTH208
    except OSError:
        return []
    found = []
    for name in names:
        if not name.isdecimal():
            continue
        if lives(int(name)):
            found.append(int(name))
        else:
            (home / FOLDER / name).unlink(missing_ok=True)
    return found
