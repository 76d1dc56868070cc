"""Where to restore a file to: a path, and a word on what is there already."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from her_tui import units
from her_tui.analysis.rebuild import Text, caveats
from her_tui.errors import HerError
from her_tui.plaintext import one_line
from her_tui.recorder.placing import Destination, destination
from her_tui.ui.external import is_folder
from her_tui.ui.renderers.files import shown_name
from her_tui.ui.screens.confirm import Confirm
from her_tui.ui.text import literal

_KEYS = "Enter restore   Esc leave all as it is"
_EMPTY = "Type the path of a file."
_FOLDER = "That is a folder: type the path of a file in it."
_NO_FOLDER = "There is no such folder: {}"
_NO_FILE = "That is a device, a pipe or a socket: type the path of a file."
_CANNOT = "No file can be there: {}"
_THERE = "There is a file already: it is replaced only if you say so, and kept beside it."
_LEADS = "A link to {}: that is replaced only if you say so, and kept beside it."
_LEADS_NOWHERE = "A link to {}, which is not there: it is made only if you say so."
_NEW = "A new file."


@dataclass(frozen=True, slots=True)
class Target:
    """Where to."""

    path: Path
    replace: bool
    """What is there may be replaced, once there is a copy of it."""


def path_of(typed: str, folder: str) -> Path | None:
    """The path that was ``typed``, seen from ``folder``; None for nothing, or what is no path."""
    typed = typed.strip()
    if not typed or "\0" in typed:
        return None
    path = Path(os.path.expanduser(typed))  # noqa: PTH111  of an unknown user Path raises
    return path if path.is_absolute() else Path(folder or ".").absolute() / path


def typeable(path: Path) -> str:
    """``path`` as a line to edit; characters that could drive the terminal become others, and so
    another path."""
    text = str(path)
    return text if text.isprintable() else one_line(text, len(text))


def verdict(path: Path | None) -> tuple[str, Destination | None]:
    """What to say of restoring to ``path``, and what is there; None if it cannot be."""
    if path is None:
        return _EMPTY, None
    if is_folder(str(path)):
        return _FOLDER, None
    if not is_folder(str(path.parent)):
        return _NO_FOLDER.format(units.home_path(str(path.parent))), None
    try:
        found = destination(path)
    except HerError:
        return _NO_FILE, None
    except OSError as error:
        return _CANNOT.format(error.strerror or error), None
    if not is_folder(str(found.path.parent)):
        return _NO_FOLDER.format(units.home_path(str(found.path.parent))), None
    if not found.link:
        return (_THERE if found.there else _NEW), found
    said = _LEADS if found.there else _LEADS_NOWHERE
    return said.format(units.home_path(str(found.path))), found


def asked(found: Destination) -> tuple[str, Sequence[str], str]:
    """The question whether to write over what was ``found``, what it is about, and the answer that
    does."""
    path = units.home_path(str(found.path))
    leads = (f"{units.home_path(str(found.named))} is a link to it.",) if found.link else ()
    if not found.there:
        return "Make the file that the link leads to?", (path, "", *leads), "Make"
    kept = "A copy of what is there now is kept beside it."
    return "Replace this file?", (path, "", *leads, kept), "Replace"


class Restore(ModalScreen[Target | None]):
    """Dismissed with where to, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Back", priority=True)]

    def __init__(
        self, path: str, text: Text, time: int, target: Path, folder: str, unseen: int = 0
    ) -> None:
        """``path`` as the tool was given it; ``time`` as of which; ``target`` is proposed, and what
        is typed is seen from ``folder``."""
        super().__init__()
        self._path, self._text, self._time = path, text, time
        self._target, self._folder, self._unseen = target, folder, unseen

    def compose(self) -> ComposeResult:
        """What it is, the path, what is there."""
        body = self._text.text or ""
        lines = body.count("\n") + (not body.endswith("\n") and bool(body))
        said = [
            f"{shown_name(self._path, self._folder)} as of {units.moment(self._time)}",
            f"{units.count(lines, 'line')}, {units.size(len(body.encode(errors='replace')))}",
            *caveats(self._text, self._unseen),
        ]
        with Vertical(classes="dialog restore") as dialog:
            dialog.border_title = literal("Restore a file to …")
            yield Static(Content("\n").join([literal(line) for line in said]))
            yield Input(typeable(self._target), compact=True, select_on_focus=False)
            yield Static("", id="verdict", markup=False)
            yield Static(literal(_KEYS).stylize("dim"), id="keys")

    def on_mount(self) -> None:
        """The path can be typed at once."""
        line = self.query_one(Input)
        line.cursor_blink = False
        line.focus()
        self._judge()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what is there."""
        event.stop()
        self._judge()

    def _judge(self) -> None:
        said, _ = verdict(self._typed)
        self.query_one("#verdict", Static).update(literal(said))

    @property
    def _typed(self) -> Path | None:
        return path_of(self.query_one(Input).value, self._folder)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Restore; ask once more where something is."""
        event.stop()
        path = self._typed
        found = verdict(path)[1]
        if path is None or found is None:
            return
        if not found.taken:
            self.dismiss(Target(path, replace=False))
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self.dismiss(Target(found.path, replace=True))

        question, lines, answer = asked(found)
        self.app.push_screen(Confirm(question, lines, answer), answered)

    def action_leave(self) -> None:
        """Leave all as it is."""
        self.dismiss(None)
