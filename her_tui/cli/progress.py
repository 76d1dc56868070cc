"""How far something long has come, on standard error."""

from __future__ import annotations

import sys
import time

from her_tui import units

_WIDTH = 24
_EVERY_SECONDS = 0.1


class ProgressLine:
    """A line on standard error that is drawn over and over; nothing where nobody looks."""

    def __init__(self) -> None:
        self._drawn = 0.0
        self._seen = sys.stderr.isatty()

    def show(self, phase: str, done: int, total: int) -> None:
        """Draw the state of ``phase``, at most ten times a second; importing counts bytes."""
        self.draw(
            phase,
            done,
            total,
            f"{units.size(done)} of {units.size(total)}" if phase == "importing" else "",
        )

    def draw(self, phase: str, done: int, total: int, amount: str) -> None:
        """The same with the ``amount`` in words."""
        now = time.monotonic()
        if not self._seen or now - self._drawn < _EVERY_SECONDS:
            return
        self._drawn = now
        line = f"{phase:<10} {units.bar(done, total, _WIDTH)} {amount}"
        print(f"\r{line}\x1b[K", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Take the line away."""
        if self._seen and self._drawn:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
