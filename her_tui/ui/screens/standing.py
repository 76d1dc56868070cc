"""How the session stands at the playhead: its ledger, the line above the timeline, the panels."""

from __future__ import annotations

from her_tui.ui.screens.replay import Replay


class Standing(Replay):
    """Shows the state of the session as of the playhead."""

    def action_panel(self, name: str) -> None:
        """Show the panel ``name``; keys go to it, unless they go to the timeline."""
        if self.session is None:
            return
        self.detail.activate(name)
        if not self.bar.has_focus or not self.detail.is_on_screen:
            self.read_now()

    def read_now(self) -> None:
        """The detail takes the focus: the main screen knows how."""
        raise NotImplementedError
