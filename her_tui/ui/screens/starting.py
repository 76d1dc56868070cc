"""Starting at a moment of a session, and playing at once."""

from __future__ import annotations

from textual.message import Message

from her_tui.queries import moments
from her_tui.ui import loading
from her_tui.ui.screens.searching import Searching
from her_tui.ui.start import Start


class StartFound(Message):
    """Where to start was looked for again, and is at ``position`` of the session, at ``when``."""

    def __init__(self, start: Start, position: int, when: int) -> None:
        super().__init__()
        self.start = start
        self.position = position
        self.when = when


class Starting(Searching):
    """Shows what it is told to start with instead of what was left."""

    start: Start | None = None
    """What to start with, until it is shown."""
    _asked = False

    def library_opened(self) -> None:
        """Go to the session to start with."""
        if self.start is None or self._asked:
            super().library_opened()
            return
        self._asked = True
        self.go_to(self.start.session, self.start.event)

    def show_session(self, read: loading.SessionRead | None) -> None:
        """Show what was read; play, if that is the session to start with."""
        super().show_session(read)
        start = self.start
        if start is None or self.session is None or self.session.id != start.session:
            return
        self.start = None
        if not self._look_again(start):
            if start.event is not None and start.time is not None:
                self.move_playhead(self.playhead, start.time)
            self._begin(start)

    def _look_again(self, start: Start) -> bool:
        """Whether the moment has to be looked for again: a newer Her reads its records anew, and
        then their events are others."""
        library, timeline, moment = self.library, self.timeline, start.moment
        if library is None or timeline is None or moment is None or start.event is None:
            return False
        if timeline.find_event(start.event) is not None:
            return False

        def job() -> Message:
            position = moments.position(library, timeline, moment)
            return StartFound(start, position, moments.when(timeline, position, moment))

        loading.run_job(self, "moment", job)
        return True

    def on_start_found(self, event: StartFound) -> None:
        """Go there after all."""
        if self.session is not None and self.session.id == event.start.session:
            self.move_playhead(event.position, event.when)
            self._begin(event.start)

    def _begin(self, start: Start) -> None:
        if start.playing:
            if start.event is None:
                self.move_playhead(0)
            self.play(start.speed, start.idle)
