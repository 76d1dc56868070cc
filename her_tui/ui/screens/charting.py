"""What the timeline bar draws beside the timeline itself: marks, lanes, words under the pointer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from textual.timer import Timer

from her_tui.analysis.marks import carried, heaviest, marks_at
from her_tui.analysis.regrowth import Shift
from her_tui.queries.bookmarks import Bookmark
from her_tui.ui import loading, messages
from her_tui.ui.renderers.signs import landed
from her_tui.ui.screens.replay import Replay
from her_tui.ui.state import State
from her_tui.ui.widgets.timeline import TimelineBar

#: Seconds a session is on screen before its chart is read: who leafs through the list goes on.
_REST = 0.05
#: After reading a chart, so many times as long passes before a longer one of the session is read.
_SHARE = 10

#: What the bar shows, in words.
_ZOOMS = {"all": "All of the session", "minutes": "10 minutes", "turn": "This turn"}


class Charting(Replay):
    """Reads the chart of the session on screen, and keeps its marks."""

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self._charts = loading.Newest(self, "chart")
        self._words = loading.Newest(self, "words")
        self._landings = loading.Newest(self, "mark")
        self._chart_due: Timer | None = None
        self._chart_pause = 0.0
        self._bookmarks: Sequence[Bookmark] | None = None
        """Those that are among the marks; None: not known."""
        self._own = loading.Newest(self, "bookmarks")

    def session_shown(self) -> None:
        """Another session is on screen, or the same one grown longer: read its chart soon. Who is
        waited for already is not put off: a session may grow all the time."""
        super().session_shown()
        if self.anew:
            self._chart_pause, self._bookmarks = 0.0, None
            self._stop_waiting()
        if self._chart_due is None and self.timeline is not None and len(self.timeline):
            self._chart_due = self.set_timer(_REST + self._chart_pause, self.refresh_marks)

    def _stop_waiting(self) -> None:
        if self._chart_due is not None:
            self._chart_due.stop()
            self._chart_due = None

    def refresh_marks(self) -> None:
        """Read the marks and the rest of the chart (again): the user changed a bookmark."""
        self._stop_waiting()
        if self.library is not None and self.timeline is not None and len(self.timeline):
            self._charts.ask(partial(loading.read_chart, self.library, self.timeline))

    def refresh_bookmarks(self) -> None:
        """Read the marks again if the user has other bookmarks now, wherever they were made."""
        if self.library is not None and self.session is not None:
            known = self.session.id, self._bookmarks
            self._own.ask(partial(loading.read_bookmarks, self.library, *known))

    def on_bookmarks_read(self, event: loading.BookmarksRead) -> None:
        """There are others; those of another session are dropped."""
        if self.session is not None and event.session == self.session.id:
            self._bookmarks = event.own
            self.refresh_marks()

    def on_chart_read(self, event: loading.ChartRead) -> None:
        """A chart was read; one of another session is dropped. That of a session which grew since
        is as good as the last one."""
        if self.timeline is None or event.timeline.session != self.timeline.session:
            return
        self._chart_pause, self._bookmarks = event.seconds * _SHARE, event.own
        self.marks = carried(event.chart.marks, Shift(event.timeline, self.timeline))
        self.bar.show_chart(event.chart)
        self.refresh_bindings()

    def on_timeline_mouse_pointed(self, event: TimelineBar.Pointed) -> None:
        """The pointer rests on an event: read what it is."""
        event.stop()
        if self.library is not None and self.timeline is not None:
            job = partial(loading.read_words, self.library, self.timeline, event.position)
            self._words.ask(job)

    def on_words_read(self, event: loading.WordsRead) -> None:
        """What the event under the pointer is."""
        if event.timeline is self.timeline:
            self.bar.tell(event.position, event.glimpse)

    def mark_reached(self) -> None:
        """Say which mark it is."""
        super().mark_reached()
        mark = heaviest(marks_at(self.marks, self.playhead))
        if mark is not None and self.library is not None and self.timeline is not None:
            self._landings.ask(partial(loading.read_mark, self.library, self.timeline, mark))

    def on_mark_read(self, event: loading.MarkRead) -> None:
        """What the mark is, if the playhead is still on it."""
        if event.timeline is self.timeline and event.mark.position == self.playhead:
            self.post_message(messages.Notice(landed(event.mark, event.glimpse), ""))

    def action_next_zoom(self) -> None:
        """All of the session, ten minutes of it, the turn at the playhead."""
        self.post_message(messages.Notice(_ZOOMS[self.bar.next_zoom()], ""))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without events there is nothing to look at closer."""
        if action == "next_zoom":
            return self.timeline is not None and len(self.timeline) > 0
        return super().check_action(action, parameters)
