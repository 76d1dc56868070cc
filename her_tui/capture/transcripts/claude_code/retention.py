"""How long the client keeps a transcript that does not change any more."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

#: What the client does when its settings say nothing.
DEFAULT_DAYS = 30


def retention_days(roots: Sequence[Path]) -> int:
    """``cleanupPeriodDays`` of the first settings file below ``roots`` that has it, else 30."""
    for root in roots:
        try:
            settings = json.loads((root / "settings.json").read_bytes())
        except (OSError, ValueError):
            continue
        days = settings.get("cleanupPeriodDays") if isinstance(settings, dict) else None
        if isinstance(days, int) and not isinstance(days, bool) and days >= 0:
            return days
    return DEFAULT_DAYS
