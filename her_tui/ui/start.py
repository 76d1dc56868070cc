"""What the screen starts with, if not with what was left: a moment of a session, or a replay."""

from __future__ import annotations

from dataclasses import dataclass

from her_tui.analysis.moments import Moment
from her_tui.analysis.tape import Idle


@dataclass(frozen=True, slots=True)
class Start:
    """Where to start."""

    session: int
    """Row id of the session, or of the subagent."""
    event: int | None = None
    """Row id of the event to put the playhead on; None: where it was left, and if it is played at
    the start."""
    time: int | None = None
    """The time to start at, in milliseconds since the epoch, if that is after the event."""
    moment: Moment | None = None
    """What the event was found by: it finds the event again, if its rows were made anew since."""
    playing: bool = False
    speed: float | None = None
    """How many seconds of the tape a second plays; None: the usual speed."""
    idle: Idle | None = None
    """What is done with idle stretches; None: the usual."""
