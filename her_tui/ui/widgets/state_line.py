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
        self._told: tuple[State | None, int, str, bool, bool] = (None, 0, "", True, False)

    def show(
        self,
        state: State | None,
        now: int,
        base: str = "",
        *,
        known: bool = True,
        late: bool = False,
    ) -> None:
        """Show ``state`` at the time ``now``; see `state_pieces`."""
        self._told = state, now, base, known, late
        if self._make(self.size.width) != self._shown:
            self.redraw()

    def _make(self, width: int) -> list[Piece]:
        state, now, base, known, late = self._told
        return state_pieces(state, now, width, base, known=known, late=late)

    def pieces(self, width: int) -> list[Piece]:
        """What is known, as far as it fits."""
        self._shown = self._make(width)
        return self._shown
