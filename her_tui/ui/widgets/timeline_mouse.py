"""The mouse on a timeline bar: dragging the playhead, zooming and panning, and what is under it."""

from __future__ import annotations

from bisect import bisect_left

from textual import events
from textual.message import Message

from her_tui.analysis.axis import column_of, position_in
from her_tui.analysis.density import Lane
from her_tui.analysis.marks import MarkKind
from her_tui.queries.glimpses import Glimpse
from her_tui.ui.renderers import ruler_hover
from her_tui.ui.renderers.ruler_row import Row
from her_tui.ui.text import literal
from her_tui.ui.widgets.timeline_view import TimelineView

#: Columns that one step of a wheel to the side moves.
_PAN = 4


class TimelineMouse(TimelineView):
    """What the mouse does."""

    class Pointed(Message):
        """The pointer rests on the event at ``position``: its first words are wanted."""

        def __init__(self, position: int) -> None:
            super().__init__()
            self.position = position

        def can_replace(self, message: Message) -> bool:
            """Only where it rests now matters."""
            return isinstance(message, TimelineMouse.Pointed)

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._held: Row | None = None
        self._dragging = False
        self._pointed = (-1, -1)

    def _under(self, event: events.MouseEvent) -> tuple[Row | None, int] | None:
        """The row under the pointer (None: the title) and the column of it, clamped."""
        if self.laid is None:
            return None
        measured = self.measure()
        offset = event.get_content_offset_capture(self)
        row = measured.rows[offset.y - 1] if 0 < offset.y <= len(measured.rows) else None
        column = offset.x - self.labels
        gutter = row.gutter if row is not None else None
        if gutter is not None and 0 < offset.x <= len(gutter.glyphs) < self.labels:
            row, column = gutter, offset.x - 1
        return row, self._clamped(row, column)

    def _clamped(self, row: Row | None, column: int) -> int:
        edges = self._edges(row)
        return min(max(0, column), len(edges) - 2)

    def _edges(self, row: Row | None) -> list[float]:
        return list(row.edges) if row is not None and row.edges else list(self.measure().view.edges)

    def _position_at(self, row: Row | None, column: int) -> int:
        """The event that a click means: one of what the row shows, if the column has any."""
        assert self.laid is not None
        timeline, edges = self.laid.timeline, self._edges(row)
        if row is not None and row.subagent is not None:
            found = bisect_left(row.subagent.times, edges[column])
            if found < len(row.subagent.times) and row.subagent.times[found] <= edges[column + 1]:
                at = self.charted(row.subagent.positions[found])
                if at is not None:
                    return at
        for wanted in row.prefers if row is not None else ():
            at = self._first(wanted, edges, column)
            if at is not None:
                return at
        return position_in(timeline.times, edges, column)

    def _first(self, wanted: Lane | MarkKind, edges: list[float], column: int) -> int | None:
        """The first event of a kind in ``column``."""
        assert self.laid is not None
        if isinstance(wanted, MarkKind):
            marks = self.mark_lanes.between(wanted, edges, column)
            at = marks[0].position if marks else None
            return at if at is None or self.chart is None else self.charted(at)
        if found := self.laid.lanes.between(wanted, edges, column):
            return found[0]
        kinds = self.chart.kinds if self.chart is not None else None
        found = kinds.between(wanted, edges, column) if kinds is not None else ()
        return self.charted(found[0]) if found else None

    # Events

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of the playhead."""
        under = self._under(event)
        if under is not None and event.button == 1:
            self._dragging, self._held = True, under[0]
            self.capture_mouse()
            self.seek(self._position_at(*under))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag the playhead, or say what is under the pointer."""
        under = self._under(event)
        if under is None:
            return
        if self._dragging:
            row = self._held if self._held is not None and self._held.edges else under[0]
            if row is not under[0]:  # a map is dragged along, wherever the pointer strays
                left = self.labels if row is None or len(row.glyphs) > self.labels else 1
                column = event.get_content_offset_capture(self).x - left
                under = row, self._clamped(row, column)
            self.seek(self._position_at(*under))
        else:
            self._point(*under)

    def _point(self, row: Row | None, column: int) -> None:
        """Tell what is in ``column``, and ask for the first words of its event."""
        position = self._position_at(row, column)
        if row is not None and row.edges:  # a map has other columns: told is what is seen there
            edges = self.measure().view.edges
            assert self.laid is not None
            at = column_of(edges, self.laid.timeline.times[position])
            column = at if at is not None else -1
        if (position, column) != self._pointed:
            self._pointed = (position, column)
            self.tell()
            self.post_message(self.Pointed(position))

    def tell(self, position: int | None = None, glimpse: Glimpse | None = None) -> None:
        """Tell of the event under the pointer; what it is, if that is still ``position``."""
        if self.laid is None or (position is not None and position != self._pointed[0]):
            return
        at, column = self._pointed
        if 0 <= at < len(self.laid.timeline):
            self.tooltip = literal(ruler_hover.summary(self.measure().view, column, at, glimpse))

    def on_leave(self) -> None:
        """The pointer is elsewhere."""
        self._pointed = (-1, -1)

    def on_mouse_up(self) -> None:
        """Let go."""
        self._dragging, self._held = False, None
        self.release_mouse()

    def _wheel(self, event: events.MouseEvent, step: int) -> None:
        event.stop()
        if event.shift:
            self.pan(-step * _PAN)
        else:
            self.zoom(step, self._place_under(event))

    def _place_under(self, event: events.MouseEvent) -> float | None:
        """The place of the axis under the pointer; None: the playhead's is meant."""
        under = self._under(event)
        if under is None or self.laid is None or (under[0] is not None and under[0].edges):
            return None
        edges = self.measure().view.edges
        column = under[1]
        return self.laid.axis.place((edges[column] + edges[column + 1]) / 2)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel zooms in, to the side with shift."""
        self._wheel(event, 1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel zooms out, to the side with shift."""
        self._wheel(event, -1)

    def on_mouse_scroll_right(self, event: events.MouseScrollRight) -> None:
        """A wheel to the side moves the window."""
        event.stop()
        self.pan(_PAN)

    def on_mouse_scroll_left(self, event: events.MouseScrollLeft) -> None:
        """A wheel to the side moves the window."""
        event.stop()
        self.pan(-_PAN)
