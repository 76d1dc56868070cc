"""The state of a session at any position: checkpoints, and the few steps since the nearest one.

A seek replays at most `Ledger.reach` steps from a checkpoint, whatever the length of the session,
and the way it came there does not matter: forward and backward give the same state.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from her_tui.analysis.state import State
from her_tui.analysis.timeline import Timeline


class Step(NamedTuple):
    """What one event of the timeline changes (helper: refine)."""


class Ledger:
    """The states of one session."""

    def __init__(self, timeline: Timeline, steps: Sequence[Step]) -> None:
        """``steps`` are as many as the timeline has events."""
        raise NotImplementedError

    def at(self, position: int) -> State:
        """The state as of ``position`` (clamped), the event there included."""
        raise NotImplementedError


def replayed(timeline: Timeline, steps: Sequence[Step], position: int) -> State:
    """The same, replayed from zero: what `Ledger.at` is checked against."""
    raise NotImplementedError
