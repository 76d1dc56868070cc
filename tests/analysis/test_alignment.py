"""Which turn corresponds to which."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from her_tui.analysis.alignment import Features, Pair, align, features, likeness

NONE: frozenset[str] = frozenset()


class Turn(NamedTuple):
    """A turn, by its features alone."""

    features: Features


def turn(prompt: str, *actions: str, files: frozenset[str] = NONE) -> Turn:
    return Turn(features(prompt, files, frozenset(actions)))


def held(pairs: list[Pair]) -> list[tuple[int | None, int | None]]:
    return [(pair.left, pair.right) for pair in pairs]


def mirrored(pairs: list[Pair]) -> set[tuple[int | None, int | None, float]]:
    return {(pair.right, pair.left, pair.likeness) for pair in pairs}


turns = st.lists(
    st.builds(
        turn,
        st.lists(st.sampled_from(("mend", "the", "parser", "tests", "go", "on")), max_size=3).map(
            " ".join
        ),
        st.sampled_from(("Bash ls", "Read a", "Edit b")),
    ),
    max_size=9,
)


def test_words_count_whatever_their_case_and_marks() -> None:
    one, other = turn("Mend the PARSER, please!"), turn("mend the parser please")
    assert likeness(one.features, other.features) == 1.0


def test_what_neither_has_counts_for_nothing() -> None:
    same = turn("mend it", files=frozenset({"a.py"})), turn("mend it", files=frozenset({"a.py"}))
    assert likeness(same[0].features, same[1].features) == 1.0
    assert likeness(turn("").features, turn("").features) == 1.0
    assert likeness(turn("mend it").features, turn("bake bread").features) == 0.0


def test_a_turn_that_only_one_has_has_no_partner() -> None:
    left = [turn("set up the project"), turn("mend the parser"), turn("write the tests")]
    right = [left[0], turn("draw a whale"), left[1], left[2]]
    assert held(align(left, right)) == [(0, 0), (None, 1), (1, 2), (2, 3)]


def test_a_prompt_in_other_words_is_still_the_same_turn() -> None:
    left = [turn("please mend the parser for nested lists", "Edit parser.py")]
    right = [turn("mend the parser for deeply nested lists", "Edit parser.py")]
    (pair,) = align(left, right)
    assert (pair.left, pair.right) == (0, 0)
    assert 0.35 < pair.likeness < 1


def test_what_is_shared_from_the_start_corresponds_one_by_one() -> None:
    left, right = [turn("go on"), turn("go on")], [turn("go on"), turn("stop"), turn("go on")]
    assert held(align(left, right, begun=2))[:2] == [(0, 0), (1, 1)]


def test_thousands_of_turns_take_a_bounded_number_of_looks() -> None:
    left = [turn("go on", f"Bash make step{number}") for number in range(4_000)]
    right = [turn("go on", f"Bash make step{number}") for number in range(3, 4_000)]
    pairs = align(left, right)
    assert sum(pair.left is not None and pair.right is not None for pair in pairs) == 3_997
    assert sum(pair.likeness == 1.0 for pair in pairs) == 3_997


@given(turns)
def test_a_session_corresponds_to_itself(left: list[Turn]) -> None:
    assert align(left, left) == [Pair(at, at, 1.0) for at in range(len(left))]


@given(turns, turns)
def test_every_turn_is_there_once_and_in_order(left: list[Turn], right: list[Turn]) -> None:
    pairs = align(left, right)
    assert [pair.left for pair in pairs if pair.left is not None] == list(range(len(left)))
    assert [pair.right for pair in pairs if pair.right is not None] == list(range(len(right)))


@given(turns, turns)
def test_it_is_the_same_from_the_other_side(left: list[Turn], right: list[Turn]) -> None:
    pairs = align(left, right)
    assert mirrored(align(right, left)) == {(p.left, p.right, p.likeness) for p in pairs}
