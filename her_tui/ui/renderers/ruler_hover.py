"""What the pointer is told of the column it rests on."""

from __future__ import annotations

from collections.abc import Iterator

from her_tui import units
from her_tui.analysis.density import ACTION_LANES, Lane
from her_tui.analysis.latency import Latencies, between
from her_tui.analysis.marks import MarkKind
from her_tui.plaintext import one_line
from her_tui.queries.glimpses import Glimpse
from her_tui.ui.renderers.ruler_row import View
from her_tui.ui.renderers.signs import ACTIONS, SIGNS

#: Characters of an event's first words.
_WORDS = 60


def summary(view: View, column: int, position: int, glimpse: Glimpse | None = None) -> str:
    """What happened in ``column``: the event at ``position``, which a click would go to, with its
    first words once they are read, then all of them in numbers. Safe to show."""
    timeline = view.laid.timeline
    turn = timeline.turn_at(position)
    what, said, outcome = glimpse.named if glimpse is not None else ("…", "", "")
    parts = [
        units.clock(int(timeline.times[position])),
        f"turn {turn}" if turn else "no turn yet",
        one_line(what, _WORDS),
        *([f"{SIGNS[MarkKind.ERROR].glyph} {outcome}"] if outcome else []),
    ]
    lines = [" · ".join(parts)]
    lines.append(one_line(said, _WORDS) if said else "…")
    lines.append(", ".join(_happened(view, column)) or "nothing else here")
    if more := ", ".join(_measured(view, column)):
        lines.append(more)
    return "\n".join(lines)


def _happened(view: View, column: int) -> Iterator[str]:
    """The events of the column, counted."""
    lanes, edges = view.laid.lanes, view.edges
    kinds = view.chart.kinds if view.chart is not None else None
    if number := len(lanes.between(Lane.PROMPTS, edges, column)):
        yield units.count(number, "prompt")
    if number := len(lanes.between(Lane.RESPONSES, edges, column)):
        yield units.count(number, "response block")
    if kinds is None:
        if number := len(lanes.between(Lane.ACTIONS, edges, column)):
            yield units.count(number, "action")
    else:
        for lane in ACTION_LANES:
            if number := len(kinds.between(lane, edges, column)):
                yield units.count(number, ACTIONS[lane].noun, ACTIONS[lane].plural)
    marks = view.chart.mark_lanes if view.chart is not None else view.laid.marks
    for kind in MarkKind:
        found = marks.between(kind, edges, column)
        if found:
            yield units.count(len(found), SIGNS[kind].noun, SIGNS[kind].plural)
            notes = [one_line(mark.note, _WORDS) for mark in found if mark.note]
            if notes:
                yield f"“{notes[0]}”"


def _measured(view: View, column: int) -> Iterator[str]:
    """What it took: time, tokens, money."""
    edges = view.edges
    answers = between(view.latencies or Latencies(), edges, column)
    if answers:
        first, whole = max(answers, key=lambda answer: answer[1])
        slowest = "slowest answer" if len(answers) > 1 else "answer"
        yield (
            f"{slowest} in {units.duration(round(whole))},"
            f" first token after {units.duration(round(first))}"
        )
    if view.chart is None:
        return
    waited = sum(
        max(0, min(wait.end, edges[column + 1]) - max(wait.start, edges[column]))
        for wait in view.chart.waits_between(edges[column], edges[column + 1])
    )
    if waited:
        yield f"waited {units.duration(round(waited))} for you"
    cost, tokens = view.chart.spending.in_column(edges, column)
    if tokens:
        yield f"{units.compact(tokens)} tokens"
    if cost:
        yield units.money(cost)
    fill = view.chart.fill
    if held := fill.at(edges[column + 1]):
        window = fill.window_at(edges[column + 1])
        of = f" of {units.compact(window)}" if window else ""
        yield f"context {units.compact(held)}{of}"
    if working := view.chart.subagents.columns([edges[column], edges[column + 1]])[0]:
        yield units.count(working, "subagent at work", "subagents at work")
