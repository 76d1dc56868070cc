"""Starting at a moment of a session, and playing at once."""

from __future__ import annotations

from her_tui.ui.screens.searching import Searching
from her_tui.ui.start import Start


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
        event = self.start.event
        self.go_to(self.start.session, event)

    def session_shown(self) -> None:
        """Play, if that is the session to start with."""
        super().session_shown()
        start = self.start
        if start is None or self.session is None or self.session.id != start.session:
            return
        self.start = None
        if start.playing:
            if start.event is None:
                self.move_playhead(0)
            self.play(start.speed, start.idle)
