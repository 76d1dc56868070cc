"""The nearest vectors: reading only what is new, and leaving out what may not be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from her_tui.search import vectors
from her_tui.search.nearest import Nearest
from her_tui.search.vectors import pack
from her_tui.store import vector_blocks
from her_tui.store.vectors import Place, Segment, VectorReader, VectorStore
from tests.support.vectors import clustered

MODEL = "a-model"
VECTORS = clustered(300, seed=9)


class Counting(VectorReader):
    """Counts the segments that were read."""

    read = 0

    def segments(self, after: int = 0) -> Iterator[Segment]:
        for segment in super().segments(after):
            self.read += 1
            yield segment


@pytest.fixture
def store(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[VectorStore]:
    monkeypatch.setattr(vector_blocks, "SEGMENT", 32)
    opened = VectorStore(home, MODEL)
    yield opened
    opened.close()


@pytest.fixture
def source(store: VectorStore, home: Path) -> Iterator[Counting]:
    opened = Counting(home, MODEL)
    yield opened
    opened.close()


def add(store: VectorStore, places: dict[int, int], kind: Callable[[int], int] = int) -> None:
    """Vectors of `VECTORS` at events: event -> which."""
    packed = {at: pack(VECTORS[at : at + 1])[0] for at in set(places.values())}
    store.add(
        [(at.to_bytes(8, "big"), p.body, p.signs) for at, p in packed.items()],
        [(at.to_bytes(8, "big"), event, 1, kind(event) % 3, 0) for event, at in places.items()],
    )


def events(found: Sequence[tuple[Place, float]]) -> list[int]:
    return [place.event for place, _ in found]


def exact(query: int, among: Sequence[int], count: int) -> list[int]:
    ranked = sorted(among, key=lambda at: -float(VECTORS[at] @ VECTORS[query]))
    return ranked[:count]


def test_the_nearest_come_first(store: VectorStore, source: Counting) -> None:
    add(store, {1000 + at: at for at in range(300)})
    found = Nearest(source).nearest(VECTORS[7], 5)

    assert events(found)[:1] == [1007]
    assert len({1000 + at for at in exact(7, range(300), 5)} & set(events(found))) >= 4
    assert found[0][1] == pytest.approx(1, abs=0.01)
    assert [cosine for _, cosine in found] == sorted((c for _, c in found), reverse=True)


def test_there_are_as_many_as_asked_for(
    store: VectorStore, source: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "_READ", 20)
    add(store, {at: at for at in range(300)})
    nearest = Nearest(source)
    for count in (0, 1, 20, 200, 300):
        assert len(nearest.nearest(VECTORS[7], count)) == count
    assert len(nearest.nearest(VECTORS[7], 500)) == 300
    assert len(nearest.nearest(VECTORS[7], 80, events=range(100, 190))) == 80


def test_nothing_is_read_twice(store: VectorStore, source: Counting) -> None:
    for start in range(0, 96, 8):
        add(store, {at: at for at in range(start, start + 8)})
    nearest = Nearest(source)
    assert nearest.refresh() == 96
    assert source.read == 3
    nearest.nearest(VECTORS[1], 3)
    assert source.read == 3

    add(store, {at: at for at in range(96, 100)})  # fresh
    assert events(nearest.nearest(VECTORS[97], 1)) == [97]
    assert source.read == 4
    add(store, {at: at for at in range(100, 130)})  # and folded with more
    assert events(nearest.nearest(VECTORS[97], 1)) == [97]
    assert events(nearest.nearest(VECTORS[129], 1)) == [129]
    assert source.read == 5
    assert len(nearest) == 130

    store.forget([5])
    assert events(nearest.nearest(VECTORS[5], 1)) != [5]
    assert source.read == 9
    assert len(nearest) == 129
    store.start_over()
    assert nearest.nearest(VECTORS[5], 1) == []


def test_what_may_not_be_is_left_out_before_the_nearest_are_chosen(
    store: VectorStore, source: Counting
) -> None:
    add(store, {at: at for at in range(300)})
    nearest = Nearest(source)

    assert events(nearest.nearest(VECTORS[7], 4, kinds={2})) == exact(7, range(2, 300, 3), 4)
    few = [3, 50, 299, 4000]
    assert events(nearest.nearest(VECTORS[7], 9, events=few)) == exact(7, few[:3], 3)
    assert events(nearest.nearest(VECTORS[7], 9, events=np.array(few, np.uint32), kinds={0})) == [3]
    assert nearest.nearest(VECTORS[7], 9, events=()) == []
    assert nearest.nearest(VECTORS[7], 9, kinds={7}) == []


def test_a_text_that_was_said_again_is_found_where_it_may_be(
    store: VectorStore, source: Counting
) -> None:
    add(store, {at: at for at in range(100)})
    nearest = Nearest(source)
    assert nearest.nearest(VECTORS[8], 1, kinds={5}) == []
    add(store, {500 + at: 8 for at in range(30)}, kind=lambda event: event)
    add(store, dict.fromkeys(range(600, 603), 9))

    assert events(nearest.nearest(VECTORS[8], 1, kinds={0}, each=2)) == [528, 525]
    assert events(nearest.nearest(VECTORS[8], 1, each=3)) == [529, 528, 527]
    assert events(nearest.nearest(VECTORS[8], 2, events=range(600, 700))) == [602, 601, 600]
    assert events(nearest.nearest(VECTORS[8], 1, events=[8])) == [8]


def test_stored_vectors_are_given_back(store: VectorStore, source: Counting) -> None:
    add(store, {at: at for at in range(50)})
    nearest = Nearest(source)
    ids = [place.vector for place in source.vectors_of([30])] + [9999, 1]
    back = nearest.like(ids)
    assert back.shape == (2, 384)
    assert np.linalg.norm(back, axis=1) == pytest.approx([1, 1])
    assert [float(back[0] @ VECTORS[30]), float(back[1] @ VECTORS[0])] == pytest.approx(
        [1, 1], abs=1e-3
    )
    assert nearest.like([]).shape == (0, 384)


def test_an_empty_store_has_no_nearest(source: Counting) -> None:
    nearest = Nearest(source)
    assert nearest.nearest(VECTORS[0], 5) == []
    assert nearest.refresh() == 0
