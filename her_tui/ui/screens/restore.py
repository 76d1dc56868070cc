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
from her_tui.analysis.rebuild import Text
from her_tui.plaintext import one_line
from her_tui.ui.external import is_folder
from her_tui.ui.renderers.files import shown_name
from her_tui.ui.screens.confirm import Confirm
from her_tui.ui.text import literal

_KEYS = "Enter restore   Esc leave all as it is"
_EMPTY = "Type the path of a file."
_FOLDER = "That is a folder: type the path of a file in it."
_NO_FOLDER = "There is no such folder: {}"
_THERE = "There is a file already: it is replaced only if you say so, and kept beside it."
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


def verdict(path: Path | None) -> tuple[str, bool]:
    """What to say of restoring to ``path``, and whether it can be."""
    if path is None:
        return _EMPTY, False
    if is_folder(str(path)):
        return _FOLDER, False
    if not is_folder(str(path.parent)):
        return _NO_FOLDER.format(units.home_path(str(path.parent))), False
    return (_THERE if os.path.lexists(path) else _NEW), True


def notes(text: Text, unseen: int) -> Sequence[str]:
    """What one should know of the text before it is used."""
    found = []
    if not text.exact:
        found.append(
            "How it was encoded and how its lines ended was not recorded: here it is UTF-8 with "
            "line feeds."
        )
    if unseen:
        ran = "1 command ran" if unseen == 1 else f"{unseen:,} commands ran"
        found.append(f"{ran} since it was last seen: what they did to it is not known.")
    return found


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
            *notes(self._text, self._unseen),
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
        if path is None or not verdict(path)[1]:
            return
        if not os.path.lexists(path):
            self.dismiss(Target(path, replace=False))
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self.dismiss(Target(path, replace=True))

        lines = (units.home_path(str(path)), "", "A copy of what is there now is kept beside it.")
        self.app.push_screen(Confirm("Replace this file?", lines, "Replace"), answered)

    def action_leave(self) -> None:
        """Leave all as it is."""
        self.dismiss(None)
