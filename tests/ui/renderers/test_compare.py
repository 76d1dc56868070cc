"""What the comparison says on screen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from her_tui.analysis.axis import whole
from her_tui.analysis.compare import Comparison, Trace, compare
from her_tui.events.model import EventKind
from her_tui.queries.comparison import Compared, Point
from her_tui.queries.comparison_sides import Read
from her_tui.ui.renderers import clocks
from her_tui.ui.renderers import compare as drawing
from her_tui.ui.text import cells
from her_tui.ui.widgets.session_line import Piece
from tests.support.sides import Said, side

K = EventKind
LEFT = [
    Said(K.PROMPT, "mend the [/red] parser \x1b[31m"),
    Said(K.TOOL_USE, "make", "Bash"),
    Said(K.TOOL_RESULT, "done", "Bash", "ok"),
    Said(K.TEXT, "well"),
    Said(K.PROMPT, "and the lexer"),
]
RIGHT = [
    *LEFT[:2],
    Said(K.TOOL_RESULT, "boom", "Bash", "failed"),
    Said(K.THINKING, "hm"),
    LEFT[3],
    Said(K.PROMPT, "漢字 " * 60),
]


def exactly(one: Trace, other: Trace) -> bool:
    return one.head == other.head


def held(result: Comparison) -> Compared:
    reads = [Read(each, "claude-code", "/src", {}) for each in drawing.sides(result)]
    parting = None
    if result.divergence is not None:
        found = [
            Point(trace.position, 1, "", 1, 0, 0, trace.kind, trace.name, trace.status, text)
            for trace, text in (
                (result.left.traces[result.shared], "… its words"),
                (result.right.traces[result.shared], "other words"),
            )
        ]
        parting = found[0], found[1]
    return Compared(result, reads[0], reads[1], parting, None, None)


@pytest.fixture
def found() -> Compared:
    return held(compare(side(LEFT), side(RIGHT, 2), exactly))


def text(pieces: list[Piece]) -> str:
    return "".join(piece for piece, _ in pieces)


@pytest.mark.parametrize("width", [24, 60, 80, 120, 200])
def test_rows_are_as_wide_as_they_may_be_and_safe(found: Compared, width: int) -> None:
    listed = drawing.rows(found.result, {0})
    for row in listed:
        line = text(drawing.row_pieces(found, row, width, row.pair == 0))
        assert cells(line) <= max(width, 19)
        assert "\x1b" not in line
    for lines in (
        drawing.table(found.result, width),
        drawing.words(found, listed[0], width),
        [drawing.title(found.result, width), drawing.conclusion(found, width)],
    ):
        for line_ in lines:
            assert "\x1b" not in text(line_)


def test_steps_stand_below_a_turn_that_is_unfolded(found: Compared) -> None:
    folded, unfolded = drawing.rows(found.result, ()), drawing.rows(found.result, {0})
    assert [row.pair for row in folded] == [0, 1, 2]
    assert len(unfolded) == len(folded) + 4
    signs = [drawing.step_sign(found.result, row.step) for row in unfolded if row.step]
    assert signs == ["=", "≠", ">", "="]


def test_where_they_part_is_a_step_or_else_its_turn(found: Compared) -> None:
    assert drawing.parting_pair(found.result) == 0
    assert drawing.parting_row(found.result, drawing.rows(found.result, ())) == 0
    assert drawing.parting_row(found.result, drawing.rows(found.result, {0})) == 2
    same = compare(side(LEFT), side(LEFT, 2), exactly)
    assert drawing.parting_row(same, drawing.rows(same, ())) is None
    assert drawing.parting_pair(same) is None


def test_both_sides_words_at_the_difference(found: Compared) -> None:
    row = drawing.rows(found.result, {0})[2]
    line = text(drawing.row_pieces(found, row, 80, True))
    assert "✓ … its words" in line
    assert "✗ failed: boom" in line
    told = [text(each) for each in drawing.words(found, row, 80)]
    assert told[0].startswith(" A … its words")
    assert told[1].startswith(" B other words")
    alone = drawing.rows(found.result, ())[1]
    assert [text(each) for each in drawing.words(found, alone, 80)][1] == " B –"
    assert "turn only in A" in text(drawing.words(found, alone, 80)[2])


def test_a_row_knows_where_it_is_on_both_sides(found: Compared) -> None:
    listed = drawing.rows(found.result, {0})
    places = [drawing.row_positions(found.result, row) for row in listed]
    assert places == [(0, 0), (1, 1), (2, 2), (None, 3), (3, 4), (4, None), (None, 5)]
    assert [drawing.row_at(found.result, listed, 1, 0, at) for at in (0, 2, 3, 4)] == [0, 2, 3, 4]
    assert drawing.row_at(found.result, listed, 0, 9, 0) is None


def test_where_they_part_both_are_at_what_they_do() -> None:
    other = [*LEFT[:3], Said(K.PROMPT, "bake bread"), Said(K.TEXT, "warm")]
    result = compare(side(LEFT), side(other, 2), exactly)
    listed = drawing.rows(result, {0})
    parting = drawing.parting_row(result, listed)
    assert parting is not None
    assert drawing.row_positions(result, listed[parting]) == (3, 3)
    assert (None, 3) not in [drawing.row_positions(result, row) for row in listed]


def test_the_table_leaves_out_what_there_is_no_room_for(found: Compared) -> None:
    narrow, wide = (text(drawing.table(found.result, width)[0]) for width in (50, 200))
    assert "turns" in narrow
    assert "corrections" not in wide
    assert "put right" in wide
    assert len(wide) > len(narrow)


def test_the_clocks(found: Compared) -> None:
    result = found.result
    dial = clocks.dial(result)
    edges = whole(dial.axis).edges(dial.axis, 40)
    left, right = (text(clocks.clock_lane(result, dial, index, edges)) for index in (0, 1))
    assert (len(left), len(right)) == (40, 40)
    assert left.startswith("▎")
    assert left.endswith("·")
    assert "0:00:00" in text(clocks.clock_axis(dial.axis, edges))
    title = text(clocks.clocks_title(result, (0, 1_000), 1, True, "▶ 2×", 80))
    assert "▲B 0:00:01/0:00:05" in title
    assert "locked" in title
    assert "free" in text(clocks.clocks_title(result, (0, 0), 0, False, "", 80))


def test_a_branch_is_named_and_what_it_leaves_out_told_below_the_figures(found: Compared) -> None:
    result = found.result
    assert len(drawing.table(result, 120)) == 4
    left = replace(result.left, branches=2, branch=replace(result.left.branch, number=2))
    branched = replace(result, left=left)
    assert "A session- · branch 2 of 2 " in text(drawing.title(branched, 120))
    note = text(drawing.table(branched, 120)[4])
    assert note.startswith(" session- · branch 2 of 2; without 0 turns")
    assert cells(text(drawing.table(branched, 40)[4])) <= 40


def test_a_session_of_one_event() -> None:
    one = held(compare(side(LEFT[:1]), side([], 2), exactly))
    dial = clocks.dial(one.result)
    edges = whole(dial.axis).edges(dial.axis, 10)
    assert len(text(clocks.clock_lane(one.result, dial, 0, edges))) == 10
    assert len(drawing.rows(one.result, ())) == 1
    title = text(clocks.clocks_title(one.result, (0, 0), 0, True, "", 60))
    assert "no turn" in title
    assert drawing.words(one, None, 60) == [[], [], []]
    assert replace(one, parting=None).parting is None
