"""What a timeline bar shows: which session, which part of it, and where the playhead is."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from textual.geometry import Region
from textual.reactive import reactive
from textual.widget import Widget

from her_tui.analysis.axis import Window, around, column_of, position_in, spanning, whole
from her_tui.analysis.chart import Chart, Laid, lay
from her_tui.analysis.density import MarkLanes
from her_tui.analysis.latency import Latencies
from her_tui.analysis.marks import MarkKind
from her_tui.analysis.regrowth import Shift
from her_tui.analysis.timeline import Timeline
from her_tui.ui.messages import PlayheadMoved
from her_tui.ui.player import DeckStatus
from her_tui.ui.renderers import ruler
from her_tui.ui.renderers.ruler_row import Row, View

#: Cells of the lane labels; in a narrow bar only their first letters are left.
LABELS = 11
_NARROW = 60
_NARROW_LABELS = 3

#: Milliseconds of work that the second zoom shows.
_MINUTES = 600_000.0


@dataclass(frozen=True, slots=True)
class Measured:
    """The columns of a window, drawn."""

    view: View
    rows: tuple[Row, ...]


class TimelineView(Widget, can_focus=True):
    """The window on a session, and the playhead in it."""

    playhead: reactive[int] = reactive(0, init=False, repaint=False)
    """The replay position."""
    now: reactive[int] = reactive(0, init=False, repaint=False)
    """The session's time at the playhead, in milliseconds since the epoch; setting ``playhead``
    alone sets it, too."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.laid: Laid | None = None
        self.chart: Chart | None = None
        self._shift: Shift | None = None
        self.deck: DeckStatus | None = None
        self._latencies = Latencies()
        self._window = Window(0.0, 1.0)
        self._zoom = "all"
        self._measured: Measured | None = None
        self._painted: list[int | None] = []

    # Contents

    def show(self, timeline: Timeline | None, laid: Laid | None = None) -> None:
        """Show ``timeline``, ``laid`` out already if it is long; the same session grown keeps
        playhead and zoom."""
        before = self.laid
        if laid is None and timeline is not None:
            laid = lay(timeline)
        self.laid = laid
        if laid is None:
            self.chart = None
            self.forget()
            return
        same = before is not None and before.timeline.session == laid.timeline.session
        if same and before is not None and self._window.scale(before.axis) > 1.01:
            start, end = (before.axis.time(at) for at in (self._window.start, self._window.end))
            self._window = Window(laid.axis.place(start), laid.axis.place(end))
        else:
            self._window, self._zoom = whole(laid.axis), "all"
        if not same:
            self._latencies = Latencies()
            self.chart = None
            self.set_reactive(TimelineView.playhead, 0)
        self._carry()
        position = laid.timeline.clamp(self.playhead)
        self.set_reactive(TimelineView.playhead, position)
        self.set_reactive(TimelineView.now, laid.timeline.times[position])
        self._follow()
        self.forget()

    def show_chart(self, chart: Chart) -> None:
        """What was read beside the timeline."""
        self.chart = chart
        self._carry()
        self.forget()

    def _carry(self) -> None:
        """The chart may have been read of another timeline of the session."""
        of = self.chart.timeline if self.chart is not None else None
        to = self.laid.timeline if self.laid is not None else None
        self._shift = Shift(of, to) if of is not None and to is not None else None

    def charted(self, position: int) -> int | None:
        """Where the event is that the chart has at ``position``; None if it is gone."""
        return self._shift.at(position) if self._shift is not None else position

    def show_latencies(self, latencies: Latencies) -> None:
        """How long the answers of the session took."""
        self._latencies = latencies
        self.forget()

    def show_deck(self, deck: DeckStatus) -> None:
        """How the deck stands: it is told in the title, and the loop on the axis."""
        before, self.deck = self.deck, deck
        if before is None or before.loop != deck.loop:
            self.forget()
        elif before != deck:
            self.refresh(Region(0, 0, self.size.width, 1))

    @property
    def mark_lanes(self) -> MarkLanes:
        """The marks of the session, as far as they are known."""
        if self.chart is not None:
            return self.chart.mark_lanes
        return self.laid.marks if self.laid is not None else MarkLanes()

    @property
    def has_errors(self) -> bool:
        """Whether there is an error to go to."""
        return self.laid is not None and self.laid.marks.count(MarkKind.ERROR) > 0

    @property
    def scale(self) -> float:
        """How many times closer than the whole session the bar is zoomed."""
        return self._window.scale(self.laid.axis) if self.laid is not None else 1.0

    # The playhead

    def validate_playhead(self, position: int) -> int:
        """The playhead stays on an event."""
        return self.laid.timeline.clamp(position) if self.laid is not None else 0

    def watch_playhead(self, position: int) -> None:
        """It stands where its event is, and stays in the window."""
        if self.laid is not None:
            self.set_reactive(TimelineView.now, self.laid.timeline.times[position])
        self._moved()

    def watch_now(self) -> None:
        """It moves between two events, too."""
        self._moved()

    def _moved(self) -> None:
        """Keep the playhead in the window, and draw what changed."""
        self._follow()
        columns = self._columns()
        if columns != self._painted:
            self.refresh()
        else:
            self.refresh(Region(0, 0, self.size.width, 1))

    def _columns(self) -> list[int | None]:
        """Where the playhead is drawn."""
        if self._measured is None:
            return []
        seen = [self.column_in(row) for row in self._measured.rows if row.ruler or row.edges]
        return [*seen, *(self.column_in(r.gutter) for r in self._measured.rows if r.gutter)]

    def column_in(self, row: Row) -> int | None:
        """The playhead's column in ``row``; None if it is out of sight."""
        measured = self._measured
        if measured is None:
            return None
        return column_of(row.edges or measured.view.edges, self.now)

    def scrub(self, step: int) -> None:
        """Move the playhead by ``step`` columns, at least to the next event that way."""
        if self.laid is None:
            return
        edges, timeline = self.measure().view.edges, self.laid.timeline
        column = column_of(edges, self.now)
        target = None if column is None else column + step
        if target is not None and 0 <= target < len(edges) - 1:
            found = bisect_left(timeline.times, edges[target])
            if step < 0:
                found = position_in(timeline.times, edges, target)
        else:
            found = self.playhead + step
        near = self.playhead + (1 if step > 0 else -1)
        self.seek(max(found, near) if step > 0 else min(found, near))

    def seek(self, position: int) -> None:
        """The user moved the playhead."""
        before = self.playhead, self.now
        self.playhead = position
        if self.laid is not None:
            self.now = self.laid.timeline.times[self.playhead]
        if (self.playhead, self.now) != before:
            self.post_message(PlayheadMoved(self.playhead))

    # The window

    def zoom(self, step: int, place: float | None = None) -> None:
        """Closer (+1) or wider (-1) around the playhead, or around a ``place`` of the axis."""
        if self.laid is not None:
            about = self._place() if place is None else place
            self._look(self._window.zoom(self.laid.axis, step, about), "")
            if place is None:
                self._follow()

    def next_zoom(self) -> str:
        """From the whole session to ten minutes of it, to the turn at the playhead, and back:
        ``all``, ``minutes`` or ``turn``, whichever it is now."""
        if self.laid is None:
            return self._zoom
        axis = self.laid.axis
        following = {"all": "minutes", "minutes": "turn"}.get(self._zoom, "all")
        if following == "minutes" and axis.length <= _MINUTES:
            following = "turn"
        if following == "minutes":
            self._look(around(axis, self._place(), _MINUTES), following)
        elif following == "turn":
            self._look(self._turn_window(), following)
        else:
            self._look(whole(axis), following)
        self._follow()
        return following

    def _turn_window(self) -> Window:
        assert self.laid is not None
        timeline = self.laid.timeline
        start, end = timeline.turn_span(timeline.turn_at(self.playhead))
        times = timeline.times
        return spanning(self.laid.axis, times[start], times[max(start, end - 1)])

    def pan(self, columns: int) -> None:
        """Show what is further to the right (or left, below 0); the playhead stays where it is."""
        if self.laid is not None:
            step = (self._window.end - self._window.start) / max(1, self.measure().view.width)
            self._look(self._window.moved(self.laid.axis, columns * step), "")

    def _look(self, window: Window, zoom: str) -> None:
        self._zoom = zoom
        if window != self._window:
            self._window = window
            self.forget()

    def _place(self) -> float:
        return self.laid.axis.place(self.now) if self.laid is not None else 0.0

    def _follow(self) -> None:
        """Move the window if the playhead left it."""
        if self.laid is None:
            return
        window = self._window.showing(self.laid.axis, self._place())
        if window != self._window:
            if self._zoom == "turn":
                window = self._turn_window().showing(self.laid.axis, self._place())
            self._window = window
            self.forget()

    def forget(self) -> None:
        """Window, width or session changed: every column is to be counted again."""
        self._measured = None
        self._painted = []
        self.refresh()

    def on_resize(self) -> None:
        """Another width, other columns."""
        self.forget()

    @property
    def labels(self) -> int:
        """Cells of the lane labels."""
        return LABELS if self.size.width >= _NARROW else _NARROW_LABELS

    def measure(self) -> Measured:
        """The columns, counted once per window and width. Only where there is a session."""
        if self._measured is None:
            assert self.laid is not None
            width = max(2, self.size.width - self.labels - 1)
            view = View(
                self.laid,
                self._window.edges(self.laid.axis, width),
                self.chart,
                self._latencies,
                self.scale,
                self.app.no_color,
                self.deck.loop if self.deck is not None else None,
            )
            self._measured = Measured(view, ruler.rows(view, self.size.height - 1))
        self._painted = self._columns()
        return self._measured
