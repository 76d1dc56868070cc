"""The axis of the timeline bar: times of day, folded gaps, and the stretch that is looped."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from itertools import pairwise

from her_tui import units
from her_tui.analysis.axis import Axis, Gap, column_of
from her_tui.ui.renderers.ruler_row import IDLE, Canvas, Row, View, columns

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


def idle_columns(axis: Axis, edges: Sequence[float]) -> list[tuple[int, Gap]]:
    """Where idle gaps are marked: the longest first, none too close to another."""
    taken: list[tuple[int, Gap]] = []
    seen = [gap for gap in axis.gaps if gap.end > edges[0] and gap.start < edges[-1]]
    for gap in sorted(seen, key=lambda gap: -gap.length)[: len(edges)]:
        column = column_of(edges, (gap.start + gap.end) / 2)
        if column is not None and all(abs(column - other) >= _GAP_DISTANCE for other, _ in taken):
            taken.append((column, gap))
    return taken


def axis_row(view: View, idle: Sequence[tuple[int, Gap]], gutter: Row | None = None) -> Row:
    """The axis: how long the idle gaps were, and the time of day where there is room."""
    axis, edges, width = view.laid.axis, view.edges, view.width
    canvas = Canvas.blank(width)
    taken = [False] * width

    def put(column: int, text: str, role: str = "axis") -> None:
        end = column + len(text)
        if column < 0 or end > width:
            return
        if any(taken[max(0, column - _LABEL_DISTANCE) : end + _LABEL_DISTANCE]):
            return
        for at, glyph in enumerate(text, column):
            canvas.put(at, glyph, role)
        taken[column:end] = [True] * len(text)

    for at, letter in _loop_ends(view):
        put(at, letter, "loop")
    stretches = list(_stretches(axis, edges[0], edges[-1]))
    step = _step(sum(end - start for start, end in stretches), width)
    form = "%H:%M:%S" if step < 60_000 else "%H:%M"
    put(0, _label(edges[0], "%-d %b %H:%M" if _several_days(edges) else form))
    for column, gap in idle:
        put(column, f"{IDLE}{units.duration_short(gap.length)}", "gap")
    for start, _ in stretches[1:]:
        put(column_of(edges, start) or 0, _label(start, form))
    for start, end in stretches:
        for moment in _round_times(start, end, step):
            put(column_of(edges, moment) or 0, _label(moment, form))
    _draw_loop(canvas, view)
    return canvas.row("", "axis", gutter=gutter, ruler=True)


def _draw_loop(canvas: Canvas, view: View) -> None:
    """The stretch from A to B, between the labels and in their colour."""
    if view.loop is not None and view.loop[1] is not None:
        looped = columns(view.edges, view.loop[0], view.loop[1])
        canvas.under(looped, "═", "loop")
        canvas.own.update(dict.fromkeys(looped, "loop"))


def _loop_ends(view: View) -> Iterator[tuple[int, str]]:
    """Where the stretch begins and ends, as far as that is in the window."""
    for at, letter in zip(view.loop or (), "AB", strict=False):
        column = column_of(view.edges, at) if at is not None else None
        if column is not None:
            yield column, letter


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
