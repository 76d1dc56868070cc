"""The saved views: open one, save the list as it is, or delete one."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static

from her_tui.queries.sessions import ListQuery
from her_tui.ui.text import cut, fit, literal
from her_tui.ui.views import MOST, SavedView, current, named, of_query, saved

_NAME_WIDTH = 26
_WIDTH = 90
_AROUND = 12
_KEYS = "Enter open   s save the list as it is   d delete   Esc back"
_NAMING = "Enter save under this name   Esc back"
_NONE = "No view is saved.   s save the list as it is   Esc back"
_FULL = f"There are {MOST} views: delete one first, or save under a name that is there."


class Views(ModalScreen[SavedView | None]):
    """Dismissed with the view to open, or None. Changes ``views`` in place."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "Back"),
        Binding("j", "move(1)", "Down", show=False),
        Binding("k", "move(-1)", "Up", show=False),
        Binding("s", "save", "Save"),
        Binding("d,delete", "delete", "Delete"),
        *(Binding(str(number), f"open({number})", show=False) for number in range(1, MOST + 1)),
    ]

    def __init__(self, views: list[SavedView], query: ListQuery) -> None:
        super().__init__()
        self._views = views
        self._query = query

    def compose(self) -> ComposeResult:
        """The views, a line to name a new one, and the keys."""
        with Vertical(classes="dialog menu views") as dialog:
            dialog.border_title = literal("Saved views")
            yield OptionList(markup=False, compact=True)
            yield Input(id="name", compact=True, select_on_focus=True)
            yield Static(id="keys")

    def on_mount(self) -> None:
        """The view on screen is chosen, if the list is one."""
        self.query_one(Input).display = False
        self._fill()
        shown = current(self._views, self._query)
        self._options.highlighted = self._views.index(shown) if shown else 0
        self._options.focus()

    @property
    def _options(self) -> OptionList:
        return self.query_one(OptionList)

    def _fill(self) -> None:
        room = min(_WIDTH, self.app.size.width * 94 // 100) - _AROUND - _NAME_WIDTH
        options = self._options
        at = options.highlighted
        options.clear_options()
        options.add_options(
            Content.assemble(
                literal(f"{number}  ").stylize("dim"),
                literal(fit(view.name, _NAME_WIDTH) + " "),
                literal(cut(view.says(), room)).stylize("dim"),
            )
            for number, view in enumerate(self._views, 1)
        )
        if self._views:
            options.highlighted = min(at or 0, len(self._views) - 1)
        self._say(_KEYS if self._views else _NONE)

    def _say(self, text: str) -> None:
        self.query_one("#keys", Static).update(literal(text).stylize("dim"))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """This one."""
        event.stop()
        self.action_open(event.option_index + 1)

    def action_open(self, number: int) -> None:
        """The view of this number, if there is one."""
        if number <= len(self._views):
            self.dismiss(self._views[number - 1])

    def action_save(self) -> None:
        """Ask for a name."""
        line = self.query_one(Input)
        line.value = named(self._query)
        line.display = True
        line.focus()
        self._say(_NAMING)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Save the list as it is under the name."""
        event.stop()
        view = of_query(event.value, self._query)
        if not view.name:
            return
        views = saved(self._views, view)
        if view not in views:
            self._say(_FULL)
            return
        self._views[:] = views
        self._named()
        self._options.highlighted = self._views.index(view)

    def _named(self) -> None:
        self.query_one(Input).display = False
        self._fill()
        self._options.focus()

    def action_delete(self) -> None:
        """Delete the view under the cursor: a new one takes a moment."""
        at = self._options.highlighted
        if at is not None and at < len(self._views) and self._options.has_focus:
            del self._views[at]
            self._fill()

    def action_move(self, step: int) -> None:
        """Move by letter keys."""
        if step > 0:
            self._options.action_cursor_down()
        else:
            self._options.action_cursor_up()

    def action_leave(self) -> None:
        """None of them; while a name is typed, only not that."""
        if self.query_one(Input).display:
            self._named()
        else:
            self.dismiss(None)
