"""What a program that draws screens has a reason to write to a terminal, and what else it wrote."""

from __future__ import annotations

import re

#: Colours and attributes in use. Blinking (5), concealing (8) and old names of colours are not:
#: they tell a planted sequence from one of ours.
_COLOUR = r"(?:[34]8;(?:5;\d+|2;\d+;\d+;\d+)|[349]\d|10[0-7]|[1-47]|9|2[1-9]|0)"

_OURS = re.compile(
    "|".join((
        rf"\x1b\[(?:{_COLOUR}(?:;{_COLOUR})*)?m",
        r"\x1b\[\d+;\d+H",  # to a cell
        r"\x1b\[H",
        r"\x1b\[\d*K",  # clear the line, of the import's progress
        r"\x1b\[\?(?:7|25|100[0346]|1015|1016|1049|2004|2026|2048)[hl]",
        r"\x1b\[\?20(?:26|48)\$p",
        r"\x1b\[(?:>\d+|<)u",  # keyboard modes
        r"\x1b\]22;[a-z-]*\x07",  # the mouse pointer's shape
    ))
)  # fmt: skip

_COPY = re.compile(r"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07")

_FOREIGN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff"
    "\ud800-\udfff\U000e0000-\U000e007f].{0,40}"
)


def copies(output: bytes) -> list[str]:
    """What was handed to the terminal's clipboard (base64), in order."""
    return _COPY.findall(output.decode("utf-8", "surrogateescape"))


def foreign(output: bytes) -> list[str]:
    """Every control character of ``output``, with what follows it, that no sequence of ours
    explains; bytes that are no UTF-8 among them. What is handed to the clipboard is not looked
    into: see `copies`."""
    text = output.decode("utf-8", "surrogateescape")
    return _FOREIGN.findall(_OURS.sub("", _COPY.sub("", text)))
