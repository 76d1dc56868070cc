"""The note of a bookmark, to be written; or the bookmark taken away."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from her_tui.plaintext import one_line
from her_tui.ui.renderers.spots import place, words
from her_tui.ui.spots import Spot
from her_tui.ui.text import literal

_NEW = "Enter bookmark   Esc back"
_AGAIN = "Enter write the note   ^d remove the bookmark   Esc back"
_WIDTH, _AROUND = 72, 6


class BookmarkNote(ModalScreen[str | None]):
    """Dismissed with the note to write (empty: none), `REMOVE`, or None."""

    REMOVE: ClassVar[str] = "\0"
    """What takes the bookmark away: no note holds it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", priority=True),
        Binding("ctrl+d", "remove", "Remove", priority=True),
    ]

    def __init__(self, spot: Spot, before: str | None) -> None:
        """``before``: the note of the bookmark that is there; None: there is none."""
        super().__init__()
        self._spot = spot
        self._before = before
        self._shown = one_line(before or "", 20_000)

    def compose(self) -> ComposeResult:
        """What is marked, a line for the note, the keys."""
        room = min(_WIDTH, self.app.size.width * 94 // 100) - _AROUND
        there = self._before is not None
        with Vertical(classes="dialog bookmark") as dialog:
            dialog.border_title = literal(f"Bookmark at {place(self._spot)}")
            yield Static(literal(words(self._spot, room)).stylize("dim"), id="where")
            yield Input(self._shown, placeholder="a note, or none", compact=True,
                        select_on_focus=False)  # fmt: skip
            yield Static(literal(_AGAIN if there else _NEW).stylize("dim"), id="keys")

    def on_mount(self) -> None:
        """Ready for typing."""
        line = self.query_one(Input)
        line.cursor_blink = False
        line.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Write it down, unless nothing is new."""
        event.stop()
        changed = self._before is None or event.value != self._shown
        self.dismiss(event.value if changed else None)

    def action_remove(self) -> None:
        """Take it away, if it is there."""
        if self._before is not None:
            self.dismiss(self.REMOVE)

    def action_leave(self) -> None:
        """Leave all as it was."""
        self.dismiss(None)
