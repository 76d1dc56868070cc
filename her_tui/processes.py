"""Whether a process is there."""

from __future__ import annotations

import os


def lives(pid: int) -> bool:
    """Whether ``pid`` is a process of this user. One of somebody else's is not the one that was
    meant: the number was given anew."""
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True
