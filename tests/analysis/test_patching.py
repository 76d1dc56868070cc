"""Edits carried out anew."""

from __future__ import annotations

import pytest

from her_tui.analysis.patching import fits, patched, replaced
from her_tui.events.content import Hunk, Patch, Replacement


def _patch(*lines: str, start: int = 1) -> Patch:
    return Patch("/a", (Hunk(start, start, lines),))


@pytest.mark.parametrize(
    ("text", "changes", "expected"),
    [
        ("a b", [Replacement("b", "c")], "a c"),
        ("a a", [Replacement("a", "b")], None),
        ("a a", [Replacement("a", "b", True)], "b b"),
        ("aaaa", [Replacement("aa", "b", True)], "bb"),
        ("a", [Replacement("b", "c")], None),
        ("", [Replacement("", "new")], "new"),
        ("old", [Replacement("", "new")], None),
        ("1\n2\n3\n", [Replacement("2", "")], "1\n3\n"),
        ("1\n2", [Replacement("2", "")], "1\n"),
        ("a", [Replacement("a", "b"), Replacement("b", "c")], "c"),
        ("a", [Replacement("a", "\\1 $&")], "\\1 $&"),
    ],
)
def test_replacements(text: str, changes: list[Replacement], expected: str | None) -> None:
    assert replaced(text, changes) == expected


def test_tabs_are_recorded_as_blanks() -> None:
    patch = _patch("   a", "-    b", "+    c")
    assert fits(patch, "\ta\n\t\tb\n", "\ta\n\t\tc\n")
    assert not fits(patch, "\ta\n\t\tb\n", "a\n\t\tc\n")
    assert patched(patch, "\ta\n\t\tb\n") is None, "what the new line starts with is not known"
    assert patched(_patch("   a", "-    b", "+c"), "\ta\n\t\tb\n") == "\ta\nc\n"


@pytest.mark.parametrize(
    ("patch", "before", "after"),
    [
        (_patch("-a", "+b"), "a\nx\n", "b\ny\n"),
        (_patch("-a", "+b", start=2), "a\n", "b\n"),
        (_patch(" a", "-b"), "b\n", "b\n"),
        (_patch("-a", "+b", start=9), "a\n", "b\n"),
    ],
)
def test_a_patch_that_does_not_fit(patch: Patch, before: str, after: str) -> None:
    assert not fits(patch, before, after)
    assert patched(patch, before) != after


def test_an_end_without_a_line_feed() -> None:
    patch = _patch("-a", "\\ No newline at end of file", "+a", "+b")
    assert patched(patch, "a") == "a\nb\n"
    assert patched(patch, "a\n") is None
    assert patched(_patch("-a", "+b"), "a") is None
