"""Moments in a line: where a jump leads, and the rows of the list of marks."""

from __future__ import annotations

import pytest

from her_tui.analysis.marks import Mark, MarkKind
from her_tui.errors import NotFound
from her_tui.queries.glimpses import Glimpse
from her_tui.ui.renderers.spots import (
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
    return Spot(7, time, turn, Glimpse(what, text))


def text_of(pieces: list[tuple[str, str]]) -> str:
    """The text of some pieces."""
    return "".join(text for text, _ in pieces)


def test_a_place_has_a_time_and_a_turn() -> None:
    assert place(spot()) == "12:00:00 · turn 3"
    assert place(spot(turn=0)) == "12:00:00 · before the first prompt"
    assert place(spot(time=0)) == "turn 3"


def test_words() -> None:
    assert words(spot()) == "prompt: Find out why"
    assert words(spot(text="")) == "prompt"
    assert words(spot(what="")) == "Find out why"


def test_of_a_long_path_the_last_parts_are_shown() -> None:
    assert words(spot("/home/mira/code/tidewater/auth/oauth.py", "Edit")) == (
        "Edit: …/tidewater/auth/oauth.py"
    )
    assert words(spot("/tmp/a.py", "Edit")) == "Edit: /tmp/a.py"
    assert words(spot("/a/b/c/d e/f/g", "Bash")) == "Bash: /a/b/c/d e/f/g"


def test_where_enter_leads() -> None:
    assert text_of(sought_pieces(Sought("3", spot()), 80)) == (
        "→ 12:00:00 · turn 3  prompt: Find out why"
    )
    assert sought_pieces(None, 80) == []
    assert "#345" in text_of(sought_pieces(Sought(""), 80))
    error = NotFound("This session has no turn 9", "Its turns are numbered from 1 to 3.")
    assert text_of(sought_pieces(Sought("9", error=error), 90)) == (
        "This session has no turn 9  Its turns are numbered from 1 to 3."
    )
    assert text_of(sought_pieces(Sought("9", error=error), 30)) == "This session has no turn 9"


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
    ):
        shown = text_of(pieces)
        assert not any(ord(letter) < 32 or 0x7F <= ord(letter) < 0xA0 for letter in shown)
        if width >= 40:
            assert cells(shown) <= width
