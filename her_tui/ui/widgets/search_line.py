"""A line to type into: the filter above the list, the search above the detail."""

from __future__ import annotations

from textual import events
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input

from her_tui.ui.reading import Reading
from her_tui.ui.widgets.query_line import QueryInput, QueryNote

_DEBOUNCE = 0.12


class SearchLine(QueryInput):
    """One row that posts what is typed a moment after the last key."""

    class Typed(Message):
        """The text changed, and nothing was typed since."""

        def __init__(self, line: SearchLine, text: str) -> None:
            super().__init__()
            self.line = line
            self.text = text

    class Left(Message):
        """Typing is over: with Enter or a move to the rows (``keep``), or with Escape."""

        def __init__(self, line: SearchLine, keep: bool) -> None:
            super().__init__()
            self.line = line
            self.keep = keep

    def __init__(self, placeholder: str, name: str, note: QueryNote | None = None) -> None:
        """With a ``note`` the text is a query, and the note says how it is understood; without one
        it is taken as it is."""
        super().__init__(placeholder, id=name)
        self._note = note
        self._timer: Timer | None = None
        self.display = False
        if note is not None:
            note.display = False

    @property
    def reading(self) -> Reading:
        """What is typed, understood, if it is a query."""
        return super().reading if self._note is not None else Reading(self.value)

    def open(self, text: str) -> None:
        """Appear with ``text``, ready for typing."""
        self.display = True
        if self.value != text:
            with self.prevent(Input.Changed):
                self.value = text
        self.cursor_position = len(text)
        self.focus()
        self._explain()

    def close(self) -> None:
        """Disappear."""
        self._stop()
        self.display = False
        if self._note is not None:
            self._note.display = False

    def on_input_changed(self, event: Input.Changed) -> None:
        """Explain at once; act when the typing pauses."""
        event.stop()
        self._explain()
        self._stop()
        self._timer = self.set_timer(_DEBOUNCE, self._tell)

    def _explain(self) -> None:
        if self._note is not None:
            reading = self.reading
            self.offer(reading)
            self._note.show(reading)
            self._note.display = not self._note.silent

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter keeps the text."""
        event.stop()
        self._leave(keep=True)

    def on_key(self, event: events.Key) -> None:
        """Escape gives up, an arrow goes to the rows."""
        if event.key == "tab":  # it completes here, and leads nowhere
            self.complete()
            event.stop()
            event.prevent_default()
        elif event.key in ("escape", "down", "up"):
            event.stop()
            event.prevent_default()
            self._leave(keep=event.key != "escape")

    def _leave(self, keep: bool) -> None:
        """Typing is over, unless what was typed is no query yet: then the note says why."""
        self._stop()
        if keep and self.reading.error is not None:
            return
        if keep:
            self._tell()
        self.post_message(self.Left(self, keep))

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _tell(self) -> None:
        if self.reading.error is None:
            self.post_message(self.Typed(self, self.value))
