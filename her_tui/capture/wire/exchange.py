"""Exchanges of one spool file, folded frame by frame into attempts."""

from __future__ import annotations

from typing import NamedTuple

from her_tui.events.requests import Attempt
from her_tui.spool.frames import Frame


class Gap(NamedTuple):
    """Frames that could not be kept."""

    at: int
    """Where its frame starts in the file: known again when the file is read again."""
    exchange: int
    """0: of any."""
    reason: str
    bytes: int
    time: int
    """Milliseconds since the epoch."""


class Exchanges:
    """Folds the frames of the spool file ``name`` into attempts.

    The first frame taken must be the file's first (it holds the clock). Reading may then resume at
    ``earliest`` of the last run: frames of exchanges that began before are passed over, and what
    is told again is told the same.

    Times: an attempt starts when its `REQUEST` frame says; the first byte of its response's body
    ends the time to first token; its duration ends with the last byte of that body, or, if it was
    broken off, when it was.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.gaps: list[Gap] = []
        """What could not be kept; the caller may empty it."""

    def take(self, frame: Frame) -> None:
        """Fold in the next frame."""
        raise NotImplementedError

    def finished(self) -> list[Attempt]:
        """The attempts that ended since this was last asked, in the order they did."""
        raise NotImplementedError

    def open(self) -> list[Attempt]:
        """Every attempt in flight as it is now, its response as far as it came."""
        raise NotImplementedError

    def abandon(self, reason: str) -> list[Attempt]:
        """Nobody will append to the file any more: what is in flight is lost, for ``reason``."""
        raise NotImplementedError

    @property
    def earliest(self) -> int | None:
        """Where the first frame of the oldest attempt in flight starts; None if there is none."""
        raise NotImplementedError
