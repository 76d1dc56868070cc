"""Wall time, told to what plays: by a timer that runs only until something on screen is to change.

It needs nothing but an owner that sets timers.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.message_pump import MessagePump
    from textual.timer import Timer

#: Seconds of one frame, at most: what the screen was not there for is not played.
LONGEST_FRAME = 1.5
#: Seconds that keys and readers have between two frames, however long those take.
_SHORTEST_WAIT = 0.01


class Pace:
    """Tells ``advance`` how many seconds went by, at the end of each wait."""

    def __init__(self, owner: MessagePump, advance: Callable[[float], None]) -> None:
        """``advance`` waits anew (`wait`) if there is more to come."""
        self._owner, self._advance = owner, advance
        self._timer: Timer | None = None
        self._told = 0.0
        """Up to when it was told."""

    @property
    def waits(self) -> bool:
        """A timer runs."""
        return self._timer is not None

    def begin(self) -> None:
        """What went by until now is nobody's."""
        self._told = monotonic()

    def wait(self, seconds: float | None) -> None:
        """Tell it once ``seconds`` went by since it was told last; None: never."""
        self.stop()
        if seconds is not None:
            left = seconds - (monotonic() - self._told)
            self._timer = self._owner.set_timer(max(_SHORTEST_WAIT, left), self.frame)

    def stop(self) -> None:
        """Wait no more."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def frame(self) -> None:
        """Time went by."""
        self._timer = None
        before, self._told = self._told, monotonic()
        self._advance(min(self._told - before, LONGEST_FRAME))

    def catch_up(self) -> None:
        """Tell it up to now, if it waits: from here on it is another speed."""
        if self._timer is not None:
            self._timer.stop()
            self.frame()
