"""The points of a session that are worth a stop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class MarkKind(StrEnum):
    """What a mark says. In the order of weight: where several share a column, the first shows."""

    BOOKMARK = "bookmark"
    ERROR = "error"
    CORRECTION = "correction"
    """The human put the agent right: a rejection with a reason, a prompt after an interrupt or a
    rewind."""
    INTERRUPT = "interrupt"
    REWIND = "rewind"
    COMMIT = "commit"
    COMPACTION = "compaction"
    WAIT = "wait"
    """The agent waited for the human's permission or answer."""
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class Mark:
    """One of them."""

    position: int
    kind: MarkKind
    note: str = ""
    """What the user says of a bookmark."""


Marks = Sequence[Mark]
"""Sorted by position."""


@dataclass(frozen=True, slots=True)
class Wait:
    """A stretch in which an action waited for the human."""

    position: int
    """Where the action starts."""
    start: int
    end: int
    """Milliseconds since the epoch."""
