"""Moments in a line: where a jump leads, and the rows of the list of marks."""

from __future__ import annotations

import pytest

from her_tui.analysis.marks import Mark, MarkKind
from her_tui.analysis.moments import NoMoment, parse
from her_tui.errors import NotFound
from her_tui.queries.glimpses import Glimpse
from her_tui.ui.renderers.spots import (
    help_pieces,
    listed_pieces,
    on_several_days,
    place,
    sought_pieces,
    words,
)
from her_tui.ui.spots import Listed, Sought, Spot
from her_tui.ui.text import cells
from tests.ui.hostile import HOSTILE

NOON = 1_795_176_000_000
DAY = 86_400_000


def spot(text: str = "Find out why", what: str = "prompt", time: int = NOON, turn: int = 3) -> Spot:
    """A moment."""
    return Spot(7, time, turn, Glimpse(what, text), 8)


def text_of(pieces: list[tuple[str, str]]) -> str:
    """The text of some pieces."""
    return "".join(text for text, _ in pieces)


def test_a_place_has_a_time_and_a_turn() -> None:
    assert place(spot()) == "12:00:00 · turn 3"
    assert place(spot(turn=0)) == "12:00:00 · before the first prompt"
    assert place(spot(time=0)) == "turn 3"


def test_words() -> None:
    assert words(spot(), 80) == "prompt: Find out why"
    assert words(spot(text=""), 80) == "prompt"
    assert words(spot(what=""), 80) == "Find out why"


def test_of_a_long_path_the_last_parts_are_shown() -> None:
    assert words(spot("/home/mira/code/tidewater/auth/oauth.py", "Edit"), 80) == (
        "Edit: …/tidewater/auth/oauth.py"
    )
    assert words(spot("/tmp/a.py", "Edit"), 80) == "Edit: /tmp/a.py"
    assert words(spot("/a/b/c/d e/f/g", "Bash"), 80) == "Bash: /a/b/c/d e/f/g"


def test_what_failed_is_named_by_its_action() -> None:
    failed = Glimpse("Bash result", "Exit code 1 F", "Bash", "pytest -q tests/auth", "failed")
    there = Spot(7, NOON, 3, failed, 8)
    assert words(there, 80) == "Bash: pytest -q tests/auth ✗ failed"
    assert words(there, 24) == "Bash: pytest -… ✗ failed"
    assert "pytest -q tests/auth ✗ failed" in text_of(
        listed_pieces(Listed(Mark(7, MarkKind.ERROR), there), 80, False, days=False)
    )


def test_where_enter_leads() -> None:
    assert text_of(sought_pieces(Sought("3", spot()), 80)) == (
        "→ 12:00:00 · turn 3  prompt: Find out why"
    )
    assert text_of(sought_pieces(Sought("+5m", spot(), "5 minutes after the beginning"), 60)) == (
        "→ 5 minutes after the beginning · 12:00:00 · turn 3  prompt…"
    )
    assert sought_pieces(None, 80) == sought_pieces(Sought(""), 80) == []


@pytest.mark.parametrize("width", [78, 70])
def test_an_error_never_cuts_its_way_out(width: int) -> None:
    with pytest.raises(NoMoment) as raised:
        parse("error")
    wrong = Sought("error", error=raised.value)
    assert text_of(sought_pieces(wrong, width)) == "“error” is no moment"
    way_out = text_of(help_pieces(wrong, 78))
    assert way_out == (
        "Write a turn (12), a time (14:03), an offset (+5m), an event (#45) or an id."
    )


def test_what_there_is_to_type_stands_below() -> None:
    for sought in (None, Sought(""), Sought("3", spot())):
        assert "#45" in text_of(help_pieces(sought, 80))
        assert cells(text_of(help_pieces(sought, 30))) <= 30


def test_a_mark_in_the_list() -> None:
    listed = Listed(Mark(7, MarkKind.BOOKMARK, "mine"), spot())
    row = text_of(listed_pieces(listed, 80, True, days=False))
    assert row.split() == [
        "▌12:00:00", "3", "▼", "bookmark", "mine", "prompt:", "Find", "out", "why",
    ]  # fmt: skip
    assert "11-20" in text_of(listed_pieces(listed, 80, False, days=True))
    error = Listed(Mark(7, MarkKind.ERROR), spot())
    assert "✗ error" in text_of(listed_pieces(error, 80, False, days=False))


def test_on_several_days() -> None:
    one, other = (Listed(Mark(1, MarkKind.GAP), spot(time=NOON + day * DAY)) for day in (0, 1))
    assert not on_several_days([one, one])
    assert on_several_days([one, other])
    assert not on_several_days([])


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("width", [0, 10, 40, 80, 200])
def test_hostile_texts_stay_on_their_line(text: str, width: int) -> None:
    listed = Listed(Mark(7, MarkKind.BOOKMARK, text), spot(text, text))
    for pieces in (
        listed_pieces(listed, width, False, days=True),
        sought_pieces(Sought(text, spot(text, text)), width),
        sought_pieces(Sought(text, error=NotFound(text, text)), width),
        help_pieces(Sought(text, error=NotFound(text, text)), width),
    ):
        shown = text_of(pieces)
        assert not any(ord(letter) < 32 or 0x7F <= ord(letter) < 0xA0 for letter in shown)
        if width >= 40:
            assert cells(shown) <= width
