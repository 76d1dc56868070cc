"""Vectors made small, and searched: sign bits to shortlist, bytes to rank.

A vector is kept twice. Its signs (48 bytes) stay in memory as bit planes; all of it, rounded to a
byte a dimension with a scale of its own, stays on disk and is read for the few that the signs put
near the query.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from her_tui.search.threads import import_numpy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DIMENSIONS = 384

#: Bytes of a vector's signs, and of its body: a byte a dimension and the scale.
SIGNS = DIMENSIONS // 8
BODY = DIMENSIONS + 4

#: Vectors whose distances are worked out at a time: what that takes fits into the processor's
#: cache. Columns grow by as many, so that growing copies nothing.
CHUNK = 32_768

_PLANES = SIGNS // 8

#: How many are ranked by their bodies: at least so many, or one in so many.
_AT_LEAST, _ONE_IN = 500, 500

_FAR = 0xFFFF


class Packed(NamedTuple):
    """One vector as it is stored."""

    body: bytes
    """384 signed bytes and the scale (float32, little endian): 388 bytes."""
    signs: bytes
    """48 bytes, the first dimension in the highest bit of the first."""


def pack(vectors: NDArray[np.float32]) -> list[Packed]:
    """Unit vectors, shape (n, 384), as they are stored."""
    import_numpy()
    import numpy as np

    if not len(vectors):
        return []
    scales = np.abs(vectors).max(axis=1) / np.float32(127)
    divisors = np.where(scales > 0, scales, 1)[:, None]
    bodies = _bodies(np.empty(len(vectors), _body_type()))
    bodies["values"] = np.rint(vectors / divisors)
    bodies["scale"] = scales
    signs = np.packbits(vectors > 0, axis=1)
    return [Packed(b.tobytes(), s.tobytes()) for b, s in zip(bodies, signs, strict=True)]


def unpack(bodies: Sequence[bytes]) -> NDArray[np.float32]:
    """The vectors whose `Packed.body` these are, shape (n, 384); each value is off by half a
    scale at most."""
    import_numpy()
    import numpy as np

    stored = _bodies(np.frombuffer(b"".join(bodies), _body_type()))
    vectors: NDArray[np.float32] = stored["values"].astype(np.float32)
    vectors *= stored["scale"][:, None]
    return vectors


def rescore(
    query: NDArray[np.float32], rows: Sequence[tuple[int, bytes]]
) -> list[tuple[int, float]]:
    """(id, cosine) of (id, `Packed.body`) rows, the greatest first, equal ones as they come."""
    import_numpy()
    import numpy as np

    if not rows:
        return []
    stored = _bodies(np.frombuffer(b"".join([body for _, body in rows]), _body_type()))
    cosines = (stored["values"].astype(np.float32) @ query) * stored["scale"]
    order = np.argsort(-cosines, kind="stable")
    values = cosines[order].tolist()
    return [(rows[at][0], value) for at, value in zip(order.tolist(), values, strict=True)]


def _body_type() -> list[tuple[str, str] | tuple[str, str, int]]:
    return [("values", "i1", DIMENSIONS), ("scale", "<f4")]


def _bodies(array: Any) -> Any:
    # numpy's types know no fields.
    return array


class Column:
    """An array that grows at its end without being copied: one number a vector."""

    def __init__(self, kind: str) -> None:
        """``kind``: numpy's name of the type of its numbers."""
        import_numpy()
        self._kind = kind
        self._chunks: list[NDArray[Any]] = []
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def extend(self, values: NDArray[Any]) -> None:
        """Put ``values`` at the end."""
        import numpy as np

        done = 0
        while done < len(values):
            start = self._length % CHUNK
            if not start:
                self._chunks.append(np.empty(CHUNK, self._kind))
            count = min(CHUNK - start, len(values) - done)
            self._chunks[-1][start : start + count] = values[done : done + count]
            self._length += count
            done += count

    def truncate(self, length: int) -> None:
        """Keep the first ``length`` only."""
        self._length = min(length, self._length)
        del self._chunks[-(-self._length // CHUNK) :]

    def chunks(self) -> Iterator[NDArray[Any]]:
        """All of it, `CHUNK` numbers at a time; views, to be read only."""
        for index, chunk in enumerate(self._chunks):
            yield chunk[: self._length - index * CHUNK]

    def take(self, positions: NDArray[np.intp]) -> NDArray[Any]:
        """The numbers at ``positions``, which ascend."""
        import numpy as np

        bounds = np.searchsorted(positions, np.arange(len(self._chunks) + 1) * CHUNK)
        parts = [
            chunk[positions[bounds[index] : bounds[index + 1]] - index * CHUNK]
            for index, chunk in enumerate(self._chunks)
        ]
        return np.concatenate(parts) if parts else np.empty(0, self._kind)


class Signs:
    """The signs of many vectors, ready to be searched, in the order they were added: 52 bytes a
    vector. For one thread at a time."""

    def __init__(self, segments: Iterable[tuple[bytes, bytes]] = ()) -> None:
        """``segments``: (ids as little-endian uint32, their signs) as the store keeps them."""
        self.ids = Column("u4")
        self._planes = tuple(Column("u8") for _ in range(_PLANES))
        for ids, signs in segments:
            self.add(ids, signs)

    def __len__(self) -> int:
        return len(self.ids)

    def add(self, ids: bytes, signs: bytes) -> None:
        """One segment more."""
        import numpy as np

        self.ids.extend(np.frombuffer(ids, "<u4"))
        words = np.frombuffer(signs, "u8").reshape(-1, _PLANES)
        for index, plane in enumerate(self._planes):
            plane.extend(words[:, index])

    def truncate(self, length: int) -> None:
        """Keep the first ``length`` vectors only."""
        for column in (self.ids, *self._planes):
            column.truncate(length)

    def shortlist(
        self,
        query: NDArray[np.float32],
        count: int | None = None,
        allowed: NDArray[np.uint32] | None = None,
    ) -> NDArray[np.uint32]:
        """The ids of the ``count`` (default: max(500, N/500)) vectors whose signs differ least from
        those of ``query``, ``allowed`` ones only. In the order they were added, which also tells
        who is taken of equally near ones."""
        import numpy as np

        if allowed is None:
            return self.near(query, count)
        table = np.zeros(int(allowed.max(initial=0)) + 1, np.bool_)
        table[allowed] = True
        return self.near(query, count, (listed(table, chunk) for chunk in self.ids.chunks()))

    def near(
        self,
        query: NDArray[np.float32],
        count: int | None = None,
        masks: Iterable[NDArray[np.bool_]] | None = None,
    ) -> NDArray[np.uint32]:
        """As `shortlist`; ``masks`` tells of each vector, `CHUNK` at a time, whether it may be."""
        import numpy as np

        if count is None:
            count = max(_AT_LEAST, len(self) // _ONE_IN)
        distances = self._distances(query)
        among = len(distances)
        if masks is not None:
            for start, mask in zip(range(0, among, CHUNK), masks, strict=True):
                np.putmask(distances[start : start + CHUNK], ~mask, _FAR)
            among = int(np.count_nonzero(distances != _FAR))
        count = min(count, among)
        if count <= 0:
            return np.empty(0, np.uint32)
        return self.ids.take(_nearest(distances, count))

    def _distances(self, query: NDArray[np.float32]) -> NDArray[np.uint16]:
        """In how many signs each vector differs from ``query``."""
        import numpy as np

        asked = np.packbits(query > 0).view("u8")
        distances = np.empty(len(self), np.uint16)
        size = min(len(self), CHUNK)
        differing = np.empty(size, np.uint64)
        bits = np.empty(size, np.uint8)
        some = np.empty(size, np.uint8)
        for index, planes in enumerate(zip(*(p.chunks() for p in self._planes), strict=True)):
            length = len(planes[0])
            out = distances[index * CHUNK : index * CHUNK + length]
            word, bit, sum_ = differing[:length], bits[:length], some[:length]
            # Three planes have 192 bits at most: their sum fits into a byte, and half of the
            # additions are those of bytes.
            for half in (0, 3):
                np.bitwise_count(np.bitwise_xor(planes[half], asked[half], out=word), out=sum_)
                for k in (half + 1, half + 2):
                    np.bitwise_count(np.bitwise_xor(planes[k], asked[k], out=word), out=bit)
                    np.add(sum_, bit, out=sum_)
                if half:
                    np.add(out, sum_, out=out)
                else:
                    out[:] = sum_
        return distances


def listed(table: NDArray[np.bool_], values: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether ``table``, which may be too short, has true at each of ``values``."""
    import numpy as np

    mask: NDArray[np.bool_] = np.take(table, values, mode="clip") & (values < len(table))
    return mask


def _nearest(distances: NDArray[np.uint16], count: int) -> NDArray[np.intp]:
    """Where the ``count`` least are, ascending; of equal ones the first."""
    import numpy as np

    # The least limit that lets enough in, by bisection: nine comparisons, which every processor
    # does many at a time. Not so partitioning, and counting by value takes eight times the memory.
    low, high = 0, DIMENSIONS
    while low < high:
        middle = (low + high) // 2
        if np.count_nonzero(distances <= middle) >= count:
            high = middle
        else:
            low = middle + 1
    positions = np.flatnonzero(distances <= low)
    spare = len(positions) - count
    if spare:
        edge = np.flatnonzero(distances[positions] == low)
        positions = np.delete(positions, edge[len(edge) - spare :])
    return positions
