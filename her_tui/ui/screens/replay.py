"""A screen that replays one session: it keeps the playhead, and the two panels that follow it.

The playhead has one owner, this screen: a panel that moves it says so, and both are then told.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

from textual.screen import Screen

from her_tui.analysis.ledger import Ledger
from her_tui.analysis.marks import Marks, carried, mark_from
from her_tui.analysis.regrowth import Shift
from her_tui.analysis.tape import Cutting
from her_tui.analysis.timeline import Timeline
from her_tui.queries.library import Library
from her_tui.queries.sessions import Origin, SessionRow
from her_tui.queries.timeline import Stamp
from her_tui.queries.traffic import Traffic
from her_tui.ui import loading, messages
from her_tui.ui.actions import BY_NAME, keys_of
from her_tui.ui.playback import Seek, opening_position, position_after_reload, seek
from her_tui.ui.state import State
from her_tui.ui.widgets.detail import Detail
from her_tui.ui.widgets.timeline import TimelineBar

#: Actions (by handler) that mean nothing while no session is shown, or while nothing is in it.
_NEED_A_SESSION = frozenset({"copy_menu", "resume", "delete", "open_session", "next_region"})
_NEED_AN_EVENT = frozenset({
    "seek", "mark", "scrub", "zoom", "find", "find_next", "copy_prompt", "copy_response",
    "open_external",
})  # fmt: skip
_TO_AN_ERROR = ((Seek.NEXT_ERROR,), (Seek.PREVIOUS_ERROR,))
#: What there is no more of, and the action that leads the other way.
_NO_MORE = {
    Seek.NEXT_ERROR: ("No later error", "playhead.previous_error", "back"),
    Seek.PREVIOUS_ERROR: ("No earlier error", "playhead.next_error", "on"),
}
_NO_MORE_MARKS = (
    ("No earlier mark", "mark.next", "on"),
    ("No later mark", "mark.previous", "back"),
)


class Replay(Screen[None], inherit_bindings=False):
    """One session, and where in it we are."""

    keys: Mapping[str, str] = MappingProxyType({})
    """The user's own keys."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self.state = state
        self.library: Library | None = None
        self.session: SessionRow | None = None
        """The session on screen."""
        self.timeline: Timeline | None = None
        self.stamp: Stamp | None = None
        """That of its events."""
        self.traffic: Traffic | None = None
        """What passed between the session on screen and the API, once it is read."""
        self.ledger: Ledger | None = None
        """The states of the session on screen, once they are read."""
        self.marks: Marks = ()
        """The points of the session on screen that are worth a stop, once they are known; their
        positions are the timeline's, whichever it was that they were read of."""
        self.anew = False
        """What was read last is another session, or rows made anew: nothing that was known of its
        events holds."""
        self.playhead = 0
        self.now = 0
        """The session's time at the playhead, in milliseconds since the epoch; while it plays also
        between two events."""
        self.found = ""
        """What is searched for in the detail."""
        self.detail = Detail()
        self.bar = TimelineBar()
        self._wanted: int | None = None
        self._remade = False
        """The rows of the session on screen were made anew since the traffic was read."""
        self._moment: int | None = None
        """The event of the wanted session to go to, whatever its playhead was."""
        self._sessions = loading.Newest(self, "session")
        self._requests = loading.Newest(self, "requests")

    def open_session(self, session: int, moment: int | None = None) -> None:
        """Show the session with row id ``session`` as soon as it is read, with the playhead on the
        event ``moment``, else where it was left."""
        if moment is not None or session != self._wanted:
            self._moment = moment
        self._wanted = session
        if self.session is not None and self.session.id == session:
            position = self._moment_position()
            if position is not None:
                self._moment = None
                self.move_playhead(position)
        if self.library is not None and (self.session is None or self.session.id != session):
            new = session, None, None, self.cutting(False)
            self._sessions.ask(partial(loading.read_session, self.library, *new))

    def refresh_session(self) -> None:
        """Read the session on screen again if it says something new."""
        if self.library is not None and self.session is not None:
            known = self.session.id, self.session, self.stamp, self.cutting(True)
            self._sessions.ask(partial(loading.read_session, self.library, *known))

    def cutting(self, same: bool) -> Cutting:
        """How the tape of a session that is read is to be cut: of the same again, or of another."""
        return Cutting()

    def refresh_traffic(self) -> None:
        """Read what passed between the session on screen and the API, if there is anything new."""
        if self.library is not None and self.session is not None:
            known = self.traffic.stamp if self.traffic is not None and not self._remade else ()
            job = partial(loading.read_traffic, self.library, self.session.id, known)
            self._requests.ask(job)

    def on_traffic_read(self, event: loading.TrafficRead) -> None:
        """What passed was read; that of another session is dropped."""
        if self.session is None or event.traffic.session != self.session.id:
            return
        self.traffic, self._remade = event.traffic, False
        self.bar.show_latencies(event.traffic.latencies)
        self.detail.show_traffic(event.traffic)
        self.traffic_shown()

    def traffic_shown(self) -> None:
        """What passed between the session on screen and the API is on screen, or is none."""

    def on_session_read(self, event: loading.SessionRead) -> None:
        """A session was read; one that is not wanted any more is dropped."""
        if event.row.id == self._wanted:
            self.show_session(event)

    def show_session(self, read: loading.SessionRead | None) -> None:
        """Show what was read; the same session grown longer, or made anew, keeps its playhead."""
        old, self.timeline = self.timeline, read.timeline if read else None
        before, self.session = self.session, read.row if read else None
        self.stamp = read.stamp if read else None
        same = before is not None and read is not None and before.id == read.row.id
        if not same:
            self.traffic = None
            self.traffic_shown()
        shift = Shift(old, read.timeline) if same and old is not None and read is not None else None
        self.anew = shift is None or not shift.whole
        self._remade = same and self.anew
        self.marks = carried(self.marks, shift) if shift is not None else ()
        time = old.times[self.playhead] if same and old is not None and len(old) else None
        if read is None:
            self._wanted = None
            self.playhead = 0
        elif same and old is not None:
            self.playhead = position_after_reload(old, self.playhead, read.timeline, self.follows)
        else:
            remembered = self.state.playheads.get(read.row.session_id)
            live = read.row.origin is Origin.LIVE
            self.playhead = opening_position(read.timeline, remembered, live)
            self.state.session = read.row.session_id
        position, self._moment = self._moment_position(), None
        if position is not None and self.session is not None:
            self.playhead = position
            self.state.remember_playhead(self.session.session_id, position)
        if self.timeline is not None and len(self.timeline):
            there = self.timeline.times[self.playhead]
            self.now = self.now if there == time else there
        self.bar.show(self.timeline, read.laid if read else None)
        if self.library is not None:
            self.detail.show(self.library, self.session, self.timeline)
        self._tell_panels()
        self.session_shown()
        self.refresh_traffic()

    def session_shown(self) -> None:
        """Another session is on screen, or the same read again."""

    # The playhead

    @property
    def follows(self) -> bool:
        """Whether the playhead, if it is on the last event, stays on the last as more come."""
        return True

    def _moment_position(self) -> int | None:
        """Where the wanted moment is in the session on screen; None if it is not, or none is."""
        if self._moment is None or self.timeline is None:
            return None
        return self.timeline.find_event(self._moment)

    def move_playhead(self, position: int, when: int | None = None) -> None:
        """Put the playhead on ``position``, at ``when`` if it is between two events, and tell both
        panels."""
        if self.timeline is None or self.session is None or not len(self.timeline):
            return
        position = self.timeline.clamp(position)
        now = self.timeline.times[position] if when is None else when
        if (position, now) != (self.playhead, self.now):
            self.playhead, self.now = position, now
            self.state.remember_playhead(self.session.session_id, position)
            self._tell_panels()

    def _tell_panels(self) -> None:
        if self.bar.playhead != self.playhead:
            self.bar.playhead = self.playhead
        self.bar.now = self.now
        if self.timeline is not None and len(self.timeline):
            self.detail.seek(self.playhead, self.now)
        self.playhead_moved()

    def playhead_moved(self) -> None:
        """The playhead is somewhere else, and both panels were told."""

    def on_playhead_moved(self, event: messages.PlayheadMoved) -> None:
        """A panel moved the playhead."""
        event.stop()
        self.panel_moved(event.position, event.reading)

    def panel_moved(self, position: int, reading: bool) -> None:
        """A panel moved the playhead: the detail, in ``reading``, or the timeline."""
        self.move_playhead(position)

    def action_seek(self, how: str) -> None:
        """Move the playhead as a `Seek` says."""
        if self.timeline is not None and len(self.timeline):
            before = self.playhead
            self.move_playhead(seek(self.timeline, before, Seek(how)))
            if self.playhead == before and (how,) in _TO_AN_ERROR:
                self._say_no_more(*_NO_MORE[Seek(how)])

    def action_mark(self, step: int) -> None:
        """To the next mark, or the one before."""
        found = mark_from(self.marks, self.playhead, step)
        if found is not None:
            self.move_playhead(found)
            self.mark_reached()
        else:
            self._say_no_more(*_NO_MORE_MARKS[step > 0])

    def mark_reached(self) -> None:
        """The user went to the mark that the playhead is on now."""

    def _say_no_more(self, what: str, action: str, where: str) -> None:
        """That there is no more of it, and the key that leads the other way."""
        key = keys_of(BY_NAME[action], self.keys)[0]
        self.post_message(messages.Notice(f"{what}. {key} goes {where}.", ""))

    def action_scrub(self, step: int) -> None:
        """Move the playhead by columns of the timeline."""
        self.bar.scrub(step)

    def action_zoom(self, step: int) -> None:
        """Show less time in more detail, or more time."""
        self.bar.zoom(step)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without a session there is nothing to replay, copy or resume; errors may be missing."""
        if action == "seek" and parameters in _TO_AN_ERROR and not self.bar.has_errors:
            return False
        if action == "mark" and not self.marks:
            return False
        if action in _NEED_AN_EVENT:
            return self.timeline is not None and len(self.timeline) > 0
        return self.session is not None or action not in _NEED_A_SESSION
