"""How wide text is in a terminal, and cutting it to measure. Standard library only."""

from __future__ import annotations

import unicodedata


def width(text: str) -> int:
    """Terminal cells ``text`` takes."""
    if text.isascii():
        return len(text)
    return sum(_cell(character) for character in text)


def cut(text: str, limit: int) -> str:
    """``text`` in at most ``limit`` cells, an ellipsis where something was cut."""
    if width(text) <= limit:
        return text
    used = 0
    for index, character in enumerate(text):
        used += _cell(character)
        if used > limit - 1:
            return text[:index].rstrip() + "…"
    return text


def pad(text: str, cells: int, *, right: bool = False) -> str:
    """``text`` filled up with blanks to ``cells``; in front of it if ``right``."""
    blanks = " " * (cells - width(text))
    return blanks + text if right else text + blanks


def _cell(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
