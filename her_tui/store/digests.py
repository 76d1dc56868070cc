"""Which vector a passage has: from 8 bytes to a number, for a million of them in 25 MB."""

from __future__ import annotations

from array import array
from collections.abc import Iterable

#: Bytes of a digest.
SIZE = 8

_SMALLEST = 1024


class Digests:
    """An open hash table in two arrays. A dictionary takes 130 bytes for what takes 12 here, in a
    table that is between a third and two thirds full."""

    def __init__(self) -> None:
        self._length = 0
        self._make(_SMALLEST)

    def _make(self, capacity: int) -> None:
        self._mask = capacity - 1
        self._keys = array("Q", bytes(SIZE * capacity))
        self._vectors = array("I", bytes(4 * capacity))  # 0: a free slot

    def __len__(self) -> int:
        return self._length

    def get(self, digest: bytes) -> int:
        """The vector of the passage with this digest; 0 where there is none."""
        key = int.from_bytes(digest, "little")
        return self._vectors[self._slot(key)]

    def put(self, digest: bytes, vector: int) -> None:
        """Note a vector, numbered from 1; the first noted of a digest stays."""
        self._put(int.from_bytes(digest, "little"), vector)
        self._grow()

    def update(self, digests: bytes, vectors: Iterable[int]) -> None:
        """Note many, their digests in a row."""
        for at, vector in enumerate(vectors):
            self.put(digests[SIZE * at : SIZE * at + SIZE], vector)

    def _slot(self, key: int) -> int:
        # A digest is a hash already: its low bits will do.
        slot = key & self._mask
        while self._vectors[slot] and self._keys[slot] != key:
            slot = (slot + 1) & self._mask
        return slot

    def _put(self, key: int, vector: int) -> None:
        slot = self._slot(key)
        if not self._vectors[slot]:
            self._keys[slot] = key
            self._vectors[slot] = vector
            self._length += 1

    def _grow(self) -> None:
        if 3 * self._length < 2 * (self._mask + 1):
            return
        keys, vectors = self._keys, self._vectors
        self._length = 0
        self._make(2 * (self._mask + 1))
        for key, vector in zip(keys, vectors, strict=True):
            if vector:
                self._put(key, vector)
