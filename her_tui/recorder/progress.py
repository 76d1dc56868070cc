"""How far a pass has come, and what is done meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from her_tui.store.writer import Writer

Progress = Callable[[str, int, int], None]
"""Called with (phase, done, in all); phases are ``importing`` (in bytes), ``pricing`` and
``indexing``."""

Between = Callable[[Writer], object]
"""Called whenever no transaction is open, for what must not wait until the pass is over."""


def silent(phase: str, done: int, total: int) -> None:
    """The progress nobody looks at."""


def nothing(writer: Writer) -> None:
    """Nothing is to be done meanwhile."""


@dataclass(slots=True)
class Said:
    """A `Progress` that tells another, and then does what must not wait: progress is made whenever
    no transaction is open."""

    writer: Writer
    progress: Progress
    between: Between

    def __call__(self, phase: str, done: int, total: int) -> None:
        """So much is done."""
        self.progress(phase, done, total)
        self.between(self.writer)
        self.writer.fold()
