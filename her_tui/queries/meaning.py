"""Whether things can be found by meaning, and what is in the way; and what the encoder is doing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Readiness(StrEnum):
    """Whether things can be found by meaning."""

    READY = "ready"
    PARTIAL = "partial"
    """Some of it: encoding goes on, or is paused."""
    NEVER_ASKED = "never asked"
    """The user has not said yes or no: the palette offers it once."""
    OFF = "off"
    """The user said no (`her-tui semantic off`)."""
    NO_NUMPY = "no numpy"
    NO_WEIGHTS = "no weights"
    DAMAGED = "damaged"
    """The weights are not what they should be."""


@dataclass(frozen=True, slots=True)
class MeaningState:
    """One look."""

    readiness: Readiness = Readiness.NEVER_ASKED
    done: int = 0
    """Documents encoded."""
    total: int = 0
    """Documents that have a meaning."""
    paused: bool = False
    encoding: bool = False
    """An encoder is at work now."""
    engine: str = ""
    """``sentence-transformers`` or ``numpy``, while one is at work."""
    message: str = ""
    """One sentence for people: what the state is, and what to do about it."""

    @property
    def usable(self) -> bool:
        """Something can be found by meaning."""
        return self.readiness in (Readiness.READY, Readiness.PARTIAL)


def state(home: Path) -> MeaningState:
    """How it is below ``home``. Cheap (three small files): may be asked every second."""
    raise NotImplementedError
