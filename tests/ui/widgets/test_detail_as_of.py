"""The detail as of the playhead: what comes after is hidden, what is under way has no outcome."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from textual.strip import Strip

from her_tui.events.model import EventKind, Status
from her_tui.ui.renderers.line import Block
from tests.ui.replay_app import Replay, replaying
from tests.ui.replay_values import (
    START,
    Shelf,
    action_line,
    detail_of,
    item,
    serve,
    timeline_of,
    turn_of,
)

RUN = action_line(2, target="pytest -q", status=Status.FAILED)


def one_turn(monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """A prompt, a thought, a command (2) whose outcome is at 3, and its answer."""
    turn = turn_of(
        [
            item(1, EventKind.THINKING, "Hm"),
            item(2, EventKind.TOOL_USE, action=RUN, error=True),
            item(4, EventKind.TEXT, "It is broken."),
            item(5, EventKind.TEXT, "Really."),
        ],
        item(0, EventKind.PROMPT, "Run the tests"),
    )
    turn = replace(turn, index={**turn.index, 3: 1})
    return serve(monkeypatch, {1: turn}, detail_of(RUN, "E broken"))


async def opened(replay: Replay, shelf: Shelf, position: int) -> None:
    kinds = [EventKind.PROMPT, EventKind.THINKING, EventKind.TOOL_USE, EventKind.TOOL_RESULT]
    await replay.open(timeline_of([*kinds, EventKind.TEXT, EventKind.TEXT]), position)
    replay.detail.as_of = True
    await replay.settle()


def flow(replay: Replay) -> str:
    return "\n".join(
        "".join(span.text for span in (*line.spans, *line.after))
        for block in replay.detail.response.blocks
        for line in block.lines
    )


async def test_step_by_step_the_turn_appears(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = one_turn(monkeypatch)
    async with replaying() as replay:
        await opened(replay, shelf, 0)
        assert "┈ 4 more in this turn" in flow(replay)
        assert "pytest" not in replay.app.text()
        await replay.seek(1)
        assert "thought" in flow(replay)
        assert "┈ 3 more in this turn" in flow(replay)
        await replay.seek(2)
        assert "pytest -q  … running" in flow(replay)
        await replay.seek(3)
        assert "✗ failed" in flow(replay)
        await replay.seek(5)
        assert "Really." in flow(replay)
        assert "more in this turn" not in flow(replay)
        assert "as of the playhead" in replay.app.text()
        assert shelf.turns_read == [1]


async def test_the_action_panel_has_no_outcome_before_its_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shelf = one_turn(monkeypatch)
    async with replaying() as replay:
        await opened(replay, shelf, 2)
        assert "no result yet" in replay.app.text()
        assert "E broken" not in replay.app.text()
        title = replay.detail.action.border_title
        await replay.seek(3)
        assert "E broken" in replay.app.text()
        assert replay.detail.action.border_title == f"{title} · 1.2s"
        await replay.seek(2)
        assert "E broken" not in replay.app.text()
        replay.detail.as_of = False
        await replay.settle()
        assert "E broken" in replay.app.text()


async def test_unfolded_it_has_no_outcome_either(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = one_turn(monkeypatch)
    async with replaying() as replay:
        await opened(replay, shelf, 2)
        await replay.press("x")
        assert "E broken" not in flow(replay)
        await replay.seek(3)
        assert "E broken" in flow(replay)


async def test_reading_shows_the_whole_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = one_turn(monkeypatch)
    async with replaying() as replay:
        await opened(replay, shelf, 1)
        replay.detail.as_of = False
        await replay.settle()
        assert "Really." in flow(replay)
        assert replay.detail.response.cursor == 0


async def test_what_is_behind_the_playhead_is_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = one_turn(monkeypatch)
    async with replaying() as replay:
        await opened(replay, shelf, 2)
        replay.detail.find("broken")
        await replay.settle()
        assert not replay.detail.finder.hits
        await replay.seek(4)
        replay.detail.find_next(0)
        assert [hit.block for hit in replay.detail.finder.hits] == [1, 2]


async def test_the_cursor_stays_in_sight_and_so_does_what_follows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    items = [item(n, EventKind.TEXT, f"text {n}\n\nmore of it") for n in range(1, 200)]
    shelf = serve(monkeypatch, {1: turn_of(items, item(0, EventKind.PROMPT, "Go"))})
    async with replaying((100, 30)) as replay:
        await replay.open(shelf.timeline(), 0)
        replay.detail.as_of = True
        for position in (1, 50, 51, 120, 198, 119, 3):
            await replay.seek(position)
            assert replay.detail.response.cursor == position - 1
            assert f"text {position}" in replay.app.text()
            assert f"{199 - position} more in this turn" in replay.app.text()


async def test_a_step_draws_only_what_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    items = [item(n, EventKind.TEXT, f"text {n}") for n in range(1, 501)]
    shelf = serve(monkeypatch, {1: turn_of(items, item(0, EventKind.PROMPT, "Go"))})
    async with replaying() as replay:
        await replay.open(shelf.timeline(), 0)
        replay.detail.as_of = True
        await replay.seek(400)
        panel = replay.detail.response
        before: list[Block] = list(panel.blocks)
        drawn: list[object] = []
        draw = panel._draw

        def counted(*given: Any) -> Strip:
            drawn.append(given)
            return draw(*given)

        monkeypatch.setattr(panel, "_draw", counted)
        await replay.seek(401)
        assert all(old is new for old, new in zip(before[:-1], panel.blocks, strict=False))
        assert len(drawn) <= 8


async def test_time_alone_changes_nothing_that_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = one_turn(monkeypatch)
    async with replaying() as replay:
        await opened(replay, shelf, 2)
        before = replay.detail.response.blocks
        replay.detail.seek(2, START + 25_000)
        await replay.settle()
        assert replay.detail.response.blocks is before
        assert replay.detail.now == START + 25_000


async def test_an_answer_comes_in_below_what_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = one_turn(monkeypatch)
    async with replaying() as replay:
        await opened(replay, shelf, 3)
        replay.detail.show_streaming((("text", "It is bro"),))
        await replay.settle()
        assert "It is bro" in replay.app.text()
        assert replay.detail.response.blocks[-1].key == ("ahead",)
        await replay.seek(4)
        assert flow(replay).count("It is bro") == 1, "its event is there: it is told once"
        replay.detail.show_streaming(())
        await replay.settle()
        assert flow(replay).count("It is bro") == 1
        replay.detail.as_of = False
        replay.detail.show_streaming((("text", "something else"),))
        await replay.settle()
        assert "something else" not in flow(replay)


async def test_a_long_answer_is_seen_at_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = one_turn(monkeypatch)
    async with replaying((100, 30)) as replay:
        await opened(replay, shelf, 3)
        text = "\n\n".join(f"paragraph {n}" for n in range(80))
        for end in range(0, len(text), 97):
            replay.detail.show_streaming((("text", text[:end]),))
        replay.detail.show_streaming((("text", text),))
        await replay.settle()
        assert "paragraph 79" in replay.app.text()
