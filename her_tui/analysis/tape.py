"""A session as a tape to be played: its time with the idle stretches cut short.

Tape time is in milliseconds from 0; session time in milliseconds since the epoch. Between knots the
map is linear, and increasing, so that both ways are a bisect.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Idle(StrEnum):
    """What is done with idle stretches."""

    SKIP = "skip"
    """A pause longer than a moment takes no longer than that moment."""
    SHORTEN = "shorten"
    """Long pauses are shorter, and still felt: they grow with the logarithm."""
    REAL = "real"
    """Nothing is left out."""


@dataclass(frozen=True, slots=True)
class Tape:
    """The map between session time and tape time."""

    times: Sequence[int]
    """Session times of the knots."""
    places: Sequence[float]
    """Tape times of the same knots."""

    @property
    def length(self) -> float:
        """How long it plays at normal speed."""
        return self.places[-1] if self.places else 0.0

    def place(self, time: float) -> float:
        """The tape time of a session time, clamped."""
        raise NotImplementedError

    def time(self, place: float) -> float:
        """The session time at a tape time, clamped."""
        raise NotImplementedError

    def skipped(self, start: float, end: float) -> float:
        """How much session time is left out between two session times."""
        raise NotImplementedError


def lay_tape(times: Sequence[int], idle: Idle, limit: float = 2_000.0) -> Tape:
    """The tape of events at ``times`` (never decreasing); pauses above ``limit`` milliseconds are
    idle."""
    raise NotImplementedError
