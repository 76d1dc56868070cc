"""Which words of a changed line changed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

_WORD = re.compile(r"\w+|\s+|.", re.DOTALL)
#: Longer lines are not compared word by word.
_LIMIT = 400
#: Below this likeness two lines are different lines, not one that changed.
_ALIKE = 0.5

Ranges = tuple[tuple[int, int], ...]


def pairs(lines: Sequence[str]) -> dict[int, int]:
    """Removed lines and the added lines that replace them: index to index, both ways.

    ``lines`` carry a ``+``, ``-`` or blank prefix; the n-th removed line of a run belongs to the
    n-th added line right after it.
    """
    found: dict[int, int] = {}
    at = 0
    while at < len(lines):
        removed = _run(lines, at, "-")
        added = _run(lines, at + removed, "+")
        for offset in range(min(removed, added)):
            found[at + offset] = at + removed + offset
            found[at + removed + offset] = at + offset
        at += max(1, removed + added)
    return found


def _run(lines: Sequence[str], start: int, sign: str) -> int:
    end = start
    while end < len(lines) and lines[end].startswith(sign):
        end += 1
    return end - start


def changed(old: str, new: str) -> tuple[Ranges, Ranges]:
    """Character ranges of ``old`` that were replaced and of ``new`` that replace them.

    Nothing if the lines have too little in common, or are too long to compare.
    """
    if len(old) > _LIMIT or len(new) > _LIMIT:
        return (), ()
    before, after = _WORD.findall(old), _WORD.findall(new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < _ALIKE:
        return (), ()
    gone: list[tuple[int, int]] = []
    come: list[tuple[int, int]] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            gone.extend(_range(before, a, b))
            come.extend(_range(after, c, d))
    return tuple(gone), tuple(come)


def _range(words: Sequence[str], first: int, last: int) -> Ranges:
    """The character range of the words from ``first`` up to ``last``, none if that is empty."""
    if first == last:
        return ()
    start = sum(map(len, words[:first]))
    return ((start, start + sum(map(len, words[first:last]))),)
