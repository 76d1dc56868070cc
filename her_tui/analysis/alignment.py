"""Which turn of one session corresponds to which turn of another.

A global alignment: turns keep their order, each has at most one partner, and the likeness of all
pairs together is as great as it can be. Prompts that are there once on both sides are held to each
other first; between two of those the best alignment is computed, near the diagonal only where there
is too much of it. So a pair of sessions of thousands of turns takes a second or two.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

#: Turns less alike than this do not correspond to each other.
LEAST = 0.35

#: What counts how much: the words of the prompts, the files, the actions.
_WEIGHTS = (3.0, 1.0, 1.0)

#: Likenesses computed between two anchors at most, and how far from the diagonal at least.
_CELLS = 160_000
_REACH = 8

_WORD = re.compile(r"\w+")


class Features(NamedTuple):
    """What two turns are compared by."""

    text: str
    """The prompt in normalised words."""
    words: frozenset[str]
    files: frozenset[str]
    actions: frozenset[str]


class Turning(Protocol):
    """Anything that has features."""

    @property
    def features(self) -> Features:
        """What it is compared by."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A turn of one and the turn of the other that corresponds to it; None: there is none."""

    left: int | None
    right: int | None
    likeness: float
    """0 to 1; 0 where there is no partner."""
    same: bool = False
    """Not only alike: everything in them is the same, as far as anybody looked."""


def features(prompt: str, files: frozenset[str], actions: frozenset[str]) -> Features:
    """The features of a turn."""
    words = _WORD.findall(prompt.casefold())
    return Features(" ".join(words), frozenset(words), files, actions)


def likeness(left: Features, right: Features) -> float:
    """How alike two turns are, 0 to 1. What neither has counts for nothing."""
    if left == right:
        return 1.0
    total = weights = 0.0
    words = 1.0 if left.text == right.text else _share(left.words, right.words)
    for weight, share, there in (
        (_WEIGHTS[0], words, bool(left.words or right.words)),
        (_WEIGHTS[1], _share(left.files, right.files), bool(left.files or right.files)),
        (_WEIGHTS[2], _share(left.actions, right.actions), bool(left.actions or right.actions)),
    ):
        if there:
            total += weight * share
            weights += weight
    return total / weights if weights else 1.0


def _share(left: frozenset[str], right: frozenset[str]) -> float:
    """What two sets have in common, as a share of what they have."""
    size = len(left) + len(right)
    return 2 * len(left & right) / size if size else 1.0


def align(left: Sequence[Turning], right: Sequence[Turning], begun: int = 0) -> list[Pair]:
    """Every turn of both sides once, in order; the first ``begun`` turns correspond one by one.
    Turns without a partner come before the next pair, those of the left first."""
    a, b = [turn.features for turn in left], [turn.features for turn in right]
    # Whichever of equally good alignments is taken, it is the same seen from the other side.
    if _sign(a) > _sign(b):
        mirrored = {at: (other, alike) for other, (at, alike) in _partners(b, a, begun).items()}
        return _in_order(mirrored, len(a), len(b))
    return _in_order(_partners(a, b, begun), len(a), len(b))


def _partners(
    a: Sequence[Features], b: Sequence[Features], begun: int
) -> dict[int, tuple[int, float]]:
    """The partner of each turn that has one, and how alike they are."""
    begun = min(begun, len(a), len(b))
    found = {at: (at, likeness(a[at], b[at])) for at in range(begun)}
    low = (begun, begun)
    for high in (*_anchors(a, b, begun), (len(a), len(b))):
        found.update(_between(a, b, low, high))
        if high[0] < len(a) and high[1] < len(b):
            found[high[0]] = (high[1], likeness(a[high[0]], b[high[1]]))
        low = (high[0] + 1, high[1] + 1)
    return found


def _in_order(found: dict[int, tuple[int, float]], left: int, right: int) -> list[Pair]:
    pairs: list[Pair] = []
    at = other = 0
    for one in [*sorted(found), left]:
        partner, alike = found.get(one, (right, 0.0))
        pairs.extend(Pair(each, None, 0.0) for each in range(at, one))
        pairs.extend(Pair(None, each, 0.0) for each in range(other, partner))
        if one < left:
            pairs.append(Pair(one, partner, alike))
        at, other = one + 1, partner + 1
    return pairs


def _anchors(a: Sequence[Features], b: Sequence[Features], begun: int) -> list[tuple[int, int]]:
    """Prompts that both sides have exactly once: the longest run of them in the same order."""
    left, right = (Counter(turn.text for turn in side[begun:]) for side in (a, b))
    places = {b[at].text: at for at in range(begun, len(b))}
    once = [
        (at, places[a[at].text])
        for at in range(begun, len(a))
        if a[at].text and left[a[at].text] == 1 and right[a[at].text] == 1
    ]
    return _longest_run(once)


def _longest_run(points: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest part of ``points``, which rise in the first, that rises in the second as well."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for index, (_, value) in enumerate(points):
        at = bisect_left(tails, value)
        before.append(ends[at - 1] if at else -1)
        if at == len(tails):
            tails.append(value)
            ends.append(index)
        else:
            tails[at], ends[at] = value, index
    run = []
    index = ends[-1] if ends else -1
    while index >= 0:
        run.append(points[index])
        index = before[index]
    return run[::-1]


def _between(
    a: Sequence[Features], b: Sequence[Features], low: tuple[int, int], high: tuple[int, int]
) -> dict[int, tuple[int, float]]:
    """The partners of the turns from ``low`` to ``high``."""
    left, right = a[low[0] : high[0]], b[low[1] : high[1]]
    if not left or not right:
        return {}
    return {low[0] + at: (low[1] + other, alike) for at, other, alike in _best(left, right)}


def _sign(turns: Sequence[Features]) -> list[tuple[str, list[str], list[str]]]:
    return [(turn.text, sorted(turn.files), sorted(turn.actions)) for turn in turns]


def _best(a: Sequence[Features], b: Sequence[Features]) -> list[tuple[int, int, float]]:
    """The alignment of greatest value, by dynamic programming from the end."""
    reach = max(_REACH, _CELLS // (2 * len(a)))
    slope = len(b) / len(a)
    rows: list[tuple[int, list[float], list[float]]] = []
    below_start, below = 0, [0.0] * (len(b) + 1)
    for at in range(len(a) - 1, -1, -1):
        start = max(0, int(at * slope) - reach)
        end = min(len(b), int((at + 1) * slope) + reach + 1)
        alike = [likeness(a[at], b[other]) for other in range(start, end)]
        values = _row(alike, start, end, below_start, below)
        rows.append((start, alike, values))
        below_start, below = start, values
    return _path(rows[::-1], len(b))


def _row(
    alike: Sequence[float], start: int, end: int, below_start: int, below: Sequence[float]
) -> list[float]:
    """The greatest value of what is left, for a turn and each place ``start`` to ``end`` of the
    other side, given the same for the turn ``below`` it."""
    values = [0.0] * (end - start + 1)
    values[-1] = _at(below, below_start, end)
    for other in range(end - 1, start - 1, -1):
        best = max(values[other - start + 1], _at(below, below_start, other))
        if alike[other - start] >= LEAST:
            worth = alike[other - start] - LEAST / 2
            best = max(best, worth + _at(below, below_start, other + 1))
        values[other - start] = best
    return values


def _at(row: Sequence[float], start: int, place: int) -> float:
    """The value at ``place``; left of what was computed as at its start, right of it nothing."""
    if place < start:
        return row[0]
    return row[place - start] if place - start < len(row) else 0.0


def _path(
    rows: Sequence[tuple[int, Sequence[float], Sequence[float]]], width: int
) -> list[tuple[int, int, float]]:
    """The pairs of the alignment that the values of ``rows`` tell, the first possible first."""
    found: list[tuple[int, int, float]] = []
    other = 0
    for at, (start, alike, values) in enumerate(rows):
        below_start, below = (
            (rows[at + 1][0], rows[at + 1][2]) if at + 1 < len(rows) else (0, [0.0])
        )
        below = below if at + 1 < len(rows) else [0.0] * (width + 1)
        place = max(other, start)
        while place < start + len(alike):
            share = alike[place - start]
            here = _at(values, start, place)
            paired = share - LEAST / 2 + _at(below, below_start, place + 1)
            if share >= LEAST and paired >= here - 1e-12:
                found.append((at, place, share))
                other = place + 1
                break
            if _at(below, below_start, place) >= here - 1e-12:
                break
            place += 1
    return found
