"""What is under the cursor does not move, whatever is found meanwhile."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from her_tui.ui.merging import fold_in, place_of

_ROWS = st.lists(st.integers(0, 60), unique=True, max_size=50)


def _same(row: int) -> int:
    return row


@given(_ROWS, _ROWS, st.integers(0, 60), st.integers(1, 50))
def test_the_row_under_the_cursor_stays_and_the_others_are_as_found(
    shown: list[int], found: list[int], cursor: int, limit: int
) -> None:
    rows = fold_in(shown, found, cursor, _same, limit)
    assert len(rows) == len(set(rows)) <= max(limit, 1)
    if cursor >= len(shown):
        assert rows == found[:limit]
        return
    held = shown[cursor]
    assert rows.index(held) == min(cursor, len(rows) - 1)
    others = [row for row in rows if row != held]
    assert others == [row for row in found if row != held][: limit - 1]


@given(_ROWS, st.integers(0, 60))
def test_the_same_answer_changes_nothing(shown: list[int], cursor: int) -> None:
    assert fold_in(shown, shown, cursor, _same, 50) == shown


def test_the_row_itself_is_the_one_that_was_found_last() -> None:
    shown = [("a", "newest"), ("b", "newest")]
    found = [("c", "meaning"), ("b", "words")]
    rows = fold_in(shown, found, 1, lambda row: row[0], 50)
    assert rows == [("c", "meaning"), ("b", "words")]
    rows = fold_in(shown, found, 0, lambda row: row[0], 50)
    assert rows == [("a", "newest"), ("c", "meaning"), ("b", "words")]


def test_where_a_row_went() -> None:
    assert place_of([5, 6, 7], 1, [9, 6], _same) == 1
    assert place_of([5, 6, 7], 1, [9], _same) is None
    assert place_of([], 0, [9], _same) is None
