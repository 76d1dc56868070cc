"""The change between two texts: applied to the one it gives the other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from her_tui.analysis.text_diff import difference, lines_of
from her_tui.events.content import Patch


def applied(before: str, patch: Patch) -> list[str]:
    """What ``patch`` makes of ``before``; wrong context or line numbers are an error."""
    old, made, at = lines_of(before), [], 0
    for hunk in patch.hunks:
        start = max(0, hunk.old_start - 1)
        made += old[at:start]
        assert max(0, hunk.new_start - 1) == len(made)
        at = start
        for row in hunk.lines:
            if row[0] != "+":
                assert old[at] == row[1:]
                at += 1
            if row[0] != "-":
                made.append(row[1:])
    return made + old[at:]


TEXTS = st.lists(st.sampled_from(["a", "b", "c", "", "  d"]), max_size=30).map("\n".join)


@given(TEXTS, TEXTS)
def test_it_makes_the_one_of_the_other(before: str, after: str) -> None:
    assert applied(before, difference("x", before, after)) == lines_of(after)


@given(TEXTS)
def test_the_same_text_has_no_hunks(text: str) -> None:
    assert not difference("x", text, text).hunks


def test_a_file_that_came_and_one_that_went() -> None:
    came = difference("x", None, "a\nb\n")
    assert came.created
    assert came.hunks[0].lines == ("+a", "+b")
    went = difference("x", "a\nb\n", None)
    assert went.hunks[0].lines == ("-a", "-b")
    assert not went.created


def test_changes_far_apart_are_hunks_of_their_own() -> None:
    before = "\n".join(map(str, range(40)))
    after = before.replace("\n5\n", "\nfive\n").replace("\n30\n", "\nthirty\n")
    first, second = difference("x", before, after).hunks
    assert (first.old_start, second.old_start) == (3, 28)
    assert len(first.lines) == 8


def test_long_texts_with_nothing_in_common_are_not_compared_line_by_line() -> None:
    before = "\n".join(f"a{number}" for number in range(25_000))
    after = "\n".join(f"b{number}" for number in range(25_000))
    (hunk,) = difference("x", before, after).hunks
    assert len(hunk.lines) == 50_000


def test_a_long_text_with_a_change_in_the_middle() -> None:
    lines = [f"line {number % 7}" for number in range(60_000)]
    after = [*lines[:30_000], "new", *lines[30_000:]]
    (hunk,) = difference("x", "\n".join(lines), "\n".join(after)).hunks
    assert [row for row in hunk.lines if row[0] == "+"] == ["+new"]
