"""Piecewise linear maps between two scales."""

from __future__ import annotations

import pytest

from her_tui.analysis.scale import along


@pytest.mark.parametrize(
    ("value", "expected"), [(-1, 5), (0, 5), (5, 10), (10, 15), (15, 15.5), (20, 16), (99, 16)]
)
def test_between_knots_it_is_linear_and_beyond_them_clamped(value: float, expected: float) -> None:
    assert along(value, [0, 10, 20], [5, 15, 16]) == expected


def test_nothing_has_no_scale() -> None:
    assert along(3, [], []) == 0


def test_knots_may_share_their_place() -> None:
    assert along(5, [0, 5, 5, 10], [0, 1, 1, 2]) == 1
    assert along(1, [0, 0, 0], [1, 2, 3]) == 3
