"""The lanes of the timeline bar: what was asked, thought, said, done, launched and spent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil

from rich.cells import cell_len

from her_tui.analysis.chart import Subagent
from her_tui.analysis.density import ACTION_LANES, BARS, Lane, Lanes, bars, counts, striking
from her_tui.analysis.latency import Latencies
from her_tui.analysis.latency import cells as cells_of
from her_tui.analysis.marks import WEIGHTS, MarkKind
from her_tui.ui.renderers.line import safe
from her_tui.ui.renderers.ruler_row import IDLE, Canvas, Row, View, columns
from her_tui.ui.renderers.signs import ACTIONS, PROMPT, SIGNS, WAITED

PROMPT_GLYPHS = " ▎▌█"
#: Thinking where there are no colours: as high as bars of text, but shaded.
_SHADES = " ░░░▒▒▒▓▓"
#: Characters of a name that fit into a label.
_NAME = 9
#: From this share on a context window is nearly full.
_NEARLY_FULL = 0.8

#: Marks beside prompts in a low bar; errors and commits are beside actions.
_BESIDE_ACTIONS = (MarkKind.ERROR, MarkKind.COMMIT)
_BESIDE_PROMPTS = tuple(kind for kind in MarkKind if kind not in _BESIDE_ACTIONS)

_LABELS = {
    Lane.PROMPTS: ("prompts", "prompt"),
    Lane.RESPONSES: ("responses", "response"),
    Lane.THINKING: ("thinking", "thinking"),
    Lane.TEXT: ("text", "response"),
    Lane.SUBAGENTS: ("launches", "agent"),
}


def prompts_row(view: View, idle: Sequence[int], *, marked: bool = True) -> Row:
    """What the human asked and, if ``marked``, the marks that have to do with the human."""
    asked = view.laid.lanes.counts(Lane.PROMPTS, view.edges)
    few = max(asked, default=0) < len(PROMPT_GLYPHS)
    canvas = Canvas([PROMPT_GLYPHS[number] for number in asked] if few else list(bars(asked)))
    if marked:
        _draw_waits(canvas, view)
    canvas.under(idle, IDLE, "idle")
    if marked:
        _draw_marks(canvas, view, _BESIDE_PROMPTS)
    beside: tuple[Lane | MarkKind, ...] = _BESIDE_PROMPTS if marked else ()
    return canvas.row("prompts", "prompt", (*beside, Lane.PROMPTS))


def marks_row(view: View, idle: Sequence[int]) -> Row:
    """All marks."""
    canvas = Canvas.blank(view.width)
    _draw_waits(canvas, view)
    canvas.under(idle, IDLE, "idle")
    _draw_marks(canvas, view, tuple(MarkKind))
    return canvas.row("marks", "mark", tuple(MarkKind))


def _draw_marks(canvas: Canvas, view: View, kinds: Iterable[MarkKind]) -> None:
    """The heaviest of each column."""
    marks = view.chart.mark_lanes if view.chart is not None else view.laid.marks
    for kind in sorted(kinds, key=lambda kind: -WEIGHTS[kind]):
        for column in marks.columns(kind, view.edges):
            canvas.put(column, SIGNS[kind].glyph, SIGNS[kind].role)


def _draw_waits(canvas: Canvas, view: View) -> None:
    """How long the agent waited for the human."""
    if view.chart is None or not view.chart.waits:
        return
    for wait in view.chart.waits_between(view.edges[0], view.edges[-1]):
        canvas.under(columns(view.edges, wait.start, wait.end), WAITED.glyph, WAITED.role)


def density_row(view: View, lane: Lane, idle: Sequence[int]) -> Row:
    """How much of one kind there was."""
    lanes = view.chart.kinds if lane in ACTIONS and view.chart is not None else view.laid.lanes
    canvas = Canvas(list(bars(lanes.counts(lane, view.edges))))
    canvas.under(idle, IDLE, "idle")
    label, role = _LABELS.get(lane) or (lane.value, ACTIONS[lane].role)
    return canvas.row(label, role, (lane,))


def responses_row(view: View, idle: Sequence[int]) -> Row:
    """Thinking and text in one lane: as high as both, in the colour of what is more."""
    lanes = view.laid.lanes
    thought = lanes.counts(Lane.THINKING, view.edges)
    told = lanes.counts(Lane.TEXT, view.edges)
    numbers = [a + b for a, b in zip(thought, told, strict=True)]
    canvas = Canvas(list(bars(numbers)))
    for column, glyph in enumerate(canvas.cells):
        if glyph != " " and thought[column] > told[column]:
            shade = _SHADES[BARS.index(glyph)] if view.plain else glyph
            canvas.put(column, shade, "thinking")
    canvas.under(idle, IDLE, "idle")
    return canvas.row("responses", "response", (Lane.RESPONSES,))


def actions_row(
    view: View, idle: Sequence[int], *, marked: bool = True, of: Sequence[Lane] = ()
) -> Row:
    """All actions in one lane, or only those ``of`` some kinds, in the colour of the kind that
    stands out (its letter, where there are no colours); if ``marked``, with commits and errors."""
    kinds = view.chart.kinds if view.chart is not None else Lanes()
    by_lane = {lane: kinds.counts(lane, view.edges) for lane in of or ACTION_LANES}
    numbers = view.laid.lanes.counts(Lane.ACTIONS, view.edges)
    if of:
        numbers = [sum(column) for column in zip(*by_lane.values(), strict=True)]
    canvas = Canvas(list(bars(numbers)))
    totals = {lane: kinds.count(lane) for lane in by_lane}
    for column, lane in enumerate(striking(by_lane, totals)):
        if lane is not None and canvas.cells[column] != " ":
            glyph = ACTIONS[lane].glyph if view.plain else canvas.cells[column]
            canvas.put(column, glyph, ACTIONS[lane].role)
    canvas.under(idle, IDLE, "idle")
    if marked:
        _draw_marks(canvas, view, _BESIDE_ACTIONS)
    marks = _BESIDE_ACTIONS if marked else ()
    return canvas.row("others" if of else "actions", "action", (*marks, *(of or [Lane.ACTIONS])))


def overview_row(view: View, idle: Sequence[int], *, asked: bool = True) -> Row:
    """Everything in one lane, for a bar that has room for one."""
    lanes = view.laid.lanes
    said = lanes.counts(Lane.RESPONSES, view.edges)
    done = lanes.counts(Lane.ACTIONS, view.edges)
    canvas = Canvas(list(bars([a + b for a, b in zip(said, done, strict=True)])))
    canvas.under(idle, IDLE, "idle")
    kinds: tuple[MarkKind, ...] = _BESIDE_ACTIONS
    if asked:
        for column, number in enumerate(lanes.counts(Lane.PROMPTS, view.edges)):
            if number:
                canvas.put(column, PROMPT.glyph, PROMPT.role)
        kinds = tuple(kind for kind in MarkKind if kind is not MarkKind.WAIT)
    _draw_marks(canvas, view, kinds)
    return canvas.row("all", "response", (*kinds, Lane.PROMPTS))


def latency_row(view: View, idle: Sequence[int]) -> Row:
    """How long answers took: the higher the slower, in another colour while waited for."""
    canvas = Canvas.blank(view.width)
    for column, cell in enumerate(cells_of(view.latencies or Latencies(), view.edges)):
        if cell is not None:
            shown = (_SHADES if view.plain and cell.waiting else BARS)[cell.level]
            canvas.put(column, shown, "waiting" if cell.waiting else "latency")
    canvas.under(idle, IDLE, "idle")
    return canvas.row("latency", "latency", (Lane.RESPONSES,))


def context_row(view: View, idle: Sequence[int]) -> Row:
    """How full the context window was at the end of each column."""
    canvas = Canvas.blank(view.width)
    if view.chart is not None and view.chart.fill.times:
        fill = view.chart.fill
        top = fill.top
        for column, tokens in enumerate(fill.columns(view.edges)):
            if tokens:
                window = fill.window_at(view.edges[column + 1])
                full = window is not None and tokens >= _NEARLY_FULL * window
                role = "warning" if full else "context"
                canvas.put(column, BARS[min(8, ceil(8 * tokens / top))], role)
    for column in idle:
        canvas.put(column, IDLE, "idle")
    return canvas.row("context", "context", (MarkKind.COMPACTION, Lane.RESPONSES))


def cost_row(view: View, idle: Sequence[int]) -> Row:
    """What was spent in each column."""
    canvas = Canvas.blank(view.width)
    if view.chart is not None:
        spent = view.chart.spending.columns(view.edges)
        if top := max(spent, default=0.0):
            canvas = Canvas(list(bars(spent, top)))
    canvas.under(idle, IDLE, "idle")
    return canvas.row("cost", "money", (Lane.RESPONSES,))


def subagents_row(view: View, idle: Sequence[int]) -> Row:
    """How many subagents were at work."""
    canvas = Canvas.blank(view.width)
    if view.chart is not None:
        working = view.chart.subagents.columns(view.edges)
        canvas = Canvas([BARS[min(8, number)] for number in working])
    canvas.under(idle, IDLE, "idle")
    return canvas.row("subagents", "agent", (Lane.SUBAGENTS,))


def subagent_rows(view: View, idle: Sequence[int], most: int) -> list[Row]:
    """The subagents at work in the window, one row each; if they are more than ``most``, all of
    them in the first row, and as many as there is room for below."""
    if view.chart is None or most < 1:
        return []
    found = view.chart.subagents.within(view.edges, most + 1)
    if len(found) > most:
        own = [_subagent_row(view, each, idle) for each in found[: most - 1]]
        return [subagents_row(view, idle), *own]
    return [_subagent_row(view, each, idle) for each in found]


def _subagent_row(view: View, agent: Subagent, idle: Sequence[int]) -> Row:
    canvas = Canvas(list(bars(counts(agent.times, view.edges))))
    seen = columns(view.edges, agent.start, agent.end)
    canvas.under(seen, "─", "agent")
    canvas.under(idle, IDLE, "idle")
    name = safe(agent.name, 60) or "subagent"
    if len(name) > _NAME and cell_len(name) == len(name):
        _write(canvas, name, seen)
    return canvas.row(name, "agent", subagent=agent)


def _write(canvas: Canvas, name: str, seen: range) -> None:
    """A name too long for a label, before what it names or after it, if there is room."""
    for start in (seen.start - len(name) - 1, seen.stop + 1):
        if start >= 0 and start + len(name) <= len(canvas.cells):
            for column, letter in enumerate(name, start):
                canvas.put(column, letter, "label")
            return
