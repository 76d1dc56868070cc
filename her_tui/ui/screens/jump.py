"""A line to type a moment into, with what it means and what there is to type below it; Enter goes
there. What led nowhere is selected: whatever is typed next takes its place."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from her_tui.analysis.timeline import Timeline
from her_tui.queries.library import Library
from her_tui.ui import loading, spots
from her_tui.ui.renderers.spots import help_pieces, sought_pieces
from her_tui.ui.spots import Sought, Spot
from her_tui.ui.widgets.one_line import OneLine
from her_tui.ui.widgets.query_line import QueryInput
from her_tui.ui.widgets.session_line import Piece

_LABEL = "Jump to "
#: Cells before what is typed, and before what is said of it.
_INDENT = len(_LABEL) + 2


class JumpInput(QueryInput):
    """Takes a moment, not a query."""

    def complete(self) -> bool:
        """There is nothing to complete."""
        return False


class JumpNote(OneLine):
    """Where Enter leads; see `sought_pieces`."""

    prefix = "jump-note"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"jump-note--{role}" for role in ("choice", "text", "error", "dim")
    }

    def __init__(self) -> None:
        super().__init__()
        self.sought: Sought | None = Sought("")

    def show(self, sought: Sought | None) -> None:
        """Say what was found."""
        if sought != self.sought:
            self.sought = sought
            self.redraw()

    def pieces(self, width: int) -> list[Piece]:
        """Below the text that is typed."""
        indent = min(_INDENT, max(0, width - 60))
        return [(" " * indent, "dim"), *sought_pieces(self.sought, width - indent)]


class JumpHelp(JumpNote):
    """What there is to type; see `help_pieces`."""

    def pieces(self, width: int) -> list[Piece]:
        """Below the note."""
        indent = min(_INDENT, max(0, width - 78))
        return [(" " * indent, "dim"), *help_pieces(self.sought, width - indent)]


class SoughtFor(Message):
    """What was typed has been looked for."""

    def __init__(self, sought: Sought) -> None:
        super().__init__()
        self.sought = sought


class Jump(ModalScreen[Spot | None]):
    """Dismissed with a moment of the timeline, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", priority=True),
    ]

    def __init__(self, library: Library, timeline: Timeline) -> None:
        super().__init__()
        self._library = library
        self._timeline = timeline
        self._entered = False
        """Enter was pressed before it was known what it leads to."""
        self._seeks = loading.Newest(self, "moment")
        self._note = JumpNote()
        self._help = JumpHelp()

    def compose(self) -> ComposeResult:
        """The line, and what it means."""
        with Vertical(id="jump"):
            with Horizontal(id="jump-line"):
                yield Static(_LABEL, id="jump-label", markup=False)
                yield JumpInput("a turn, a time, an offset, an event or an id", id="jump-text")
            yield self._note
            yield self._help

    def on_mount(self) -> None:
        """Ready for typing."""
        self.query_one(JumpInput).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look for what is typed."""
        event.stop()
        self._entered = False
        self._seeks.ask(partial(_sought, self._library, self._timeline, event.value))

    def on_sought_for(self, event: SoughtFor) -> None:
        """Say what was found, unless it is not what is there to be found any more."""
        if event.sought.text == self.query_one(JumpInput).value:
            self._show(event.sought)
            if self._entered:
                self._go()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go there, as soon as it is known where."""
        event.stop()
        if self._known.text == event.value:
            self._go()
        else:
            self._entered = True

    @property
    def _known(self) -> Sought:
        return self._note.sought or Sought("")

    def _show(self, sought: Sought) -> None:
        for row in (self._note, self._help):
            row.show(sought)

    def _go(self) -> None:
        """Leave for the moment; if there is none, the note says why."""
        self._entered = False
        if self._known.spot is not None or self._known.error is None:
            self.dismiss(self._known.spot)
        else:
            self.query_one(JumpInput).action_select_all()

    def on_load_failed(self, event: loading.LoadFailed) -> None:
        """The library could not be read."""
        value = self.query_one(JumpInput).value
        self._show(Sought(value, error=event.error))

    def action_leave(self) -> None:
        """Stay."""
        self.dismiss(None)


def _sought(library: Library, timeline: Timeline, text: str) -> Message:
    return SoughtFor(spots.seek(library, timeline, text))
