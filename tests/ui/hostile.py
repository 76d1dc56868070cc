"""Texts that end an app, plant a link or drive a terminal, where they are not taken literally."""

from __future__ import annotations

HOSTILE: tuple[str, ...] = (
    "x [/red] List[int] [/x] [/]",
    "[@click=app.quit]quit[/]",
    "[link=https://evil.example]here[/link]",
    "\x1b]52;c;ZXZpbA==\x07 \x1b[2J \x1b]0;title\x07",
    "\x9b31m \x90 \x9d0;t\x9c",
    "\u202eevil\u202c \u2066x\u2069 \u200f",
    "nul\x00 bell\x07 back\x08 del\x7f",
    "lone \ud83d surrogate",
    "tag\U000e0041\U000e007f bom\ufeff",
    "many\nlines\r\nof\ttext",
    "$her-prompt {x} %s \\[x]",
    "x" * 1_000_000,
    "[" * 5_000,
)
