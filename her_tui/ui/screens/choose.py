"""A short menu: pick one of some labelled texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList

from her_tui.ui.text import cut, fit, literal

_LABEL_WIDTH = 20
_WIDTH = 90
_AROUND = 8


class Choose(ModalScreen[int | None]):
    """Dismissed with the number of the chosen entry, from 0, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "Back"),
        Binding("j", "move(1)", "Down", show=False),
        Binding("k", "move(-1)", "Up", show=False),
    ]

    def __init__(self, title: str, entries: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._heading = title
        self._entries = entries

    def compose(self) -> ComposeResult:
        """One line for each text, cut where the dialog ends."""
        room = min(_WIDTH, self.app.size.width * 94 // 100) - _AROUND - _LABEL_WIDTH
        with Vertical(classes="dialog menu") as dialog:
            dialog.border_title = literal(self._heading)
            yield OptionList(
                *(
                    Content.assemble(
                        literal(fit(label, _LABEL_WIDTH) + " "),
                        literal(cut(text, room)).stylize("dim"),
                    )
                    for label, text in self._entries
                ),
                markup=False,
                compact=True,
            )

    def on_mount(self) -> None:
        """The first line is chosen by Enter."""
        options = self.query_one(OptionList)
        options.highlighted = 0
        options.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """This one."""
        self.dismiss(event.option_index)

    def action_move(self, step: int) -> None:
        """Move by letter keys."""
        options = self.query_one(OptionList)
        if step > 0:
            options.action_cursor_down()
        else:
            options.action_cursor_up()

    def action_leave(self) -> None:
        """None of them."""
        self.dismiss(None)
