"""What the timeline bar says in each column: lanes, marks, axis and title; pure functions.

A row is a string with one glyph per column and the role of each column. Glyphs are one cell wide.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from her_tui import units
from her_tui.analysis.axis import Axis, Gap, column_of
from her_tui.analysis.density import BARS, Lane, Lanes, bars, counts
from her_tui.analysis.latency import Latencies, between
from her_tui.analysis.latency import cells as cells_of
from her_tui.analysis.timeline import Timeline
from her_tui.ui.renderers.line import Span, Spans

#: Columns between two idle marks, and between two labels, at least.
_GAP_DISTANCE = 4
_LABEL_DISTANCE = 2
#: Columns that a label takes, with what must be free around it.
_LABEL_ROOM = 12
#: Milliseconds between labels, the finest that leaves room for them.
_STEPS = tuple(
    seconds * 1_000
    for seconds in (
        1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800,
        3_600, 7_200, 10_800, 21_600, 43_200, 86_400,
    )
)  # fmt: skip

PROMPT_GLYPHS = " ▎▌█"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the bar."""

    label: str
    role: str
    """Role of the label, and of the columns that have none of their own."""
    glyphs: str
    own: dict[int, str]
    """Roles of the columns that differ."""
    lanes: tuple[Lane, ...] = ()
    """What a click in this row prefers, in order."""


def rows(
    axis: Axis,
    lanes: Lanes,
    edges: Sequence[float],
    height: int,
    latencies: Latencies | None = None,
) -> tuple[Row, ...]:
    """``height`` rows below the title: all lanes and the axis, or as much as there is room for.

    ``latencies`` have a lane of their own where there is room for it, even if there are none yet;
    else they stand behind the errors, a lane that is mostly empty.
    """
    idle = idle_columns(axis, edges)
    columns = [column for column, _ in idle]
    prompts, responses, actions, errors = lane_rows(lanes, edges, columns)
    ruler = axis_row(axis, edges, idle)
    if latencies is not None:
        latency = latency_row(latencies, edges, columns)
        if height >= 6:
            return (prompts, responses, latency, actions, errors, ruler)
        errors = behind(errors, latency) if latencies else errors
    if height >= 5:
        return (prompts, responses, actions, errors, ruler)
    if height == 4:
        return (prompts, responses, actions, errors)
    all_in_one = overview_row(lanes, edges, columns)
    return ((all_in_one,), (all_in_one, ruler), (prompts, all_in_one, ruler))[max(1, height) - 1]


def overview_row(lanes: Lanes, edges: Sequence[float], idle: Sequence[int]) -> Row:
    """Everything in one lane, for a bar that has room for one."""
    said = counts(lanes.times[Lane.RESPONSES], edges)
    done = counts(lanes.times[Lane.ACTIONS], edges)
    cells = list(bars([a + b for a, b in zip(said, done, strict=True)]))
    own = {column: "idle" for column in idle if cells[column] == " "}
    for column in own:
        cells[column] = "┊"
    for lane, glyph, role in (
        (Lane.PROMPTS, "▎", "prompt"),
        (Lane.COMPACTIONS, "⌄", "mark"),
        (Lane.COMMITS, "◆", "commit"),
        (Lane.ERRORS, "✗", "error"),
    ):
        for column, number in enumerate(counts(lanes.times[lane], edges)):
            if number:
                cells[column], own[column] = glyph, role
    order = (Lane.ERRORS, Lane.COMMITS, Lane.PROMPTS)
    return Row("all", "response", "".join(cells), own, order)


def lane_rows(lanes: Lanes, edges: Sequence[float], idle: Sequence[int]) -> Iterator[Row]:
    """The lanes: prompts, responses, actions, errors, each with the marks that belong to it."""

    def marks(lane: Lane, glyph: str) -> dict[int, str]:
        found = counts(lanes.times[lane], edges)
        return {column: glyph for column, number in enumerate(found) if number}

    def row(lane: Lane, role: str, glyphs: str, over: Sequence[tuple[Lane, str, str]] = ()) -> Row:
        cells = list(glyphs)
        own: dict[int, str] = {}
        for column in idle:
            if cells[column] == " ":
                cells[column], own[column] = "┊", "idle"
        for other, glyph, colour in over:
            for column, sign in marks(other, glyph).items():
                cells[column], own[column] = sign, colour
        first = tuple(other for other, _, _ in reversed(over))
        return Row(lane.value, role, "".join(cells), own, (*first, lane))

    asked = counts(lanes.times[Lane.PROMPTS], edges)
    ticks = "".join(PROMPT_GLYPHS[min(number, 3)] for number in asked)
    yield row(Lane.PROMPTS, "prompt", ticks, [(Lane.COMPACTIONS, "⌄", "mark")])
    said = bars(counts(lanes.times[Lane.RESPONSES], edges))
    yield row(Lane.RESPONSES, "response", said)
    done = bars(counts(lanes.times[Lane.ACTIONS], edges))
    yield row(Lane.ACTIONS, "action", done, [(Lane.COMMITS, "◆", "commit")])
    wrong = counts(lanes.times[Lane.ERRORS], edges)
    crosses = "".join("✗" if number else " " for number in wrong)
    over = [(Lane.GAPS, "╌", "warning"), (Lane.INTERRUPTS, "■", "error")]
    found = row(Lane.ERRORS, "error", " " * len(wrong), over)
    merged = "".join(b if b != " " else a for a, b in zip(found.glyphs, crosses, strict=True))
    own = {column: role for column, role in found.own.items() if merged[column] != "✗"}
    yield Row(found.label, found.role, merged, own, (Lane.ERRORS, *found.lanes[:-1]))


def latency_row(latencies: Latencies, edges: Sequence[float], idle: Sequence[int]) -> Row:
    """How long answers took: the higher the slower, in another colour while waited for."""
    found = cells_of(latencies, edges)
    glyphs = [BARS[cell.level] if cell else " " for cell in found]
    own = {column: "waiting" for column, cell in enumerate(found) if cell and cell.waiting}
    for column in idle:
        if glyphs[column] == " ":
            glyphs[column], own[column] = "┊", "idle"
    return Row("latency", "latency", "".join(glyphs), own, (Lane.RESPONSES,))


def behind(row: Row, other: Row) -> Row:
    """The errors ``row`` with the latencies ``other`` where it says nothing, named after both."""
    glyphs, own = list(row.glyphs), dict(row.own)
    for column, glyph in enumerate(other.glyphs):
        if glyphs[column] in " ┊" and glyph not in " ┊":
            glyphs[column] = glyph
            own[column] = other.own.get(column, other.role)
    return Row(f"{other.label} ✗", row.role, "".join(glyphs), own, row.lanes)


def idle_columns(axis: Axis, edges: Sequence[float]) -> list[tuple[int, Gap]]:
    """Where idle gaps are marked: the longest first, none too close to another."""
    taken: list[tuple[int, Gap]] = []
    seen = [gap for gap in axis.gaps if gap.end > edges[0] and gap.start < edges[-1]]
    for gap in sorted(seen, key=lambda gap: -gap.length)[: len(edges)]:
        column = column_of(edges, (gap.start + gap.end) / 2)
        if column is not None and all(abs(column - other) >= _GAP_DISTANCE for other, _ in taken):
            taken.append((column, gap))
    return taken


def axis_row(axis: Axis, edges: Sequence[float], idle: Sequence[tuple[int, Gap]]) -> Row:
    """The axis: how long the idle gaps were, and the time of day where there is room."""
    width = len(edges) - 1
    cells = [" "] * width
    own: dict[int, str] = {}
    taken = [False] * width

    def put(column: int, text: str, role: str = "") -> None:
        end = column + len(text)
        if column < 0 or end > width:
            return
        if any(taken[max(0, column - _LABEL_DISTANCE) : end + _LABEL_DISTANCE]):
            return
        cells[column:end] = text
        taken[column:end] = [True] * len(text)
        if role:
            own.update(dict.fromkeys(range(column, end), role))

    stretches = list(_stretches(axis, edges[0], edges[-1]))
    step = _step(sum(end - start for start, end in stretches), width)
    form = "%H:%M:%S" if step < 60_000 else "%H:%M"
    put(0, _label(edges[0], "%-d %b %H:%M" if _several_days(edges) else form))
    for column, gap in idle:
        put(column, f"┊{units.duration_short(gap.length)}", "gap")
    for start, _ in stretches[1:]:
        put(column_of(edges, start) or 0, _label(start, form))
    for start, end in stretches:
        for moment in _round_times(start, end, step):
            put(column_of(edges, moment) or 0, _label(moment, form))
    return Row("", "axis", "".join(cells), own)


def _several_days(edges: Sequence[float]) -> bool:
    """Whether the window spans more than one day of the calendar."""
    first, last = (time.localtime(edge / 1_000)[:3] for edge in (edges[0], edges[-1]))
    return first != last


def _label(moment: float, form: str) -> str:
    """A local time, to be read by a person."""
    return time.strftime(form, time.localtime(moment / 1_000))


def _step(active: float, width: int) -> int:
    """The finest distance of labels that ``width`` columns have room for."""
    room = max(1, width // _LABEL_ROOM)
    return next((step for step in _STEPS if active / step <= room), _STEPS[-1])


def _round_times(start: float, end: float, step: int) -> Iterator[float]:
    """The multiples of ``step``, in local time, after ``start`` and before ``end``."""
    shift = time.localtime(start / 1_000).tm_gmtoff * 1_000
    moment = ((start + shift) // step + 1) * step - shift
    while moment < end:
        yield moment
        moment += step


def _stretches(axis: Axis, start: float, end: float) -> Iterator[tuple[float, float]]:
    """The active stretches of the axis between two times."""
    bounds = [float(axis.times[0])]
    for gap in axis.gaps:
        bounds += [gap.start, gap.end]
    bounds.append(axis.times[-1])
    for low, high in list(pairwise(bounds))[::2]:
        low, high = max(low, start), min(high, end)
        if low < high:
            yield low, high


def title(timeline: Timeline, position: int, width: int) -> str:
    """Where the playhead is, in as many words as ``width`` has room for."""
    begun, now = timeline.times[0], timeline.times[position]
    turn = timeline.turn_at(position)
    turns = len(timeline.prompts)
    where = f"turn {turn}/{turns}" if turn else "before the first prompt"
    clock = units.clock(now)
    elapsed = f"+{_stopwatch(now - begun)}"
    total = f" of {units.duration(timeline.times[-1] - begun)}"
    event = f"event {position + 1:,}/{len(timeline):,}"
    variants = (
        f"{where} · {clock} · {elapsed}{total} · {event}",
        f"{where} · {clock} · {elapsed}{total}",
        f"{where} · {clock} · {elapsed}",
        f"{where} · {clock}",
    )
    return next((text for text in variants if len(text) <= width), where)


def _stopwatch(milliseconds: int) -> str:
    """``0:42:10``, days ahead of it if there are any."""
    seconds = milliseconds // 1_000
    days, seconds = divmod(seconds, 86_400)
    day = f"{days}d " if days else ""
    return f"{day}{seconds // 3_600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def legend(lanes: Lanes, scale: float) -> Spans:
    """How many marks the session has, with their glyphs, and how far the bar is zoomed."""
    spans: list[Span] = []
    for lane, glyph, role in (
        (Lane.COMMITS, "◆", "commit"),
        (Lane.ERRORS, "✗", "error"),
        (Lane.COMPACTIONS, "⌄", "mark"),
        (Lane.INTERRUPTS, "■", "error"),
        (Lane.GAPS, "╌", "warning"),
    ):
        if number := lanes.count(lane):
            spans.append(Span(f" {glyph} {number:,} ", role))
    if scale > 1.01:
        spans.append(Span(f" ×{scale:.3g} ", "zoom"))
    return tuple(spans)


def summary(
    timeline: Timeline,
    lanes: Lanes,
    edges: Sequence[float],
    column: int,
    position: int,
    latencies: Latencies | None = None,
) -> str:
    """What happened in ``column``, for the pointer that rests on it."""
    parts = []
    plurals = {Lane.GAPS: "gaps in the record"}
    for lane, noun in (
        (Lane.PROMPTS, "prompt"),
        (Lane.RESPONSES, "response block"),
        (Lane.ACTIONS, "action"),
        (Lane.COMMITS, "commit"),
        (Lane.ERRORS, "error"),
        (Lane.COMPACTIONS, "compaction"),
        (Lane.INTERRUPTS, "interrupt"),
        (Lane.GAPS, "gap in the record"),
    ):
        if number := len(lanes.between(lane, edges, column)):
            parts.append(units.count(number, noun, plurals.get(lane, "")))
    parts += _slowest(latencies or Latencies(), edges, column)
    turn = timeline.turn_at(position)
    head = f"{units.clock(int(edges[column]))} · " + (f"turn {turn}" if turn else "no turn yet")
    return f"{head}\n{', '.join(parts) or 'idle'}"


def _slowest(latencies: Latencies, edges: Sequence[float], column: int) -> Iterator[str]:
    """The slowest answer that began in ``column``."""
    answers = between(latencies, edges, column)
    if answers:
        first, whole = max(answers, key=lambda answer: answer[1])
        slowest = "slowest answer" if len(answers) > 1 else "answer"
        yield (
            f"{slowest} in {units.duration(round(whole))},"
            f" first token after {units.duration(round(first))}"
        )
