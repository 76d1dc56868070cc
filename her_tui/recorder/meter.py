"""What recording costs, as the recorder measures itself."""

from __future__ import annotations

import time
from collections import deque

#: The time a share is taken over.
_WINDOW_SECONDS = 60.0


class Meter:
    """The share of one processor that this process used over the last minute."""

    def __init__(self) -> None:
        self._samples = deque([(time.monotonic(), time.process_time())])

    def share(self) -> float | None:
        """0 to 1, of one processor; None in the first seconds, which would tell of starting."""
        now, spent = time.monotonic(), time.process_time()
        since, before = self._samples[0]
        if now - self._samples[-1][0] >= 1.0:
            self._samples.append((now, spent))
        while len(self._samples) > 2 and now - self._samples[1][0] > _WINDOW_SECONDS:
            self._samples.popleft()
        return (spent - before) / (now - since) if now - since >= 5.0 else None
