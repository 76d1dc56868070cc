"""Without colours: the terminal's own ground, and attributes alone."""

from __future__ import annotations

import re

from tests.pty.conftest import Started

_STYLE = re.compile(rb"\x1b\[([\d;:]*)m")


def colours(output: bytes) -> list[bytes]:
    """The sequences in ``output`` that set a colour."""
    found = []
    for style in _STYLE.finditer(output):
        numbers = [int(number) for number in re.split(rb"[;:]", style[1]) if number]
        if any(30 <= number <= 49 or 90 <= number <= 107 for number in numbers):
            found.append(style[0])
    return found


def test_no_colour_is_sent(started: Started) -> None:
    with started("--demo", size=(120, 36), NO_COLOR="1") as terminal:
        terminal.until("CSV export")
        terminal.press("j", "enter", "]", "f5", "f6", "/", *"the", "enter", "escape")
        terminal.press("?", "escape", "ctrl+p", *"comp", "escape", "B", "escape", "T", "C", "enter")
        terminal.quiet()
        terminal.press("x", "escape")
        terminal.resize((80, 24))
        terminal.press("escape", "escape")
        assert terminal.leave("q") == 0
        assert b"Traceback" not in terminal.output
        assert colours(bytes(terminal.output)) == []
        for attribute in (b"1", b"2", b"7"):  # bold, dim, reversed
            assert any(
                attribute in style[1].split(b";") for style in _STYLE.finditer(terminal.output)
            )


def test_with_colours_there_are_some(started: Started) -> None:
    with started("--demo", size=(80, 24)) as terminal:
        terminal.until("CSV export")
        assert terminal.leave("q") == 0
        assert colours(bytes(terminal.output))
