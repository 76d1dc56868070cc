"""Vectors made small, and searched: sign bits to shortlist, bytes to rank.

A vector is kept twice. Its signs (48 bytes) stay in memory as bit planes; all of it, rounded to a
byte a dimension with a scale of its own, stays on disk and is read for the few that the signs put
near the query.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Packed(NamedTuple):
    """One vector as it is stored."""

    body: bytes
    """384 signed bytes and the scale (float32, little endian): 388 bytes."""
    signs: bytes
    """48 bytes, the first dimension in the highest bit of the first."""


def pack(vectors: NDArray[np.float32]) -> list[Packed]:
    """Unit vectors, shape (n, 384), as they are stored."""
    raise NotImplementedError


class Signs:
    """The signs of many vectors, ready to be searched. At most 64 bytes a vector."""

    def __init__(self, segments: Iterable[tuple[bytes, bytes]]) -> None:
        """``segments``: (ids as little-endian uint32, their signs) as the store keeps them."""
        raise NotImplementedError

    def __len__(self) -> int:
        raise NotImplementedError

    def shortlist(
        self,
        query: NDArray[np.float32],
        count: int | None = None,
        allowed: NDArray[np.uint32] | None = None,
    ) -> NDArray[np.uint32]:
        """The ids of the ``count`` (default: max(500, N/500)) vectors whose signs differ least from
        those of ``query``, ``allowed`` ones only."""
        raise NotImplementedError


def rescore(
    query: NDArray[np.float32], rows: Sequence[tuple[int, bytes]]
) -> list[tuple[int, float]]:
    """(id, cosine) of (id, `Packed.body`) rows, the greatest first."""
    raise NotImplementedError
