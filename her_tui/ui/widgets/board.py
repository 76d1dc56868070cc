"""A few sentences in the middle of an empty region: what is the case, and what to do about it."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content
from textual.widgets import Static

from her_tui.ui.situations import Situation
from her_tui.ui.text import literal


class Board(Static):
    """Shows a `Situation`, or is not there."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"board--title"}

    def __init__(self, name: str) -> None:
        super().__init__("", id=name, markup=False)
        self.display = False
        self._shown: Situation | None = None

    def show(self, situation: Situation | None) -> None:
        """Say what is the case; None: there is nothing to say."""
        self.display = situation is not None
        if situation != self._shown:
            self._shown = situation
            self._write()

    def _write(self) -> None:
        if self._shown is None or not self.is_attached:
            return
        title = literal(self._shown.title).stylize(self.get_visual_style("board--title"))
        lines = [literal(line) for line in self._shown.lines]
        self.update(Content("\n").join([title, Content(""), *lines]))

    def notify_style_update(self) -> None:
        """Another theme: say it again in its colours."""
        super().notify_style_update()
        self.call_later(self._write)
