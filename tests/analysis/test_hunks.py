"""Differences between texts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from her_tui.analysis import hunks
from her_tui.analysis.hunks import compare
from her_tui.analysis.patching import fits, patched
from her_tui.events.content import Hunk, Patch

texts = st.text(st.sampled_from("abc\n\n\n\r“"), max_size=80)


@given(texts, texts)
def test_the_difference_leads_from_one_to_the_other(old: str, new: str) -> None:
    found = compare(old, new)
    assert not found.why
    assert bool(found.hunks) == (old != new)
    patch = Patch("", found.hunks)
    assert fits(patch, old, new)
    assert patched(patch, old) == new


def test_changes_that_are_near_share_a_hunk() -> None:
    old = "".join(f"{number}\n" for number in range(40))
    found = compare(old, old.replace("5\n", "x\n", 1).replace("9\n", "y\n", 1))
    assert [(hunk.old_start, len(hunk.lines)) for hunk in found.hunks] == [(3, 13)]
    assert len(compare(old, old.replace("5\n", "", 1).replace("\n30\n", "\n")).hunks) == 2


def test_the_last_line_feed() -> None:
    assert compare("a", "a\n").hunks == (Hunk(1, 1, ("-a", "\\ No newline at end of file", "+a")),)


def test_large_texts_are_compared_by_the_lines_they_have_once() -> None:
    lines = [f"line {number}\n" for number in range(50_000)]
    changed = [f"# {line}" if number % 500 == 0 else line for number, line in enumerate(lines)]
    assert len(compare("".join(lines), "".join(changed)).hunks) == 100


def test_too_much_is_said() -> None:
    old = "a\nb\n" * hunks.LIMIT
    found = compare(old, old.replace("b", "c"))
    assert not found.hunks
    assert "too many" in found.why
