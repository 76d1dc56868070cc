"""Vectors made small: what packing costs, and that shortlists are what counting by hand gives."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from her_tui.search import vectors
from her_tui.search.vectors import (
    BODY,
    DIMENSIONS,
    SIGNS,
    Column,
    Packed,
    Signs,
    pack,
    rescore,
    take,
    unpack,
)
from tests.support.vectors import clustered, segments_of, unit

if TYPE_CHECKING:
    from numpy.typing import NDArray


def by_hand(
    stored: NDArray[np.float32], query: NDArray[np.float32], count: int, allowed: list[bool]
) -> list[int]:
    """The ids (positions from 1) of the nearest by sign, the first of equal ones, ascending."""
    differing = ((stored > 0) != (query > 0)).sum(axis=1)
    ranked = sorted((int(d), at) for at, d in enumerate(differing) if allowed[at])
    return sorted(at + 1 for _, at in ranked[:count])


def check_shortlist(
    signs: Signs,
    stored: NDArray[np.float32],
    query: NDArray[np.float32],
    count: int | None,
    mask: list[bool],
    allowed: NDArray[np.uint32] | None = None,
) -> None:
    """Of eight times as many alike ones those are taken whose signs fit the query best."""
    found = signs.shortlist(query, count, allowed)
    count = 150 if count is None else count
    alike = by_hand(stored, query, 8 * count, mask)
    fits = {at: float(query[stored[at - 1] > 0].sum()) for at in alike}

    assert found.dtype == np.uint32
    assert found.tolist() == sorted(found.tolist())
    assert len(found) == min(count, len(alike))
    left = set(alike) - set(found.tolist())
    assert set(found.tolist()) <= set(alike)
    if left and len(found):
        assert min(fits[at] for at in found.tolist()) > max(fits[at] for at in left) - 1e-4


def bits(packed: list[Packed]) -> NDArray[np.uint8]:
    """Their signs, one row each."""
    return np.frombuffer(b"".join(p.signs for p in packed), np.uint8).reshape(-1, SIGNS)


def test_a_packed_vector_is_off_by_half_a_step_at_most() -> None:
    stored = unit(np.random.default_rng(1).standard_normal((300, DIMENSIONS)))
    packed = pack(stored)

    assert {len(p.body) for p in packed} == {BODY}
    assert {len(p.signs) for p in packed} == {SIGNS}
    steps = np.abs(stored).max(axis=1, keepdims=True) / 255
    back = unpack([p.body for p in packed], bits(packed))
    assert (np.abs(back - stored) <= steps * 0.501).all()
    assert [np.frombuffer(p.body[-4:], "<f4")[0] for p in packed] == pytest.approx(steps[:, 0])


def test_the_first_dimension_is_the_highest_bit_of_the_first_byte() -> None:
    vector = np.full((1, DIMENSIONS), -0.1, np.float32)
    vector[0, [0, 9]] = 0.5
    assert pack(vector)[0].signs == b"\x80\x40" + bytes(SIGNS - 2)


def test_a_vector_of_nothing_can_be_packed() -> None:
    packed = pack(np.zeros((1, DIMENSIONS), np.float32))
    assert packed == [(bytes(BODY), bytes(SIGNS))]
    assert not unpack([packed[0].body], bits(packed)).any()
    assert pack(np.zeros((0, DIMENSIONS), np.float32)) == []
    assert unpack([], bits([])).shape == (0, DIMENSIONS)


@pytest.mark.parametrize("count", [0, 1, 5, 4095, 4096, 4097, vectors.CHUNK + 5])
def test_a_shortlist_is_what_counting_by_hand_gives(count: int) -> None:
    rng = np.random.default_rng(count)
    stored = rng.standard_normal((count, DIMENSIONS), np.float32)
    query = rng.standard_normal(DIMENSIONS, np.float32)
    signs = Signs(segments_of(stored))

    assert len(signs) == count
    for number in (1000, 7):
        alike = [at + 1 for at in signs.alike(query, number).tolist()]
        assert alike == by_hand(stored, query, number, [True] * count)
    check_shortlist(signs, stored, query, None, [True] * count)
    check_shortlist(signs, stored, query, 7, [True] * count)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 40),
    st.integers(0, 45),
    st.sampled_from([1, 7, 64]),
    st.sets(st.integers(1, 60)) | st.none(),
    st.integers(0, 2**32 - 1),
)
def test_ties_and_masks(
    size: int, count: int, segment: int, allowed: set[int] | None, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    # Few different signs, so that many are equally near.
    kinds = rng.standard_normal((3, DIMENSIONS), np.float32)
    stored = kinds[rng.integers(0, 3, size)].reshape(size, DIMENSIONS)
    query = rng.standard_normal(DIMENSIONS, np.float32)
    mask = [allowed is None or at + 1 in allowed for at in range(size)]
    listed = None if allowed is None else np.array(sorted(allowed), np.uint32)

    signs = Signs(segments_of(stored, segment))
    masks = None if listed is None else [np.array(mask)] if size else []

    assert [at + 1 for at in signs.alike(query, count, masks)] == by_hand(
        stored, query, count, mask
    )
    check_shortlist(signs, stored, query, count, mask, listed)


def test_chunks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "CHUNK", 16)
    rng = np.random.default_rng(3)
    stored = rng.standard_normal((50, DIMENSIONS), np.float32)
    signs = Signs(segments_of(stored, 7))
    for length in (50, 48, 33, 32, 16, 0):
        signs.truncate(length)
        for query in rng.standard_normal((3, DIMENSIONS), np.float32):
            found = [at + 1 for at in signs.alike(query, 9).tolist()]
            assert found == by_hand(stored[:length], query, 9, [True] * length)
            check_shortlist(signs, stored[:length], query, 3, [True] * length)
    for _, bits in segments_of(stored, 50):
        signs.add(101, bits)
    assert signs.shortlist(stored[20], 1).tolist() == [121]


def test_a_column_copies_one_piece_at_most_when_it_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "CHUNK", 8)
    monkeypatch.setattr(vectors, "_STEP", 2)
    column = Column("u4")
    column.extend(np.arange(21))
    before = [chunk.ctypes.data for chunk in column.chunks()]
    column.extend(np.arange(21, 22))
    assert [chunk.ctypes.data for chunk in column.chunks()] == before
    column.reserve(18)
    before[2:] = [chunk.ctypes.data for chunk in column.chunks()][2:]
    for number in range(22, 40):
        column.extend(np.array([number]))
    assert [chunk.ctypes.data for chunk in column.chunks()][:3] == before
    assert np.concatenate(list(column.chunks())).tolist() == list(range(40))

    column.truncate(9)
    column.reserve(-5)
    assert [len(chunk) for chunk in column.chunks()] == [8, 1]
    assert take([column, column], np.array([0, 7, 8])).tolist() == [[0, 7, 8]] * 2
    column.extend(np.array([99]))
    assert [chunk.tolist() for chunk in column.chunks()] == [[*range(8)], [8, 99]]


def test_a_vector_takes_64_bytes_of_memory_at_most() -> None:
    signs = Signs()
    for first in range(1, 100_001, 4096):
        signs.add(first, bytes(SIGNS * min(4096, 100_001 - first)))
    assert len(signs) == 100_000
    columns = [signs.ids, *signs._planes]
    taken = sum(column.piece(at).nbytes for column in columns for at in range(2))
    assert taken <= 64 * 100_000


def test_rescoring_gives_cosines_best_first() -> None:
    stored = clustered(400, seed=4)
    packed = pack(stored)
    query = stored[7]

    ranked = rescore(query, [(at + 100, p.body) for at, p in enumerate(packed)], bits(packed))

    exact = stored @ query
    assert ranked[0][0] == 107
    assert all(a[1] >= b[1] for a, b in pairwise(ranked))
    assert all(abs(cosine - exact[at - 100]) < 0.002 for at, cosine in ranked)
    assert len(ranked) == 400
    assert rescore(query, [], bits([])) == []


def test_the_nearest_are_found_among_clusters() -> None:
    stored = clustered(20_300, seed=5)
    stored, queries = stored[300:], stored[:60]
    signs = Signs(segments_of(stored))
    packed = pack(stored)
    hits = 0
    for query in queries:
        positions = signs.near(query)
        rows = [(at + 1, packed[at].body) for at in positions.tolist()]
        ranked = rescore(query, rows, signs.at(positions))
        exact = np.argsort(-(stored @ query))[:10] + 1
        hits += len({at for at, _ in ranked[:10]}.intersection(exact.tolist()))
    assert hits / (10 * len(queries)) >= 0.985


def test_vectors_are_found_by_their_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "CHUNK", 8)
    stored = np.random.default_rng(6).standard_normal((50, DIMENSIONS), np.float32)
    signs = Signs()
    for first, start, end in ((3, 0, 20), (100, 20, 21), (200, 21, 50)):
        signs.add(first, bits(pack(stored[start:end])).tobytes())

    positions, ids = signs.find([228, 3, 22, 23, 99, 100, 101, 215, 215, 1, 999])

    assert ids == [3, 22, 100, 215, 228]
    assert positions.tolist() == [0, 19, 20, 36, 49]
    assert (signs.at(positions) == bits(pack(stored[positions]))).all()
    assert signs.find([])[1] == []
    assert Signs().find([1])[1] == []
