"""Entries of the palette: one order out of many answers, and nothing but text."""

from __future__ import annotations

import re

import pytest
from textual.content import Content
from textual.style import Style

from her_tui.ui.palette.entries import (
    MOST,
    Entry,
    Kind,
    composed,
    describe,
    entry,
    found_note,
    marked,
    note,
    passage,
    room_of,
    words_match,
)
from her_tui.ui.text import cells, literal
from tests.ui.hostile import HOSTILE
from tests.ui.prompts_app import hit
from tests.ui.rows import row

_FOREIGN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_BOLD = Style(bold=True)


def made(kind: Kind, *keys: object, weak: bool = False) -> list[Entry]:
    return [
        entry(kind, key, [literal(f"{kind.name} {key}")], lambda: None, str(key), weak=weak)
        for key in keys
    ]


def order(answers: dict[Kind, list[Entry]], query: str = "oauth") -> list[tuple[Kind, object]]:
    return [(each.kind, each.key) for each in composed(answers, query)]


def test_the_best_of_each_kind_come_before_the_others() -> None:
    answers = {
        Kind.COMMIT: made(Kind.COMMIT, *range(6)),
        Kind.ACTION: made(Kind.ACTION, "a"),
        Kind.PROMPT: made(Kind.PROMPT, *range(9)),
        Kind.THEME: made(Kind.THEME, "x", weak=True),
    }
    kinds = [kind for kind, _ in order(answers)]
    assert kinds == [
        Kind.ACTION, *[Kind.PROMPT] * 6, *[Kind.COMMIT] * 4,
        *[Kind.PROMPT] * 3, *[Kind.COMMIT] * 2, Kind.THEME,
    ]  # fmt: skip


def test_of_what_looks_like_a_path_files_come_first() -> None:
    answers = {
        Kind.SESSION: made(Kind.SESSION, 1),
        Kind.FILE: made(Kind.FILE, "src/a.py"),
        Kind.ACTION: made(Kind.ACTION, "a"),
    }
    assert [kind for kind, _ in order(answers, "a.py")] == [Kind.ACTION, Kind.FILE, Kind.SESSION]
    assert [kind for kind, _ in order(answers, "apy")] == [Kind.ACTION, Kind.SESSION, Kind.FILE]


def test_there_are_never_more_than_fifty() -> None:
    answers = {kind: made(kind, *range(60)) for kind in Kind}
    assert len(composed(answers, "x")) == MOST


@pytest.mark.parametrize(
    ("words", "fits"),
    [(["copy"], 2), (["prompt", "copy"], 2), (["rompt"], 1), (["nothing"], 0), ([], 0)],
)
def test_how_words_fit_a_name(words: list[str], fits: int) -> None:
    assert words_match(words, "session: Copy the prompt") == fits


def test_a_session_in_two_lines() -> None:
    text, below = describe(row(title=""))
    assert text == "engine: (no title)"
    assert "4 prompts" in below
    assert "0c9f8a52" in below


def test_what_was_found_says_where_when_and_why(alone: None) -> None:
    found = hit(3, "keep the page", why=("words: page", "meaning 0.51"), marks=((9, 13),))
    assert found_note(found, 90).plain.startswith("gullwing · 3h · words: page · meaning 0.51")
    shown = passage(found, 60, _BOLD)
    assert [shown.plain[span.start : span.end] for span in shown.spans] == ["page"]


@pytest.mark.parametrize("bad", HOSTILE, ids=range(len(HOSTILE)))
def test_an_entry_is_text_of_two_lines_that_fit(bad: str) -> None:
    room = room_of(80)
    found = hit(1, bad[:100_000], title=bad, project=bad, why=(bad[:500],), marks=((0, 2),))
    lines = [passage(found, room, _BOLD), found_note(found, room)]
    shown = entry(Kind.PROMPT, 1, lines, lambda: None, bad).match_display
    assert isinstance(shown, Content)
    assert len(shown.plain.split("\n")) == 2
    assert not _FOREIGN.search(shown.plain)
    assert max(map(cells, shown.plain.split("\n"))) <= room + 10
    for made_of in (marked(bad, [bad[:10]], room, _BOLD), note(bad[:2000])):
        assert not _FOREIGN.search(made_of.plain)
        assert all(span.style in (_BOLD, "dim not bold") for span in made_of.spans)
