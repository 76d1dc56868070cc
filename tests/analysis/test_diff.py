"""Which words of a changed line changed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from her_tui.analysis.diff import changed, pairs


def test_a_replaced_word_is_found_on_both_sides() -> None:
    """Only what differs stands out."""
    old, new = "return login(user)", "return logout(user)"
    gone, come = changed(old, new)
    assert [old[a:b] for a, b in gone] == ["login"]
    assert [new[a:b] for a, b in come] == ["logout"]


def test_lines_that_have_nothing_in_common_do_not_flicker() -> None:
    """Another line is another line, not one that changed."""
    assert changed("import os", "class Harbour:") == ((), ())


def test_removed_lines_belong_to_the_added_lines_after_them() -> None:
    """The n-th to the n-th; what is left over has no partner."""
    assert pairs([" a", "-b", "-c", "+B", " d", "+e"]) == {1: 3, 3: 1}


def test_a_line_of_a_megabyte_is_not_compared() -> None:
    """Comparing words is quadratic."""
    assert changed("x " * 500_000, "y " * 500_000) == ((), ())


@given(st.text(max_size=80), st.text(max_size=80))
def test_ranges_lie_in_their_lines(old: str, new: str) -> None:
    """In order, without overlap, inside the line."""
    for text, ranges in zip((old, new), changed(old, new), strict=True):
        at = 0
        for start, end in ranges:
            assert at <= start < end <= len(text)
            at = end
