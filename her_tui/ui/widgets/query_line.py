"""A line to type a query into, and the row below that says how it is understood.

What Tab would write is shown behind the cursor and written by Tab or the right arrow; where there
is nothing to complete, both keys mean what they mean elsewhere.
"""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.geometry import Size
from textual.reactive import Reactive
from textual.widgets import Input

from her_tui.ui.reading import Reading, Values, note_pieces, read
from her_tui.ui.widgets.one_line import OneLine
from her_tui.ui.widgets.session_line import Piece


class QueryInput(Input):
    """One row to type a query into. Posts what any `Input` posts."""

    # One row, however long the text is: no key makes the screen be laid out anew.
    virtual_size = Reactive(Size(0, 0), layout=False)

    def __init__(self, placeholder: str = "", *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(placeholder=placeholder, id=id, compact=True, select_on_focus=False)
        self.cursor_blink = False
        self.values: Values | None = None
        """What there is to choose from for a filter, by its name; from memory."""

    @property
    def reading(self) -> Reading:
        """What is typed, understood; with completions while there is something to complete."""
        typing = self.has_focus and self.selection.is_empty
        return read(self.value, self.cursor_position if typing else None, self.values)

    def offer(self, reading: Reading) -> None:
        """Show behind the cursor what Tab would write."""
        done = reading.completed() if self.cursor_at_end else None
        matches = done is not None and done[0].lower().startswith(self.value.lower())
        self._suggestion = self.value + done[0][len(self.value) :] if done and matches else ""

    def complete(self) -> bool:
        """Write the first completion; whether there was one."""
        done = self.reading.completed()
        if done is None or done[0] == self.value:
            return False
        self.value, self.cursor_position = done
        return True

    async def _on_key(self, event: events.Key) -> None:
        """Tab completes, if there is something to complete."""
        if event.key == "tab" and self.complete():
            event.stop()
            event.prevent_default()
            return
        await super()._on_key(event)

    def action_cursor_right(self, select: bool = False) -> None:
        """At the end, write what is shown behind the cursor."""
        if select or not self.cursor_at_end or not self._suggestion or not self.complete():
            super().action_cursor_right(select)


class QueryNote(OneLine):
    """The row below a query line; see `note_pieces`."""

    prefix = "query-note"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"query-note--{role}" for role in ("error", "warning", "choice", "dim", "faint")
    }

    def __init__(self, column: int = 0) -> None:
        """The text of the query line starts at cell ``column``."""
        super().__init__()
        self._column = column
        self._reading = Reading()
        self._otherwise: list[Piece] = []

    def show(self, reading: Reading) -> None:
        """Say how the line is understood."""
        if reading != self._reading:
            self._reading = reading
            self.redraw()

    def otherwise(self, pieces: list[Piece]) -> None:
        """What to say where there is nothing to say of the query; its texts are safe already."""
        if pieces != self._otherwise:
            self._otherwise = pieces
            self.redraw()

    @property
    def silent(self) -> bool:
        """It says nothing."""
        return not self._otherwise and not note_pieces(self._reading, self._column, 80)

    def pieces(self, width: int) -> list[Piece]:
        """One thing at a time."""
        return note_pieces(self._reading, self._column, width) or self._otherwise
