"""The files panel in the detail: its keys, and what there is to copy and open while it has them."""

from __future__ import annotations

from her_tui.analysis.ledger import Ledger
from her_tui.ui.widgets.detail_state import StateDetail
from her_tui.ui.widgets.files_view import FilesView


class FilesDetail(StateDetail):
    """The files as of the playhead."""

    @property
    def on_files(self) -> bool:
        """Whether keys go to the files."""
        return self.panel == "files"

    def activate(self, name: str) -> None:
        """Keys go to the panel ``name`` from now on; files have more room while they have them."""
        self.set_class(name == "files", "-on-files")
        super().activate(name)

    def show_ledger(self, ledger: Ledger | None) -> None:
        """The states of the session were read."""
        self.files.show_ledger(ledger)
        super().show_ledger(ledger)

    def on_files_view_changed(self, message: FilesView.Changed) -> None:
        """The panel shows something else."""
        message.stop()
        self._caption()
        self._keys_changed()

    def action_files_text(self) -> None:
        """The text of the file as of the playhead, or its history again."""
        self.files.show_text()

    def leave_file(self) -> bool:
        """From a file back to the tree, step by step; False if there is nothing to leave."""
        return self.on_files and self.files.leave()

    def check_files(self) -> bool | None:
        """Whether a key that is for files alone means something; None: not where the cursor is."""
        if not self.on_files:
            return False
        return bool(self.files.path) or None
