"""How the session stands at the playhead: its ledger, the line above the timeline, the panels."""

from __future__ import annotations

from functools import partial

from textual.timer import Timer

from her_tui.ui import loading
from her_tui.ui.screens.playing import Playing
from her_tui.ui.state import State
from her_tui.ui.widgets.state_line import StateLine

#: Seconds a session is on screen before its ledger is read: who leafs through the list goes on.
_REST = 0.1
#: After reading a ledger, so many times as long passes before a longer one of the session is read.
_SHARE = 10
#: What is behind for so many seconds at most does not say so: it is there in a moment.
_SOON = 1.0


class Standing(Playing):
    """Shows the state of the session as of the playhead."""

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self.state_line = StateLine()
        self._ledgers = loading.Newest(self, "state")
        self._ledger_due: Timer | None = None
        self._ledger_pause = 0.0

    # The ledger

    def show_session(self, read: loading.SessionRead | None) -> None:
        """Show what was read; of another session nothing is known yet."""
        if read is None or self.session is None or read.row.id != self.session.id:
            self.ledger = None
        super().show_session(read)

    def session_shown(self) -> None:
        """Another session is on screen, or the same one grown longer: read its states soon. Who is
        waited for already is not put off: a session may grow all the time."""
        super().session_shown()
        if self.anew:
            self._ledger_pause = 0.0
            self._stop_due()
        if self._ledger_due is None and self.timeline is not None and len(self.timeline):
            self._ledger_due = self.set_timer(_REST + self._ledger_pause, self._read_ledger)
        self.show_standing()

    def _stop_due(self) -> None:
        if self._ledger_due is not None:
            self._ledger_due.stop()
            self._ledger_due = None

    def _read_ledger(self) -> None:
        self._stop_due()
        if self.library is not None and self.timeline is not None and len(self.timeline):
            self._ledgers.ask(partial(loading.read_ledger, self.library, self.timeline))

    def on_ledger_read(self, event: loading.LedgerRead) -> None:
        """The states were read; those of another session are dropped."""
        if self.timeline is None or event.timeline.session != self.timeline.session:
            return
        self._ledger_pause = event.seconds * _SHARE
        self.ledger = event.ledger
        self.detail.show_ledger(event.ledger)
        self.show_standing()
        self.ledger_shown()

    def ledger_shown(self) -> None:
        """The states of the session on screen are known."""

    # Following the playhead

    def playhead_moved(self) -> None:
        """The line follows the playhead."""
        super().playhead_moved()
        self.show_standing()

    def show_standing(self) -> None:
        """Show the state at the playhead."""
        state = self.detail.standing
        if self.timeline is None or not len(self.timeline):
            self.state_line.show(None, 0)
        elif state is None:
            self.state_line.show(None, 0, known=False)
        else:
            base = self.session.cwd if self.session is not None else ""
            late = self._ledger_pause > _SOON and not self.detail.stands_here
            self.state_line.show(state, self.now, base, late=late)

    # Panels

    def action_panel(self, name: str) -> None:
        """Show the panel ``name``; keys go to it, unless they go to the timeline."""
        self.detail.activate(name)
        if not (self.bar.has_focus and self.detail.size.width):
            self.read_now()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Panels are of a session."""
        if action == "panel":
            return self.session is not None
        return super().check_action(action, parameters)
