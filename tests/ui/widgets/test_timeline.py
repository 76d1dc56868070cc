"""The timeline bar: seeking by mouse and keys, zoom, and what a seek costs."""

from __future__ import annotations

import time
from unittest import mock

import pytest
from textual import events
from textual.content import Content

from her_tui.analysis.axis import column_of
from her_tui.analysis.timeline import Timeline
from her_tui.events.model import EventKind
from her_tui.queries.glimpses import Glimpse
from her_tui.ui.renderers import ruler
from her_tui.ui.widgets.timeline import TimelineBar
from tests.ui.replay_app import Replay, replaying
from tests.ui.replay_values import long_timeline, timeline_of

KINDS = [EventKind.PROMPT, EventKind.TEXT, EventKind.TOOL_USE, EventKind.API_ERROR] * 25


def show(replay: Replay, timeline: Timeline) -> TimelineBar:
    """The bar alone shows ``timeline``."""
    replay.bar.show(timeline)
    replay.bar.focus()
    return replay.bar


async def test_without_a_session_the_bar_says_so() -> None:
    async with replaying() as replay:
        assert "nothing on the timeline" in replay.app.text()
        replay.bar.zoom(1)
        replay.bar.scrub(1)
        await replay.pilot.click(replay.bar, offset=(40, 2))
        assert replay.app.moves == []
        replay.bar.show(timeline_of([]))
        await replay.settle()
        assert "nothing on the timeline" in replay.app.text()


@pytest.mark.parametrize("width", [30, 80, 200])
async def test_every_row_fills_the_width(width: int) -> None:
    async with replaying((width, 30)) as replay:
        bar = show(replay, long_timeline(500))
        for position in (0, 250, 499):
            bar.playhead = position
            await replay.settle()
            assert {bar.render_line(y).cell_length for y in range(bar.size.height)} == {width}


async def test_a_click_seeks_to_the_column_and_a_drag_follows() -> None:
    async with replaying() as replay:
        bar = show(replay, timeline_of(KINDS))
        await replay.settle()
        await replay.pilot.mouse_down(bar, offset=(60, 2))
        first = bar.playhead
        assert 40 <= first <= 55
        await replay.pilot.hover(bar, offset=(90, 2))
        assert bar.playhead > first + 20
        await replay.pilot.hover(bar, offset=(0, 0))
        await replay.pilot.mouse_up(bar, offset=(0, 0))
        assert bar.playhead == 0
        await replay.pilot.hover(bar, offset=(90, 2))
        assert bar.playhead == 0
        assert replay.app.moves[0] == first
        assert replay.app.moves[-1] == 0


async def test_a_click_in_a_lane_prefers_what_the_lane_shows() -> None:
    async with replaying((40, 30)) as replay:
        timeline = timeline_of(KINDS)
        bar = show(replay, timeline)
        await replay.settle()
        await replay.pilot.click(bar, offset=(20, 1))
        assert timeline.kinds[bar.playhead] == EventKind.PROMPT
        await replay.pilot.click(bar, offset=(20, 3))
        assert timeline.kinds[bar.playhead] == EventKind.API_ERROR


async def test_assigning_the_playhead_clamps_and_posts_nothing() -> None:
    async with replaying() as replay:
        bar = show(replay, timeline_of(KINDS))
        bar.playhead = 10_000
        await replay.settle()
        assert bar.playhead == len(KINDS) - 1
        assert replay.app.moves == []


async def test_scrubbing_moves_by_columns_and_always_moves() -> None:
    async with replaying() as replay:
        timeline = long_timeline(5_000)
        bar = show(replay, timeline)
        await replay.settle()
        seen = [bar.playhead]
        while bar.playhead < 4_999:
            bar.scrub(1)
            assert bar.playhead > seen[-1]
            seen.append(bar.playhead)
        assert len(seen) < 250
        while bar.playhead > 0:
            before = bar.playhead
            bar.scrub(-1)
            assert bar.playhead < before
        bar.scrub(-1)
        await replay.settle()
        assert replay.app.moves[-1] == 0


async def test_the_playhead_stays_in_view_however_close() -> None:
    async with replaying() as replay:
        bar = show(replay, long_timeline(5_000))
        for position in (2_500, 0, 4_999, 1_234):
            bar.playhead = position
            for step in (1, 1, 1, -1, 1, 1, -1, -1, -1, -1):
                bar.zoom(step)
                assert column_of(bar.measure().view.edges, bar.now) is not None
        bar.zoom(3)
        await replay.settle()
        assert "×8" in replay.app.text()


async def test_the_wheel_zooms() -> None:
    async with replaying() as replay:
        bar = show(replay, long_timeline(500))
        await replay.settle()
        await replay.pilot._post_mouse_events([events.MouseScrollUp], bar, offset=(60, 2), button=0)
        await replay.settle()
        assert "×2" in replay.app.text()


async def test_the_same_session_grown_keeps_playhead_and_zoom() -> None:
    async with replaying() as replay:
        bar = show(replay, timeline_of(KINDS[:80]))
        bar.playhead = 40
        bar.zoom(2)
        bar.show(timeline_of(KINDS))
        await replay.settle()
        assert bar.playhead == 40
        assert "×5" in replay.app.text()
        bar.show(timeline_of(KINDS, session=2))
        assert bar.playhead == 0


async def test_the_pointer_is_told_what_it_rests_on() -> None:
    async with replaying() as replay:
        bar = show(replay, timeline_of(KINDS))
        await replay.settle()
        await replay.pilot.hover(bar, offset=(60, 2))
        assert isinstance(bar.tooltip, Content)
        assert "turn" in bar.tooltip.plain
        position = bar._pointed[0]
        bar.tell(position, Glimpse("text", "[/red] first\x1b[31m words"))
        assert "[/red] first␛[31m words" in bar.tooltip.plain
        bar.tell(position + 1, Glimpse("text", "of another"))
        assert "of another" not in bar.tooltip.plain


async def test_a_seek_counts_nothing_anew() -> None:
    async with replaying() as replay:
        bar = show(replay, long_timeline(10_000))
        await replay.settle()
        with mock.patch.object(ruler, "rows", side_effect=AssertionError):
            for position in range(0, 10_000, 500):
                bar.playhead = position
                for y in range(6):
                    bar.render_line(y)


async def test_a_seek_costs_the_same_in_a_long_session() -> None:
    """The number of events is in the bisects only."""
    async with replaying() as replay:
        spent = {}
        for length in (1_000, 100_000):
            bar = show(replay, long_timeline(length))
            bar.zoom(5)
            begun = time.process_time()
            for position in range(0, length, length // 100):
                bar.playhead = position
                for y in range(6):
                    bar.render_line(y)
            spent[length] = time.process_time() - begun
        assert spent[100_000] < 5 * spent[1_000] + 0.2
