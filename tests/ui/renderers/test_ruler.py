"""What the columns of the timeline bar say."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from her_tui.analysis.axis import Axis, Window, column_of, lay_axis, whole
from her_tui.analysis.density import Lane, Lanes, sort_lanes
from her_tui.analysis.latency import lay_latencies
from her_tui.analysis.timeline import Timeline
from her_tui.events.model import EventKind
from her_tui.ui.renderers import ruler
from tests.ui.replay_values import START, long_timeline, timeline_of

HOUR = 3_600_000


def measured(timeline: Timeline, width: int = 70) -> tuple[Axis, Lanes, list[float]]:
    """Everything a bar of ``width`` columns knows."""
    axis = lay_axis(timeline.times)
    return axis, sort_lanes(timeline), whole(axis).edges(axis, width)


@pytest.mark.parametrize("height", range(1, 8))
@pytest.mark.parametrize("width", [2, 10, 69, 189])
def test_rows_have_one_cell_for_each_column(width: int, height: int) -> None:
    rows = ruler.rows(*measured(long_timeline(2_000), width), height)
    assert len(rows) == min(height, 5)
    for row in rows:
        assert len(row.glyphs) == cell_len(row.glyphs) == width
        assert all(0 <= column < width for column in row.own)


def test_each_lane_shows_its_events_and_marks() -> None:
    kinds = [
        EventKind.PROMPT, EventKind.TEXT, EventKind.TOOL_USE, EventKind.TOOL_RESULT,
        EventKind.COMPACTION, EventKind.INTERRUPT, EventKind.API_ERROR, EventKind.PROMPT,
    ]  # fmt: skip
    prompts, responses, actions, errors, _ = ruler.rows(*measured(timeline_of(kinds), 8), 5)
    assert prompts.glyphs == "▎   ⌄  ▎"
    assert responses.glyphs == " ▃      "
    assert actions.glyphs == "  ▃     "
    assert errors.glyphs == "     ■✗ "
    assert prompts.lanes == (Lane.COMPACTIONS, Lane.PROMPTS)
    assert errors.lanes[0] is Lane.ERRORS


@pytest.mark.parametrize("height", [5, 6, 7])
@pytest.mark.parametrize("width", [2, 10, 69, 189])
def test_latencies_have_a_lane_or_stand_behind_the_errors(width: int, height: int) -> None:
    timeline = long_timeline(2_000)
    axis, lanes, edges = measured(timeline, width)
    answers = [(time, 800.0, 9_000.0) for time in timeline.times[::100]]
    rows = ruler.rows(axis, lanes, edges, height, lay_latencies(answers))
    plain = ruler.rows(axis, lanes, edges, height)
    assert len(rows) == min(height, 6)
    for row in rows:
        assert len(row.glyphs) == cell_len(row.glyphs) == width
        assert all(0 <= column < width for column in row.own)
    errors, before = rows[-2], plain[-2]
    assert errors.lanes == before.lanes
    for column, glyph in enumerate(before.glyphs):
        assert glyph in " ┊" or errors.glyphs[column] == glyph
    assert [row.label for row in rows][-3:-1] == (
        ["actions", "latency ✗"] if height == 5 else ["actions", "errors"]
    )


def test_without_latencies_the_lane_is_empty_and_the_errors_are_as_they_were() -> None:
    axis, lanes, edges = measured(long_timeline(2_000), 69)
    rows = ruler.rows(axis, lanes, edges, 6, lay_latencies(()))
    assert set(rows[2].glyphs) <= {" ", "┊"}
    assert ruler.rows(axis, lanes, edges, 5, lay_latencies(())) == ruler.rows(axis, lanes, edges, 5)


def test_a_column_tells_its_slowest_answer_and_its_gaps() -> None:
    timeline = timeline_of([EventKind.PROMPT, EventKind.GAP, EventKind.TEXT])
    _, lanes, edges = measured(timeline, 3)
    laid = lay_latencies([(timeline.times[1] + 1, 500.0, 2_500.0)])
    said = ruler.summary(timeline, lanes, edges, 1, 1, laid)
    assert "1 gap in the record" in said
    assert "answer in 2.5s, first token after 500ms" in said
    assert any("╌ 1" in span.text for span in ruler.legend(lanes, 1.0))


def test_an_idle_gap_is_a_break_with_its_length() -> None:
    kinds = [EventKind.TEXT] * 50
    timeline = timeline_of(kinds)
    later = [time + 3 * HOUR * (at >= 25) for at, time in enumerate(timeline.times)]
    timeline = Timeline(
        1, timeline.ids, later, timeline.kinds, timeline.flags, timeline.agents,
        timeline.turns, timeline.prompts,
    )  # fmt: skip
    axis, lanes, edges = measured(timeline)
    *lanes_drawn, axis_drawn = ruler.rows(axis, lanes, edges, 5)
    ((column, gap),) = ruler.idle_columns(axis, edges)
    assert gap.length >= 3 * HOUR
    assert axis_drawn.glyphs[column : column + 3] == "┊3h"
    assert lanes_drawn[0].glyphs[column] == "┊"
    assert 30 <= column <= 40


def test_labels_are_round_times_apart_and_differ() -> None:
    timeline = timeline_of([EventKind.TEXT] * 200, step=15_000)
    labels = ruler.rows(*measured(timeline, 100), 5)[-1].glyphs.split()
    assert labels[0] == "10:00"
    assert len(labels) == len(set(labels)) > 4
    axis, _lanes, _edges = measured(timeline, 100)
    close = Window(0.0, axis.length / 16).edges(axis, 100)
    assert all(len(label) == 8 for label in ruler.axis_row(axis, close, []).glyphs.split())


def test_the_playhead_is_told_in_as_many_words_as_fit() -> None:
    timeline = timeline_of([EventKind.PROMPT, *[EventKind.TEXT] * 9, EventKind.PROMPT])
    full = "turn 1/2 · 10:00:50 · +0:00:50 of 1m 40s · event 6/11"
    assert ruler.title(timeline, 5, 80) == full
    assert ruler.title(timeline, 5, 40) == "turn 1/2 · 10:00:50 · +0:00:50 of 1m 40s"
    assert ruler.title(timeline, 5, 5) == "turn 1/2"
    early = timeline_of([EventKind.NOTICE, EventKind.PROMPT])
    assert ruler.title(early, 0, 80).startswith("before the first prompt")


def test_the_legend_counts_what_the_session_has() -> None:
    _, lanes, _ = measured(timeline_of([EventKind.PROMPT, EventKind.COMPACTION]))
    assert [span.text for span in ruler.legend(lanes, 1.0)] == [" ⌄ 1 "]
    assert [span.text for span in ruler.legend(lanes, 4.0)] == [" ⌄ 1 ", " ×4 "]


def test_a_column_is_summed_up_for_the_pointer() -> None:
    timeline = timeline_of([EventKind.PROMPT, EventKind.TOOL_USE, EventKind.TOOL_USE])
    _, lanes, edges = measured(timeline, 2)
    column = column_of(edges, START + 20_000) or 0
    said = ruler.summary(timeline, lanes, edges, column, 2)
    assert said == "10:00:10 · turn 1\n2 actions"
    quiet = timeline_of([EventKind.NOTICE, EventKind.PROMPT])
    _, lanes, edges = measured(quiet, 2)
    assert ruler.summary(quiet, lanes, edges, 0, 0) == "10:00:00 · no turn yet\nidle"
