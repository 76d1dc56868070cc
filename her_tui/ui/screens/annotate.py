"""Tags and a note, to be written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static, TextArea

from her_tui.queries.annotations import Annotation
from her_tui.ui.text import literal

_KEYS = "Ctrl+s write down   Tab tags, note   Esc leave as it was"
_AGAIN = "Not written down yet: Ctrl+s does it, Esc again drops it."


@dataclass(frozen=True, slots=True)
class Said:
    """What was typed."""

    tags: tuple[str, ...]
    note: str


def tags_in(text: str) -> tuple[str, ...]:
    """The tags in ``text``, apart by blanks or commas, with or without ``#``; each once."""
    words = (word.lstrip("#") for word in text.replace(",", " ").split())
    return tuple(dict.fromkeys(word for word in words if word))


class Annotate(ModalScreen[Said | None]):
    """Dismissed with what was typed, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "write", "Write down", priority=True),
        Binding("escape", "leave", "Back", priority=True),
        Binding("tab,shift+tab", "other", "Other", priority=True, show=False),
    ]

    def __init__(self, name: str, before: Annotation) -> None:
        super().__init__()
        self._name_of_it = name
        self._before = Said(before.tags, before.note)
        self._warned = False

    def compose(self) -> ComposeResult:
        """A line for tags, an area for the note, the keys."""
        with Vertical(classes="dialog annotate") as dialog:
            dialog.border_title = literal(f"Tags and note of the {self._name_of_it}")
            yield Input(
                " ".join(self._before.tags),
                placeholder="tags, apart by blanks",
                compact=True,
                select_on_focus=False,
            )
            yield TextArea(self._before.note, soft_wrap=True, compact=True)
            yield Static(literal(_KEYS).stylize("dim"), id="keys")

    def on_mount(self) -> None:
        """Tags first."""
        self.query_one(Input).cursor_blink = False
        self.query_one(TextArea).cursor_blink = False
        self.query_one(Input).focus()

    @property
    def _typed(self) -> Said:
        return Said(tags_in(self.query_one(Input).value), self.query_one(TextArea).text.strip("\n"))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter is done with the tags."""
        event.stop()
        self.action_write()

    def action_write(self) -> None:
        """Write down what was typed."""
        self.dismiss(self._typed if self._typed != self._before else None)

    def action_other(self) -> None:
        """To the note, or back to the tags."""
        self.focus_next()

    def action_leave(self) -> None:
        """Leave all as it was; what was typed is dropped at the second time only."""
        if self._typed == self._before or self._warned:
            self.dismiss(None)
        else:
            self._warned = True
            self.query_one("#keys", Static).update(literal(_AGAIN).stylize("bold"))
