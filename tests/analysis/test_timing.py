"""How an answer arrived."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from her_tui.analysis.timing import STALL_MS, Stall, timing_of


def test_pace_and_stalls_of_an_answer_seen_chunk_by_chunk() -> None:
    chunks = [(10, 300.0), (20, 400.0), (30, 2900.0), (40, 4900.0), (50, 5300.0)]
    timing = timing_of(chunks, 100)
    assert (timing.ttft_ms, timing.duration_ms, timing.streaming_ms) == (300.0, 5300.0, 5000.0)
    assert timing.tokens_per_second == 20.0
    assert timing.arrivals == 5
    assert timing.stalls == (Stall(400.0, 2500.0), Stall(2900.0, 2000.0))


def test_without_chunks_the_two_times_tell() -> None:
    timing = timing_of([], 100, ttft_ms=500.0, duration_ms=2500.0)
    assert (timing.streaming_ms, timing.tokens_per_second) == (2000.0, 50.0)
    assert (timing.arrivals, timing.stalls) == (0, ())


def test_what_came_at_once_has_no_pace() -> None:
    assert timing_of([(900, 300.0)], 100).tokens_per_second is None
    assert timing_of([], 100, 300.0, 305.0).tokens_per_second is None


def test_nothing_known() -> None:
    timing = timing_of([], None)
    assert (timing.ttft_ms, timing.streaming_ms, timing.tokens_per_second) == (None, None, None)


@given(
    st.lists(st.floats(0, 1e7), max_size=20).map(sorted),
    st.none() | st.integers(0, 10**6),
)
def test_stalls_lie_within_the_streaming(times: list[float], tokens: int | None) -> None:
    timing = timing_of([(at, time) for at, time in enumerate(times)], tokens)
    assert sum(stall.length_ms for stall in timing.stalls) <= (timing.streaming_ms or 0) + 1e-3
    assert all(stall.length_ms >= STALL_MS for stall in timing.stalls)
