"""Where a text occurs in lines: pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from her_tui.plaintext import sanitise
from her_tui.ui.renderers.line import Line

#: More matches than this in one block are not told apart.
_MATCH_LIMIT = 2_000


class Match(NamedTuple):
    """A range of characters of one line of a block."""

    line: int
    start: int
    end: int


def pattern_of(text: str) -> re.Pattern[str] | None:
    """What finds ``text`` whatever its case; None for nothing."""
    wanted = sanitise(text).strip("\n")
    return re.compile(re.escape(wanted), re.IGNORECASE) if wanted else None


def matches_in(lines: Sequence[Line], pattern: re.Pattern[str]) -> Iterator[Match]:
    """Every place in ``lines`` that ``pattern`` matches."""
    count = 0
    for number, each in enumerate(lines):
        for match in pattern.finditer(each.text):
            yield Match(number, match.start(), match.end())
            count += 1
            if count >= _MATCH_LIMIT:
                return
