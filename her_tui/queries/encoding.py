"""What the encoder is doing, and how far it came: ``encoder.json`` in Her's folder."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from her_tui.paths import replace_private_file
from her_tui.processes import lives

STATUS_NAME = "encoder.json"


class Phase(StrEnum):
    """What the encoder is busy with, or how it ended."""

    ABSENT = "absent"
    """None has run yet."""
    STARTING = "starting"
    """It looks at what there is to do, and loads the model."""
    ENCODING = "encoding"
    WAITING = "waiting"
    """Everything is encoded; it stays a while for what comes."""
    ENDED = "ended"
    """It left in good order, whether or not everything is encoded."""
    FAILED = "failed"
    """It could not go on: `EncoderStatus.message` says why."""
    KILLED = "killed"
    """Its process is gone without a word."""


#: Phases of an encoder whose process is there.
AT_WORK = frozenset({Phase.STARTING, Phase.ENCODING, Phase.WAITING})


@dataclass(frozen=True, slots=True)
class Mark:
    """How far an encoder has looked: there may be something to do as soon as it is another."""

    library: str = ""
    """The library's identity."""
    owners: str = ""
    """How often a copy of the library's became an original."""
    reached: int = 0
    """The last event it knows of."""
    file: int = 0
    """Inode of the file of vectors."""


@dataclass(frozen=True, slots=True)
class EncoderStatus:
    """One look at the encoder."""

    phase: Phase = Phase.ABSENT
    done: int = 0
    """Documents encoded."""
    total: int = 0
    """Documents that have a meaning."""
    engine: str = ""
    """``sentence-transformers`` or ``numpy``."""
    speed: float | None = None
    """Documents a second, lately; None while not measured."""
    message: str = ""
    """For `Phase.FAILED`: what happened."""
    hint: str = ""
    damaged: str | None = None
    """It failed since the weights are not what they should be: those of the settings' stamp."""
    pid: int = 0
    mark: Mark = Mark()

    @property
    def at_work(self) -> bool:
        """Its process is there."""
        return self.phase in AT_WORK

    @property
    def complete(self) -> bool:
        """Everything that it knew of is encoded."""
        return self.phase in (Phase.WAITING, Phase.ENDED) and self.done >= self.total


def write(home: Path, status: EncoderStatus) -> None:
    """Leave ``status`` for whoever looks; silent if it cannot be written."""
    with suppress(OSError):
        replace_private_file(home / STATUS_NAME, json.dumps(asdict(status)))


def read(home: Path) -> EncoderStatus:
    """The encoder's last word; `Phase.KILLED` if it was interrupted in it."""
    try:
        values = json.loads((home / STATUS_NAME).read_bytes())
        mark = Mark(**values.pop("mark"))
        status = EncoderStatus(**{**values, "phase": Phase(values["phase"]), "mark": mark})
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return EncoderStatus()
    if status.at_work and not lives(status.pid):
        return EncoderStatus(
            Phase.KILLED, status.done, status.total, status.engine, pid=status.pid, mark=status.mark
        )
    return status
