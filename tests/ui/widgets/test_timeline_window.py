"""The window of the timeline bar: wheel, zooms, map, and what is drawn anew."""

from __future__ import annotations

from unittest import mock

import pytest
from textual import events
from textual.strip import Strip

from her_tui.analysis.axis import column_of
from her_tui.analysis.chart import Chart, Subagent, lay, lay_subagents
from her_tui.analysis.timeline import Timeline, lay_out
from her_tui.events.model import EventKind
from her_tui.ui.player import DeckStatus
from her_tui.ui.widgets.timeline import TimelineBar
from tests.ui.replay_app import Replay, replaying
from tests.ui.replay_values import long_timeline, preceded, timeline_of

KINDS = [EventKind.PROMPT, EventKind.TEXT, EventKind.TOOL_USE, EventKind.API_ERROR] * 25


def show(replay: Replay, timeline: Timeline) -> TimelineBar:
    """The bar alone shows ``timeline``."""
    replay.bar.show(timeline)
    replay.bar.focus()
    return replay.bar


async def wheel(
    replay: Replay, kind: type[events.MouseEvent], column: int, *, shift: bool = False
) -> None:
    """Turn the wheel over a column of the bar."""
    await replay.pilot._post_mouse_events(
        [kind], replay.bar, offset=(column, 2), button=0, shift=shift
    )
    await replay.settle()


async def test_the_wheel_keeps_what_is_under_the_pointer() -> None:
    async with replaying() as replay:
        bar = show(replay, timeline_of(KINDS))
        await replay.settle()
        for column in (30, 100):
            await wheel(replay, events.MouseScrollDown, 60)
            await wheel(replay, events.MouseScrollDown, 60)
            under = bar.measure().view.edges[column - bar.labels]
            await wheel(replay, events.MouseScrollUp, column)
            edges = bar.measure().view.edges
            assert edges[column - bar.labels] == pytest.approx(under, abs=2 * (edges[1] - edges[0]))
        assert replay.app.moves == []


async def test_a_wheel_to_the_side_moves_the_window_alone() -> None:
    async with replaying() as replay:
        timeline = timeline_of(KINDS)
        bar = show(replay, timeline)
        bar.zoom(2)
        await replay.settle()
        start = bar.measure().view.edges[0]
        await wheel(replay, events.MouseScrollRight, 60)
        await wheel(replay, events.MouseScrollDown, 60, shift=True)
        assert bar.measure().view.edges[0] > start
        for _ in range(3):
            await wheel(replay, events.MouseScrollLeft, 60)
            await wheel(replay, events.MouseScrollUp, 60, shift=True)
        assert bar.measure().view.edges[0] == start
        bar.pan(10_000)
        assert bar.measure().view.edges[-1] == timeline.times[-1]
        assert (bar.playhead, replay.app.moves) == (0, [])
        bar.playhead = 1
        assert bar.measure().view.edges[0] == start


async def test_the_zooms_go_round() -> None:
    async with replaying() as replay:
        timeline = long_timeline(9_000)
        bar, times = show(replay, timeline), timeline.times
        bar.playhead = 4_321
        bar.next_zoom()
        edges = bar.measure().view.edges
        assert edges[-1] - edges[0] == pytest.approx(600_000, rel=0.01)
        bar.next_zoom()
        edges = bar.measure().view.edges
        assert edges[0] < times[4_000] < times[4_499] < edges[-1]
        assert edges[-1] - edges[0] < 1.2 * (times[4_499] - times[4_000])
        bar.playhead = 4_600
        edges = bar.measure().view.edges
        assert edges[0] < times[4_500] < times[4_999] < edges[-1], "it follows turn by turn"
        bar.next_zoom()
        assert bar.scale == pytest.approx(1)
        bar.zoom(1)
        bar.next_zoom()
        assert bar.scale == pytest.approx(1)


async def test_a_session_shorter_than_ten_minutes_has_two_zooms() -> None:
    async with replaying() as replay:
        bar = show(replay, timeline_of(KINDS[:40]))
        bar.next_zoom()
        assert bar.scale > 2
        bar.next_zoom()
        assert bar.scale == pytest.approx(1)


async def test_the_playhead_is_drawn_where_the_time_is() -> None:
    """Between two events, too."""
    async with replaying() as replay:
        timeline = timeline_of([EventKind.PROMPT, EventKind.TEXT], step=100_000)
        bar = show(replay, timeline)
        await replay.settle()
        bar.now = timeline.times[0] + 50_000
        await replay.settle()
        middle = bar.render_line(bar.size.height - 2).text.index("│")
        assert middle == pytest.approx((bar.size.width + bar.labels) / 2, abs=2)
        assert bar.playhead == 0
        bar.playhead = 1
        assert bar.now == timeline.times[1]
        assert replay.app.moves == []


async def test_while_nothing_moves_only_the_title_is_drawn() -> None:
    async with replaying() as replay:
        timeline = timeline_of([EventKind.PROMPT, EventKind.TEXT], step=10_000_000)
        bar = show(replay, timeline)
        await replay.settle()
        drawn: list[int] = []
        draw = bar.render_line

        def noting(y: int) -> Strip:
            drawn.append(y)
            return draw(y)

        with mock.patch.object(bar, "render_line", noting):
            bar.now = timeline.times[0] + 10
            await replay.settle()
            assert set(drawn) == {0}
            bar.now = timeline.times[0] + 5_000_000
            await replay.settle()
        assert set(drawn) == set(range(bar.size.height))


async def test_the_map_is_dragged_wherever_the_pointer_strays() -> None:
    async with replaying() as replay:
        bar = show(replay, long_timeline(2_000))
        bar.styles.height = 9
        bar.zoom(4)
        await replay.settle()
        await replay.pilot.mouse_down(bar, offset=(60, 8))
        middle = bar.playhead
        assert 700 < middle < 1_300
        await replay.pilot.hover(bar, offset=(90, 2))
        assert bar.playhead > middle + 300
        await replay.pilot.mouse_up(bar, offset=(90, 2))
        assert column_of(bar.measure().view.edges, bar.now) is not None


async def test_the_small_map_beside_the_axis_can_be_clicked() -> None:
    async with replaying() as replay:
        bar = show(replay, long_timeline(2_000))
        bar.zoom(4)
        await replay.settle()
        await replay.pilot.click(bar, offset=(5, 4))
        assert 700 < bar.playhead < 1_300


async def test_a_click_on_a_subagent_goes_to_its_work() -> None:
    async with replaying() as replay:
        timeline = long_timeline(2_000)
        agent = Subagent(5, "\x1b]0;x\x07[/red]", timeline.times[100:200:10], range(100, 200, 10))
        bar = show(replay, timeline)
        bar.styles.height = 15
        bar.show_chart(Chart(subagents=lay_subagents([agent])))
        bar.playhead = 150
        bar.zoom(3)
        await replay.settle()
        rows = bar.measure().rows
        (y,) = [at for at, row in enumerate(rows, 1) if row.subagent is not None]
        assert "[/red]" in bar.render_line(y).text
        assert "\x1b" not in replay.app.text()
        column = column_of(bar.measure().view.edges, agent.times[5])
        assert column is not None
        await replay.pilot.click(bar, offset=(bar.labels + column, y))
        assert bar.playhead in agent.positions


async def test_a_chart_of_an_older_timeline_leads_to_the_same_events() -> None:
    async with replaying() as replay:
        old = long_timeline(2_000)
        agent = Subagent(5, "x", old.times[100:200:10], range(100, 200, 10))
        bar = show(replay, old)
        bar.styles.height = 15
        bar.show_chart(Chart(subagents=lay_subagents([agent]), timeline=old))
        new = preceded(old)
        bar.show(new)
        bar.playhead = 150
        bar.zoom(3)
        await replay.settle()
        rows = bar.measure().rows
        (y,) = [at for at, row in enumerate(rows, 1) if row.subagent is not None]
        column = column_of(bar.measure().view.edges, agent.times[5])
        assert column is not None
        await replay.pilot.click(bar, offset=(bar.labels + column, y))
        assert new.ids[bar.playhead] in [old.ids[at] for at in agent.positions]


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (200, 60)])
async def test_resized_while_it_is_dragged(size: tuple[int, int]) -> None:
    async with replaying((120, 36)) as replay:
        bar = show(replay, long_timeline(5_000))
        bar.zoom(2)
        await replay.settle()
        await replay.pilot.mouse_down(bar, offset=(60, 2))
        await replay.pilot.resize_terminal(*size)
        await replay.settle()
        await replay.pilot.hover(bar, offset=(30, 2))
        await replay.pilot.mouse_up(bar, offset=(30, 2))
        assert {bar.render_line(y).cell_length for y in range(bar.size.height)} == {size[0]}
        assert column_of(bar.measure().view.edges, bar.now) is not None


@pytest.mark.parametrize("times", [[None], [None, None], [5_000, 1_000, 3_000, 2_000]])
async def test_without_times_or_with_a_clock_that_goes_back(times: list[int | None]) -> None:
    async with replaying((80, 24)) as replay:
        rows = [(at, 0, time, int(EventKind.PROMPT), 0, 0) for at, time in enumerate(times)]
        bar = show(replay, lay_out(1, rows))
        await replay.settle()
        for _ in times:
            bar.scrub(1)
            bar.next_zoom()
            bar.zoom(1)
        await replay.settle()
        assert bar.playhead == len(times) - 1
        assert {bar.render_line(y).cell_length for y in range(bar.size.height)} == {80}


async def test_what_is_laid_out_already_is_not_laid_out_again() -> None:
    async with replaying() as replay:
        timeline = long_timeline(100)
        laid = lay(timeline)
        replay.bar.show(timeline, laid)
        assert replay.bar.laid is laid


async def test_the_loop_and_the_deck_are_told() -> None:
    async with replaying() as replay:
        timeline = timeline_of(KINDS)
        bar = show(replay, timeline)
        bar.show_deck(DeckStatus(loop=(timeline.times[20], timeline.times[60])))
        await replay.settle()
        axis = bar.size.height - 1
        assert "═" in bar.render_line(axis).text
        assert {"A", "B"} <= set(bar.render_line(axis).text)
        bar.show_deck(DeckStatus(speed=4.0, playing=True))
        await replay.settle()
        assert "═" not in bar.render_line(axis).text
        assert "4" in bar.render_line(0).text


async def test_without_colours_kinds_have_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with replaying() as replay:
        bar = show(replay, timeline_of(KINDS))
        await replay.settle()
        assert bar.measure().view.plain
