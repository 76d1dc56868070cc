"""What the row below a query line says: never more than fits, never anything but text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from her_tui.ui.reading import LONGEST, error_pieces, note_pieces, read
from her_tui.ui.text import cells
from tests.ui.hostile import HOSTILE

_FOREIGN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def _said(text: str, width: int = 80, column: int = 2) -> str:
    reading = read(text, len(text))
    return "".join(piece for piece, _ in note_pieces(reading, column, width))


def test_words_are_a_query_and_need_no_note() -> None:
    reading = read("fix the login", 13)
    assert reading.query is not None
    assert not reading.error
    assert _said("fix the login") == ""
    assert read("").empty


def test_the_word_at_the_cursor_is_completed() -> None:
    reading = read("login is:er", 11)
    assert reading.completed() == ("login is:error", 14)
    assert read("login is:er again", 11).completed() == ("login is:error again", 14)
    assert "is:error" in _said("login is:er")
    assert read("l", 1).completions == ()
    assert read("login ", 6).completions == ()
    assert read("login is:er").completions == ()
    assert read("login is:error", 14).completed() is None


def test_values_of_the_library_are_offered() -> None:
    values = {"project": ["gullwing", "tide water"]}
    reading = read("project:ti", 10, lambda name: values.get(name, []))
    done = reading.completed()
    assert done is not None
    assert "tide water" in done[0]


def test_an_error_has_a_caret_below_its_place() -> None:
    said = _said("login latency:x", width=100)
    assert said.index("^") == 2 + len("login ")
    assert "latency:" in said[said.index("^") :]


def test_at_the_right_end_the_sentence_stands_left_of_the_caret() -> None:
    said = "".join(text for text, _ in error_pieces("Not a number of seconds", "", 70, 80))
    assert said.index("^") == 70
    assert said.index("Not a number") < 70


@given(st.text(max_size=60), st.integers(0, 200), st.integers(1, 120))
def test_no_note_is_wider_than_the_row(title: str, at: int, width: int) -> None:
    for hint in ("", "For example this."):
        said = "".join(text for text, _ in error_pieces(title, hint, at, width))
        assert cells(said) <= width + 2


@pytest.mark.parametrize("bad", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_is_typed_is_shown_as_text(bad: str) -> None:
    for text in (bad, f"latency:{bad}", f"is:{bad}", f"nosuch:{bad[:50]}"):
        reading = read(text, min(len(text), LONGEST))
        said = "".join(piece for piece, _ in note_pieces(reading, 2, 100))
        assert not _FOREIGN.search(said)
        assert cells(said) <= 102
