"""The bar across the bottom: a session in time, and the playhead that one drags along it.

What each column says is made by pure functions (`her_tui.ui.renderers.ruler`) once per window and
width; a seek draws only the playhead's column anew. How keys and mouse move window and playhead is
in `timeline_view`.
"""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from textual.binding import BindingType
from textual.strip import Strip

from her_tui.analysis.density import BARS
from her_tui.ui.actions import Region, bindings_for
from her_tui.ui.renderers import deck
from her_tui.ui.renderers.line import Line, Span
from her_tui.ui.renderers.ruler_row import IDLE, Row
from her_tui.ui.renderers.ruler_title import title
from her_tui.ui.renderers.signs import PLAYHEAD, legend
from her_tui.ui.renderers.wrapping import Row as TextRow
from her_tui.ui.text import fit
from her_tui.ui.widgets.painting import Painter
from her_tui.ui.widgets.timeline_mouse import TimelineMouse
from her_tui.ui.widgets.timeline_view import LABELS

ROLES = (
    "title", "label", "prompt", "response", "thinking", "action", "edit", "command", "read",
    "search", "web", "agent", "other", "error", "commit", "mark", "bookmark", "correction",
    "warning", "axis", "gap", "idle", "loop", "latency", "waiting", "context", "money", "zoom",
    "map", "map-window", "playhead", "playhead-glyph", "playhead-axis", "playhead-label",
    "playhead-bar", "playing", "speed", "live", "skipped", "dim",
)  # fmt: skip

#: Cells that the marks may take of a title row.
_LEGEND_SHARE = 0.45


class TimelineBar(TimelineMouse):
    """Lanes of a session over time, an axis with folded gaps, and the playhead."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"timeline--{role}" for role in ROLES}
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(Region.TIMELINE)]
    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._strips: dict[int, Strip] = {}
        self._painter = Painter(self, "timeline", ROLES)

    def action_zoom(self, step: int) -> None:
        """`zoom`, for key bindings."""
        self.zoom(step)

    def forget(self) -> None:
        """Window, width or session changed: every column is to be drawn again."""
        self._strips.clear()
        super().forget()

    def notify_style_update(self) -> None:
        """Another theme: the same columns in other colours."""
        super().notify_style_update()
        self._painter.forget()
        self._strips.clear()

    # Drawing

    def render_line(self, y: int) -> Strip:
        """The title, a lane or the axis."""
        width = self.size.width
        if self.laid is None:
            return self._empty(y)
        rows = self.measure().rows
        if y == 0:
            return self._title()
        if y > len(rows):
            return Strip.blank(width, self._painter.style(""))
        strip = self._strips.get(y)
        if strip is None:
            strip = self._strips[y] = self._lane(rows[y - 1])
        return self._with_playhead(strip, rows[y - 1])

    def _empty(self, y: int) -> Strip:
        """Lines that say that there is nothing to replay."""
        text = "  nothing on the timeline" if y == max(0, self.size.height // 2 - 1) else ""
        row = TextRow(0, 0, len(text))
        return self._painter.row(Line((Span(text, "label"),)), row, self.size.width)

    def _title(self) -> Strip:
        """Where the playhead is, at the left, and the marks of the session, at the right."""
        assert self.laid is not None
        width = self.size.width
        marks = legend(self.mark_lanes, self.scale, round(width * _LEGEND_SHARE))
        if self.deck is not None:
            timeline = self.laid.timeline
            line = deck.title(self.deck, timeline, self.playhead, self.now, width, marks)
            return self._painter.row(line, TextRow(0, 0, len(line.text)), width)
        room = width - 2 - sum(len(span.text) for span in marks)
        text = title(self.laid.timeline, self.playhead, room)
        line = Line((Span(f" {text}", "title"),), tail=marks, wrap=False)
        return self._painter.row(line, TextRow(0, 0, len(line.text)), width)

    def _lane(self, row: Row) -> Strip:
        """One row without the playhead."""
        style = self._painter.style
        segments = [*self._label(row), *self._glyphs(row)]
        return Strip(segments).adjust_cell_length(self.size.width, style(""))

    def _label(self, row: Row) -> list[Segment]:
        labels = self.labels
        if row.gutter is not None and labels > len(row.gutter.glyphs):
            room = labels - len(row.gutter.glyphs) - 1
            blank = self._painter.style("label")
            return [Segment(" ", blank), *self._glyphs(row.gutter), Segment(" " * room, blank)]
        label = row.label if labels == LABELS else row.label[:1].upper()
        return [Segment(" " + fit(label, labels - 2) + " ", self._painter.style("label"))]

    def _glyphs(self, row: Row) -> list[Segment]:
        """The columns of ``row``, those of one role in a row as one piece."""
        segments: list[Segment] = []
        start, role = 0, row.own.get(0, row.role)
        for column in range(1, len(row.glyphs) + 1):
            new = row.own.get(column, row.role) if column < len(row.glyphs) else None
            if new != role:
                segments.append(Segment(row.glyphs[start:column], self._painter.style(role)))
                start, role = column, new or ""
        return segments

    def _with_playhead(self, strip: Strip, row: Row) -> Strip:
        """A row with the playhead's column standing out, and that of the small one beside it."""
        if row.gutter is not None and self.labels > len(row.gutter.glyphs):
            strip = self._marked(strip, row.gutter, 1)
        return self._marked(strip, row, self.labels)

    def _marked(self, strip: Strip, row: Row, left: int) -> Strip:
        column = self.column_in(row)
        if column is None:
            return strip
        x = left + column
        glyph = row.glyphs[column]
        if row.ruler:
            free = glyph in " ═"
            role = "playhead-axis" if free else "playhead-label"
            mark = Segment(PLAYHEAD.glyph if free else glyph, self._painter.style(role))
        elif glyph in f" {IDLE}┄─·" or row.edges:
            mark = Segment("│", self._painter.style("playhead"))
        elif glyph in BARS:
            mark = Segment(glyph, self._painter.style("playhead-bar"))
        else:
            role = row.own.get(column, row.role)
            mark = Segment(glyph, self._painter.style(f"{role} playhead-glyph"))
        return Strip([*strip.crop(0, x), mark, *strip.crop(x + 1)], strip.cell_length)
