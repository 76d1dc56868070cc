"""Captured text made safe to show: the one boundary between what was recorded and a terminal.

Captured text is hostile. It holds escape sequences that could move the cursor, set the title or
write the clipboard, bidirectional overrides that reorder a line, and surrogates no encoder takes.
`sanitise` turns each such character into a visible one of the same width, so that columns stay
where they are. Nothing captured may reach a widget, a terminal or a clipboard without it.
"""

from __future__ import annotations

import re

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

#: C0 controls show as their Unicode pictures (U+2400 + n), DEL as U+2421; line feed and tab stay.
_CONTROL = {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\n\t"}
_CONTROL[0x7F] = "\N{SYMBOL FOR DELETE}"

_FORBIDDEN = {
    **dict.fromkeys(range(0x80, 0xA0), _REPLACEMENT),  # C1: 0x9b is CSI in one byte
    **dict.fromkeys(range(0x202A, 0x202F), _REPLACEMENT),  # bidirectional embeddings, overrides
    **dict.fromkeys(range(0x2066, 0x206A), _REPLACEMENT),  # bidirectional isolates
    **dict.fromkeys(range(0x200E, 0x2010), _REPLACEMENT),  # left-to-right and right-to-left marks
    0x061C: _REPLACEMENT,  # Arabic letter mark
    0x2028: "\n",  # line separator
    0x2029: "\n",  # paragraph separator
    0xFEFF: _REPLACEMENT,  # byte order mark inside text
    **dict.fromkeys(range(0xFFF9, 0xFFFC), _REPLACEMENT),  # interlinear annotations
}

_TABLE = {**_CONTROL, **_FORBIDDEN}
_SUSPECT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_SURROGATE_OR_TAG = re.compile("[\ud800-\udfff\U000e0000-\U000e007f]")


def sanitise(text: str) -> str:
    """``text`` with every character that could drive a terminal replaced by a visible one.

    Line feeds and tabs are kept; carriage returns before a line feed are dropped.
    """
    if not _SUSPECT.search(text):
        return text
    text = text.replace("\r\n", "\n").translate(_TABLE)
    return _SURROGATE_OR_TAG.sub(_REPLACEMENT, text)


def one_line(text: str, limit: int = 400) -> str:
    """The start of ``text`` as one safe line: white space runs become one blank, at most ``limit``
    characters, an ellipsis where something was cut."""
    head = text[: limit * 4]
    line = " ".join(sanitise(head).split())
    if len(line) > limit or len(text) > len(head):
        return line[: limit - 1].rstrip() + "…"
    return line


#: What may not be pasted: every control except line feed and tab. Dropped, not replaced, so that a
#: copied prompt is the prompt.
_UNPASTEABLE = {
    **{code: None for code in range(0x20) if chr(code) not in "\n\t"},
    **dict.fromkeys(range(0x7F, 0xA0)),
    **dict.fromkeys(range(0xD800, 0xE000)),
}


def for_clipboard(text: str) -> str:
    """The original ``text`` minus control characters that could drive a terminal on paste (such as
    the end-of-bracketed-paste escape) and lone surrogates, which no clipboard can carry."""
    return text.replace("\r\n", "\n").translate(_UNPASTEABLE)
