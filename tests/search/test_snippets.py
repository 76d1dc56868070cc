"""The passage that is shown, and the words marked in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from her_tui.search.matching import mark


def marked(text: str, *words: str, width: int = 60) -> list[str]:
    """What is marked in the passage."""
    line, marks = mark(text, words, width)
    return [line[start:end] for start, end in marks]


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("We were running the tests", ("run", "test"), ["running", "tests"]),
        ("a crème brûlée", ("creme", "BRÛLÉE"), ["crème", "brûlée"]),
        ("the merged\n\n  conflicts", ("merge conflict",), ["merged conflicts"]),
        ("merge the conflict", ("merge conflict",), []),
        ("call getUserId() now", ("user id",), ["UserId"]),
        ("call getUserId() now", ("getuserid",), ["getUserId"]),
        ("call get_user_id() now", ("getUserId",), ["get_user_id"]),
        ("edit src/auth/login.py", ("src/auth/login.py",), ["src/auth/login.py"]),
        ("edit src/auth/login.py", ("login",), ["login"]),
        ("an HTTPServer", ("server",), ["Server"]),
        ("prelogin login", ("login",), ["login"]),
        ("authentication", ("auth*",), ["authentication"]),
        ("authentication", ("auth",), ["authentication"]),  # the last word, not typed to its end
        ("authentication", ("auth", "zebra"), []),
        ("oauth authentication auth", ("auth",), ["auth"]),
        ("今天修复登录错误", ("登录",), ["登录"]),
        ("the auth修复 of it", ("auth修复",), ["auth修复"]),
        ("happy and happiness", ("happy",), ["happy", "happiness"]),
        ("hoping for the best", ("hope",), ["hoping"]),
        ("İstanbul", ("istanbul",), ["İstanbul"]),
        ("😀 fox 😀", ("fox", "😀"), ["fox"]),
        ("", ("fox",), []),
        ("fox", (), []),
        ("fox", ("...", "", "*"), []),
    ],
)
def test_what_is_marked(text: str, words: tuple[str, ...], found: list[str]) -> None:
    assert marked(text, *words) == found


def test_the_passage_has_the_most_different_words() -> None:
    text = "merge merge merge. " + "x " * 100 + "then merge the conflict at last" + " y" * 100
    line, marks = mark(text, ("merge", "conflict"), 60)
    assert [line[start:end] for start, end in marks] == ["merge", "conflict"]
    assert line.startswith("…")
    assert line.endswith("…")
    assert len(line) <= 62


def test_without_a_hit_it_is_the_start() -> None:
    assert mark("one two\tthree\n four", ("zebra",), 13) == ("one two three…", ())
    assert mark("  one\n", ("zebra",), 13) == ("one", ())


def test_the_end_of_a_text_is_shown_as_wide_as_any() -> None:
    line, _ = mark("x " * 100 + "zebra", ("zebra",), 40)
    assert len(line) > 35


def test_what_is_one_character_on_the_screen_stays_whole() -> None:
    family = "👨\u200d👩\u200d👧\u200d👦"
    for width in range(1, 40):
        line, _ = mark(family * 10, (), width)
        rest = line.rstrip("…")
        assert rest.replace(family, "") == "" or len(rest) == width < len(family)
    accents = "e\u0301" * 50
    line, _ = mark(accents, (), 21)
    assert line == "e\u0301" * 10 + "…"


def test_a_long_text_is_looked_at_in_part() -> None:
    long = "word " * 30_000
    assert marked(long + "zebra", "zebra") == ["zebra"]
    assert marked(long + long + "zebra", "zebra") == []


texts = st.text() | st.text(
    st.sampled_from("abAB  \n\t_-.é\u0301😀\u200d登录İſ\ud800\x00"), max_size=80
)


@given(texts, st.lists(texts, max_size=4), st.integers(0, 60))
def test_marks_are_in_order_apart_and_within(text: str, words: list[str], width: int) -> None:
    line, marks = mark(text, tuple(words), width)
    at = 0
    for start, end in marks:
        assert at <= start < end <= len(line)
        at = end
    assert len(line) <= max(1, width) + 2
    assert line == " ".join(line.split()) or any(not letter.isprintable() for letter in line)
    assert not any(letter in "\n\t\r" for letter in line)


@given(
    st.text(st.sampled_from("abcAB_ \n."), max_size=60), st.text("abcAB", min_size=1, max_size=6)
)
def test_a_word_that_is_there_is_marked(text: str, word: str) -> None:
    whole = f"{text} {word} {text}"
    found = marked(whole, word, width=200)
    assert any(word.lower() in piece.lower() for piece in found)
