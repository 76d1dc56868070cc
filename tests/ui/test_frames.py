"""A screen as what a terminal is told: shown by a terminal, it is the screen."""

from __future__ import annotations

import re

import pyte
from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style

from her_tui.ui import frames
from her_tui.ui.frames import BEGIN, Frame, changes, codes, end, frame, text_of
from tests.ui.hostile import HOSTILE

WIDTH, HEIGHT = 24, 3

STYLES = (
    None,
    Style(color="#ff8000", bold=True),
    Style(bgcolor="#102030", reverse=True),
    Style(color="red", italic=True, underline=True, link="https://evil.example"),
)
texts = st.text(
    st.sampled_from("ab ▁▃█─日本é\u0301🙂\x1b\x07\x9b\u202e\t\n\U000e0041"), max_size=WIDTH
)
strips = st.lists(st.builds(Segment, texts, st.sampled_from(STYLES)), max_size=4)
screens = st.lists(strips, min_size=HEIGHT, max_size=HEIGHT)


def terminal(*told: str) -> pyte.Screen:
    """A terminal that was told this."""
    screen = pyte.Screen(WIDTH, HEIGHT)
    stream = pyte.Stream(screen)
    for text in told:
        stream.feed(text)
    return screen


def looks(screen: pyte.Screen) -> list[list[tuple[str, str, str, bool, bool]]]:
    """Text, colours and attributes of each cell."""
    return [
        [
            (char.data, char.fg, char.bg, char.bold, char.reverse)
            for char in (screen.buffer[y][x] for x in range(WIDTH))
        ]
        for y in range(HEIGHT)
    ]


@given(screens, screens)
def test_the_changes_make_of_one_screen_the_other(
    one: list[list[Segment]], other: list[list[Segment]]
) -> None:
    before, after = frame(one, WIDTH), frame(other, WIDTH)
    changed = terminal(BEGIN, changes(None, before), changes(before, after))
    anew = terminal(BEGIN, changes(None, after))
    assert looks(changed) == looks(anew)


@given(screens)
def test_rows_have_the_width_of_the_screen_and_nothing_changes_by_itself(
    screen: list[list[Segment]],
) -> None:
    shown = frame(screen, WIDTH)
    assert all(len(row) == WIDTH for row in shown)
    assert changes(shown, shown) == ""


@given(screens)
def test_nothing_but_our_own_sequences_is_written(screen: list[list[Segment]]) -> None:
    told = changes(None, frame(screen, WIDTH))
    rest = re.sub(r"\x1b\[[0-9;]*[HGm]", "", told)
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e]", rest)
    assert "evil" not in told


def test_hostile_texts() -> None:
    for text in HOSTILE:
        shown = frame([[Segment(text[:2_000])]], WIDTH)
        rest = re.sub(r"\x1b\[[0-9;]*[HGm]", "", changes(None, shown))
        assert not re.search("[\x00-\x1f\x7f-\x9f\ud800-\udfff]", rest)
        rest.encode()


def test_the_text_is_there_with_its_style() -> None:
    shown = frame([[Segment("plain "), Segment("bold", STYLES[1])]], WIDTH)
    screen = terminal(BEGIN, changes(None, shown))
    assert screen.display[0].rstrip() == "plain bold"
    assert screen.buffer[0][6].bold
    assert screen.buffer[0][6].fg == "ff8000"
    assert text_of(shown)[0].rstrip() == "plain bold"


def test_only_what_changed_is_written() -> None:
    before = frame([[Segment("00:01" + " " * 10 + "end")]], WIDTH)
    after = frame([[Segment("00:02" + " " * 10 + "end")]], WIDTH)
    assert changes(before, after) == "\x1b[1;5H\x1b[0m2"


def test_a_wide_character_is_never_cut() -> None:
    def told(one: str, other: str) -> Frame:
        before, after = frame([[Segment(one)]], WIDTH), frame([[Segment(other)]], WIDTH)
        assert (
            terminal(BEGIN, changes(None, before), changes(before, after)).display[0]
            == (terminal(BEGIN, changes(None, after)).display[0])
        )
        return after

    told("日本", "ab本")
    told("a日本", "日本b")
    told("日", "a")


def test_the_end_leaves_a_cursor() -> None:
    screen = terminal(BEGIN, end(HEIGHT))
    assert not screen.cursor.hidden
    assert screen.cursor.y == HEIGHT - 1


def test_every_attribute_has_a_code() -> None:
    style = Style(bold=True, dim=True, italic=True, underline=True, reverse=True, strike=True)
    assert codes(style) == "0;1;2;3;4;7;9"
    assert codes(None) == "0"
    assert frames.codes(Style(color="#010203", bgcolor="#040506")) == "0;38;2;1;2;3;48;2;4;5;6"
