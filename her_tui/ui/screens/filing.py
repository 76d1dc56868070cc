"""Files of the session on screen: compared between two moments, and restored as of one."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from textual.message import Message

from her_tui import units
from her_tui.errors import HerError
from her_tui.plaintext import one_line
from her_tui.recorder import restoring
from her_tui.ui import loading, messages
from her_tui.ui.actions import (
    BY_NAME,
    DETAIL,
    Action,
    Region,
    in_region,
    key_name,
    keys_of,
    split_keys,
)
from her_tui.ui.external import is_folder
from her_tui.ui.renderers.file_history import cannot
from her_tui.ui.screens.marking import Marking
from her_tui.ui.screens.restore import Restore, Target

_FOR_FILES = frozenset({"files_between", "restore_file"})
#: What the keys for files do, said where no file is shown.
_KEYS = {
    "files.text": "shows the text of a file",
    "files.diff": "compares a file with what it was",
    "files.restore": "restores a file",
}


class Filing(Marking):
    """The actions named ``files.…`` that are the screen's."""

    def action_files_between(self) -> None:
        """What changed in the file in the loop of the deck, or up to the playhead."""
        if self.timeline is not None:
            self.detail.files.show_between(*self.compared())

    def compared(self) -> tuple[int, int]:
        """The two positions that are compared: A and B of the loop, else from before the first
        event (-1) to the playhead."""
        assert self.timeline is not None
        start, end = self.deck.loop or (None, None)
        if start is None or end is None:
            return -1, self.playhead
        first, last = sorted((self.timeline.at_time(start), self.timeline.at_time(end)))
        return first, last

    def action_restore_file(self) -> None:
        """Ask where to, and restore the file under the cursor as of the playhead."""
        files, row = self.detail.files, self.session
        if self.timeline is None or row is None or not files.path:
            return
        found, time = files.text(), self.timeline.times[self.playhead]
        if files.problem is not None:
            self.say_problem(files.problem.title, files.problem.hint)
        elif found is None:
            self.say_problem("The file is still being read", "Press R again in a moment.")
        elif found.why:
            self.say_problem(f"It {cannot(found.why)}", "Its diffs are in its history: Enter.")
        elif found.text is None:
            self.say_problem("There is no such file at this moment", "Move the playhead on.")
        else:
            target = proposed(files.path, time, row.cwd)
            dialog = Restore(files.path, found, time, target, row.cwd, files.unseen())
            self.app.push_screen(dialog, partial(self._restore, found.text))

    def _restore(self, text: str, target: Target | None) -> None:
        if target is not None:
            loading.run_job(self, "file", partial(restored, text, target))

    def say_where_files_are(self, key: str, region: Region) -> None:
        """A key for files that is pressed elsewhere, and means nothing there."""
        if self.session is None or (region is DETAIL and self.detail.on_files):
            return
        found = [each for each in in_region(DETAIL) if key in self._keys_of(each)]
        taken = [each for each in in_region(region) if key in self._keys_of(each)]
        if found and found[0].name in _KEYS and all(each.name in _KEYS for each in taken):
            way = BY_NAME["view.previous" if self.detail.on_files else "detail.files"]
            said = f"{key_name(key)} {_KEYS[found[0].name]}: {keys_of(way, self.keys)[0]} first"
            self.post_message(messages.Notice(said, ""))

    def _keys_of(self, action: Action) -> tuple[str, ...]:
        return split_keys(self.keys.get(action.name, action.keys))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Files are dealt with where they are shown."""
        if action in _FOR_FILES:
            return self.detail.check_files()
        return super().check_action(action, parameters)


def proposed(path: str, time: int, folder: str) -> Path:
    """Where to restore ``path`` as of ``time`` unless the user says otherwise: beside it, or where
    we are if its folder is gone."""
    beside = restoring.default_target(path, time, folder)
    if is_folder(str(beside.parent)):
        return beside
    return restoring.default_target(units.project_name(path), time, str(Path.cwd()))


def restored(text: str, target: Target) -> Message:
    """Write ``text`` to ``target``, and say what came of it."""
    try:
        done = restoring.restore(text, target.path, replace=target.replace)
    except HerError as error:
        return messages.Problem(error.title, error.hint)
    where = one_line(units.home_path(str(done.path)))
    if done.backup is None:
        return messages.Notice(f"Restored to {where}")
    kept = one_line(done.backup.name)
    return messages.Notice(f"Restored to {where}; what was there is in {kept}")
