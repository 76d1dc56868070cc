"""A comparison step by step, and the playheads over it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from her_tui.analysis import steps as stepping
from her_tui.analysis.compare import Comparison, Trace, compare
from her_tui.analysis.steps import (
    Step,
    both_clocks,
    moved,
    position_at,
    steps,
    tie,
    time_of,
    turn_at,
)
from her_tui.events.model import EventKind
from tests.support.sides import Said, side

K = EventKind
KINDS = {"?": K.PROMPT, "$": K.TOOL_USE, "=": K.TOOL_RESULT}


def said(text: str) -> Said:
    kind = KINDS.get(text[0], K.TEXT)
    return Said(kind, text, "Bash" if kind in (K.TOOL_USE, K.TOOL_RESULT) else "")


def exactly(one: Trace, other: Trace) -> bool:
    return one.head == other.head


def hold(one: list[str], other: list[str], step: int = 1_000) -> Comparison:
    left, right = [said(text) for text in one], [said(text) for text in other]
    return compare(side(left), side(right, 2, step=step), exactly)


def test_what_both_did_stands_beside_each_other() -> None:
    found = hold(
        ["? mend", "$ ls", "= a", "$ make", "= done", "well"],
        ["? mend", "$ ls", "= a", "hm", "$ make", "= failed", "well"],
    )
    assert steps(found, 0) == [
        Step(1, 1, True),
        Step(2, 2, True),
        Step(None, 3),
        Step(3, 4, True),
        Step(4, 5, False),
        Step(5, 6, True),
    ]


def test_a_turn_without_a_partner_has_steps_of_its_own() -> None:
    found = hold(["? mend", "well"], ["? mend", "well", "? bake", "$ oven", "= hot"])
    assert steps(found, 1) == [Step(None, 3), Step(None, 4)]


def test_of_very_many_steps_each_is_there_once() -> None:
    long = ["? mend", *(f"$ make {number}" for number in range(3_000))]
    found = hold(long, [*long[:1_000], "well", *long[1_000:]])
    told = steps(found, 0)
    assert [each.left for each in told if each.left is not None] == list(range(1, 3_001))
    assert [each.right for each in told if each.right is not None] == list(range(1, 3_002))


words = st.lists(st.sampled_from(("$ ls", "= a", "= b", "well", "hm", "$ make")), max_size=12)


@given(words, words)
def test_every_step_is_there_once_and_in_order(one: list[str], other: list[str]) -> None:
    found = hold(["? mend", *one], ["? mend", *other])
    told = steps(found, 0)
    assert [each.left for each in told if each.left is not None] == list(range(1, len(one) + 1))
    assert [each.right for each in told if each.right is not None] == list(range(1, len(other) + 1))


def test_one_clock_for_both() -> None:
    found = hold(["? mend", "well"], ["? mend", "well", "? go on"], step=700)
    assert both_clocks(found) == [0, 700, 1_000, 1_400]
    left = found.left
    assert [position_at(left, at) for at in (0, 999, 1_000, 9_999)] == [0, 0, 1, 1]
    assert [time_of(left, position) for position in (0, 1, 9)] == [0, 1_000, 1_000]
    assert [turn_at(found.right, at) for at in (0, 1_399, 1_400)] == [0, 0, 1]


ways = st.lists(st.tuples(st.sampled_from((0, 1)), st.integers(-900, 2_300)), max_size=8)


@given(st.integers(0, 1_000), st.integers(0, 1_400), ways, st.booleans())
def test_playheads_stay_in_their_sessions(
    left: int, right: int, way: list[tuple[int, int]], locked: bool
) -> None:
    found = hold(["? mend", "well"], ["? mend", "well", "? go on"], step=700)
    times = left, right
    for side_, to in way:
        before = times
        times = moved(found, times, side_, to, tie((left, right)) if locked else None)
        assert times[side_] == max(0, min(to, (1_000, 1_400)[side_]))
        assert 0 <= times[1 - side_] <= (1_400, 1_000)[side_]
        if not locked:
            assert times[1 - side_] == before[1 - side_]


@given(st.integers(0, 1_000), st.integers(0, 1_400), ways)
def test_locked_playheads_stay_on_one_clock(
    left: int, right: int, way: list[tuple[int, int]]
) -> None:
    """One is short of it where its session ends, and is there again once the other comes back."""
    found = hold(["? mend", "well"], ["? mend", "well", "? go on"], step=700)
    times = left, right
    for side_, to in way:
        times = moved(found, times, side_, to, tie((left, right)))
        if times[1] - times[0] != right - left:
            follower = 1 - side_
            assert times[follower] in (0, (1_000, 1_400)[follower])
    assert moved(found, times, 0, left, tie((left, right))) == (left, right)
    assert moved(found, times, 1, right, tie((left, right))) == (left, right)


def test_what_is_empty_has_no_time() -> None:
    found = hold([], ["? mend"])
    assert stepping.length(found.left) == 0
    assert (position_at(found.left, 5), time_of(found.left, 5), turn_at(found.left, 5)) == (
        0,
        0,
        None,
    )
