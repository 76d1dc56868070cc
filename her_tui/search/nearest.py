"""The vectors nearest to one, with where they stand: signs kept in memory, bodies read as needed.

What is stored is seen through `Source`, so that nothing here knows of SQL.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from her_tui.search.threads import import_numpy
from her_tui.search.vectors import Column, Signs, enough, listed, rescore, take, unpack

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: Places that are told of one vector: a short text may stand at thousands.
_EACH = 16


class Standing(Protocol):
    """Where a passage stands (`her_tui.store.vectors.Place`)."""

    @property
    def vector(self) -> int: ...
    @property
    def event(self) -> int: ...
    @property
    def kind(self) -> int: ...


class Stretch(Protocol):
    """What finds many vectors (`her_tui.store.vectors.Segment`)."""

    @property
    def number(self) -> int: ...
    @property
    def ids(self) -> bytes | int: ...
    @property
    def signs(self) -> bytes: ...
    @property
    def events(self) -> bytes: ...
    @property
    def kinds(self) -> bytes: ...


S = TypeVar("S", bound=Standing)
S_co = TypeVar("S_co", bound=Standing, covariant=True)


class Source(Protocol[S_co]):
    """Where vectors are read from (`her_tui.store.vectors.VectorReader`)."""

    def version(self) -> tuple[object, int]:
        """Another second value: there is more; another first: all is to be read again."""

    def segments(self, after: int = 0) -> Iterator[Stretch]:
        """All vectors, or those behind a segment; what may change comes last, as number 0."""

    def count(self) -> tuple[int, int]:
        """(events, vectors)."""

    def further(self, after: int = 0) -> Sequence[tuple[int, int, int, int]]:
        """(number, vector, event, kind) of further places, or those behind a number."""

    def bodies(self, ids: Sequence[int]) -> Sequence[tuple[int, bytes]]:
        """(id, body) of these vectors, by id."""

    def places(self, ids: Sequence[int]) -> Sequence[S_co]:
        """Where these stand, the newest events of a vector first."""


class Nearest(Generic[S]):
    """Finds the nearest vectors of a source, as it is when asked: 57 bytes of memory a vector.
    Safe to share between threads, which take turns."""

    def __init__(self, source: Source[S]) -> None:
        """Reads nothing yet. Raises `HerError` where there is no numpy."""
        import_numpy()
        self._source = source
        self._lock = Lock()
        self._start_over()

    def _start_over(self) -> None:
        self._version: tuple[object, int] | None = None
        self._signs = Signs()
        self._events = Column("u4")
        self._kinds = Column("u1")
        self._folded = 0
        self._last = 0
        self._further = _Further()

    def __len__(self) -> int:
        """How many vectors there are as of the last question."""
        return len(self._signs)

    def refresh(self) -> int:
        """Read what is new, as every question does by itself; how many vectors there are."""
        with self._lock:
            self._refresh()
            return len(self._signs)

    def nearest(
        self,
        query: NDArray[np.float32],
        count: int = 50,
        *,
        kinds: Collection[int] | None = None,
        events: Collection[int] | NDArray[np.uint32] | None = None,
        each: int = _EACH,
    ) -> list[tuple[S, float]]:
        """(place, cosine) of the ``count`` vectors nearest to the unit vector ``query``, best
        first. Of a vector at most ``each`` of its places, the newest first. Only places of
        ``kinds`` and at ``events``: other vectors are left out before the nearest are chosen, so
        that there are as many as asked for where there are as many."""
        allowed = _Allowed(kinds, events)
        with self._lock:
            self._refresh()
            masks = self._masks(allowed) if allowed else None
            positions = self._signs.near(query, max(count, enough(len(self._signs))), masks)
            rows, signs = self._read(take([self._signs.ids], positions)[0].tolist())
            scored = rescore(query, rows, signs)
            return self._placed(scored, count, allowed, each)

    def like(self, ids: Sequence[int]) -> NDArray[np.float32]:
        """The stored vectors with these ids as unit vectors, shape (n, 384), in their order; those
        that are gone are left out."""
        import numpy as np

        with self._lock:
            self._refresh()
            rows, signs = self._read(self._signs.find(ids)[1])
        vectors = unpack([body for _, body in rows], signs)
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.float32(1e-12))
        order = {vector: at for at, (vector, _) in enumerate(rows)}
        return vectors[[order[vector] for vector in ids if vector in order]]

    def _read(self, ids: list[int]) -> tuple[Sequence[tuple[int, bytes]], NDArray[np.uint8]]:
        """(id, body) of vectors that are known, and their signs."""
        rows = self._source.bodies(ids)
        return rows, self._signs.at(self._signs.find([vector for vector, _ in rows])[0])

    def _refresh(self) -> None:
        version = self._source.version()
        if version == self._version:
            return
        if self._version is None or version[0] != self._version[0]:
            self._start_over()
        self._version = None  # until all is read
        for column in (self._signs, self._events, self._kinds):
            column.truncate(self._folded)
            column.reserve(self._source.count()[1] - self._folded)
        for segment in self._source.segments(self._last):
            self._take(segment)
        self._version = version

    def _take(self, segment: Stretch) -> None:
        import numpy as np

        self._signs.add(segment.ids, segment.signs)
        self._events.extend(np.frombuffer(segment.events, "<u4"))
        self._kinds.extend(np.frombuffer(segment.kinds, "u1"))
        if segment.number:
            self._folded = len(self._signs)
            self._last = segment.number

    def _masks(self, allowed: _Allowed) -> Iterator[NDArray[np.bool_]]:
        """Which vectors have an allowed place."""
        self._further.take(self._source.further(self._further.last))
        also = self._further.vectors_at(allowed)
        columns = (self._signs.ids, self._events, self._kinds)
        for ids, events, kinds in zip(*(c.chunks() for c in columns), strict=True):
            yield allowed.mask(events, kinds) | listed(also, ids)

    def _placed(
        self, scored: list[tuple[int, float]], count: int, allowed: _Allowed, each: int
    ) -> list[tuple[S, float]]:
        """The first ``count`` vectors of ``scored`` that have an allowed place, with these."""
        found: list[tuple[S, float]] = []
        vectors = 0
        for start in range(0, len(scored), max(1, count)):
            part = scored[start : start + count]
            standing: dict[int, list[S]] = {}
            for place in self._source.places([vector for vector, _ in part]):
                if allowed.has(place.event, place.kind):
                    standing.setdefault(place.vector, []).append(place)
            for vector, cosine in part:
                if vector in standing and vectors < count:
                    vectors += 1
                    found += [(place, cosine) for place in standing[vector][:each]]
            if vectors >= count:
                break
        return found


class _Further:
    """Places that are not a vector's first."""

    def __init__(self) -> None:
        self.last = 0
        self._columns = Column("u4"), Column("u4"), Column("u1")

    def take(self, rows: Sequence[tuple[int, int, int, int]]) -> None:
        """Add what `Source.further` says."""
        import numpy as np

        if rows:
            numbers, *values = zip(*rows, strict=True)
            self.last = numbers[-1]
            for column, held in zip(self._columns, values, strict=True):
                column.extend(np.array(held))

    def vectors_at(self, allowed: _Allowed) -> NDArray[np.bool_]:
        """True at the vectors that have such a place."""
        import numpy as np

        chunks = zip(*(column.chunks() for column in self._columns), strict=True)
        found = [vectors[allowed.mask(events, kinds)] for vectors, events, kinds in chunks]
        return _table(np.concatenate(found) if found else ())


class _Allowed:
    """Which places may be."""

    def __init__(
        self,
        kinds: Collection[int] | None,
        events: Collection[int] | NDArray[np.uint32] | None,
    ) -> None:
        self._kinds = None if kinds is None else _table(kinds)
        self._events = None if events is None else _table(events)

    def __bool__(self) -> bool:
        return self._kinds is not None or self._events is not None

    def has(self, event: int, kind: int) -> bool:
        """Whether a place may be."""
        return _within(self._events, event) and _within(self._kinds, kind)

    def mask(self, events: NDArray[np.uint32], kinds: NDArray[np.uint8]) -> NDArray[np.bool_]:
        """`has` of many."""
        import numpy as np

        mask = np.ones(len(events), np.bool_)
        if self._kinds is not None:
            mask &= listed(self._kinds, kinds)
        if self._events is not None:
            mask &= listed(self._events, events)
        return mask


def _within(table: NDArray[np.bool_] | None, value: int) -> bool:
    return table is None or (value < len(table) and bool(table[value]))


def _table(values: Iterable[int] | NDArray[np.uint32]) -> NDArray[np.bool_]:
    """True at ``values``."""
    import numpy as np

    if not isinstance(values, np.ndarray):
        values = np.fromiter(values, np.uint32)
    table = np.zeros(int(values.max(initial=0)) + 1, np.bool_)
    table[values] = True
    return table
