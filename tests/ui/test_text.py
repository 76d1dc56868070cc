"""Captured text shows itself and nothing else, in as many cells as asked for."""

from __future__ import annotations

import pytest

from her_tui.ui import text
from tests.ui.hostile import HOSTILE


@pytest.mark.parametrize("bad", HOSTILE, ids=range(len(HOSTILE)))
def test_no_control_character_is_left(bad: str) -> None:
    for shown in (text.literal(bad).plain, text.cut(bad, 40)):
        assert not any(ord(char) < 32 and char not in "\n\t" for char in shown)
        assert not any(0x7F <= ord(char) < 0xA0 for char in shown)
        shown.encode()
    assert text.literal(bad).spans == []


@pytest.mark.parametrize("bad", [*HOSTILE, "修复支付回调重试", "e\u0301a\u200d👩‍👩‍👧 👍🏽", ""])
@pytest.mark.parametrize("width", [0, 1, 2, 7, 40])
def test_lines_are_as_wide_as_asked(bad: str, width: int) -> None:
    assert text.cells(text.cut(bad, width)) <= width
    assert text.cells(text.fit(bad, width)) == width
    assert text.cells(text.fit(bad, width, right=True)) == width


def test_what_is_cut_says_so() -> None:
    assert text.cut("hello world", 8) == "hello w…"
    assert text.fit("ab", 4, right=True) == "  ab"
