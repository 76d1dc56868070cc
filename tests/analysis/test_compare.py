"""What two sessions share, and where they part."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from her_tui.analysis.compare import Divergence, Trace, compare, settled
from her_tui.analysis.figures import Figures, active, total
from her_tui.events.model import EventKind
from tests.support.sides import Said, side

K = EventKind


def never(one: Trace, other: Trace) -> bool:
    raise AssertionError("the starts decide")


def said(text: str) -> Said:
    kinds = {"?": K.PROMPT, "$": K.TOOL_USE, "=": K.TOOL_RESULT}
    kind = kinds.get(text[0], K.TEXT)
    name = "Bash" if kind in (K.TOOL_USE, K.TOOL_RESULT) else ""
    return Said(kind, text, name, "ok" if kind is K.TOOL_RESULT else "")


events = st.lists(
    st.sampled_from(("? mend", "? go on", "it is done", "$ make", "= done", "= failed")).map(said),
    max_size=20,
)

TALK = [said(text) for text in ("? mend", "$ make", "= done", "it is done", "? go on", "well")]


@given(events, st.sampled_from(("", "a")), st.sampled_from(("", "a", "b")))
def test_what_says_the_same_does_not_diverge(talk: list[Said], one: str, other: str) -> None:
    found = compare(side(talk, keys=one), side(talk, 2, keys=other, step=7_000), never)
    assert (found.divergence, found.ends, found.same) == (None, "", True)
    assert found.shared == len(talk)
    assert all(pair.left == pair.right for pair in found.pairs)


@given(events, events)
def test_it_is_symmetric(one: list[Said], other: list[Said]) -> None:
    there, back = (
        compare(side(one), side(other, 2), never),
        compare(side(other, 2), side(one), never),
    )
    assert there.shared == back.shared
    assert {"left": "right", "right": "left", "": ""}[there.ends] == back.ends
    if there.divergence is None or back.divergence is None:
        assert there.divergence is back.divergence
    else:
        assert (there.divergence.left, there.divergence.right) == (
            back.divergence.right,
            back.divergence.left,
        )
    assert {(p.left, p.right) for p in there.pairs} == {(p.right, p.left) for p in back.pairs}


@given(events, st.data())
def test_a_beginning_of_the_other_ends_and_does_not_diverge(
    talk: list[Said], data: st.DataObject
) -> None:
    length = data.draw(st.integers(0, len(talk)))
    found = compare(side(talk[:length]), side(talk, 2), never)
    assert (found.divergence, found.shared) == (None, length)
    assert found.ends == ("left" if length < len(talk) else "")


@given(st.lists(st.sampled_from(TALK), min_size=1, max_size=20), st.data())
def test_the_first_change_is_the_divergence(talk: list[Said], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(talk) - 1))
    changed = [*talk]
    changed[at] = talk[at]._replace(text=talk[at].text + " otherwise")
    found = compare(side(talk), side(changed, 2), never)
    assert found.divergence is not None
    assert (found.divergence.left, found.divergence.right, found.shared) == (at, at, at)


def test_a_change_after_the_start_of_a_long_text_is_found_by_reading_it() -> None:
    asked: list[tuple[int, int]] = []

    def exactly(one: Trace, other: Trace) -> bool:
        asked.append((one.position, other.position))
        return one.position != 1

    talk = [said("? mend"), said("x" * 300), said("well")]
    found = compare(side(talk), side(talk, 2), exactly)
    assert found.divergence == Divergence(1, 1, "another answer")
    assert asked == [(1, 1)]


def test_a_short_text_that_was_folded_is_read_where_another_looks_the_same() -> None:
    asked: list[tuple[int, int]] = []

    def exactly(one: Trace, other: Trace) -> bool:
        asked.append((one.position, other.position))
        return one.position != 1

    talk = [said("? mend"), said("if x: a()"), said("well")]
    found = compare(side(talk, folded=True), side(talk, 2), exactly)
    assert found.divergence == Divergence(1, 1, "another answer")
    assert asked[:2] == [(0, 0), (1, 1)]
    other = [said("? bake"), said("if x: a()")]
    assert compare(side(talk, folded=True), side(other, 2, folded=True), never).shared == 0


def test_copies_of_one_record_are_never_read() -> None:
    talk = [said("? mend"), said("x" * 300)]
    assert compare(side(talk, keys="a"), side(talk, 2, keys="a"), never).same


def test_texts_whose_starts_differ_are_not_read() -> None:
    found = compare(side([said("x" * 300)]), side([said("y" * 300)], 2), never)
    assert found.divergence == Divergence(0, 0, "another answer")


def test_it_is_said_in_which_way_they_differ() -> None:
    def what(one: Said, other: Said) -> str:
        found = compare(side([one]), side([other], 2), never).divergence
        assert found is not None
        return found.what

    assert what(said("? mend"), said("? go on")) == "another prompt"
    assert what(said("? mend"), said("well")) == "prompt here, answer there"
    assert what(said("$ ls"), said("$ make")) == "Bash is given something else"
    assert what(said("$ ls"), Said(K.TOOL_USE, "a.py", "Read")) == "Bash here, Read there"
    assert what(said("= done"), said("= gone")) == "Bash comes to something else"
    failed = said("= done")._replace(status="failed")
    assert what(said("= done"), failed) == "Bash: ok here, failed there"
    assert what(said("= done"), said("well")) == "outcome of Bash here, answer there"
    assert what(Said(K.THINKING, "a"), Said(K.THINKING, "b")) == "other thinking"


def test_times_ids_and_folders_make_no_difference() -> None:
    folder = "/work/tree-1"
    assert settled("/work/tree-1/a.py", folder, output=False) == "./a.py"
    assert settled("a.py", "/", output=False) == "a.py"
    for one, other in (
        ("3 passed in 0.12s", "3 passed in 12.5s"),
        ("at 2026-11-20T09:33:56.120Z", "at 2026-11-21T10:00:00Z"),
        ("id 73f2e0fd-c6b7-4ecc-a1ca-7e0030ce3162", "id 00000000-c6b7-4ecc-a1ca-7e0030ce3162"),
        ("[09:33:56] go", "[10:00:01] go"),
    ):
        assert settled(one, folder, output=True) == settled(other, folder, output=True)
        assert settled(one, folder, output=False) != settled(other, folder, output=False)
    assert settled("3 passed", folder, output=True) != settled("4 passed", folder, output=True)


def test_the_prompts_in_which_they_part_stand_beside_each_other() -> None:
    left = [*TALK, said("? bake bread"), said("well"), said("? and butter")]
    right = [*TALK, said("? sail away"), said("well"), said("? far"), said("? and butter")]
    found = compare(side(left), side(right, 2), never)
    assert [(pair.left, pair.right, pair.same) for pair in found.pairs] == [
        (0, 0, True),
        (1, 1, True),
        (2, 2, False),
        (None, 3, False),
        (3, 4, True),
    ]


def test_deltas_are_what_the_right_has_more() -> None:
    left, right = side(TALK), side([*TALK, said("and more")], 2)
    found = compare(left, right, never)
    deltas = [found.delta(pair) for pair in found.pairs]
    assert [delta.responses for delta in deltas if delta] == [0, 1]
    assert [left.turn_at(position) for position in (0, 3, 4, 99)] == [0, 0, 1, None]


def test_figures_add_up_and_a_cost_is_told_only_where_it_is_known() -> None:
    one = Figures(actions=2, cost=0.5, files=frozenset({"a"}), input=10)
    other = Figures(actions=3, files=frozenset({"a", "b"}), output=5)
    both = total([one, other])
    assert (both.actions, both.cost, both.file_count, both.tokens) == (5, 0.5, 2, 15)
    assert (one - other).cost is None
    assert (other - one).actions == 1
    assert total([]) == Figures()
    assert (one - replace(one, cost=0.2)).cost == 0.3


def test_active_time_leaves_out_the_humans_own() -> None:
    talk = side(TALK, step=60_000)
    assert active(talk.timeline, talk.positions, talk.clock) == 4 * 60_000
    slow = side(TALK, step=3_600_000)
    assert active(slow.timeline, slow.positions, slow.clock) == 4 * 900_000
