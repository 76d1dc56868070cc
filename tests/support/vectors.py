"""Vectors to test with: what sentences' vectors look like, and how the store keeps their signs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from her_tui.search.vectors import DIMENSIONS

if TYPE_CHECKING:
    from numpy.typing import NDArray


def unit(array: NDArray[Any]) -> NDArray[np.float32]:
    """Rows of length 1."""
    lengths = np.linalg.norm(array, axis=1, keepdims=True)
    return np.asarray(array / lengths, np.float32)


def clustered(count: int, seed: int) -> NDArray[np.float32]:
    """Unit vectors around common subjects, all leaning to one side, their variance spread over the
    dimensions as unevenly as with sentences."""
    rng = np.random.default_rng(seed)
    spread = 1 / np.sqrt(1 + np.arange(DIMENSIONS) / 40)
    turn = np.linalg.qr(rng.standard_normal((DIMENSIONS, DIMENSIONS)))[0]
    centres = rng.standard_normal((max(1, count // 50), DIMENSIONS)) * spread
    noise = rng.standard_normal((count, DIMENSIONS)) * spread
    raw = centres[rng.integers(0, len(centres), count)] + noise + 0.3 * spread
    return unit(raw @ turn)


def segments_of(stored: NDArray[np.float32], size: int = 4096) -> Iterator[tuple[bytes, bytes]]:
    """(ids, signs) of vectors numbered from 1, ``size`` at a time."""
    for start in range(0, len(stored), size):
        part = stored[start : start + size]
        ids = np.arange(start + 1, start + 1 + len(part), dtype="<u4")
        yield ids.tobytes(), np.packbits(part > 0, axis=1).tobytes()
