"""The list of bookmarks and marks of a session: pick one to jump to."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from her_tui import units
from her_tui.analysis.marks import MarkKind
from her_tui.ui.spots import Listed, Spot
from her_tui.ui.text import literal
from her_tui.ui.widgets.moment_list import MomentList
from her_tui.ui.widgets.virtual_list import VirtualList

_KEYS = "Enter jump   b bookmarks only, or all   Esc back"
_NONE = "Nothing is marked yet: b, in the detail or on the timeline, bookmarks a moment."
_NO_BOOKMARK = "There is no bookmark yet; b shows the other marks again."

#: Lines around the list, and of the list at most.
_AROUND, _HIGHEST = 6, 24


class Moments(ModalScreen[Spot | None]):
    """Dismissed with the moment to jump to, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Jump"),
        Binding("escape,q,B", "leave", "Back"),
        Binding("b", "bookmarks", "Bookmarks"),
    ]

    def __init__(self, listed: Sequence[Listed], playhead: int) -> None:
        super().__init__()
        self._all = listed
        self._shown = listed
        self._playhead = playhead

    def compose(self) -> ComposeResult:
        """The list and the keys."""
        with Vertical(classes="dialog menu moments") as dialog:
            dialog.border_title = literal(self._title())
            yield MomentList()
            yield Static(id="none", markup=False)
            yield Static(id="keys", markup=False)

    def _title(self) -> str:
        bookmarks = sum(each.mark.kind is MarkKind.BOOKMARK for each in self._all)
        others = units.count(len(self._all) - bookmarks, "other mark")
        return f"{units.count(bookmarks, 'bookmark')}, {others}"

    def on_mount(self) -> None:
        """The cursor is on the last mark up to the playhead."""
        self._fill()
        self.list.focus()

    def on_resize(self) -> None:
        """As many rows as there is room for."""
        self._fit()

    @property
    def list(self) -> MomentList:
        """The rows."""
        return self.query_one(MomentList)

    def _fill(self) -> None:
        at = bisect_right(self._shown, self._playhead, key=lambda each: each.spot.position) - 1
        self._fit()
        self.list.show(self._shown, max(0, at))
        none = self.query_one("#none", Static)
        none.display = not self._shown
        none.update(literal(_NO_BOOKMARK if self._all else _NONE))
        self.query_one("#keys", Static).update(literal(_KEYS).stylize("dim"))

    def _fit(self) -> None:
        rows = min(len(self._shown), _HIGHEST, max(1, self.app.size.height - _AROUND))
        self.list.styles.height = rows

    def action_bookmarks(self) -> None:
        """The bookmarks alone, or all marks again."""
        if len(self._shown) == len(self._all):
            own = [each for each in self._all if each.mark.kind is MarkKind.BOOKMARK]
            self._shown = own
        else:
            self._shown = self._all
        self._fill()

    def on_virtual_list_chosen(self, event: VirtualList.Chosen) -> None:
        """It was clicked twice."""
        event.stop()
        self.action_choose()

    def action_choose(self) -> None:
        """This one."""
        if self._shown:
            self.dismiss(self._shown[self.list.cursor].spot)

    def action_leave(self) -> None:
        """None of them."""
        self.dismiss(None)
