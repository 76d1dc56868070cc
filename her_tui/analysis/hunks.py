"""The difference between two texts, as the hunks of a unified diff."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from her_tui.analysis.patching import lines_of
from her_tui.events.content import Hunk

#: Lines shown around a change.
_CONTEXT = 3

#: Most lines of a stretch, in both texts together, that are compared one with another: more would
#: take seconds. A stretch has no line in it that is in each text once.
LIMIT = 20_000

#: Stands after a line that no line feed ends.
_NO_END = "\\ No newline at end of file"


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two texts."""

    hunks: tuple[Hunk, ...] = ()
    why: str = ""
    """Why there are no hunks although the texts differ; else empty."""


def compare(old: str, new: str) -> Difference:
    """The difference between two texts. Only a line feed ends a line."""
    before, after = lines_of(old), lines_of(new)
    changes: list[_Change] = []
    a = c = 0
    for b, d in (*_anchors(before, after), (len(before), len(after))):
        if (b - a) + (d - c) > LIMIT:
            return Difference(why=f"More than {LIMIT} lines differ: too many to compare.")
        changes += _changes(before, a, b, after, c, d)
        a, c = b, d
    return Difference(tuple(_hunk(group, before, after) for group in _groups(changes)))


_Change = tuple[int, int, int, int]
"""Lines ``a`` to ``b`` of the old text are lines ``c`` to ``d`` of the new one."""


def _anchors(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of places, rising in both texts, of lines that are in each text exactly once."""
    once = {line for line, count in Counter(before).items() if count == 1}
    once &= {line for line, count in Counter(after).items() if count == 1}
    places = {line: index for index, line in enumerate(before) if line in once}
    pairs = [(places[line], index) for index, line in enumerate(after) if line in once]
    ends: list[int] = []  # the smallest last place of a rising run, by the length of the run
    runs: list[int] = []  # and the pair it is of
    previous: list[int] = []
    for number, (place, _) in enumerate(pairs):
        length = bisect_left(ends, place)
        previous.append(runs[length - 1] if length else -1)
        ends[length : length + 1] = [place]
        runs[length : length + 1] = [number]
    found = []
    number = runs[-1] if runs else -1
    while number >= 0:
        found.append(pairs[number])
        number = previous[number]
    return found[::-1]


def _changes(
    before: Sequence[str], a: int, b: int, after: Sequence[str], c: int, d: int
) -> Iterator[_Change]:
    """What differs between lines ``a`` to ``b`` and lines ``c`` to ``d``."""
    while a < b and c < d and before[a] == after[c]:
        a, c = a + 1, c + 1
    while a < b and c < d and before[b - 1] == after[d - 1]:
        b, d = b - 1, d - 1
    if a == b or c == d:
        if a < b or c < d:
            yield a, b, c, d
        return
    for tag, *place in SequenceMatcher(None, before[a:b], after[c:d]).get_opcodes():
        if tag != "equal":
            yield place[0] + a, place[1] + a, place[2] + c, place[3] + c


def _groups(changes: Sequence[_Change]) -> Iterator[list[_Change]]:
    """Changes so near that they share their context, together."""
    group: list[_Change] = []
    for change in changes:
        if group and change[0] - group[-1][1] > 2 * _CONTEXT:
            yield group
            group = []
        group.append(change)
    if group:
        yield group


def _hunk(group: Sequence[_Change], before: Sequence[str], after: Sequence[str]) -> Hunk:
    first, last = group[0], group[-1]
    start = at = max(first[0] - _CONTEXT, 0)
    lines: list[str] = []
    for a, b, c, d in group:
        lines += _signed(" ", before[at:a])
        lines += _signed("-", before[a:b])
        lines += _signed("+", after[c:d])
        at = b
    lines += _signed(" ", before[at : last[1] + _CONTEXT])
    return Hunk(start + 1, start + first[2] - first[0] + 1, tuple(lines))


def _signed(sign: str, lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        yield sign + line.removesuffix("\n")
        if not line.endswith("\n"):
            yield _NO_END
