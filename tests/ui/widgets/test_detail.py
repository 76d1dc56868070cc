"""The detail: it follows the playhead, moves it, folds, finds, and gives originals away."""

from __future__ import annotations

import pytest

from her_tui.errors import HerError
from her_tui.events.content import Image
from her_tui.events.model import ActionKind, EventKind, Status
from her_tui.queries import turns
from her_tui.queries.turns import ActionDetail, Turn
from her_tui.ui.messages import SubagentOpened
from her_tui.ui.renderers.line import Block
from her_tui.ui.renderers.tabs import PANELS
from her_tui.ui.widgets.detail import Detail
from tests.ui.hostile import HOSTILE
from tests.ui.replay_app import replaying
from tests.ui.replay_values import (
    Shelf,
    action_line,
    detail_of,
    item,
    patch_of,
    serve,
    turn_of,
)

THOUGHT = "Perhaps the cache. " * 20 + "\nPerhaps the reducer."
PROMPT = "Fix the **login** please"
ANSWER = "The reducer drops the state.\n\n" + "\n".join(f"- step {n}" for n in range(3))


def two_turns(monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """A turn of thinking, an edit, a failed command and an answer; and one of a single text."""
    edit = action_line(
        2, ActionKind.EDIT, name="Edit", target="/work/app/src/app.py", added=1, removed=1
    )
    run = action_line(3, target="pytest -q", status=Status.FAILED)
    helper = action_line(4, ActionKind.SUBAGENT, name="Task", target="Look around", subagent=9)
    first = turn_of(
        [
            item(1, EventKind.THINKING, THOUGHT),
            item(2, EventKind.TOOL_USE, action=edit),
            item(3, EventKind.TOOL_USE, action=run, error=True),
            item(4, EventKind.TOOL_USE, action=helper),
            item(5, EventKind.TEXT, ANSWER),
        ],
        item(0, EventKind.PROMPT, PROMPT, images=(Image("image/png", 34_000),)),
    )
    second = turn_of([item(7, EventKind.TEXT, "Done.")], item(6, EventKind.PROMPT, "Thanks"), 2)
    return serve(
        monkeypatch,
        {1: first, 2: second},
        detail_of(edit, "", patch=patch_of(" a", "-login", "+logout")),
        detail_of(run, "\n".join(f"E line {n}" for n in range(600))),
        detail_of(helper, "Nothing found", input={"prompt": "Look around"}),
    )


def many_items(monkeypatch: pytest.MonkeyPatch, count: int) -> Shelf:
    """One turn of many actions."""
    lines = [action_line(number) for number in range(1, count)]
    items = [item(line.id, EventKind.TOOL_USE, action=line) for line in lines]
    turn = turn_of(items, item(0, EventKind.PROMPT, "Go"))
    return serve(monkeypatch, {1: turn}, *(detail_of(line, f"out {line.id}") for line in lines))


def said(block: Block) -> list[str]:
    """The lines of a block that say something."""
    return [line.text for line in block.lines if line.text]


async def test_a_session_shows_its_turn_and_its_action(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = two_turns(monkeypatch)
    async with replaying() as replay:
        assert "Choose one in the list" in replay.app.text()
        await replay.open(shelf.timeline(), 2)
        text = replay.app.text()
        assert "Fix the login please" in text
        assert "▣ image/png 34.0 kB" in text
        assert "turn 1/2 · 10:00:00 · 1 image" in text
        assert "response · opus-4-5 · 1.2k tokens · $0.42 · 1m 1s · 1 error" in text
        assert "✎ edit   src/app.py  +1 −1" in text
        assert "✗ failed" in text
        assert "11    − login" in text


async def test_seeking_inside_a_turn_reads_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = two_turns(monkeypatch)
    async with replaying() as replay:
        await replay.open(shelf.timeline())
        for position in (5, 1, 7, 3, 0, 6, 2):
            await replay.seek(position)
        assert sorted(shelf.turns_read) == [1, 2]
        assert len(shelf.actions_read) == len(set(shelf.actions_read)) == 3


async def test_of_a_burst_of_seeks_the_newest_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = serve(
        monkeypatch,
        {
            number: turn_of(
                [item(2 * number - 1, EventKind.TEXT, f"answer {number}")],
                item(2 * number - 2, EventKind.PROMPT, f"ask {number}"),
                number,
            )
            for number in range(1, 60)
        },
    )
    async with replaying() as replay:
        await replay.open(shelf.timeline())
        for position in range(100):
            replay.app.seek(position)
        await replay.settle()
        assert "answer 50" in replay.app.text()
        assert len(shelf.turns_read) < 20


async def test_the_cursor_walks_through_the_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = two_turns(monkeypatch)
    async with replaying() as replay:
        await replay.open(shelf.timeline())
        await replay.press(*"jjjjjjj", "j")
        assert replay.app.moves == [1, 2, 3, 4, 5, 6, 7]
        await replay.press(*"kkk")
        assert replay.app.moves[-3:] == [6, 5, 4]
        await replay.press("g")
        assert replay.app.moves[-1] == 0
        await replay.press("k")
        assert replay.app.moves[-1] == 0
        await replay.press("G")
        assert replay.app.moves[-1] == 5
        assert replay.bar.playhead == 5


async def test_seeking_posts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = two_turns(monkeypatch)
    async with replaying() as replay:
        await replay.open(shelf.timeline())
        for position in (3, 7, 0):
            await replay.seek(position)
        assert replay.app.moves == []


async def test_thinking_and_actions_unfold_and_fold(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = two_turns(monkeypatch)
    async with replaying((120, 60)) as replay:
        await replay.open(shelf.timeline(), 3)
        blocks = replay.detail.response.blocks
        assert [len(block.lines) - block.lead for block in blocks[:4]] == [1, 1, 1, 1]
        await replay.press("t")
        assert said(replay.detail.response.blocks[0])[-1] == "Perhaps the reducer."
        await replay.press("enter")
        opened = said(replay.detail.response.blocks[2])
        assert "… 200 more lines, o opens all" in opened
        assert opened[-1] == "E line 599"
        await replay.press("enter", "t")
        assert [len(block.lines) - block.lead for block in replay.detail.response.blocks[:4]] == [
            1, 1, 1, 1,
        ]  # fmt: skip
        await replay.press("x")
        lines = [line.text for block in replay.detail.response.blocks for line in block.lines]
        assert {"Perhaps the reducer.", "logout", "E line 599", "Nothing found"} <= set(lines)
        assert "reading …" not in lines


async def test_unfolding_all_reads_every_action_once(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = many_items(monkeypatch, 80)
    async with replaying() as replay:
        await replay.open(shelf.timeline(), 40)
        await replay.press("x")
        for _ in range(12):
            await replay.settle()
        assert sorted(shelf.actions_read) == list(range(1, 80))


async def test_an_unfolded_item_stays_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = many_items(monkeypatch, 200)
    async with replaying() as replay:
        await replay.open(shelf.timeline(), 100)
        view = replay.detail.response

        def row() -> int:
            assert view.cursor is not None
            return view._layout.top(view.cursor) - view.scroll_offset.y

        await replay.press("k", "k", "k", "k")
        before = row()
        await replay.press("enter")
        assert row() == before
        await replay.pilot.resize_terminal(70, 36)
        await replay.settle()
        assert 0 <= row() < view.size.height


async def test_finding_marks_counts_and_unfolds(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = two_turns(monkeypatch)
    async with replaying() as replay:
        await replay.open(shelf.timeline())
        detail = replay.detail
        detail.find("reducer")
        await replay.settle()
        assert "1/2 “reducer”" in replay.app.text()
        assert said(detail.response.blocks[0])[-1] == "Perhaps the reducer."
        assert replay.app.moves[-1] == 1
        detail.find_next(1)
        await replay.settle()
        assert "2/2 “reducer”" in replay.app.text()
        assert replay.app.moves[-1] == 5
        detail.find_next(1)
        detail.find_next(-1)
        await replay.settle()
        assert "2/2" in replay.app.text()
        detail.find("E line 333")
        await replay.settle()
        assert "no “E line 333” in this turn" in replay.app.text()
        detail.find("E line 599")
        await replay.settle()
        detail.find_next(1)
        await replay.settle()
        assert "1/1 “E line 599”" in replay.app.text()
        assert replay.app.moves[-1] == 3
        assert detail.clear_find()
        assert not detail.clear_find()
        assert "“" not in replay.app.text()


async def test_finding_looks_into_the_prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = two_turns(monkeypatch)
    async with replaying((80, 24)) as replay:
        await replay.open(shelf.timeline(), 5)
        replay.detail.find("LOGIN")
        replay.detail.find_next(1)
        await replay.settle()
        assert replay.detail.panel == "prompt"
        assert replay.app.moves[-1] == 0


@pytest.mark.parametrize(
    ("size", "classes"),
    [((80, 24), {"-tabs"}), ((120, 36), set()), ((200, 60), {"-wide"}), ((20, 8), {"-tabs"})],
)
async def test_there_are_as_many_panels_as_there_is_room_for(
    monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], classes: set[str]
) -> None:
    shelf = two_turns(monkeypatch)
    async with replaying(size) as replay:
        await replay.open(shelf.timeline(), 3)
        assert replay.detail.classes & {"-tabs", "-wide"} == classes
        visible = [name for name, panel in replay.detail.panels.items() if panel.size.height]
        assert "response" in visible
        if "-tabs" in classes:
            replay.detail.next_panel(1)
            await replay.settle()
            assert replay.detail.action.size.height
            assert not replay.detail.response.size.height
            for name in PANELS[3:]:
                replay.detail.next_panel(1)
                await replay.settle()
                assert replay.detail.panels[name].size.height
                assert not replay.detail.action.size.height
            replay.detail.next_panel(1)
            await replay.settle()
            assert replay.detail.prompt.size.height
            assert not replay.detail.side.size.height
        else:
            assert visible == ["prompt", "response", "action"]


async def test_a_tab_is_chosen_by_the_mouse(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = two_turns(monkeypatch)
    async with replaying((80, 24)) as replay:
        await replay.open(shelf.timeline(), 3)
        await replay.pilot.click(replay.detail.tabs, offset=(18, 0))
        await replay.settle()
        assert replay.detail.panel == "action"
        before = replay.detail.action.scroll_offset.y
        await replay.press("j", "ctrl+d")
        assert replay.detail.action.scroll_offset.y > before
        assert replay.app.moves == []


async def test_a_click_moves_the_cursor_and_a_second_one_unfolds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shelf = two_turns(monkeypatch)
    async with replaying() as replay:
        await replay.open(shelf.timeline())
        view = replay.detail.response
        await replay.pilot.click(view, offset=(10, 3))
        await replay.settle()
        assert replay.app.moves == [3]
        await replay.pilot.click(view, offset=(10, 3))
        await replay.settle()
        assert len(view.blocks[2].lines) > 100


async def test_what_can_be_copied_and_opened_is_the_original(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shelf = two_turns(monkeypatch)
    async with replaying() as replay:
        detail = replay.detail
        assert (detail.prompt_text(), detail.response_text(), detail.copy_menu()) == ("", "", [])
        assert detail.open_text() == ("", ".txt")
        await replay.open(shelf.timeline())
        assert detail.prompt_text() == PROMPT
        assert detail.response_text() == ANSWER
        assert detail.copy_menu() == [("prompt", PROMPT)]
        assert detail.open_text() == (f"{PROMPT}\n\n{'─' * 40}\n\n{ANSWER}", ".md")
        await replay.seek(2)
        labels = dict(detail.copy_menu())
        assert labels["path"] == detail.selected_file() == "/work/app/src/app.py"
        assert labels["diff"] == (
            "--- a/src/app.py\n+++ b/src/app.py\n@@ -10,2 +10,2 @@\n a\n-login\n+logout\n"
        )
        assert detail.open_text() == (labels["diff"], ".diff")
        await replay.seek(3)
        assert dict(detail.copy_menu())["command"] == "pytest -q"
        assert detail.open_text()[0].startswith("$ pytest -q\n\nE line 0")
        assert detail.selected_file() == ""
        await replay.seek(5)
        assert detail.copy_menu() == [("message", ANSWER)]


async def test_a_subagent_can_be_gone_to(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = two_turns(monkeypatch)
    async with replaying() as replay:
        await replay.open(shelf.timeline(), 3)
        replay.detail.action_open_subagent()
        await replay.seek(4)
        replay.detail.action_open_subagent()
        await replay.settle()
        assert [said.session for said in replay.app.said if isinstance(said, SubagentOpened)] == [9]


async def test_what_cannot_be_read_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = two_turns(monkeypatch)
    shelf.actions.clear()
    async with replaying() as replay:
        await replay.open(shelf.timeline(), 2)
        assert "This action is gone" in replay.app.text()
        assert replay.detail.open_text()[0] == ""

        def broken(*_: object) -> None:
            raise HerError("The record is damaged", "Look at the doctor.")

        monkeypatch.setattr(turns, "load_turn", broken)
        await replay.seek(7)
        assert "The record is damaged. Look at the doctor." in replay.app.text()
        await replay.seek(2)
        assert "Fix the login please" in replay.app.text()


async def test_a_turn_that_grows_stays_as_it_is_on_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = two_turns(monkeypatch)
    async with replaying() as replay:
        await replay.open(shelf.timeline(), 7)
        turn = shelf.turns[2]
        shelf.turns[2] = turn_of(
            [*turn.items, item(8, EventKind.TEXT, "One more thing.")], turn.prompt, 2
        )
        await replay.open(shelf.timeline(), 7)
        assert "One more thing." in replay.app.text()
        assert replay.detail.response.cursor == 0


async def test_closing_the_session_empties_the_panels(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = two_turns(monkeypatch)
    async with replaying() as replay:
        await replay.open(shelf.timeline(), 3)
        assert replay.detail.library is not None
        replay.detail.show(replay.detail.library, None, None)
        await replay.settle()
        assert "No session is open." in replay.app.text()
        await replay.press(*"jkgGtx", "enter")
        replay.detail.find("x")
        assert replay.app.moves == []


def hostile_turn(number: int, start: int, text: str) -> tuple[Turn, list[ActionDetail]]:
    """A turn with ``text`` in every field that is captured."""
    line = action_line(start, name=text, target=text, sha=text[:40], subject=text)
    edit = action_line(start + 1, ActionKind.EDIT, name=text, target=text)
    kinds = [kind for kind in EventKind if kind is not EventKind.PROMPT]
    items = [
        item(start + 1, EventKind.TOOL_USE, text, action=line),
        item(start + 2, EventKind.TOOL_USE, text, action=edit),
        *(
            item(at, kind, text, detail=text, agent=text[:99])
            for at, kind in enumerate(kinds, start + 3)
        ),
    ]
    prompt = item(start, EventKind.PROMPT, text, detail=text, images=(Image(text, 3),))
    return turn_of(items, prompt, number), [
        detail_of(line, text, stderr=text, input={text[:50]: text, "command": text}),
        detail_of(edit, text, patch=patch_of("+" + text, "-" + text, path=text)),
    ]


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
async def test_hostile_text_is_shown_as_itself(
    monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    """In every field that was captured, in every panel, folded and open."""
    length = len(EventKind) + 2
    made = [hostile_turn(at + 1, at * length, text) for at, text in enumerate(HOSTILE)]
    shelf = serve(
        monkeypatch,
        {turn.number: turn for turn, _ in made},
        *(detail for _, details in made for detail in details),
    )
    async with replaying(size) as replay:
        await replay.open(shelf.timeline(), 1)
        for at, text in enumerate(HOSTILE):
            await replay.seek(at * length + 1)
            await replay.press("x", "j")
            replay.detail.find(text[:30])
            for _ in PANELS:
                replay.detail.next_panel(1)
                await replay.settle()
                assert not {c for c in replay.app.text() if _drives_a_terminal(c)}
            assert replay.detail.prompt_text() == text
            assert replay.app.is_running


def _drives_a_terminal(character: str) -> bool:
    code = ord(character)
    return (code < 32 and character != "\n") or 0x7F <= code < 0xA0 or 0x202A <= code < 0x202F


def test_the_detail_takes_its_keys_from_the_table() -> None:
    """No key of its own that the help screen does not know."""
    from her_tui.ui.actions import Region, bindings_for

    assert bindings_for(Region.DETAIL) == Detail.BINDINGS
