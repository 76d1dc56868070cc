"""Which rows the timeline bar has, and what their columns say."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rich.cells import cell_len

from her_tui.analysis.axis import Window, column_of, whole
from her_tui.analysis.chart import Chart, Laid, Subagent, lay, lay_fill, lay_spending, lay_subagents
from her_tui.analysis.density import Lane, lanes_of, sort_marks
from her_tui.analysis.latency import Latencies, lay_latencies
from her_tui.analysis.marks import Mark, MarkKind, Wait, find_marks
from her_tui.analysis.timeline import Timeline
from her_tui.events.model import EventKind
from her_tui.queries.glimpses import Glimpse
from her_tui.ui.renderers import ruler, ruler_hover, ruler_lanes
from her_tui.ui.renderers.ruler_axis import axis_row, idle_columns
from her_tui.ui.renderers.ruler_map import map_row
from her_tui.ui.renderers.ruler_row import Row, View
from her_tui.ui.renderers.ruler_title import title
from her_tui.ui.renderers.signs import ACTIONS, SIGNS, landed, legend
from tests.ui.replay_values import START, long_timeline, timeline_of

HOUR = 3_600_000


def laid_of(timeline: Timeline) -> Laid:
    """``timeline``, which is not empty, laid out."""
    laid = lay(timeline)
    assert laid is not None
    return laid


def seen(timeline: Timeline, width: int = 70, closer: float = 1.0, **more: object) -> View:
    """The first part of ``timeline`` in ``width`` columns."""
    laid = laid_of(timeline)
    axis = laid.axis
    window = whole(axis) if closer == 1.0 else Window(0.0, axis.length / closer)
    return View(laid, window.edges(axis, width), scale=closer, **more)  # type: ignore[arg-type]


def chart_of(timeline: Timeline, agents: int = 0) -> Chart:
    """A chart in which every kind of lane has something."""
    uses = [at for at, kind in enumerate(timeline.kinds) if kind == EventKind.TOOL_USE]
    kinds = {lane: uses[at :: len(ACTIONS)] for at, lane in enumerate(ACTIONS)}
    times = timeline.times
    marks = find_marks(timeline, bookmarks=[Mark(0, MarkKind.BOOKMARK, "mine")])
    workers = [
        Subagent(at + 1, f"agent {at} with a long name", times[at * 10 : at * 10 + 30], range(30))
        for at in range(agents)
    ]
    return Chart(
        kinds=lanes_of(timeline, kinds),
        fill=lay_fill(
            times[::10],
            [100 * at for at in range(len(times[::10]))],
            [100_000] * len(times[::10]),
        ),
        spending=lay_spending((time, 0.5, 100) for time in times[::10]),
        subagents=lay_subagents(workers),
        marks=marks,
        mark_lanes=sort_marks(timeline, marks),
        waits=(Wait(3, times[3], times[min(9, len(times) - 1)]),),
        longest_wait=times[min(9, len(times) - 1)] - times[3],
    )


def check(rows: tuple[Row, ...], width: int) -> None:
    """Every column has one cell, and only columns have roles."""
    for row in rows:
        assert len(row.glyphs) == cell_len(row.glyphs) == width
        assert all(0 <= column < width for column in row.own)
        if row.gutter is not None:
            assert len(row.gutter.glyphs) == cell_len(row.gutter.glyphs)


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("closer", [1.0, 16.0])
@pytest.mark.parametrize("height", range(1, 24))
@pytest.mark.parametrize("width", [2, 10, 69])
def test_rows_have_one_cell_for_each_column(
    width: int, height: int, closer: float, plain: bool
) -> None:
    timeline = long_timeline(2_000)
    chart = chart_of(timeline, agents=4)
    latencies = lay_latencies((time, 800.0, 9_000.0) for time in timeline.times[::100])
    loop = (timeline.times[20], timeline.times[90])
    for more in ({}, {"chart": chart, "latencies": latencies, "loop": loop}):
        view = seen(timeline, width, closer, plain=plain, **more)
        rows = ruler.rows(view, height)
        assert len(rows) == height or (height > 6 and len(rows) < height)
        assert sum(row.ruler for row in rows) == (height > 1)
        check(rows, width)


def labels(view: View, height: int) -> list[str]:
    """What the rows are called."""
    return [row.label for row in ruler.rows(view, height)]


def test_five_lines_tell_what_was_asked_said_and_done() -> None:
    timeline = long_timeline(2_000)
    view = seen(timeline, chart=chart_of(timeline))
    assert labels(view, 4) == ["prompts", "responses", "actions", ""]
    assert labels(view, 5) == ["prompts", "responses", "actions", "context", ""]


def test_a_higher_bar_has_more_lanes_and_a_map_once_it_is_zoomed() -> None:
    timeline = long_timeline(2_000)
    chart = chart_of(timeline, agents=3)
    latencies = lay_latencies([(timeline.times[0], 1.0, 2.0)])
    view = seen(timeline, chart=chart, latencies=latencies)
    assert labels(view, 8) == [
        "marks", "prompts", "responses", "actions", "subagents", "latency", "context", "",
    ]  # fmt: skip
    assert labels(view, 20) == [
        "marks", "prompts", "thinking", "text",
        "edits", "commands", "reads", "searches", "web", "launches", "other",
        "subagents", "latency", "context", "cost", "", "session",
    ]  # fmt: skip
    zoomed = seen(timeline, closer=4.0, chart=chart, latencies=latencies)
    for height in range(6, 13):
        assert labels(zoomed, height)[-2:] == ["", "session"]
        assert labels(zoomed, height)[:2] == labels(view, height)[:2]
    assert not any(row.gutter for row in ruler.rows(zoomed, 8))
    assert ruler.rows(zoomed, 4)[-1].gutter is not None


def test_kinds_that_find_no_room_share_a_row() -> None:
    timeline = long_timeline(2_000)
    view = seen(timeline, chart=chart_of(timeline))
    assert labels(view, 12)[4:8] == ["edits", "commands", "reads", "others"]


def test_subagents_have_rows_of_their_own_where_there_is_room() -> None:
    timeline = long_timeline(2_000)
    view = seen(timeline, 100, 20.0, chart=chart_of(timeline, agents=3))
    high = [row for row in ruler.rows(view, 20) if row.subagent is not None]
    assert [row.label for row in high] == [f"agent {at} with a long name" for at in range(3)]
    low = [row for row in ruler.rows(view, 9) if row.role == "agent"]
    assert [(row.label, row.subagent is None) for row in low] == [
        ("subagents", True), ("agent 0 with a long name", False),
    ]  # fmt: skip


def test_a_long_name_is_written_beside_its_bar() -> None:
    timeline = timeline_of([EventKind.TEXT] * 100)
    name = "\x1b[31mlong [/red] name"
    wide = "名前がとても長いです、本当に"
    for given, shown in ((name, True), (wide, False)):
        agent = Subagent(1, given, timeline.times[60:70], range(60, 70))
        chart = replace(chart_of(timeline), subagents=lay_subagents([agent]))
        (row,) = ruler_lanes.subagent_rows(seen(timeline, 80, chart=chart), [], 3)
        assert ("long [/red] name" in row.glyphs) == shown
        assert "\x1b" not in row.glyphs + row.label
        check((row,), 80)


def test_each_lane_shows_its_events_and_marks() -> None:
    kinds = [
        EventKind.PROMPT, EventKind.TEXT, EventKind.TOOL_USE, EventKind.TOOL_RESULT,
        EventKind.COMPACTION, EventKind.INTERRUPT, EventKind.API_ERROR, EventKind.PROMPT,
    ]  # fmt: skip
    prompts, responses, actions, _ = ruler.rows(seen(timeline_of(kinds), 8), 4)
    assert prompts.glyphs == "▎   ⌄■ !"
    assert responses.glyphs == " ▃      "
    assert actions.glyphs == "  ▃   ✗ "
    assert actions.prefers[0] is MarkKind.ERROR
    marks = ruler_lanes.marks_row(seen(timeline_of(kinds), 8), [])
    assert marks.glyphs == "    ⌄■✗!"


def test_many_prompts_make_bars() -> None:
    timeline = timeline_of([EventKind.PROMPT] * 40)
    assert ruler_lanes.prompts_row(seen(timeline, 20), []).glyphs == "▌" * 20
    assert set(ruler_lanes.prompts_row(seen(timeline, 4), []).glyphs) == {"█"}


def test_kinds_are_told_by_colour_or_by_letter() -> None:
    timeline = timeline_of([EventKind.PROMPT, *[EventKind.TOOL_USE] * 7])
    chart = chart_of(timeline)
    coloured = ruler_lanes.actions_row(seen(timeline, 8, chart=chart), [])
    assert coloured.glyphs == " " + "▃" * 7
    assert [coloured.own[at] for at in range(1, 8)] == [sign.role for sign in ACTIONS.values()]
    plain = ruler_lanes.actions_row(seen(timeline, 8, chart=chart, plain=True), [])
    assert plain.glyphs == " e$r/w@+"


def test_thinking_and_text_are_told_apart_without_colours() -> None:
    timeline = timeline_of([EventKind.THINKING, EventKind.TEXT])
    row = ruler_lanes.responses_row(seen(timeline, 2, plain=True), [])
    assert row.glyphs[0] in "░▒▓"
    assert row.glyphs[1] == "▃"
    assert ruler_lanes.responses_row(seen(timeline, 2), []).own == {0: "thinking"}


def test_no_two_signs_look_the_same() -> None:
    for signs in (SIGNS, ACTIONS):
        glyphs = [sign.glyph for sign in signs.values()]
        assert len(set(glyphs)) == len(glyphs)
        assert all(cell_len(glyph) == 1 for glyph in glyphs)


def test_waits_stretch_from_the_question_to_the_answer() -> None:
    timeline = timeline_of([EventKind.PROMPT, *[EventKind.TEXT] * 19])
    marks = sort_marks(timeline, [Mark(5, MarkKind.WAIT)])
    waits = (Wait(5, timeline.times[5], timeline.times[9]),)
    chart = Chart(mark_lanes=marks, waits=waits, longest_wait=40_000)
    row = ruler_lanes.prompts_row(seen(timeline, 20, chart=chart), [])
    assert row.glyphs[5:11] == "?┄┄┄┄ "


def test_a_context_that_is_nearly_full_warns() -> None:
    timeline = timeline_of([EventKind.TEXT] * 4)
    chart = Chart(fill=lay_fill(timeline.times, [10, 50, 90, 20], [100] * 4))
    row = ruler_lanes.context_row(seen(timeline, 4, chart=chart), [])
    assert row.glyphs == "▁▄█▂"
    assert [row.own[at] for at in range(4)] == ["context", "context", "warning", "context"]


@pytest.mark.parametrize("height", [1, 2, 3, 4, 8, 14])
@pytest.mark.parametrize("times", [[0], [0, 0, 0], [START], [START, START + 30 * 24 * HOUR]])
def test_sessions_of_a_moment_or_of_a_month_have_all_their_rows(
    times: list[int], height: int
) -> None:
    timeline = replace(timeline_of([EventKind.PROMPT] * len(times)), times=times)
    for width in (2, 30):
        rows = ruler.rows(seen(timeline, width, chart=Chart()), height)
        check(rows, width)
        assert any(glyph in "▎▌█" for row in rows for glyph in row.glyphs)


def with_a_pause(at: int = 25, events: int = 50, long: int = 3 * HOUR) -> Timeline:
    """Text with a pause in it."""
    timeline = timeline_of([EventKind.TEXT] * events)
    later = [time + long * (place >= at) for place, time in enumerate(timeline.times)]
    return replace(timeline, times=later)


@pytest.mark.parametrize(("long", "said"), [(3 * HOUR, "┊3h"), (30 * 24 * HOUR, "┊30d")])
def test_an_idle_gap_is_a_break_with_its_length(long: int, said: str) -> None:
    view = seen(with_a_pause(long=long))
    *lanes_drawn, axis_drawn = ruler.rows(view, 4)
    ((column, gap),) = idle_columns(view.laid.axis, view.edges)
    assert gap.length >= long
    assert axis_drawn.glyphs[column : column + len(said)] == said
    assert lanes_drawn[0].glyphs[column] == "┊"
    assert 30 <= column <= 40


def test_labels_are_round_times_apart_and_differ() -> None:
    timeline = timeline_of([EventKind.TEXT] * 200, step=15_000)
    found = ruler.rows(seen(timeline, 100), 4)[-1].glyphs.split()
    assert found[0] == "10:00"
    assert len(found) == len(set(found)) > 4
    close = axis_row(seen(timeline, 100, 16.0), [])
    assert all(len(label) == 8 for label in close.glyphs.split())


def test_the_loop_is_on_the_axis() -> None:
    timeline = timeline_of([EventKind.TEXT] * 100)
    at = timeline.times
    row = axis_row(seen(timeline, 100, loop=(at[30], at[60])), [])
    assert (row.glyphs[30], row.glyphs[60]) == ("A", "B")
    assert "═" in row.glyphs[31:60]
    assert "═" not in row.glyphs[:30] + row.glyphs[61:]
    assert {row.own.get(column) for column in range(30, 61)} == {"loop"}
    only = axis_row(seen(timeline, 100, loop=(at[30], None)), [])
    assert only.glyphs[30] == "A"
    assert "═" not in only.glyphs
    beyond = axis_row(seen(timeline, 50, 4.0, loop=(at[80], at[90])), [])
    assert not {"A", "B", "═"} & set(beyond.glyphs)
    over = axis_row(seen(timeline, 50, 4.0, loop=(at[0] - 5, at[90])), [])
    assert {over.own.get(column) for column in range(50)} == {"loop"}


def test_the_map_shows_where_the_window_is() -> None:
    timeline = timeline_of([EventKind.TEXT] * 100)
    view = seen(timeline, 40, 4.0)
    row = map_row(view, 20)
    inside = [column for column in range(20) if row.own.get(column) == "map-window"]
    assert inside == list(range(6))
    assert set(row.glyphs[6:]) == {"·"}
    assert "·" not in row.glyphs[:6]
    assert len(row.edges) == 21


def test_the_pointer_is_told_what_happened_and_what_it_took() -> None:
    timeline = timeline_of([EventKind.PROMPT, EventKind.GAP, EventKind.TOOL_USE])
    chart = replace(
        chart_of(timeline_of([*[EventKind.TOOL_USE] * 4])),
        kinds=lanes_of(timeline, {Lane.EDITS: [2]}),
        fill=lay_fill([timeline.times[0]], [40_000], [200_000]),
        spending=lay_spending([(timeline.times[1] + 1, 0.25, 1_234)]),
        mark_lanes=sort_marks(
            timeline, [Mark(1, MarkKind.GAP), Mark(1, MarkKind.BOOKMARK, "\x1b[31mlook")]
        ),
        waits=(Wait(1, timeline.times[1], timeline.times[1] + 3_000),),
        longest_wait=3_000,
    )
    latencies = lay_latencies([(timeline.times[1] + 1, 500.0, 2_500.0)])
    view = seen(timeline, 3, chart=chart, latencies=latencies)
    said = ruler_hover.summary(view, 1, 1, Glimpse("gap", "\x1b[2J7 bytes\nof the wire"))
    head, words, happened, took = said.split("\n")
    assert head == "10:00:10 · turn 1 · gap"
    assert words == "␛[2J7 bytes of the wire"
    assert "1 gap in the record" in happened
    assert "1 bookmark, “␛[31mlook”" in happened
    for part in (
        "answer in 2.5s, first token after 500ms", "waited 3s for you", "1.2k tokens", "$0.25",
        "context 40.0k of 200k",
    ):  # fmt: skip
        assert part in took
    assert "1 edit" in ruler_hover.summary(view, 2, 2)


def test_the_pointer_is_told_before_anything_is_read() -> None:
    timeline = timeline_of([EventKind.NOTICE, EventKind.PROMPT, EventKind.TOOL_USE])
    view = seen(timeline, 3)
    assert ruler_hover.summary(view, 0, 0).startswith("10:00:00 · no turn yet · …\n…\nnothing else")
    assert "1 action" in ruler_hover.summary(view, 2, 2)


def test_the_legend_counts_what_the_session_has() -> None:
    marks = laid_of(timeline_of([EventKind.PROMPT, EventKind.COMPACTION, EventKind.GAP])).marks
    assert [span.text for span in legend(marks, 1.0)] == [" ⌄ 1 ", " ╌ 1 "]
    assert [span.text for span in legend(marks, 4.0)] == [" ⌄ 1 ", " ╌ 1 ", " ×4 "]
    assert [span.text for span in legend(marks, 2_048.4, 14)] == [" ⌄ 1 ", " ×2,048 "]


def test_the_playhead_is_told_in_as_many_words_as_fit() -> None:
    timeline = timeline_of([EventKind.PROMPT, *[EventKind.TEXT] * 9, EventKind.PROMPT])
    full = "turn 1/2 · 10:00:50 · +0:00:50 of 1m 40s · event 6/11"
    assert title(timeline, 5, 80) == full
    assert title(timeline, 5, 40) == "turn 1/2 · 10:00:50 · +0:00:50 of 1m 40s"
    assert title(timeline, 5, 5) == "turn 1/2"
    early = timeline_of([EventKind.NOTICE, EventKind.PROMPT])
    assert title(early, 0, 80).startswith("before the first prompt")


def test_latencies_are_as_high_as_answers_were_slow() -> None:
    timeline = timeline_of([EventKind.TEXT] * 10)
    laid = lay_latencies([(timeline.times[2], 5_000.0, 40_000.0)])
    row = ruler_lanes.latency_row(seen(timeline, 10, latencies=laid), [])
    column = column_of(seen(timeline, 10).edges, timeline.times[2]) or 0
    assert row.own[column] == "waiting"
    assert row.own[column + 2] == "latency"
    assert set(ruler_lanes.latency_row(seen(timeline, 10, latencies=Latencies()), []).glyphs) == {
        " "
    }


def test_the_legend_begins_with_what_weighs_most() -> None:
    line = timeline_of([EventKind.COMPACTION, EventKind.API_ERROR, EventKind.PROMPT])
    lanes = sort_marks(line, find_marks(line, bookmarks=[Mark(2, MarkKind.BOOKMARK)]))
    assert [span.text for span in legend(lanes, 1.0, 10)] == [" ✗ 1 ", " ▼ 1 "]


def test_a_mark_is_told_in_a_few_words() -> None:
    words = Glimpse("prompt", "Forget Redis:\n a file " + "will do " * 40)
    said = landed(Mark(3, MarkKind.CORRECTION), words)
    assert said.startswith("! correction: Forget Redis: a file will do")
    assert cell_len(said) < 100
    assert landed(Mark(3, MarkKind.BOOKMARK, "why here"), words) == "▼ bookmark: why here"
    assert landed(Mark(3, MarkKind.WAIT), Glimpse("", "")) == "? wait for you"
