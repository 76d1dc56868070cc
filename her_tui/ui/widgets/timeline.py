"""The bar across the bottom: a session in time, and the playhead that one drags along it.

What each column says is made by pure functions (`her_tui.ui.renderers.ruler`) once per window and
width; a seek draws only the playhead's column anew.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from her_tui.analysis.axis import Axis, Window, column_of, lay_axis, position_in, whole
from her_tui.analysis.density import Lane, Lanes, sort_lanes
from her_tui.analysis.latency import Latencies
from her_tui.analysis.timeline import Timeline
from her_tui.ui.actions import Region, bindings_for
from her_tui.ui.messages import PlayheadMoved
from her_tui.ui.renderers import ruler
from her_tui.ui.renderers.line import Line, Span
from her_tui.ui.renderers.wrapping import Row
from her_tui.ui.text import literal
from her_tui.ui.widgets.painting import Painter

ROLES = (
    "title", "label", "prompt", "response", "action", "error", "commit", "mark", "warning", "axis",
    "gap", "idle", "latency", "waiting", "zoom", "playhead", "playhead-glyph", "playhead-axis",
    "playhead-label",
)  # fmt: skip

#: Cells of the lane labels; in a narrow bar only the glyphs of the lanes are left.
_LABELS = 11
_NARROW = 60
_NARROW_LABELS = 3


class TimelineBar(Widget, can_focus=True):
    """Lanes of a session over time, an axis with folded gaps, and the playhead."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"timeline--{role}" for role in ROLES}
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(Region.TIMELINE)]
    ALLOW_SELECT = False

    playhead: reactive[int] = reactive(0, init=False, repaint=False)
    """The replay position."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._timeline: Timeline | None = None
        self._lanes = Lanes()
        self._latencies = Latencies()
        self._axis: Axis | None = None
        self._window = Window(0.0, 1.0)
        self._edges: list[float] = []
        self._rows: tuple[ruler.Row, ...] = ()
        self._strips: dict[int, Strip] = {}
        self._painter = Painter(self, "timeline", ROLES)
        self._dragging = False

    # Contents

    def show(self, timeline: Timeline | None) -> None:
        """Show ``timeline``; the same session grown keeps playhead and zoom."""
        before, axis = self._timeline, self._axis
        self._timeline = timeline if timeline is not None and len(timeline) else None
        if self._timeline is None:
            self._axis = None
            self._forget()
            return
        self._lanes = sort_lanes(self._timeline)
        self._axis = lay_axis(self._timeline.times)
        same = before is not None and before.session == self._timeline.session
        if same and axis is not None and self._window.scale(axis) > 1.01:
            start, end = axis.time(self._window.start), axis.time(self._window.end)
            self._window = Window(self._axis.place(start), self._axis.place(end))
        else:
            self._window = whole(self._axis)
        if not same:
            self._latencies = Latencies()
            self.set_reactive(TimelineBar.playhead, 0)
        self.set_reactive(TimelineBar.playhead, self.validate_playhead(self.playhead))
        self._follow()
        self._forget()

    def show_latencies(self, latencies: Latencies) -> None:
        """How long the answers of the session took. Once there are any the bar keeps a lane for
        them, where the window is high enough: it does not jump from session to session."""
        self._latencies = latencies
        if latencies:
            self.add_class("-latency")
        self._forget()

    @property
    def has_errors(self) -> bool:
        """Whether there is an error to go to."""
        return self._timeline is not None and self._lanes.count(Lane.ERRORS) > 0

    def validate_playhead(self, position: int) -> int:
        """The playhead stays on an event."""
        return self._timeline.clamp(position) if self._timeline is not None else 0

    def watch_playhead(self) -> None:
        """Keep the playhead in the window."""
        self._follow()
        self.refresh()

    def zoom(self, step: int) -> None:
        """Closer (+1) or wider (-1) around the playhead."""
        if self._axis is not None:
            self._window = self._window.zoom(self._axis, step, self._place())
            self._follow()
            self._forget()

    def action_zoom(self, step: int) -> None:
        """`zoom`, for key bindings."""
        self.zoom(step)

    def scrub(self, step: int) -> None:
        """Move the playhead by ``step`` columns, at least to the next event that way."""
        timeline, column = self._timeline, self._column()
        if timeline is None or column is None:
            return
        target = column + step
        if 0 <= target < len(self._edges) - 1:
            found = bisect_left(timeline.times, self._edges[target])
            if step < 0:
                found = position_in(timeline.times, self._edges, target)
        else:
            found = self.playhead + step
        near = self.playhead + (1 if step > 0 else -1)
        self._seek(max(found, near) if step > 0 else min(found, near))

    def _seek(self, position: int) -> None:
        """The user moved the playhead."""
        before = self.playhead
        self.playhead = position
        if self.playhead != before:
            self.post_message(PlayheadMoved(self.playhead))

    # Geometry

    def _place(self) -> float:
        if self._timeline is None or self._axis is None:
            return 0.0
        return self._axis.place(self._timeline.times[self.playhead])

    def _follow(self) -> None:
        """Move the window if the playhead left it."""
        if self._axis is not None:
            window = self._window.showing(self._axis, self._place())
            if window != self._window:
                self._window = window
                self._forget()

    def _forget(self) -> None:
        """Window, width or session changed: every column is to be counted again."""
        self._rows = ()
        self._strips.clear()
        self.refresh()

    @property
    def _labels(self) -> int:
        return _LABELS if self.size.width >= _NARROW else _NARROW_LABELS

    def _measure(self) -> None:
        """Count what is in each column, once per window and width."""
        if not self._rows and self._axis is not None:
            width = max(2, self.size.width - self._labels - 1)
            self._edges = self._window.edges(self._axis, width)
            height = self.size.height - 1
            kept = self._latencies if self.has_class("-latency") else None
            self._rows = ruler.rows(self._axis, self._lanes, self._edges, height, kept)

    def _column(self) -> int | None:
        """The playhead's column."""
        if self._timeline is None:
            return None
        self._measure()
        return column_of(self._edges, self._timeline.times[self.playhead])

    def on_resize(self) -> None:
        """Another width, other columns."""
        self._forget()

    def notify_style_update(self) -> None:
        """Another theme: the same columns in other colours."""
        super().notify_style_update()
        self._painter.forget()
        self._strips.clear()

    # Mouse

    def _pointed(self, event: events.MouseEvent) -> tuple[int, int] | None:
        """Column and row under the pointer, the column clamped to the bar."""
        if self._timeline is None:
            return None
        self._measure()
        offset = event.get_content_offset_capture(self)
        column = min(max(0, offset.x - self._labels), len(self._edges) - 2)
        return column, offset.y

    def _position_at(self, column: int, y: int) -> int:
        """The event that a click means: one of the lane's own if the column has any."""
        timeline = self._timeline
        assert timeline is not None
        lanes = self._rows[y - 1].lanes if 0 < y <= len(self._rows) else ()
        for lane in lanes:
            if found := self._lanes.between(lane, self._edges, column):
                return found[0]
        return position_in(timeline.times, self._edges, column)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of the playhead."""
        pointed = self._pointed(event)
        if pointed is not None and event.button == 1:
            self._dragging = True
            self.capture_mouse()
            self._seek(self._position_at(*pointed))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag the playhead, or say what is under the pointer."""
        pointed = self._pointed(event)
        if pointed is None or self._timeline is None:
            return
        position = self._position_at(*pointed)
        if self._dragging:
            self._seek(position)
        else:
            said = ruler.summary(
                self._timeline, self._lanes, self._edges, pointed[0], position, self._latencies
            )
            self.tooltip = literal(said)

    def on_mouse_up(self) -> None:
        """Let go."""
        self._dragging = False
        self.release_mouse()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel zooms."""
        event.stop()
        self.zoom(1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel zooms."""
        event.stop()
        self.zoom(-1)

    # Drawing

    def render_line(self, y: int) -> Strip:
        """The title, a lane or the axis."""
        width = self.size.width
        if self._timeline is None or self._axis is None:
            return self._empty(y)
        self._measure()
        if y == 0:
            return self._title()
        if y > len(self._rows):
            return Strip.blank(width, self._painter.style(""))
        strip = self._strips.get(y)
        if strip is None:
            strip = self._strips[y] = self._lane(self._rows[y - 1])
        column = self._column()
        return strip if column is None else self._with_playhead(strip, y, column)

    def _empty(self, y: int) -> Strip:
        """Lines that say that there is nothing to replay."""
        text = "  nothing on the timeline" if y == self.size.height // 2 - 1 else ""
        row = Row(0, 0, len(text))
        return self._painter.row(Line((Span(text, "label"),)), row, self.size.width)

    def _title(self) -> Strip:
        """Where the playhead is, at the left, and the marks of the session, at the right."""
        assert self._timeline is not None
        assert self._axis is not None
        width = self.size.width
        marks = ruler.legend(self._lanes, self._window.scale(self._axis))
        room = width - 2 - sum(len(span.text) for span in marks)
        text = ruler.title(self._timeline, self.playhead, room)
        line = Line((Span(f" {text}", "title"),), tail=marks, wrap=False)
        return self._painter.row(line, Row(0, 0, len(text) + 1), width)

    def _lane(self, row: ruler.Row) -> Strip:
        """One row without the playhead."""
        style = self._painter.style
        label = row.label if self._labels == _LABELS else row.label[:1].upper()
        segments = [Segment(f" {label}".ljust(self._labels), style("label"))]
        start = 0
        for column in sorted(row.own):
            segments.append(Segment(row.glyphs[start:column], style(row.role)))
            segments.append(Segment(row.glyphs[column], style(row.own[column])))
            start = column + 1
        segments.append(Segment(row.glyphs[start:], style(row.role)))
        return Strip([each for each in segments if each.text]).adjust_cell_length(
            self.size.width, style("")
        )

    def _with_playhead(self, strip: Strip, y: int, column: int) -> Strip:
        """A row with the playhead's column standing out."""
        row = self._rows[y - 1]
        x = column + self._labels
        glyph = row.glyphs[column]
        if not row.lanes:
            free = glyph == " "
            role = "playhead-axis" if free else "playhead-label"
            mark = Segment("▲" if free else glyph, self._painter.style(role))
        elif glyph in " ┊":
            mark = Segment("│", self._painter.style("playhead"))
        else:
            role = row.own.get(column, row.role)
            mark = Segment(glyph, self._painter.style(f"{role} playhead-glyph"))
        return Strip([*strip.crop(0, x), mark, *strip.crop(x + 1)], strip.cell_length)
