"""The row above the session list that names its columns."""

from __future__ import annotations

from typing import ClassVar

from her_tui.queries.sessions import ListQuery
from her_tui.ui.widgets import session_line
from her_tui.ui.widgets.one_line import OneLine
from her_tui.ui.widgets.session_line import Piece


class ListHeading(OneLine):
    """Names the columns, and marks the one the list is ordered by."""

    prefix = "list-heading"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "list-heading--heading",
        "list-heading--heading-sorted",
    }

    def __init__(self, query: ListQuery) -> None:
        super().__init__()
        self._query = query

    def show(self, query: ListQuery) -> None:
        """The list is ordered as ``query`` says."""
        self._query = query
        self.redraw()

    def pieces(self, width: int) -> list[Piece]:
        """The headings over the list's columns; the list's scrollbar takes the last cell."""
        columns = session_line.columns_for(width - 1, self._query)
        return session_line.heading(width - 1, columns, self._query)
