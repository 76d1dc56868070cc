"""Whether things can be found by meaning, and what is in the way; and what the encoder is doing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path

from her_tui import units
from her_tui.queries import encoding
from her_tui.queries.encoding import EncoderStatus, Phase
from her_tui.search import settings
from her_tui.search.settings import Settings


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
    failed: bool = False
    """The last encoder could not go on."""

    @property
    def usable(self) -> bool:
        """Something can be found by meaning."""
        return self.readiness in (Readiness.READY, Readiness.PARTIAL)


def state(home: Path) -> MeaningState:
    """How it is below ``home``. Cheap (three small files): may be asked every second."""
    wanted = settings.load(home)
    status = encoding.read(home)
    readiness = _readiness(wanted, status)
    encoding_now = status.phase in (Phase.STARTING, Phase.ENCODING)
    return MeaningState(
        readiness,
        status.done,
        status.total,
        wanted.paused,
        encoding_now,
        status.engine if status.at_work else "",
        _message(readiness, wanted, status),
        readiness not in _WORDS and status.phase is Phase.FAILED,
    )


def _readiness(wanted: Settings, status: EncoderStatus) -> Readiness:
    if wanted.enabled is None:
        return Readiness.NEVER_ASKED
    if not wanted.enabled:
        return Readiness.OFF
    if find_spec("numpy") is None:
        return Readiness.NO_NUMPY
    if not wanted.weights or not Path(wanted.weights).is_dir():
        return Readiness.NO_WEIGHTS
    if status.damaged is not None and status.damaged == wanted.stamp:  # else verified since
        return Readiness.DAMAGED
    return Readiness.READY if status.complete else Readiness.PARTIAL


_WORDS = {
    Readiness.NEVER_ASKED: "Words only: her-tui semantic enable adds meaning, offline.",
    Readiness.OFF: "Words only, switched off: her-tui semantic enable adds meaning.",
    Readiness.NO_NUMPY: "Words only, numpy is missing: pip install 'her-tui[meaning]'.",
    Readiness.NO_WEIGHTS: "Words only, the model's files are gone: her-tui semantic enable.",
}


def _message(readiness: Readiness, wanted: Settings, status: EncoderStatus) -> str:
    """One sentence: what the state is, and what to do about it."""
    if readiness in _WORDS:
        return _WORDS[readiness]
    amount = f"{status.done:,} of {status.total:,}"
    if status.phase is Phase.FAILED:
        return f"Stopped at {amount}: {status.message}. {status.hint}".strip()
    if readiness is Readiness.READY:
        paused = " Encoding is paused: her-tui index goes on." if wanted.paused else ""
        return f"All {units.count(status.total, 'document')} can be found by meaning.{paused}"
    if wanted.paused:
        return f"Paused at {amount}: her-tui index goes on."
    if status.phase is Phase.STARTING:
        return "The encoder starts."
    if status.phase is Phase.ENCODING:
        return f"Encoding {amount} ({status.engine}), newest first."
    if status.phase is Phase.ABSENT:
        return "Nothing is encoded yet: it begins while Her is open, or with her-tui index."
    if status.phase is Phase.KILLED:
        return f"Interrupted at {amount}: it goes on while Her is open, or with her-tui index."
    return f"{amount} encoded: it goes on while Her is open, or with her-tui index."
