"""The files panel: what keys do in it, and what there is to copy, open and restore."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from textual import events

from her_tui.analysis.rebuild import Text
from her_tui.ui.messages import Move, PlayheadMoved
from her_tui.ui.renderers import copying
from her_tui.ui.renderers import file_history as lines_of
from her_tui.ui.widgets.files_view import FilesView, View

_SUFFIX = re.compile(r"\.\w{1,10}", re.ASCII)


class FilesPanel(FilesView):
    """The files of a session as of the playhead, with a cursor."""

    def rail(self, block: int) -> str:
        """In the tree beside the file that was changed last, in a history before, at or after the
        playhead."""
        if self.view is View.TREE and block < len(self.rows):
            row = self.rows[block]
            return "rail-now" if not row.folder and row.position == self.newest else ""
        if self.view is not View.HISTORY or block >= len(self.shown):
            return ""
        found = self.file
        done = found.done(self.position) if found is not None else 0
        if block >= done:
            return "rail-next"
        return "rail-now" if block == done - 1 else "rail-past"

    # Moving

    def move(self, how: Move) -> None:
        """Move as a key says: the cursor from row to row, through a text by rows of the screen."""
        last = len(self.rows if self.view is View.TREE else self.shown) - 1
        at = self.cursor
        if at is None or how not in (Move.UP, Move.DOWN, Move.HOME, Move.END):
            self.scroll_rows(how)
            return
        ends = {Move.UP: at - 1, Move.DOWN: at + 1, Move.HOME: 0, Move.END: last}
        self.put_cursor(max(0, min(last, ends[how])))

    def put_cursor(self, at: int) -> None:
        """The user chose row ``at``."""
        if self.view is View.TREE and at < len(self.rows):
            self.pinned = (self.rows[at].folder, self.rows[at].path)
        elif self.view is View.HISTORY and at < len(self.shown) and self.file is not None:
            self.chosen = (at, self.file.done(self.position))
        else:
            return
        self.draw(anew=True)

    def click(self, at: int) -> None:
        """A row was clicked: the cursor goes there; a second click opens it."""
        again = at == self.cursor
        self.put_cursor(at)
        if again:
            self.toggle()

    def on_resize(self, event: events.Resize) -> None:
        """There may be more or less room below the tree."""
        if self.view is View.TREE and self.timeline is not None:
            self.draw()

    # Opening

    @property
    def can_toggle(self) -> bool:
        """Whether Enter does anything."""
        if self.view is View.HISTORY:
            return self.change is not None and self.change.position != self.position
        return self.view is View.TREE and self.cursor is not None

    @property
    def toggle_label(self) -> str:
        """What Enter does, in a word or two."""
        if self.view is View.HISTORY:
            return "Go there"
        if self.view is not View.TREE or self.cursor is None or self.cursor >= len(self.rows):
            return "Open"
        row = self.rows[self.cursor]
        return ("Fold" if row.open else "Unfold") if row.folder else "Open"

    def toggle(self) -> None:
        """Fold or unfold a folder, open a file, put the playhead on a change."""
        if not self.can_toggle:
            return
        if self.view is View.HISTORY and self.change is not None:
            self.post_message(PlayheadMoved(self.change.position, reading=False))
        elif self.path:
            self.show_view(View.HISTORY)
        elif self.cursor is not None:
            folder = self.rows[self.cursor].path
            self.pinned = (True, folder)
            self.closed ^= {folder}
            self.draw(anew=True)

    @property
    def can_fold(self) -> bool:
        """Whether there are folders in sight."""
        return self.view is View.TREE and any(row.folder for row in self.rows)

    def fold_all(self) -> None:
        """Fold all folders, or unfold them if one is folded."""
        folders = {row.path for row in self.rows if row.folder}
        self.closed = frozenset() if self.closed & folders else frozenset(folders)
        self.draw(anew=True)

    def show_view(self, view: View) -> None:
        """Show the file under the cursor in another way."""
        if not self.path:
            return
        if self.view is View.TREE:
            self.pinned, self.chosen = (False, self.path), None
            self._files.forget_failure(self.path)
        self.view = view
        self.cursor = None
        self.draw(anew=True)

    def show_text(self) -> None:
        """The text as of the playhead; again: the history."""
        self.show_view(View.HISTORY if self.view is View.TEXT else View.TEXT)

    def show_between(self, first: int, last: int) -> None:
        """What changed from position ``first`` (-1: before all) to ``last``; again: the history."""
        if self.view is View.BETWEEN and self.span == (first, last):
            self.show_view(View.HISTORY)
        else:
            self.span = (first, last)
            self.show_view(View.BETWEEN)

    def leave(self) -> bool:
        """Back: from a view of a file to its history, from there to the tree, then to the file that
        was changed last; False if there is nothing to go back from."""
        if self.view in (View.TEXT, View.BETWEEN):
            self.show_view(View.HISTORY)
        elif self.view is View.HISTORY:
            self.view, self.cursor = View.TREE, None
            self.draw(anew=True)
        else:
            return False
        return True

    # What there is to take away

    def text(self) -> Text | None:
        """The text as of the playhead of the file that is open or under the cursor; None while it
        was not read."""
        found = self.file
        return lines_of.text_at(found.history, self.position) if found is not None else None

    def unseen(self) -> int:
        """How many commands ran up to the playhead since the file was last seen."""
        found = self.file
        return found.history.unseen(self.position) if found is not None else 0

    def diff(self) -> str:
        """What is shown, or was changed last, as a unified diff; empty if that is not known."""
        found, change = self.file, self.change
        if found is None:
            return ""
        if self.view is View.BETWEEN:
            patch, _ = lines_of.between(found.history, *self.span)
        else:
            patch = lines_of.change_of(found.history, change.index) if change else None
        return copying.unified(patch) if patch is not None and patch.hunks else ""

    def copies(self) -> list[tuple[str, str]]:
        """Labelled texts of the file that is open or under the cursor."""
        if not self.path:
            return []
        text = self.text()
        whole = text.text if text is not None else None
        return [("path", self.path), ("text", whole or ""), ("diff", self.diff())]

    def open_text(self) -> tuple[str, str]:
        """What is shown for the pager, and the ending of a file that would hold it."""
        text = self.text()
        if self.view in (View.HISTORY, View.BETWEEN):
            return self.diff(), ".diff"
        suffix = PurePosixPath(self.path).suffix
        whole = text.text if text is not None else None
        return whole or "", suffix if _SUFFIX.fullmatch(suffix) else ".txt"

    def selected_file(self) -> str:
        """The file to open in the editor: in the tree that under the cursor."""
        return self.path if self.view is View.TREE else ""
