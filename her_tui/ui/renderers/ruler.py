"""Which rows the timeline bar has: all lanes, or as many as there is room for; pure functions."""

from __future__ import annotations

from collections.abc import Sequence

from her_tui.analysis.density import ACTION_LANES, Lane
from her_tui.ui.renderers import ruler_lanes as lanes
from her_tui.ui.renderers.ruler_axis import axis_row, idle_columns
from her_tui.ui.renderers.ruler_map import GUTTER, map_row
from her_tui.ui.renderers.ruler_row import Row, View

#: Rows from which on a mini-map has one of them, and marks have.
_MAP_ROWS = 6
_MARKS_ROWS = 7


def rows(view: View, height: int) -> tuple[Row, ...]:
    """``height`` rows below the title.

    In a low bar lanes share a row; the higher it is, the more have rows of their own. What is at
    the top stays there when the window changes.
    """
    gaps = idle_columns(view.laid.axis, view.edges)
    idle = [column for column, _ in gaps]
    has_map = view.zoomed and height >= _MAP_ROWS
    gutter = map_row(view, GUTTER, "") if view.zoomed and not has_map else None
    ruler = axis_row(view, gaps, gutter)
    if height <= 1:
        return (lanes.overview_row(view, idle),)
    if height == 2:
        return (lanes.overview_row(view, idle), ruler)
    if height == 3:
        prompts = lanes.prompts_row(view, idle)
        return (prompts, lanes.overview_row(view, idle, asked=False), ruler)
    below = (ruler, map_row(view, view.width)) if has_map else (ruler,)
    return (*_lanes(view, idle, height - len(below)), *below)


def _lanes(view: View, idle: Sequence[int], room: int) -> tuple[Row, ...]:
    """``room`` rows or fewer, three at least, in the order in which they are drawn."""
    marked = room < _MARKS_ROWS - 1
    left = room - (3 if marked else 4)
    shown, left = _extras(view, left)
    thinking = left > 0
    left -= thinking
    kinds = _kinds(view)
    split = 0 < len(kinds) - 1 <= left
    left -= len(kinds) - 1 if split else 0
    found = [lanes.prompts_row(view, idle, marked=marked)]
    if not marked:
        found.insert(0, lanes.marks_row(view, idle))
    if thinking:
        found += [lanes.density_row(view, lane, idle) for lane in (Lane.THINKING, Lane.TEXT)]
    else:
        found.append(lanes.responses_row(view, idle))
    if split:
        found += [lanes.density_row(view, lane, idle) for lane in kinds]
    else:
        found.append(lanes.actions_row(view, idle, marked=marked))
    return (*found, *_extra_rows(view, idle, shown, left))


def _kinds(view: View) -> list[Lane]:
    """The kinds of actions that the session has."""
    if view.chart is None:
        return []
    return [lane for lane in ACTION_LANES if view.chart.kinds.count(lane)]


def _extras(view: View, left: int) -> tuple[list[str], int]:
    """The names of the lanes below the actions, the more telling first; how many rows are left."""
    chart = view.chart
    wanted = ["context"]
    if chart is not None and chart.subagents.all:
        wanted.append("subagents")
    if view.latencies:
        wanted.append("latency")
    wanted.append("cost")
    shown = wanted[: max(0, left)]
    return shown, left - len(shown)


def _extra_rows(view: View, idle: Sequence[int], shown: Sequence[str], left: int) -> list[Row]:
    """The lanes below the actions; with ``left`` rows to spare and a part of the session in sight,
    each subagent has its own."""
    found: list[Row] = []
    if "subagents" in shown:
        found += _subagents(view, idle, left)
    for name, drawn in (
        ("latency", lanes.latency_row),
        ("context", lanes.context_row),
        ("cost", lanes.cost_row),
    ):
        if name in shown:
            found.append(drawn(view, idle))
    return found


def _subagents(view: View, idle: Sequence[int], left: int) -> list[Row]:
    if not view.zoomed or left < 0:
        return [lanes.subagents_row(view, idle)]
    each = list(lanes.subagent_rows(view, idle, left + 2))
    if not each or len(each) > left + 1:
        return [lanes.subagents_row(view, idle), *each[:left]]
    return each
