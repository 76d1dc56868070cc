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
    """``height`` rows below the title, or fewer where there is nothing more to tell.

    In a low bar lanes share a row; the higher it is, the more have rows of their own. Marks and
    prompts stay at the top, the axis below, whatever the window shows.
    """
    gaps = idle_columns(view.laid.axis, view.edges)
    idle = [column for column, _ in gaps]
    gutter = map_row(view, GUTTER, "") if view.zoomed and height < _MAP_ROWS else None
    ruler = axis_row(view, gaps, gutter)
    if height <= 1:
        return (lanes.overview_row(view, idle),)
    if height == 2:
        return (lanes.overview_row(view, idle), ruler)
    if height == 3:
        prompts = lanes.prompts_row(view, idle)
        return (prompts, lanes.overview_row(view, idle, asked=False), ruler)
    if height < _MAP_ROWS:
        return (*_lanes(view, idle, height - 1, 0), ruler)
    found = _lanes(view, idle, height - 2, 0 if view.zoomed else 1)
    if len(found) < height - 1:
        return (*found, ruler, map_row(view, view.width))
    return (*found, ruler)


def _lanes(view: View, idle: Sequence[int], room: int, spare: int) -> list[Row]:
    """``room`` rows or fewer, three at least, in the order in which they are drawn. Where there is
    a row to ``spare``, that of the mini-map, it may be used for the last of them."""
    marked = room < _MARKS_ROWS - 2
    left = room - (3 if marked else 4)
    below, left = _below(view, idle, left, spare)
    thinking = left > 0
    found = [lanes.prompts_row(view, idle, marked=marked)]
    if not marked:
        found.insert(0, lanes.marks_row(view, idle))
    if thinking:
        found += [lanes.density_row(view, lane, idle) for lane in (Lane.THINKING, Lane.TEXT)]
    else:
        found.append(lanes.responses_row(view, idle))
    return [*found, *_actions(view, idle, left + 1 - thinking, marked=marked), *below]


def _actions(view: View, idle: Sequence[int], room: int, *, marked: bool) -> list[Row]:
    """The actions in ``room`` rows: kinds in rows of their own, those that are left in the last."""
    chart = view.chart
    kinds = [lane for lane in ACTION_LANES if chart is not None and chart.kinds.count(lane)]
    if room < 2 or len(kinds) < 2:
        return [lanes.actions_row(view, idle, marked=marked)]
    own = kinds if len(kinds) <= room else kinds[: room - 1]
    found = [lanes.density_row(view, lane, idle) for lane in own]
    if rest := kinds[len(own) :]:
        found.append(lanes.actions_row(view, idle, marked=False, of=rest))
    return found


def _below(view: View, idle: Sequence[int], left: int, spare: int) -> tuple[list[Row], int]:
    """The lanes below the actions in ``left`` rows, and how many of these are not needed."""
    subagents = _subagents(view, idle, left)
    wanted = ["context", *(["latency"] if view.latencies else []), "cost"]
    shown = wanted[: max(0, left - len(subagents) + spare)]
    found = list(subagents)
    for name, drawn in (
        ("latency", lanes.latency_row),
        ("context", lanes.context_row),
        ("cost", lanes.cost_row),
    ):
        if name in shown:
            found.append(drawn(view, idle))
    return found, max(0, left - len(subagents) - len(wanted))


def _subagents(view: View, idle: Sequence[int], left: int) -> list[Row]:
    """The subagents: in one row where all of the session is in sight, each in its own else. One of
    the ``left`` rows is not theirs."""
    if view.chart is None or not view.chart.subagents.all or left < 2:
        return []
    if not view.zoomed:
        return [lanes.subagents_row(view, idle)]
    return lanes.subagent_rows(view, idle, left - 1) or [lanes.subagents_row(view, idle)]
