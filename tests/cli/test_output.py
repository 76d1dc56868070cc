"""Tables and measures, also for text nobody expected."""

from __future__ import annotations

import pytest

from her_tui.cli import cells
from her_tui.cli.output import Column, print_json, print_table


@pytest.mark.parametrize(
    ("text", "width"),
    [("abc", 3), ("Möwe", 4), ("カモメ", 6), ("हेर", 2), ("e\u0301", 1), ("🐦", 2)],
)
def test_width(text: str, width: int) -> None:
    assert cells.width(text) == width


def test_cut_keeps_within_the_limit() -> None:
    assert cells.cut("カモメが飛ぶ", 6) == "カモ…"
    assert cells.cut("short", 10) == "short"


def test_columns_align_by_cells(capsys: pytest.CaptureFixture[str]) -> None:
    print_table((Column("BIRD"), Column("N", right=True)), [("カモメ", "1"), ("tern", "22")])
    assert capsys.readouterr().out == "BIRD     N\nカモメ   1\ntern    22\n"


def test_captured_text_cannot_drive_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    hostile = "\x1b]0;title\x07 \x9b31m \u202eabc\nsecond line"
    print_table((Column("A"),), [(hostile,)])
    print_json({"text": hostile})
    out = capsys.readouterr().out
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(out)
    assert len(out.splitlines()) == 5
