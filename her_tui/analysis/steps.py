"""A comparison step by step: what was said and done within two turns that correspond, row by row.

And the two playheads over it: one clock, that starts when each side does.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from her_tui.analysis.compare import Comparison, Side, Trace

#: More steps than this on both sides together are held to each other one by one.
_MANY = 4_000


@dataclass(frozen=True, slots=True)
class Step:
    """An event of one and the event of the other that corresponds to it, as indices into
    `Side.traces`; None: there is none."""

    left: int | None
    right: int | None
    same: bool = False
    """They say the same, as far as their starts tell."""


def steps(result: Comparison, index: int) -> list[Step]:
    """The steps of the pair of turns ``index``, the prompt itself aside."""
    pair = result.pairs[index]
    left = _after_prompt(result.left, pair.left)
    right = _after_prompt(result.right, pair.right)
    ours, theirs = result.left.traces, result.right.traces
    if len(left) + len(right) > _MANY:
        return _one_by_one(ours, theirs, left, right)
    matcher = SequenceMatcher(
        None, [_said(ours[at]) for at in left], [_said(theirs[at]) for at in right], autojunk=False
    )
    found: list[Step] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            found += [
                Step(one, other, True) for one, other in zip(left[a:b], right[c:d], strict=True)
            ]
        else:
            found += _one_by_one(ours, theirs, left[a:b], right[c:d])
    return [_parted(result, step) for step in found]


def _after_prompt(side: Side, turn: int | None) -> range:
    if turn is None:
        return range(0)
    said = side.said(turn)
    return said[1:] if side.turns[turn].number and len(said) else said


def _said(trace: Trace) -> tuple[object, ...]:
    return trace.kind, trace.name, trace.status, trace.head


def _one_by_one(
    ours: Sequence[Trace], theirs: Sequence[Trace], left: range, right: range
) -> list[Step]:
    """Steps in order: those of the same kind and tool beside each other, others below."""
    found: list[Step] = []
    other = right.start
    for one in left:
        kind = ours[one].kind, ours[one].name
        match = next(
            (at for at in range(other, right.stop) if (theirs[at].kind, theirs[at].name) == kind),
            None,
        )
        if match is None or match - other > 8:
            found.append(Step(one, None))
            continue
        found += [Step(None, at) for at in range(other, match)]
        found.append(Step(one, match, _said(ours[one]) == _said(theirs[match])))
        other = match + 1
    return found + [Step(None, at) for at in range(other, right.stop)]


def _parted(result: Comparison, step: Step) -> Step:
    """Where they part, no start of a text says that they are the same."""
    at = result.shared
    parts = result.divergence is not None and step.left == at == step.right
    return replace(step, same=False) if parts else step


# The playheads


def length(side: Side) -> int:
    """How long a side is, in milliseconds."""
    return side.clock[-1] if side.clock else 0


def position_at(side: Side, time: int) -> int:
    """The position of the last event of ``side`` not after ``time``, or of its first; 0 if there is
    none."""
    if not side.positions:
        return 0
    return side.positions[max(0, bisect_right(side.clock, time) - 1)]


def time_of(side: Side, position: int) -> int:
    """When the event at ``position`` was, on the clock of its side."""
    if not side.positions:
        return 0
    at = min(bisect_left(side.positions, position), len(side.positions) - 1)
    return side.clock[at]


def turn_at(side: Side, time: int) -> int | None:
    """Which turn, as an index into `Side.turns`, is under way at ``time``."""
    if not side.turns:
        return None
    at = bisect_right(side.turns, time, key=lambda turn: side.clock[turn.start]) - 1
    return max(0, at)


def both_clocks(result: Comparison) -> list[int]:
    """The times of the events of both, on the one clock."""
    return sorted({0, *result.left.clock, *result.right.clock})


def tie(times: tuple[int, int]) -> int:
    """What locks the playheads as they are: how much later the right one is than the left."""
    return times[1] - times[0]


def moved(
    result: Comparison, times: tuple[int, int], side: int, to: int, tied: int | None
) -> tuple[int, int]:
    """The playheads, ``side`` (0 left, 1 right) put at ``to``. If they are ``tied`` (see `tie`) the
    other stands as far from it as it did then, or at the end that is nearest to there; None: it
    stays. Neither leaves its session."""
    sides = result.left, result.right
    wanted = max(0, min(to, length(sides[side])))
    other = times[1 - side]
    if tied is not None:
        there = wanted + (tied if side == 0 else -tied)
        other = max(0, min(there, length(sides[1 - side])))
    return (wanted, other) if side == 0 else (other, wanted)
