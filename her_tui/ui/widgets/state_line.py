"""The row above the timeline: the state of the session as of the playhead."""

from __future__ import annotations

from typing import ClassVar

from her_tui.analysis.state import State
from her_tui.ui.renderers.state_line import state_pieces
from her_tui.ui.widgets.one_line import OneLine
from her_tui.ui.widgets.session_line import Piece

_ROLES = (
    "dim", "faint", "number", "cost", "model", "mode", "fill", "warning", "error", "added",
    "removed", "commit", "action", "waiting",
)  # fmt: skip


class StateLine(OneLine):
    """Context, money, model, files, what is under way: one row."""

    prefix = "state-line"
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"state-line--{role}" for role in _ROLES}

    def __init__(self) -> None:
        super().__init__()
        self._shown: list[Piece] = []
        self._state: State | None = None
        self._now = 0
        self._known = True

    def show(self, state: State | None, now: int, *, known: bool = True) -> None:
        """Show ``state`` at the time ``now`` in milliseconds since the epoch; None: there is none,
        or (not ``known``) it is still being read."""
        if (state, known) == (self._state, self._known) and now == self._now:
            return
        self._state, self._now, self._known = state, now, known
        if self._pieces() != self._shown:
            self.redraw()

    def _pieces(self) -> list[Piece]:
        return state_pieces(self._state, self._now, self.size.width, known=self._known)

    def pieces(self, width: int) -> list[Piece]:
        """What is known, as far as it fits."""
        self._shown = state_pieces(self._state, self._now, width, known=self._known)
        return self._shown
