"""A turn as of a moment in it: nothing of what comes after is seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from her_tui.events.model import ActionKind, EventKind, Status
from her_tui.queries.turns import Item, Turn
from her_tui.ui.renderers.as_of import Course, Cut, unfinished, unfinished_detail
from her_tui.ui.renderers.flow import Flow, Folding, open_action
from her_tui.ui.renderers.line import Block
from tests.ui.replay_values import START, action_line, detail_of, item, patch_of, turn_of

EDIT = action_line(1, ActionKind.EDIT, name="Edit", target="/work/app/a.py", added=3, removed=1)
RUN = action_line(2, target="pytest -q", status=Status.FAILED, duration_ms=9_000)


def course() -> Turn:
    """Two actions at once (3 and 4), whose outcomes come at 6 and 5, then a text at 7."""
    items = [
        item(2, EventKind.THINKING, "Hm"),
        item(3, EventKind.TOOL_USE, action=EDIT),
        item(4, EventKind.TOOL_USE, action=RUN, error=True),
        item(7, EventKind.TEXT, "Done."),
    ]
    turn = turn_of(items, item(1, EventKind.PROMPT, "Go"))
    return replace(turn, index={**turn.index, 6: 1, 5: 2})


def cut(turn: Turn, position: int) -> Cut:
    return Flow(turn, "").cut_at(position, START + position * 10_000)


def texts(blocks: tuple[Block, ...]) -> str:
    return "\n".join(
        "".join(span.text for span in (*line.spans, *line.after, *line.tail))
        for block in blocks
        for line in block.lines
    )


def test_what_comes_after_is_cut_off() -> None:
    turn = course()
    assert cut(turn, 1) == Cut(0, frozenset(), 4)
    assert cut(turn, 3) == Cut(2, frozenset({1}), 2)
    assert cut(turn, 4) == Cut(3, frozenset({1, 2}), 1)
    assert cut(turn, 5) == Cut(3, frozenset({1}), 1)
    assert cut(turn, 6) == Cut(3, frozenset(), 1)
    assert cut(turn, 7) == Cut(4, frozenset(), 0)


def test_an_action_runs_until_its_outcome_is_there() -> None:
    flow = Flow(course(), "/work/app")
    at_four = texts(flow.blocks(Folding(), {}, cut(flow.turn, 4)))
    assert at_four.count("… running") == 2
    assert "+3" not in at_four
    assert "failed" not in at_four
    assert "9s" not in at_four
    at_five = texts(flow.blocks(Folding(), {}, cut(flow.turn, 5)))
    assert at_five.count("… running") == 1
    assert "failed" in at_five
    assert texts(flow.blocks(Folding(), {}, cut(flow.turn, 7))) == texts(flow.blocks(Folding(), {}))


def test_an_action_that_asks_the_human_says_so() -> None:
    flow = Flow(course(), "/work/app")
    asks = flow.cut_at(4, START + 40_000, asking=[EDIT.id])
    said = texts(flow.blocks(Folding(), {}, asks))
    assert "a.py  … waits for you" in said
    assert said.count("… running") == 1
    over = flow.cut_at(6, START + 60_000, asking=[EDIT.id])
    assert not over.waiting


def test_an_outcome_in_a_later_turn_is_not_there_in_this_one() -> None:
    turn = turn_of([item(2, EventKind.TOOL_USE, action=RUN)], item(1, EventKind.PROMPT, "Go"))
    assert cut(turn, 2).running == {0}
    pending = action_line(3, status=Status.PENDING)
    turn = turn_of([item(2, EventKind.TOOL_USE, action=pending)], item(1, EventKind.PROMPT, "Go"))
    assert not cut(turn, 2).running, "no outcome was recorded: it says so"


def test_an_answer_without_an_event_is_there_from_its_time_on() -> None:
    untold = item(2, EventKind.TEXT, "Half", untold="wire", time=START + 25_000)
    turn = turn_of([item(2, EventKind.THINKING, "Hm")], item(1, EventKind.PROMPT, "Go"))
    turn = replace(turn, items=(*turn.items, untold))
    assert Course(turn).cut(2, START + 24_000).shown == 1
    assert Course(turn).cut(2, START + 25_000).shown == 2


def test_opened_it_shows_what_went_in() -> None:
    opened = open_action(detail_of(RUN, "E broken", input={"command": "pytest -q", "timeout": 60}))
    said = [line.text for line in opened.as_of(running=True)]
    assert "no result yet" in said
    assert any("timeout" in text for text in said)
    assert not any("broken" in text for text in said)
    assert opened.as_of(running=False) is opened.lines
    assert opened.as_of(running=True) is opened.as_of(running=True)
    patched = detail_of(EDIT, "", patch=patch_of("-a", "+b"), input={"new_string": "b"})
    assert unfinished_detail(patched).patch is None


def test_other_items_are_what_they_are() -> None:
    text = item(1, EventKind.TEXT, "Hello")
    assert unfinished(text, "running") is text
    assert unfinished(item(2, EventKind.TOOL_USE, action=RUN), "").action is RUN


def test_a_step_makes_only_what_is_new() -> None:
    items = [item(n, EventKind.TEXT, f"text {n}") for n in range(2, 502)]
    flow = Flow(turn_of(items, item(1, EventKind.PROMPT, "Go")), "")
    before = flow.blocks(Folding(), {}, cut(flow.turn, 400))
    after = flow.blocks(Folding(), {}, cut(flow.turn, 401))
    assert len(before) == 399
    assert all(old is new for old, new in zip(before, after, strict=False))
    assert len(after) == 400


@st.composite
def turns(draw: Callable[[st.SearchStrategy[int]], int]) -> Turn:
    """Turns of texts and actions whose outcomes come any time later, or never."""
    statuses = list(Status)
    items: list[Item] = []
    index: dict[int, int] = {}
    free: list[int] = []
    position = 1
    for number in range(draw(st.integers(1, 12))):
        while free and draw(st.integers(0, 1)):
            position += 1
            index[position] = free.pop(draw(st.integers(0, len(free) - 1)))
        position += 1
        index[position] = number
        if draw(st.integers(0, 1)):
            items.append(item(position, EventKind.TEXT, "t"))
        else:
            free.append(number)
            line = action_line(number, status=statuses[draw(st.integers(0, len(statuses) - 1))])
            items.append(item(position, EventKind.TOOL_USE, action=line))
    turn = turn_of(items, item(1, EventKind.PROMPT, "Go"))
    return replace(turn, index=index, end=position + 1)


@given(turns())
def test_forward_nothing_is_lost_and_nothing_is_early(turn: Turn) -> None:
    flow = Flow(turn, "")
    before = 0
    ended: set[int] = set()
    for position in range(turn.start, turn.end):
        found = cut(turn, position)
        assert found.shown >= before
        assert found.shown + found.ahead == len(turn.items)
        assert all(turn.items[at].position <= position for at in range(found.shown))
        assert not found.running & ended, "what ended does not run again"
        ended |= {at for at in range(found.shown) if at not in found.running}
        before = found.shown
        at = flow.index_at(position)
        assert at is None or at < found.shown, "the cursor is on something that is shown"
    assert before == len(turn.items)
