"""A comparison in words and figures."""

from __future__ import annotations

from dataclasses import replace

from her_tui.analysis import verdict
from her_tui.analysis.compare import Comparison, Side, Trace, compare
from her_tui.analysis.figures import Figures
from her_tui.events.model import EventKind
from tests.support.sides import Said, side

MEND = [Said(EventKind.PROMPT, "mend"), Said(EventKind.TEXT, "well")]


def exactly(one: Trace, other: Trace) -> bool:
    return one.head == other.head


def hold(one: list[Said], other: list[Said]) -> Comparison:
    return compare(named(side(one), "aaaaaaaa-1"), named(side(other, 2), "bbbbbbbb-1"), exactly)


def named(made: Side, name: str) -> Side:
    return replace(made, session_id=name)


def test_what_comes_of_it_in_a_sentence() -> None:
    more = [*MEND, Said(EventKind.PROMPT, "go on")]
    other = [MEND[0], Said(EventKind.TEXT, "no")]
    assert verdict.verdict(hold(MEND, MEND)) == "They say the same from start to end"
    assert verdict.verdict(hold([], [])) == "Nothing is said in them"
    assert verdict.verdict(hold([], MEND)) == "Nothing is said in aaaaaaaa"
    assert verdict.verdict(hold(more, MEND), 52, 56) == (
        "bbbbbbbb ends at record 52 of aaaaaaaa (line 56 of its file); they do not diverge"
    )
    assert verdict.verdict(hold(more, MEND)) == (  # no record of it has an identity
        f"bbbbbbbb ends after {len(MEND)} events that both have, and aaaaaaaa goes on;"
        " they do not diverge"
    )
    assert verdict.verdict(hold(MEND, other)) == (
        "They part after 1 event that both have: another answer"
    )
    assert verdict.verdict(hold(MEND, [])) == "Nothing is said in bbbbbbbb"
    assert verdict.verdict(hold(MEND, more[1:])) == (
        "They part at the very first event: prompt here, answer there"
    )


def test_sides_of_the_same_name_are_called_a_and_b() -> None:
    one = named(side(MEND), "same-name")
    assert verdict.names(compare(one, one, exactly)) == ("A", "B")


def test_signs_of_turns() -> None:
    left = [*MEND, Said(EventKind.PROMPT, "bake bread"), Said(EventKind.PROMPT, "mend the roof")]
    right = [*MEND, Said(EventKind.PROMPT, "mend the old roof")]
    found = hold(left, right)
    assert [verdict.mark(found, pair) for pair in found.pairs] == ["=", "≠", "≠"]
    assert [verdict.mark(hold(MEND, right), pair) for pair in hold(MEND, right).pairs] == ["=", ">"]
    assert [verdict.mark(hold(right, MEND), pair) for pair in hold(right, MEND).pairs] == ["=", "<"]


def test_what_one_has_more() -> None:
    more = Figures(input=1_500, cost=0.2, active_ms=-61_000, errors=1, file_count=-2)
    assert verdict.deltas(more) == ["+1.5k tokens", "+$0.20", "−1m 1s", "+1 error", "−2 files"]
    assert verdict.deltas(Figures()) == []
    assert verdict.cost_delta(Figures(cost=-0.0031)) == "−$0.0031"
    assert verdict.cost_delta(Figures(cost=0.00001)) == ""


def test_the_summary_has_both_sides_and_the_difference() -> None:
    one = replace(side(MEND), figures=Figures(prompts=2, cost=0.1, added=3, removed=1))
    other = replace(side(MEND, 2), figures=Figures(prompts=5, cost=0.4, added=1, removed=4))
    rows = {row.label: (row.left, row.right, row.delta) for row in verdict.summary(one, other)}
    assert rows["prompts"] == ("2", "5", "+3")
    assert rows["cost"] == ("$0.10", "$0.40", "+$0.30")
    assert rows["lines"] == ("+3 −1", "+1 −4", "−5")
    assert rows["actions"] == ("0", "0", "")


def test_what_a_rewind_left_is_said_to_be_left_out() -> None:
    whole = side(MEND)
    assert verdict.branch_notes(whole) == ""
    assert verdict.branch_name(whole) == whole.session_id[:8]
    rest = Figures(turns=1, input=1_200, cost=0.02)
    goes_on = replace(whole, branches=2, branch=replace(whole.branch, number=2), rest=rest)
    assert verdict.branch_notes(goes_on) == (
        "session- · branch 2 of 2; without 1 turn, $0.02 left by a rewind"
    )
    assert "left by rewinds" in verdict.branch_notes(replace(goes_on, branches=3))
    left = replace(goes_on, branch=replace(whole.branch, left_at=3))
    assert verdict.branch_notes(left) == (
        "session- · branch 1 of 2, which a rewind left; without 1 turn, $0.02 of what goes on"
    )


def test_notes_are_of_both_sides_or_tell_two_branches_of_one_session_apart() -> None:
    whole = side(MEND)
    goes_on = replace(whole, branches=2, branch=replace(whole.branch, number=2))
    left = replace(goes_on, branch=replace(whole.branch, left_at=3))
    assert verdict.notes(compare(whole, side(MEND, 2), exactly)) == []
    (note,) = verdict.notes(compare(goes_on, side(MEND, 2), exactly))
    assert note == verdict.branch_notes(goes_on)
    assert verdict.notes(compare(left, goes_on, exactly)) == [
        "Two branches of session-: A a rewind left, B goes on; the list counts both"
    ]
    assert verdict.notes(compare(goes_on, goes_on, exactly)) == [verdict.branch_notes(goes_on)]
