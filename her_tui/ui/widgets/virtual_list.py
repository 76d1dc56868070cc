"""A list of any length that draws only the lines on screen.

Subclasses say how many rows there are and draw one; this class moves the cursor, scrolls without
animation, keeps drawn lines, and handles the mouse. It knows nothing of what a row is.
"""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.cache import LRUCache
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from her_tui.ui.messages import Move

_KEPT_LINES = 512


class VirtualList(ScrollView, can_focus=True, inherit_bindings=False):
    """Rows of one line each, or of `row_height` lines, with a cursor on one of them."""

    DEFAULT_CSS = """
    VirtualList {
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
    }
    """

    cursor: reactive[int] = reactive(0, repaint=False)
    """Index of the row under the cursor; meaningless while the list is empty."""

    class Highlighted(Message):
        """The cursor is on another row."""

        def __init__(self, source: VirtualList, index: int) -> None:
            super().__init__()
            self.source = source
            self.index = index

        @property
        def control(self) -> VirtualList:
            """The list, so that handlers can select on it."""
            return self.source

        def can_replace(self, message: Message) -> bool:
            """Only where the cursor came to rest matters."""
            return isinstance(message, VirtualList.Highlighted) and message.source is self.source

    class Chosen(Message):
        """The row under the cursor was opened."""

        def __init__(self, source: VirtualList, index: int) -> None:
            super().__init__()
            self.source = source
            self.index = index

        @property
        def control(self) -> VirtualList:
            """The list, so that handlers can select on it."""
            return self.source

    def __init__(self) -> None:
        super().__init__()
        self._count = 0
        self.row_height = 1
        """Lines of a row; to be followed by `set_rows`."""
        self._lines: LRUCache[tuple[int, int, bool, bool], Strip] = LRUCache(_KEPT_LINES)

    # What a subclass says

    def draw(self, index: int, width: int, selected: bool) -> Strip:
        """Row ``index`` in ``width`` cells; a shorter or longer strip is padded or cut. A
        subclass tells."""
        raise NotImplementedError

    def draw_line(self, index: int, line: int, width: int, selected: bool) -> Strip:
        """One line of row ``index``, for rows of several."""
        return self.draw(index, width, selected)

    def selectable(self, index: int) -> bool:
        """Whether the cursor may rest on row ``index`` (a heading says no)."""
        return True

    # Contents

    @property
    def line_width(self) -> int:
        """Cells of a line, without the scrollbar."""
        return self.scrollable_content_region.width

    @property
    def lines_shown(self) -> int:
        """Lines on screen."""
        return self.scrollable_content_region.height

    @property
    def rows_shown(self) -> int:
        """Rows on screen in full."""
        return self.lines_shown // self.row_height

    @property
    def count(self) -> int:
        """How many rows there are."""
        return self._count

    def set_rows(self, count: int, cursor: int, keep_offset: bool = True) -> None:
        """There are ``count`` rows now, with the cursor on ``cursor``.

        With ``keep_offset`` the cursor's row stays on the line of the screen where it was; else
        the cursor is somewhere new, which shows with the rows around it.
        """
        line = self.cursor * self.row_height - self.scroll_offset.y
        self._count = count
        self._measure()
        self._lines.clear()
        cursor = self._settle(cursor, 1)
        moved = cursor != self.cursor
        self.set_reactive(VirtualList.cursor, cursor)
        if keep_offset and 0 <= line < max(1, self.lines_shown):
            top = max(0, cursor * self.row_height - line)
            self.scroll_to(y=top, animate=False, force=True)
        self.reveal(0 if keep_offset else self.rows_shown // 3)
        self.refresh()
        if moved and count:
            self.post_message(self.Highlighted(self, cursor))

    def _measure(self) -> None:
        """Say how high the rows are. The screen is laid out anew only where the scrollbar comes or
        goes: that takes longer than drawing the rows."""
        size = Size(self.line_width, self._count * self.row_height)
        if self.is_mounted and (size.height > self.lines_shown) == self.show_vertical_scrollbar:
            self.set_reactive(VirtualList.virtual_size, size)
            self._scroll_update(size)
        else:
            self.virtual_size = size

    def redraw(self, indices: range | None = None) -> None:
        """Draw these rows anew (all, if none are named): what they say has changed."""
        self._lines.clear()
        if indices is None:
            self.refresh()
        elif indices.start * self.row_height < self.scroll_offset.y + self.lines_shown:
            self.refresh_lines(indices.start * self.row_height, len(indices) * self.row_height)

    # Moving

    def validate_cursor(self, cursor: int) -> int:
        """The cursor stays on a row."""
        return max(0, min(cursor, self._count - 1))

    def watch_cursor(self, old: int, new: int) -> None:
        """Draw the two lines that changed, and say where the cursor is."""
        self.reveal()
        self._refresh_row(old)
        self._refresh_row(new)
        self.post_message(self.Highlighted(self, new))

    def _refresh_row(self, index: int) -> None:
        self.refresh_lines(index * self.row_height, self.row_height)

    def reveal(self, around: int = 0) -> None:
        """Scroll the least that shows the cursor's row, the heading just above it, and as many rows
        ``around`` it."""
        if not self._count or not self.lines_shown:
            return
        above = self.cursor > 0 and not self.selectable(self.cursor - 1) and self.rows_shown > 1
        first = max(0, self.cursor - max(above, around))
        rows = min(self._count, self.cursor + around + 1) - first
        region = Region(0, first * self.row_height, 1, rows * self.row_height)
        top, height = self.scroll_offset.y, self.lines_shown
        if region.y < top:
            self.scroll_to(y=region.y, animate=False, force=True)
        elif region.bottom > top + height:
            self.scroll_to(y=region.bottom - height, animate=False, force=True)

    def action_move(self, how: str) -> None:
        """Move the cursor as a `Move` says."""
        page = max(1, self.rows_shown - 1)
        moves: dict[Move, Callable[[], tuple[int, int]]] = {
            Move.UP: lambda: (self.cursor - 1, -1),
            Move.DOWN: lambda: (self.cursor + 1, 1),
            Move.HALF_UP: lambda: (self.cursor - max(1, page // 2), -1),
            Move.HALF_DOWN: lambda: (self.cursor + max(1, page // 2), 1),
            Move.PAGE_UP: lambda: (self.cursor - page, -1),
            Move.PAGE_DOWN: lambda: (self.cursor + page, 1),
            Move.HOME: lambda: (0, 1),
            Move.END: lambda: (self._count - 1, -1),
        }
        target, direction = moves[Move(how)]()
        self.cursor = self._settle(target, direction)

    def _settle(self, index: int, direction: int) -> int:
        """The nearest row to ``index`` that may hold the cursor, looking in ``direction`` first."""
        index = max(0, min(index, self._count - 1))
        for step in (direction, -direction):
            probe = index
            while 0 <= probe < self._count:
                if self.selectable(probe):
                    return probe
                probe += step
        return index

    # Drawing

    def render_line(self, y: int) -> Strip:
        """One line of the screen: the row scrolled to it, from the kept lines if it was drawn."""
        y += self.scroll_offset.y
        index, line = divmod(y, self.row_height)
        width = self.line_width
        if index >= self._count:
            return Strip.blank(width, self.rich_style)
        selected = index == self.cursor
        key = (y, width, selected, self.has_focus)
        strip = self._lines.get(key)
        if strip is None:
            strip = self.draw_line(index, line, width, selected)
            strip = strip.adjust_cell_length(width, self.rich_style)
            self._lines[key] = strip
        return strip

    def notify_style_update(self) -> None:
        """Another theme or state of focus: every line looks different."""
        super().notify_style_update()
        self._lines.clear()

    def on_resize(self) -> None:
        """The cursor stays in sight, the lines are drawn for the new width."""
        self._measure()
        self._lines.clear()
        self.reveal()

    def on_focus(self) -> None:
        """The cursor looks different with focus."""
        self._refresh_row(self.cursor)

    def on_blur(self) -> None:
        """The cursor looks different without focus."""
        self._refresh_row(self.cursor)

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor; a second one opens the row."""
        index = (event.y + self.scroll_offset.y) // self.row_height
        if index >= self._count or not self.selectable(index):
            return
        again = index == self.cursor and event.chain > 1
        self.cursor = index
        if again:
            self.post_message(self.Chosen(self, index))
