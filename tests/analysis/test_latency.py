"""How long answers took, column by column."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from her_tui.analysis.latency import LONGEST, SHORTEST, Cell, between, cells, lay_latencies, level

EDGES = [float(edge) for edge in range(0, 10_001, 1_000)]
ANSWERS = st.lists(
    st.tuples(
        st.integers(-20_000, 30_000),
        st.none() | st.floats(0, 20_000),
        st.none() | st.floats(0, 40_000),
    ),
    max_size=20,
)


@pytest.mark.parametrize(
    ("milliseconds", "expected"), [(0, 1), (SHORTEST, 1), (LONGEST, 8), (10 * LONGEST, 8)]
)
def test_levels_end_where_they_should(milliseconds: float, expected: int) -> None:
    assert level(milliseconds) == expected


@given(st.floats(0, 1e7), st.floats(0, 1e7))
def test_slower_is_never_lower(one: float, other: float) -> None:
    assert level(min(one, other)) <= level(max(one, other))


def test_an_answer_is_waited_for_then_received() -> None:
    found = cells(lay_latencies([(1_000, 2_000.0, 4_000.0)]), EDGES)
    wait, whole = Cell(level(2_000), True), Cell(level(4_000), False)
    assert found == [None, wait, wait, whole, whole, whole, None, None, None, None]


def test_in_one_column_the_slowest_counts_and_what_took_most_of_it() -> None:
    found = cells(lay_latencies([(10, 500.0, 600.0), (650, 10.0, 300.0)]), EDGES)
    assert found[0] == Cell(level(600), True)
    assert found[1:] == [None] * 9


def test_what_is_not_over_has_no_latency() -> None:
    assert not lay_latencies([(0, 100.0, None)])


def test_answers_of_a_column() -> None:
    laid = lay_latencies([(1_200, None, 900.0), (1_100, 50.0, 80.0), (2_000, 1.0, 2.0)])
    assert between(laid, EDGES, 1) == [(50.0, 80.0), (900.0, 900.0)]


@given(ANSWERS)
def test_a_column_says_something_exactly_where_an_answer_was_on_its_way(
    answers: list[tuple[int, float | None, float | None]],
) -> None:
    laid = lay_latencies(answers)
    for column, cell in enumerate(cells(laid, EDGES)):
        last = column == len(EDGES) - 2
        covered = any(
            start <= EDGES[column + 1] - (0 if last else 1e-9)
            and start < EDGES[column + 1] + (1 if last else 0)
            and end >= EDGES[column]
            for start, end in zip(laid.starts, laid.ends, strict=True)
        )
        assert (cell is not None) == covered
        assert cell is None or 1 <= cell.level <= 8
