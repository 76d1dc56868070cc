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
    branch = replace(whole, branches=2, rest=Figures(turns=1, input=1_200, cost=0.02))
    note = verdict.branch_notes(branch)
    assert "has 2 branches; compared is the one that goes on" in note
    assert "1 turn, 1.2k tokens, $0.02 in the others are not counted" in note
