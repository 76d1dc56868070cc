"""The boundary between captured text and a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from her_tui.plaintext import for_clipboard, one_line, sanitise

#: Everything a terminal, or a bidirectional one, could be driven by.
DANGEROUS = (
    {*range(0x20)} - {0x0A, 0x09}
    | {*range(0x7F, 0xA0)}
    | {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C}
    | {*range(0xD800, 0xE000)}
    | {*range(0xE0000, 0xE0080)}
)

anything = st.text(st.characters(exclude_categories=()), max_size=300)


@given(anything)
def test_nothing_dangerous_is_left(text: str) -> None:
    assert not {ord(character) for character in sanitise(text)} & DANGEROUS
    assert not {ord(character) for character in one_line(text)} & (DANGEROUS | {0x0A, 0x09})
    sanitise(text).encode()


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Cf", "Zl", "Zp")), max_size=300))
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert sanitise(text) == text
    assert for_clipboard(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"),
        ("a\x9b2Jb", "a\N{REPLACEMENT CHARACTER}2Jb"),
        ("one\r\ntwo\rthree", "one\ntwo␍three"),
        ("tab\tnew\nline", "tab\tnew\nline"),
        ("evil\u202etxt.exe", "evil\N{REPLACEMENT CHARACTER}txt.exe"),
        ("half\ud83d", "half\N{REPLACEMENT CHARACTER}"),
        ("हेर 🙂 日本語", "हेर 🙂 日本語"),
        ("[/x] [@click=app.quit]x[/]", "[/x] [@click=app.quit]x[/]"),
    ],
)
def test_what_is_shown_instead(text: str, shown: str) -> None:
    assert sanitise(text) == shown


def test_a_replaced_character_keeps_its_place() -> None:
    text = "".join(map(chr, range(0x20))).replace("\n", "").replace("\t", "")
    assert len(sanitise(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "limit", "line"),
    [
        ("  two\n\n lines ", 20, "two lines"),
        ("x" * 30, 10, "x" * 9 + "…"),
        ("short", 5, "short"),
        ("word " * 1000, 12, "word word w…"),
        ("", 5, ""),
    ],
)
def test_one_line(text: str, limit: int, line: str) -> None:
    assert one_line(text, limit) == line


@given(anything)
def test_a_pasted_text_drives_no_terminal(text: str) -> None:
    pasted = for_clipboard(text)
    assert not {ord(character) for character in pasted} & (
        {*range(0x20)} - {0x0A, 0x09} | {*range(0x7F, 0xA0)} | {*range(0xD800, 0xE000)}
    )
    pasted.encode()


def test_the_end_of_a_bracketed_paste_cannot_be_pasted() -> None:
    assert for_clipboard("safe\x1b[201~rm -rf ~\r") == "safe[201~rm -rf ~"
