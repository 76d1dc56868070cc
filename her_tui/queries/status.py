"""What the recorder is doing, as the status line shows it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Phase(StrEnum):
    """What the recorder is busy with."""

    ABSENT = "absent"
    """No recorder is running."""
    SCANNING = "scanning"
    IMPORTING = "importing"
    INDEXING = "indexing"
    FOLLOWING = "following"
    """Up to date, waiting for more."""
    WAITING = "waiting"
    """Another Her is writing."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class RecorderStatus:
    """One look at the recorder."""

    phase: Phase
    done: int = 0
    """Bytes dealt with in this phase."""
    total: int = 0
    """Bytes to deal with in this phase; 0 if not known."""
    message: str = ""
    """For `Phase.FAILED` and `Phase.WAITING`: what happened."""
    hint: str = ""


def read(home: Path) -> RecorderStatus:
    """The recorder's last word; `Phase.ABSENT` if its process is gone."""
    raise RuntimeError
