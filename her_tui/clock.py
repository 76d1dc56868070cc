"""The one place that asks what time it is, so that tests can answer."""

from __future__ import annotations

import os
import time


def now_ms() -> int:
    """Milliseconds since the epoch, UTC.

    ``HER_NOW`` (milliseconds) freezes the answer: screenshots and snapshot tests use it.
    """
    frozen = os.environ.get("HER_NOW")
    return int(frozen) if frozen else time.time_ns() // 1_000_000
