"""Piecewise linear maps between two scales."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence


def along(value: float, knots: Sequence[float], targets: Sequence[float]) -> float:
    """``value`` carried from the scale of ``knots`` to the scale of ``targets``, of which there are
    as many, both never decreasing; clamped to their ends. 0 if there are none."""
    if not knots:
        return 0.0
    if value <= knots[0]:
        return targets[0]
    if value >= knots[-1]:
        return targets[-1]
    right = bisect_right(knots, value)
    low, high = knots[right - 1], knots[right]
    share = (value - low) / (high - low)
    return targets[right - 1] + share * (targets[right] - targets[right - 1])
