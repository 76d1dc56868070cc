"""The files that were changed up to the playhead."""

from __future__ import annotations

from her_tui.analysis.timeline import Timeline
from her_tui.queries.library import Library
from her_tui.queries.sessions import SessionRow
from her_tui.ui.messages import Move
from her_tui.ui.widgets.detail_panels import Panel


class FilesPanel(Panel):
    """The files of a session as of the playhead."""

    def show(self, library: Library, row: SessionRow | None, timeline: Timeline | None) -> None:
        """Show the files of another session, or of the same one grown longer."""

    def follow(self, position: int) -> None:
        """The playhead is at ``position``, and the panel is in sight."""

    def move(self, how: Move) -> None:
        """Move as a key says."""
        self.scroll_rows(how)

    @property
    def can_toggle(self) -> bool:
        """Whether Enter does anything."""
        return False

    def toggle(self) -> None:
        """Enter was pressed, or the row under the cursor clicked again."""
