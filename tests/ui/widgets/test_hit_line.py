"""A found prompt in one line or two."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from her_tui.events.documents import DocumentKind
from her_tui.queries.finding import Hit
from her_tui.ui.text import cells
from her_tui.ui.widgets import hit_line
from tests.ui.hostile import HOSTILE

NOW = 1_795_174_972_000
_FOREIGN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

HIT = Hit(
    event=7,
    kind=DocumentKind.PROMPT,
    session=1,
    session_id="0c9f8a52",
    agent_name="claude-code",
    agent=0,
    ts=NOW - 3 * 86_400_000,
    score=0.9,
    why=("words: oauth, callback", "meaning 0.62"),
    snippet="make the oauth callback keep the page one came from",
    marks=((9, 14), (15, 23)),
    title="Sign-in loops",
    project="/home/ada/code/gullwing",
)


def _text(pieces: list[tuple[str, str]]) -> str:
    return "".join(text for text, _ in pieces)


def test_one_line_says_what_where_when_and_why() -> None:
    said = _text(hit_line.hit_pieces(HIT, 90, NOW, selected=True))
    assert cells(said) == 90
    assert said.startswith("▌  make the oauth callback")
    assert said.split()[-3:] == ["gullwing", "3d", "words"]


def test_two_lines_say_the_same_in_full() -> None:
    starred = replace(HIT, starred=True)
    assert _text(hit_line.first_line(starred, 60, selected=False)).startswith(" ★ make the oauth")
    said = _text(hit_line.second_line(HIT, 100, NOW, selected=False))
    assert "gullwing · 3d · words: oauth, callback · meaning 0.62 · Sign-in loops" in said


def test_what_was_found_by_meaning_alone_says_how_near_it_is() -> None:
    near = replace(HIT, why=("meaning 0.62",), marks=())
    assert hit_line.short_why(near) == "≈0.62"
    assert hit_line.short_why(replace(HIT, why=("newest",))) == ""
    assert hit_line.why(replace(HIT, why=("newest",))) == ""


def test_the_words_that_were_found_are_marked() -> None:
    pieces = hit_line.passage(HIT.snippet, HIT.marks, 80)
    assert [text for text, role in pieces if role == "match"] == ["oauth", "callback"]
    assert _text(pieces) == HIT.snippet


def test_of_a_long_passage_the_marked_stretch_is_shown() -> None:
    text = "x" * 300 + " needle " + "y" * 300
    pieces = hit_line.passage(text, ((301, 307),), 40)
    assert ("needle", "match") in pieces
    assert cells(_text(pieces)) <= 40


def test_a_passage_that_ends_soon_after_its_mark_fills_the_line() -> None:
    text = "Rewrite the importer and tell me in a comment that says why."
    said = _text(hit_line.passage(text, ((56, 59),), 40))
    assert said.endswith("a comment that says why.")
    assert cells(said) > 28


@given(
    st.text(max_size=80),
    st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90)), max_size=4),
    st.integers(0, 100),
)
def test_a_passage_fits_whatever_is_marked(
    text: str, marks: list[tuple[int, int]], room: int
) -> None:
    pieces = hit_line.passage(text, marks, room)
    assert cells(_text(pieces)) <= max(room, 1)


@pytest.mark.parametrize("bad", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("width", [20, 60, 120])
def test_captured_text_is_text(bad: str, width: int) -> None:
    hit = replace(
        HIT, snippet=bad, title=bad, project=bad, why=(f"words: {bad[:80]}",), marks=((0, 3),)
    )
    for line in (
        hit_line.hit_pieces(hit, width, NOW, True),
        hit_line.first_line(hit, width, True),
        hit_line.second_line(hit, width, NOW, True),
    ):
        assert not _FOREIGN.search(_text(line))
        assert cells(_text(line)) <= width + 1
