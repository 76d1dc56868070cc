"""A question with two answers, the harmless one first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static
from textual.widgets.button import ButtonVariant

from her_tui.ui.text import literal


class Confirm(ModalScreen[bool]):
    """Dismissed with True only if the user says so."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n,q", "answer(False)", "Keep"),
        Binding("y", "answer(True)", "Yes"),
        Binding("left,right,tab", "app.focus_next", "Other", show=False),
    ]

    def __init__(self, question: str, lines: Sequence[str], yes: str, no: str = "") -> None:
        """``no`` names the harmless answer of a question that is harmless either way."""
        super().__init__()
        self._question = question
        self._lines = lines
        self._yes = yes
        self._no = no

    def compose(self) -> ComposeResult:
        """The question, what it is about, the two answers."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = literal(self._question)
            yield Static(Content("\n").join([literal(line) for line in self._lines]))
            with Horizontal(classes="answers"):
                yield Button(literal(f"{self._no or 'Keep'}  n"), id="no", compact=True)
                variant: ButtonVariant = "primary" if self._no else "error"
                yield Button(literal(f"{self._yes}  y"), id="yes", compact=True, variant=variant)

    def on_mount(self) -> None:
        """Enter is harmless."""
        self.query_one("#no", Button).focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """One of the answers."""
        self.dismiss(event.button.id == "yes")

    def action_answer(self, yes: bool) -> None:
        """An answer by key."""
        self.dismiss(yes)
