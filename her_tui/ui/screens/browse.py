"""A screen that browses the library: it keeps the list fresh, and shows what the cursor is on.

The library is read in worker threads (`her_tui.ui.loading`) whenever the watcher says that it
changed, or the user wants the list in another way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from textual.timer import Timer
from textual.widget import Widget

from her_tui import paths
from her_tui.errors import HerError
from her_tui.queries.library import Library
from her_tui.queries.status import Phase, RecorderStatus
from her_tui.ui import loading, messages, situations, watch
from her_tui.ui.actions import Region
from her_tui.ui.screens.filing import Filing
from her_tui.ui.screens.views import Views
from her_tui.ui.state import State
from her_tui.ui.views import SavedView
from her_tui.ui.widgets.board import Board
from her_tui.ui.widgets.list_heading import ListHeading
from her_tui.ui.widgets.session_list import SessionList
from her_tui.ui.widgets.status_line import StatusLine
from her_tui.ui.widgets.top_line import Glance, TopLine
from her_tui.ui.widgets.virtual_list import VirtualList

_PREVIEW_DELAY = 0.08
_GLANCE_PAUSE = 2.0
_AGES_PAUSE = 30.0

#: Between two tries to focus what is not shown yet.
_FOCUS_SECONDS = 0.05


class Browse(Filing):
    """The list, and the session under its cursor."""

    alone: Library | None = None
    """Set for a recording: one session of this library is shown, and nothing else is looked at."""

    def __init__(self, home: Path, state: State, demo: bool, session: str) -> None:
        super().__init__(state)
        self.home = home
        self._demo = demo
        self._offers_demo = False
        self._nothing = False
        self._read_at_once = bool(session)
        self._reference = session or state.session
        self._query = state.query()
        self._glance = Glance()
        self._listed = False
        self._missing = False
        self._failure: HerError | None = None
        self._recorder = RecorderStatus(Phase.ABSENT)
        self._told = ""
        """What the recorder last said is in its way."""
        self._watcher: watch.Watcher | None = None
        self._preview: Timer | None = None
        self._way: tuple[int, int] | None = None
        """The subagent that was opened where it was launched, and the session that launched it."""
        self._glance_timer: Timer | None = None
        self._vocabulary: Mapping[str, Sequence[str]] = {}
        self._revealing: int | None = None
        """The session that the list's cursor is to go to, whatever hides it."""
        self._lists = loading.Newest(self, "session list")
        self._glances = loading.Newest(self, "sums")

    @property
    def list(self) -> SessionList:
        """The session list."""
        return self.query_one(SessionList)

    @property
    def status(self) -> StatusLine:
        """The last row."""
        return self.query_one(StatusLine)

    def start_watching(self) -> None:
        """Look at library and recorder from now on."""
        if self.alone is not None:
            self.post_message(watch.LibraryOpened(self.alone))
            return
        self.set_interval(_AGES_PAUSE, self.list.redraw)
        self._watcher = watch.Watcher(self.home, self.post_message)
        self._watcher.start()

    def on_unmount(self) -> None:
        """The screen is gone."""
        self.stop_watching()

    def stop_watching(self) -> None:
        """Look no more."""
        if self._watcher is not None:
            self._watcher.stop()

    def action_open_session(self) -> None:
        """Read the session under the cursor."""

    def read_now(self) -> None:
        """The session that is on its way is to be read, not only looked at in passing."""

    def focus_soon(self, widget: Widget, patience: int = 40) -> None:
        """Focus ``widget`` now, or as soon as the layout shows it: what it shows may still be on
        its way."""
        if widget.focusable:
            widget.focus()
        elif patience:
            self.set_timer(_FOCUS_SECONDS, lambda: self.focus_soon(widget, patience - 1))

    def show_hints(self) -> None:
        """What keys do may have changed."""

    # The library and the recorder

    def on_library_opened(self, event: watch.LibraryOpened) -> None:
        """There is something to read."""
        self.library = event.library
        self._failure = None
        self.library_opened()

    def library_opened(self) -> None:
        """There is a library to read: its list first."""
        self.refresh_list()

    def on_library_absent(self) -> None:
        """There is nothing to read yet."""
        self._missing = True
        self._show_situation()

    def on_library_changed(self) -> None:
        """Read again what is on screen."""
        self._failure = None
        self.refresh_list()
        self.refresh_session()
        self.refresh_traffic()
        self.refresh_bookmarks()
        self.read_annotations()

    def traffic_shown(self) -> None:
        """While an answer is on its way, look for more of it more often."""
        super().traffic_shown()
        if self._watcher is not None:
            self._watcher.eager = self.traffic is not None and bool(self.traffic.in_flight)

    def on_library_failed(self, event: watch.LibraryFailed) -> None:
        """The library cannot be read: say so, in the middle if there is nothing else to show."""
        self._failure = event.error
        self._show_situation()
        if self.list.count:
            self.say_problem(event.error.title, event.error.hint)

    def on_recorder_seen(self, event: watch.RecorderSeen) -> None:
        """The recorder does something else."""
        self._recorder = event.recorder
        self.status.show_recorder(event.recorder)
        said, phase = event.recorder.message, event.recorder.phase
        news = phase is Phase.FOLLOWING and said and said != self._told
        if self.list.count and (phase is Phase.FAILED or news):
            self._told = said
            self.say_problem(said, event.recorder.hint)
        self._show_situation()

    # The list

    def refresh_list(self, target: int | None = None) -> None:
        """Read the list again; the cursor stays on its session, or goes to ``target``."""
        library = self.library
        if library is None or self.alone is not None:
            return
        query, reference = self.list.wanted, self._reference
        self._lists.ask(partial(loading.read_listing, library, query, reference, target))

    def _read_glance(self, library: Library) -> None:
        self._glances.ask(partial(loading.read_glance, library))

    def _glance_again(self) -> None:
        self._glance_timer = None
        if self.library is not None and self._recorder.phase is not Phase.FOLLOWING:
            self._read_glance(self.library)

    def on_listed(self, event: loading.Listed) -> None:
        """The list was read."""
        self._reference = ""
        self._listed = True
        self._query = event.query
        before = self.list.current
        self.list.show(event.listing, event.query, event.target)
        self.query_one(ListHeading).show(event.query)
        self._show_top()
        self._show_situation()
        if self._glance_timer is None and self.library is not None:
            self._glance_timer = self.set_timer(_GLANCE_PAUSE, self._glance_again)
            self._read_glance(self.library)
        if self._reveals(event):
            return
        if self.list.current is not None and self.list.current != before:
            self.preview(self.list.current)
        if event.target is not None and self._read_at_once:
            self._read_at_once = False
            self.action_open_session()

    def _reveals(self, event: loading.Listed) -> bool:
        """Whether the session that the cursor was sent to is hidden, so that the list is read again
        with less left out."""
        if event.target is None or event.target != self._revealing:
            return False
        self._revealing = None
        wanted = self.list.wanted
        if event.target in event.listing.entries or (wanted.hidden and not wanted.narrowed):
            return False
        if wanted.narrowed:
            self.list.wanted = replace(wanted, text="", project="")
        else:
            self.list.wanted = replace(wanted, hidden=True)
        self._revealing = event.target
        self.refresh_list(event.target)
        return True

    def on_glanced(self, event: loading.Glanced) -> None:
        """The sums were read."""
        self._glance = event.glance
        self._show_top()

    def _show_top(self) -> None:
        hidden = self.list.listing.hidden if self._listed else self._glance.hidden
        narrowed = self._listed and self._query.narrowed
        matching = self.list.listing.sessions if narrowed else None
        glance = replace(self._glance, hidden=hidden, matching=matching)
        self.query_one(TopLine).show(glance, self._query)

    def _show_situation(self) -> None:
        now = situations.situation(
            self.list.listing if self._listed else None,
            self._query,
            self._recorder,
            self._failure,
            self._missing,
            tuple(paths.claude_roots()),
        )
        whole = now is not None and now.whole
        self.query_one("#whole", Board).show(now if whole else None)
        self.query_one("#no-rows", Board).show(None if whole else now)
        self.list.set_class(now is not None, "-no-rows")
        if whole and self.session is not None:
            self.show_session(None)
        self._nothing = whole
        self._offers_demo = bool(now and now.demo and not self._demo)
        self.show_hints()

    def on_session_list_page_wanted(self, event: SessionList.PageWanted) -> None:
        """Rows come into sight."""
        if self.library is not None:
            job = partial(loading.read_rows, self.library, event.ids)
            loading.run_job(self, "sessions", job)

    def on_rows_read(self, event: loading.RowsRead) -> None:
        """Rows were read."""
        self.list.add_rows(event.rows)
        self.show_hints()

    def on_session_list_query_changed(self, event: SessionList.QueryChanged) -> None:
        """The list is wanted in another way, and will be next time."""
        self.state.remember_query(event.query)
        self.refresh_list()

    # Filtering

    def read_vocabulary(self) -> None:
        """Read again what there is to choose from for each filter."""
        if self.library is not None:
            loading.run_job(self, "choices", partial(loading.read_vocabulary, self.library))

    def on_vocabulary_read(self, event: loading.VocabularyRead) -> None:
        """What there is to choose from was read."""
        self._vocabulary = event.found

    def known_values(self, name: str) -> Sequence[str]:
        """What there is to choose from for the filter ``name``, as far as it was read."""
        return self._vocabulary.get(name, ())

    # Saved views

    def action_views(self) -> None:
        """Open, save or delete a view."""
        screen = Views(self.state.views, self.list.wanted)
        self.app.push_screen(screen, lambda view: self.show_view(view) if view else None)

    def action_apply_view(self, number: int) -> None:
        """Open the view of this number, if there is one."""
        if number <= len(self.state.views):
            self.show_view(self.state.views[number - 1])
        else:
            self.status.problem(f"There is no saved view {number}", "v shows and saves them.")

    def show_view(self, view: SavedView) -> None:
        """Show the list as ``view`` wants it; how it is sorted and grouped is not remembered."""
        self.list.wanted = view.query(self.list.wanted.expanded)
        self.refresh_list()
        self.status.notice(view.name)

    # The cursor

    def session_at_cursor(self) -> int | None:
        """The session that the list's cursor is on, while keys go to the list."""
        return self.list.current if self.region_in_focus is Region.LIST else None

    def on_virtual_list_highlighted(self, event: VirtualList.Highlighted) -> None:
        """The cursor is on another session: show it when it rests there."""
        if self.list.current is not None:
            self.preview(self.list.current)

    def on_virtual_list_chosen(self) -> None:
        """A session was clicked twice."""
        self.action_open_session()

    def preview(self, session: int) -> None:
        """Show ``session`` unless another one follows at once."""
        if self._preview is not None:
            self._preview.stop()
        self._preview = self.set_timer(_PREVIEW_DELAY, partial(self.open_session, session))

    def go_to(self, session: int, event: int | None = None) -> None:
        """Show ``session``, with the playhead on ``event`` if one is given. The list's cursor goes
        to it; what hides it there is cleared."""
        if self._preview is not None:
            self._preview.stop()
        self._revealing = session
        row = self.list.row(session)
        if row is not None and row.parent is not None:
            wanted = self.list.wanted
            self.list.wanted = replace(wanted, expanded=wanted.expanded | {row.parent})
        self.refresh_list(target=session)
        self.open_session(session, event)
        self.read_now()

    def on_subagent_opened(self, event: messages.SubagentOpened) -> None:
        """A subagent is to be replayed by itself."""
        if self.session is not None:
            parent = self.session.parent or self.session.id
            wanted = self.list.wanted
            self.list.wanted = replace(wanted, expanded=wanted.expanded | {parent})
            self._way = (event.session, self.session.id)
        self.go_to(event.session)

    def go_back(self) -> bool:
        """From such a subagent back to where it was launched; whether we are in one."""
        way, self._way = self._way, None
        if way is None or self.session is None or self.session.id != way[0]:
            return False
        self.go_to(way[1])
        return True
