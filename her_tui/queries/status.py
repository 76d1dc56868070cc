"""What the recorder is doing, as the status line shows it."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from her_tui.paths import replace_private_file
from her_tui.processes import lives

STATUS_NAME = "recorder.json"


class Phase(StrEnum):
    """What the recorder is busy with."""

    ABSENT = "absent"
    """No recorder is running."""
    SCANNING = "scanning"
    IMPORTING = "importing"
    PRICING = "pricing"
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
    """Bytes (indexing: events) dealt with in this phase."""
    total: int = 0
    """How much there is to deal with in this phase; 0 if not known."""
    message: str = ""
    """For `Phase.FAILED` and `Phase.WAITING`: what happened. For `Phase.FOLLOWING`: why words are
    not indexed, if they are not."""
    hint: str = ""
    pid: int = 0
    clients: int = 0
    """Client processes that are being recorded now, beyond the files they write."""
    wire: int = 0
    """Wires being read now."""
    telemetry: bool = False
    """Clients may export to it."""
    cpu: float | None = None
    """Its share of one processor over the last minute, 0 to 1; None while not measured."""


def write(home: Path, status: RecorderStatus) -> None:
    """Leave ``status`` for whoever looks; silent if it cannot be written."""
    with suppress(OSError):
        replace_private_file(home / STATUS_NAME, json.dumps(asdict(status)))


def read(home: Path) -> RecorderStatus:
    """The recorder's last word; `Phase.ABSENT` if its process is gone, unless it failed."""
    try:
        values = json.loads((home / STATUS_NAME).read_bytes())
        status = RecorderStatus(**{**values, "phase": Phase(values["phase"])})
    except (OSError, ValueError, TypeError, KeyError):
        return RecorderStatus(Phase.ABSENT)
    if status.phase is not Phase.FAILED and not lives(status.pid):
        return RecorderStatus(Phase.ABSENT)
    return status
