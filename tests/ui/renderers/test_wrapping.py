"""Lines break where people expect, and no character is lost or drawn twice."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from her_tui.ui.renderers.line import Line, Span, prefixed, split
from her_tui.ui.renderers.wrapping import wrap, wrap_lines

texts = st.text(alphabet=st.sampled_from("ab  cdé世界🙂👩‍👩‍👧\u0301 "), max_size=120)


@pytest.mark.parametrize(
    ("text", "width", "rows"),
    [
        ("", 10, [""]),
        ("short", 10, ["short"]),
        ("one two three", 8, ["one two", "three"]),
        ("exactly ten", 7, ["exactly", "ten"]),
        ("x" * 25, 10, ["x" * 10, "x" * 10, "x" * 5]),
        ("    indented code", 10, ["    indent", "ed code"]),
        ("世界" * 4, 8, ["世界世界", "世界世界"]),
        ("ab 世界世界", 8, ["ab 世界", "世界"]),
    ],
)
def test_lines_break_at_blanks_or_where_the_row_is_full(
    text: str, width: int, rows: list[str]
) -> None:
    assert [text[a:b].rstrip() or text[a:b] for a, b in wrap(text, width)] == rows


@given(texts, st.integers(8, 40))
def test_rows_cover_the_text_and_fit(text: str, width: int) -> None:
    """Every character but blanks at a break is in exactly one row, in order, and rows fit."""
    ranges = wrap(text, width)
    at = 0
    for start, end in ranges:
        assert not text[at:start].strip()
        assert at <= start <= end
        assert cell_len(text[start:end].rstrip()) <= width
        at = end
    assert not text[at:].strip()


def test_a_megabyte_without_blanks_is_cut_before_it_is_wrapped() -> None:
    """A minified file costs what its first few thousand characters cost."""
    begun = time.process_time()
    lines = tuple(Line((Span(piece),)) for piece in split("x" * 1_000_000))
    rows = wrap_lines(lines, 80)
    assert time.process_time() - begun < 0.5
    assert len(rows) < 60
    assert "more characters" in lines[0].text


def test_a_prefix_takes_room_from_the_text() -> None:
    """Wrapped rows are indented as far as the first."""
    line = next(iter(prefixed([Line((Span("word " * 10),))], (Span("│ "),))))
    rows = wrap_lines((line,), 22)
    assert [line.text[row.start : row.end].strip() for row in rows] == [
        "word " * 3 + "word"
    ] * 2 + ["word word"]
