"""Vectors made small, and searched: signs to shortlist, magnitudes to rank.

A vector is kept in two parts. Its signs (48 bytes) stay in memory as bit planes; its magnitudes, a
byte a dimension with a scale of their own, stay on disk and are read for the few that the signs put
near the query. Together they have nine bits a dimension: with eight the order of the nearest among
a million would be wrong twice as often.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
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
#: cache. Columns are kept in as large pieces, so that growing copies one at most.
CHUNK = 65_536
_STEP = 4096

_PLANES = SIGNS // 8

#: How many are read and ranked by their bodies: at least so many, or one in so many.
_READ, _READ_ONE_IN = 150, 1000
#: For each of them the signs of so many are compared with the query's values, which takes a
#: twentieth of the time that reading one takes.
_TIMES = 8

#: Signs that are unpacked at a time.
_AT_ONCE = 1024

_FAR = 0xFFFF


class Packed(NamedTuple):
    """One vector as it is stored."""

    body: bytes
    """The magnitudes of the values, 384 bytes, and their scale (float32, little endian)."""
    signs: bytes
    """48 bytes, the first dimension in the highest bit of the first."""


def pack(vectors: NDArray[np.float32]) -> list[Packed]:
    """Unit vectors, shape (n, 384), as they are stored."""
    import_numpy()
    import numpy as np

    if not len(vectors):
        return []
    magnitudes = np.abs(vectors)
    scales = magnitudes.max(axis=1) / np.float32(255)
    stored = _stored(np.empty(len(vectors), _body_type()))
    stored["values"] = np.rint(magnitudes / np.where(scales > 0, scales, 1)[:, None])
    stored["scale"] = scales
    signs = np.packbits(vectors > 0, axis=1)
    return [Packed(b.tobytes(), s.tobytes()) for b, s in zip(stored, signs, strict=True)]


def unpack(bodies: Sequence[bytes], signs: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The vectors that have these bodies and signs (shape (n, 48)), shape (n, 384); each value is
    off by half a scale at most."""
    vectors, scales = _unscaled(bodies, signs)
    vectors *= scales[:, None]
    return vectors


def rescore(
    query: NDArray[np.float32], rows: Sequence[tuple[int, bytes]], signs: NDArray[np.uint8]
) -> list[tuple[int, float]]:
    """(id, cosine) of (id, `Packed.body`) rows and their signs (shape (n, 48)), the greatest first,
    equal ones as they come."""
    import numpy as np

    if not rows:
        return []
    vectors, scales = _unscaled([body for _, body in rows], signs)
    cosines = (vectors @ query) * scales
    order = np.argsort(-cosines, kind="stable")
    values = cosines[order].tolist()
    return [(rows[at][0], value) for at, value in zip(order.tolist(), values, strict=True)]


def _unscaled(
    bodies: Sequence[bytes], signs: NDArray[np.uint8]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Vectors, and what each is still to be multiplied by."""
    import_numpy()
    import numpy as np

    stored = _stored(np.frombuffer(b"".join(bodies), _body_type()))
    values = stored["values"].astype(np.int16)
    ways = np.unpackbits(signs, axis=1).view(np.int8)  # 1 and 0 become 1 and -1
    ways *= 2
    ways -= 1
    values *= ways
    return values.astype(np.float32), stored["scale"]


def _body_type() -> list[tuple[str, str] | tuple[str, str, int]]:
    return [("values", "u1", DIMENSIONS), ("scale", "<f4")]


def _stored(array: Any) -> Any:
    # numpy's types know no fields.
    return array


class Column:
    """An array that grows at its end, and copies a `CHUNK` at most for it: one number a vector."""

    def __init__(self, kind: str) -> None:
        """``kind``: numpy's name of the type of its numbers."""
        import_numpy()
        self._kind = kind
        self._pieces: list[NDArray[Any]] = []
        self._length = 0

    def __len__(self) -> int:
        return self._length

    @property
    def kind(self) -> str:
        """numpy's name of the type of its numbers."""
        return self._kind

    def piece(self, index: int) -> NDArray[Any]:
        """A `CHUNK` of it, with room at its end that has no number yet."""
        return self._pieces[index]

    def reserve(self, count: int) -> None:
        """Make room at the end for ``count`` more at least, so that nothing is copied for these."""
        import numpy as np

        wanted = self._length + count
        while True:
            start = CHUNK * max(0, len(self._pieces) - 1)
            room = min(CHUNK, -(-(wanted - start) // _STEP) * _STEP)
            if self._pieces and len(self._pieces[-1]) < room:
                larger = np.empty(room, self._kind)
                larger[: len(self._pieces[-1])] = self._pieces[-1]
                self._pieces[-1] = larger
            if wanted <= start + (len(self._pieces[-1]) if self._pieces else 0):
                return
            self._pieces.append(np.empty(0, self._kind))

    def extend(self, values: NDArray[Any]) -> None:
        """Put ``values`` at the end."""
        self.reserve(len(values))
        done = 0
        while done < len(values):
            index, start = divmod(self._length, CHUNK)
            count = min(CHUNK - start, len(values) - done)
            self._pieces[index][start : start + count] = values[done : done + count]
            self._length += count
            done += count

    def truncate(self, length: int) -> None:
        """Keep the first ``length`` only, and the room of the others for more to come."""
        self._length = min(length, self._length)

    def chunks(self) -> Iterator[NDArray[Any]]:
        """All of it, `CHUNK` numbers at a time; views, to be read only."""
        for index in range(-(-self._length // CHUNK)):
            yield self._pieces[index][: self._length - index * CHUNK]


def take(columns: Sequence[Column], positions: NDArray[np.intp]) -> NDArray[Any]:
    """The numbers of each column at ``positions``, which ascend; shape (columns, positions)."""
    import numpy as np

    found = np.empty((len(columns), len(positions)), columns[0].kind)
    bounds = np.searchsorted(positions, np.arange(0, len(columns[0]) + CHUNK, CHUNK)).tolist()
    for index, (start, end) in enumerate(pairwise(bounds)):
        within = positions[start:end] - index * CHUNK
        for row, column in zip(found, columns, strict=True):
            np.take(column.piece(index), within, out=row[start:end])
    return found


class Signs:
    """The signs of many vectors, ready to be searched, in the order they were added: 52 bytes a
    vector. For one thread at a time."""

    def __init__(self, segments: Iterable[tuple[bytes | int, bytes]] = ()) -> None:
        """``segments``: as `add` takes them."""
        self.ids = Column("u4")
        self._planes = tuple(Column("u8") for _ in range(_PLANES))
        for ids, signs in segments:
            self.add(ids, signs)

    def __len__(self) -> int:
        return len(self.ids)

    def reserve(self, count: int) -> None:
        """Make room for ``count`` more."""
        for column in (self.ids, *self._planes):
            column.reserve(count)

    def add(self, ids: bytes | int, signs: bytes) -> None:
        """Vectors more: their ids as little-endian uint32s, or the first of consecutive ones, and
        their signs, 48 bytes each."""
        import numpy as np

        words = np.frombuffer(signs, "u8").reshape(-1, _PLANES)
        if isinstance(ids, int):
            self.ids.extend(np.arange(ids, ids + len(words), dtype="u4"))
        else:
            self.ids.extend(np.frombuffer(ids, "<u4"))
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
        """The ids of the ``count`` (default: max(150, N/1000)) vectors that look nearest to
        ``query``, ``allowed`` ones only, in the order they were added: of the eight times as many
        whose signs differ least from the query's (of equal ones the first), those whose signs fit
        its values best."""
        import numpy as np

        masks = None
        if allowed is not None:
            table = np.zeros(int(allowed.max(initial=0)) + 1, np.bool_)
            table[allowed] = True
            masks = (listed(table, chunk) for chunk in self.ids.chunks())
        found: NDArray[np.uint32] = take([self.ids], self.near(query, count, masks))[0]
        return found

    def near(
        self,
        query: NDArray[np.float32],
        count: int | None = None,
        masks: Iterable[NDArray[np.bool_]] | None = None,
    ) -> NDArray[np.intp]:
        """Where those of `shortlist` are, ascending; ``masks`` tells of each vector, `CHUNK` at a
        time, whether it may be."""
        import numpy as np

        if count is None:
            count = enough(len(self))
        positions = self.alike(query, _TIMES * count, masks)
        if len(positions) > count:
            fits = self._fits(query, positions)
            positions = positions[np.sort(np.argpartition(-fits, count)[:count])]
        return positions

    def find(self, ids: Sequence[int]) -> tuple[NDArray[np.intp], list[int]]:
        """Where these vectors are, and which of ``ids`` they are, both ascending: those that are
        not there are left out. Ids have been added in ascending order."""
        import numpy as np

        asked = np.unique(np.array(ids, np.uint32))
        positions, there = [np.empty(0, np.intp)], [asked[:0]]
        for index, chunk in enumerate(self.ids.chunks()):
            low, high = np.searchsorted(asked, chunk[[0, -1]])
            part = asked[low : high + 1]
            at = np.minimum(np.searchsorted(chunk, part), len(chunk) - 1)
            same = chunk[at] == part
            positions.append(at[same] + index * CHUNK)
            there.append(part[same])
        return np.concatenate(positions), np.concatenate(there).tolist()

    def at(self, positions: NDArray[np.intp]) -> NDArray[np.uint8]:
        """The signs of the vectors at ``positions``, which ascend; shape (n, 48)."""
        import numpy as np

        return np.ascontiguousarray(take(self._planes, positions).T).view(np.uint8)

    def alike(
        self,
        query: NDArray[np.float32],
        count: int,
        masks: Iterable[NDArray[np.bool_]] | None = None,
    ) -> NDArray[np.intp]:
        """Where the ``count`` vectors are whose signs differ least from the query's, ascending; of
        equal ones the first."""
        import numpy as np

        distances = self._distances(query)
        among = len(distances)
        if masks is not None:
            for start, mask in zip(range(0, among, CHUNK), masks, strict=True):
                np.putmask(distances[start : start + CHUNK], ~mask, _FAR)
            among = int(np.count_nonzero(distances != _FAR))
        count = min(count, among)
        return _least(distances, count) if count > 0 else np.empty(0, np.intp)

    def _fits(self, query: NDArray[np.float32], positions: NDArray[np.intp]) -> NDArray[np.float32]:
        """The sum of the query's values where the signs of each vector say yes: unlike counting,
        it tells what matters much from what matters little."""
        import numpy as np

        words = self.at(positions)
        fits = np.empty(len(positions), np.float32)
        for start in range(0, len(positions), _AT_ONCE):
            bits = np.unpackbits(words[start : start + _AT_ONCE], axis=1)
            np.matmul(bits.astype(np.float32), query, out=fits[start : start + _AT_ONCE])
        return fits

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


def enough(among: int) -> int:
    """How many are to be ranked by their bodies for the nearest of ``among`` to be among them."""
    return max(_READ, among // _READ_ONE_IN)


def listed(table: NDArray[np.bool_], values: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether ``table``, which may be too short, has true at each of ``values``."""
    import numpy as np

    mask: NDArray[np.bool_] = np.take(table, values, mode="clip") & (values < len(table))
    return mask


def _least(distances: NDArray[np.uint16], count: int) -> NDArray[np.intp]:
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
