"""The mini-map: the whole session in one row, and which part of it the bar shows."""

from __future__ import annotations

from functools import lru_cache

from her_tui.analysis.axis import column_of, whole
from her_tui.analysis.chart import Laid
from her_tui.analysis.density import Lane, bars
from her_tui.ui.renderers.ruler_row import Canvas, Row, View

GUTTER = 9
"""Columns of a mini-map that stands beside the axis."""


def map_row(view: View, width: int, label: str = "session") -> Row:
    """The whole session in ``width`` columns: bars where the window is, dots elsewhere."""
    edges, drawn = _whole(view.laid, width)
    left = column_of(edges, min(max(view.edges[0], edges[0]), edges[-1])) or 0
    right = column_of(edges, max(min(view.edges[-1], edges[-1]), edges[0])) or 0
    canvas = Canvas.blank(width)
    for column, bar in enumerate(drawn):
        if left <= column <= right:
            canvas.put(column, bar if bar != " " else "▁", "map-window")
        elif bar != " ":
            canvas.put(column, "·", "map")
    return canvas.row(label, "map", edges=edges)


@lru_cache(maxsize=4)
def _whole(laid: Laid, width: int) -> tuple[list[float], str]:
    """The edges of the columns of a whole session, and its bars: the same for every window."""
    edges = whole(laid.axis).edges(laid.axis, width)
    lanes = (Lane.PROMPTS, Lane.RESPONSES, Lane.ACTIONS)
    counted = (laid.lanes.counts(lane, edges) for lane in lanes)
    return edges, bars([sum(numbers) for numbers in zip(*counted, strict=True)])
