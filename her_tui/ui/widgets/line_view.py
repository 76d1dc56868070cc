"""Text of any length as virtual lines: only the rows on screen are drawn.

The view is given blocks of lines (`her_tui.ui.renderers`), lays them out once per width and draws
rows as strips. It keeps what is in sight in sight when blocks change or the screen does, marks
what was searched for, and shows a cursor on a block where a subclass has one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.segment import Segment
from textual import events, work
from textual.cache import LRUCache
from textual.geometry import Size
from textual.message import Message
from textual.reactive import Reactive
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar
from textual.strip import Strip
from textual.widget import Widget
from textual.worker import get_current_worker

from her_tui.ui.messages import Move
from her_tui.ui.renderers.finding import Match
from her_tui.ui.renderers.layout import Layout, Spot, characters
from her_tui.ui.renderers.line import Block
from her_tui.ui.renderers.wrapping import Row
from her_tui.ui.widgets.painting import ROLES, Marked, Painter

#: Cells of the rail and the distance to it.
_RAIL = 2
#: Blank cells at the right.
_MARGIN = 1
_RAILS = {"rail-now": "▌", "rail-past": "│", "rail-next": "┆"}
_KEPT_ROWS = 600
#: More text than this is wrapped in a worker thread, the old rows staying until it is done.
_MUCH_TEXT = 400_000


class _Bar(ScrollBar):
    """A scrollbar for whose height the screen is not laid out a second time."""

    virtual_size = Reactive(Size(0, 0), layout=False)


class LineView(ScrollView, inherit_bindings=False):
    """Blocks of lines, scrolled by rows."""

    ALLOW_SELECT = False

    class Clicked(Message):
        """A block was clicked."""

        def __init__(self, view: LineView, block: int) -> None:
            super().__init__()
            self.view = view
            self.block = block

        @property
        def control(self) -> LineView:
            """The view, so that handlers can select on it."""
            return self.view

    class LaidOut(Message):
        """A long text was wrapped in the background; the layout is made for ``blocks``."""

        def __init__(self, layout: Layout) -> None:
            super().__init__()
            self.layout = layout

    def __init__(self, ink: Widget, *, id: str | None = None) -> None:  # noqa: A002
        """``ink`` is the widget above that has the `INK` classes; several views share it."""
        super().__init__(id=id)
        self._blocks: Sequence[Block] = ()
        self._layout = Layout((), 1)
        self._painter = Painter(ink, "ink", ROLES)
        self._strips: LRUCache[tuple[int, Row, int, str, str], tuple[Block, Strip]] = LRUCache(
            _KEPT_ROWS
        )
        """Rows as drawn, by the ``id`` of their block, which is kept with them."""
        self._matches: Mapping[int, Sequence[Match]] = {}
        self._match_here: tuple[int, Match] | None = None
        self._reveal: int | None = None
        self._held: tuple[Spot, int] | None = None
        self._held_at = -1
        self._to_end = False
        """The end was asked for, though all of the text may be in sight."""
        self._height = 0
        """Rows of the screen when it was last resized."""
        self.cursor: int | None = None

    # What a subclass says

    def rail(self, block: int) -> str:
        """The role of the rail beside ``block``; empty: no rail."""
        return ""

    # Contents

    @property
    def blocks(self) -> Sequence[Block]:
        """What is shown."""
        return self._blocks

    @property
    def line_width(self) -> int:
        """Cells for the text of a row."""
        return max(1, self.size.width - _RAIL - _MARGIN)

    def set_blocks(self, blocks: Sequence[Block], keep: bool = True) -> None:
        """Show ``blocks``; with ``keep`` what is in sight stays where it is, else from the top."""
        held = self._hold() if keep else None
        self._blocks = blocks
        if self._matches:
            self._matches, self._match_here = {}, None
            self._strips.clear()
        self._lay_out(held, keep)

    def set_matches(
        self, matches: Mapping[int, Sequence[Match]], here: tuple[int, Match] | None
    ) -> None:
        """Mark these places, and ``here`` among them; by block."""
        if not matches and not self._matches:
            return
        self._matches, self._match_here = matches, here
        self._strips.clear()
        self.refresh()

    def set_cursor(self, block: int | None) -> None:
        """Put the cursor on ``block`` and bring it into sight."""
        if block != self.cursor:
            self.cursor = block
            self.refresh()
        self.reveal(block)

    # Layout

    def _lay_out(self, held: tuple[Spot, int] | None, keep: bool) -> None:
        """Lay the blocks out for the present width, in the background if they are long."""
        if not self.size.width:
            return
        width = self.line_width
        if self._layout.width != width or self._layout.blocks is not self._blocks:
            if characters(self._blocks, width, self._layout) > _MUCH_TEXT:
                self._lay_out_later(self._blocks, width, self._layout)
                return
            self._layout = Layout(self._blocks, width, self._layout)
        self._settle(held, keep)

    @work(thread=True, exclusive=True, group="layout", exit_on_error=False)
    def _lay_out_later(self, blocks: Sequence[Block], width: int, before: Layout) -> None:
        layout = Layout(blocks, width, before)
        if not get_current_worker().is_cancelled:
            self.post_message(self.LaidOut(layout))

    def on_line_view_laid_out(self, message: LaidOut) -> None:
        """Show the layout if it is still the one wanted."""
        message.stop()
        if message.layout.blocks is self._blocks and message.layout.width == self.line_width:
            held = self._hold()
            self._layout = message.layout
            self._settle(held, True)

    def _settle(self, held: tuple[Spot, int] | None, keep: bool) -> None:
        """The layout is new: size, scroll position and rows follow."""
        self._measure()
        y = self._layout.y_of(held[0]) if held else None
        if y is not None and held is not None:
            self.scroll_to(y=y - held[1], animate=False, force=True)
            self._held, self._held_at = held, self.scroll_offset.y
        elif not keep:
            self.scroll_to(y=0, animate=False, force=True)
        if self._reveal is not None:
            self.reveal(self._reveal)
        self.refresh()

    def _measure(self) -> None:
        """Say how high the text is. The screen is laid out anew only where the view needs another
        height for it: that takes longer than drawing the rows."""
        size = Size(self.size.width, self._layout.height)
        if self.is_mounted and not self.needs_height(size.height):
            self.set_reactive(LineView.virtual_size, size)
            self._scroll_update(size)
        else:
            self.virtual_size = size

    def needs_height(self, rows: int) -> bool:
        """Whether the view is to be higher or lower, now that its text has so many rows."""
        return self.styles.height is not None and self.styles.height.is_auto

    @property
    def vertical_scrollbar(self) -> ScrollBar:
        """The scrollbar, made when it is first asked for."""
        if self._vertical_scrollbar is None:
            thickness = self.scrollbar_size_vertical
            bar = _Bar(vertical=True, name="vertical", thickness=thickness)
            self._vertical_scrollbar = bar
            bar.display = False
            self.app._start_widget(self, bar)
        return self._vertical_scrollbar

    def _hold(self) -> tuple[Spot, int] | None:
        """What must not move, and on which row of the screen it is: the cursor, or the top row."""
        top, height = self.scroll_offset.y, self.size.height
        if self.cursor is not None and self.cursor < len(self._layout.blocks):
            y = self._layout.top(self.cursor)
            if top <= y < top + height:
                return Spot(self._layout.blocks[self.cursor].key, self._line_at(y), 0), y - top
        spot = self._layout.spot_at(top)
        return (spot, 0) if spot else None

    def _line_at(self, y: int) -> int:
        return self._layout.row_at(y)[1].line

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many rows as the text needs at ``width``."""
        room = max(1, width - _RAIL - _MARGIN - self.styles.scrollbar_size_vertical)
        if self._layout.width != room or self._layout.blocks is not self._blocks:
            return Layout(self._blocks, room, self._layout).height
        return self._layout.height

    def on_resize(self, event: events.Resize) -> None:
        """Another width: wrap anew, what was in sight stays.

        Unless one scrolled in between, the same spot is held through any number of widths: rows
        begin elsewhere in each, and holding the row now on top would drift. In a view that became
        lower the end stays in sight if one looked at it, else the cursor.
        """
        before, self._height = self._height, self.size.height
        if self._layout.width != self.line_width or self._layout.blocks is not self._blocks:
            self._strips.clear()
            same = self._held_at == self.scroll_offset.y
            self._lay_out(self._held if same else self._hold(), True)
        elif self._reveal is not None:
            self.reveal(self._reveal)
        elif self.size.height < before:
            self._keep_end(before)

    def _keep_end(self, before: int) -> None:
        """The view was ``before`` rows high, and is lower."""
        top = self.scroll_offset.y
        if (top or self._to_end) and top + before >= self._layout.height:
            self.scroll_rows(Move.END)
            return
        cursor = self.cursor if self.cursor is not None else len(self._blocks)
        if cursor < len(self._blocks) and top <= self._layout.tops[cursor] < top + before:
            self.reveal(cursor)

    # Scrolling

    def reveal(self, block: int | None) -> None:
        """Scroll the least that shows ``block``; its top, if it is higher than the screen."""
        self._reveal = block
        height = self.size.height
        if block is None or not height or self._layout.blocks is not self._blocks:
            return
        if block >= len(self._blocks):
            return
        self._reveal = None
        first, last = self._layout.tops[block], self._layout.tops[block + 1]
        top = self.scroll_offset.y
        if first < top or last - first >= height:
            self._scroll(first)
        elif last > top + height:
            self._scroll(last - height)

    def reveal_end(self, block: int | None, whatever: bool = False) -> None:
        """Scroll to the last row, as long as the top of ``block`` stays in sight, or ``whatever``
        becomes of that."""
        height = self.size.height
        if not height or self._layout.blocks is not self._blocks:
            return
        last = max(0, self._layout.height - height)
        if not whatever:
            last = min(last, self._layout.tops[block] if block is not None else 0)
        if whatever or block is None or last > self.scroll_offset.y:
            self._scroll(last)

    def reveal_match(self, block: int, match: Match) -> None:
        """Scroll so that ``match`` is in sight, not at the very edge."""
        y = self._layout.find(block, match.line, match.start)
        top, height = self.scroll_offset.y, self.size.height
        if not top <= y < top + height:
            self._scroll(max(0, y - height // 3))

    def scroll_rows(self, how: Move) -> None:
        """Scroll as a `Move` says."""
        page = max(1, self.size.height - 1)
        steps = {
            Move.UP: -1, Move.DOWN: 1,
            Move.HALF_UP: -max(1, page // 2), Move.HALF_DOWN: max(1, page // 2),
            Move.PAGE_UP: -page, Move.PAGE_DOWN: page,
            Move.HOME: -self._layout.height, Move.END: self._layout.height,
        }  # fmt: skip
        self._scroll(self.scroll_offset.y + steps[how])
        self._to_end = how is Move.END

    @property
    def at_end(self) -> bool:
        """Whether the last row is in sight."""
        return self.scroll_offset.y + self.size.height >= self._layout.height

    def scroll_inside(self, block: int | None, step: int) -> bool:
        """Scroll towards the end of ``block`` that is out of sight; False if it is in sight."""
        height = self.size.height
        if block is None or block >= len(self._layout.blocks) or not height:
            return False
        first, last = self._layout.tops[block], self._layout.tops[block + 1]
        top = self.scroll_offset.y
        hidden = last - (top + height) if step > 0 else top - first
        if hidden <= 0 or hidden >= last - first:
            return False
        self._scroll(top + step * min(hidden, max(3, height // 3)))
        return True

    def _scroll(self, y: int) -> None:
        self._to_end = False
        self.scroll_to(y=y, animate=False, force=True)

    def on_click(self, event: events.Click) -> None:
        """Say which block was clicked."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        y = offset.y + self.scroll_offset.y
        if self._layout.blocks is self._blocks and y < self._layout.height:
            self.post_message(self.Clicked(self, self._layout.block_at(y)))

    # Drawing

    def notify_style_update(self) -> None:
        """Another theme or focus: every row looks different."""
        super().notify_style_update()
        self._painter.forget()
        self._strips.clear()

    def render_line(self, y: int) -> Strip:
        """One row of the screen."""
        layout = self._layout
        y += self.scroll_offset.y
        if y >= layout.height:
            return Strip.blank(self.size.width, self._painter.style(""))
        index, row = layout.row_at(y)
        block = layout.blocks[index]
        rail = self.rail(index) if row.line >= block.lead else ""
        ground = "cursor" if index == self.cursor and self._is_summary(block, row) else ""
        key = (id(block), row, self.size.width, rail, ground)
        drawn = self._strips.get(key)
        if drawn is None or drawn[0] is not block:
            drawn = self._strips[key] = (block, self._draw(block, index, row, rail, ground))
        return drawn[1]

    @staticmethod
    def _is_summary(block: Block, row: Row) -> bool:
        return row.line == block.lead and not block.lines[row.line].wrap

    def _draw(self, block: Block, index: int, row: Row, rail: str, ground: str) -> Strip:
        width = self.line_width
        marked = self._marked(index, row.line)
        body = self._painter.row(block.lines[row.line], row, width, ground, marked)
        style = self._painter.style
        glyph = Segment(_RAILS.get(rail, " "), style(f"{ground} {rail}".strip()))
        blank = Segment(" ", style(ground))
        return Strip([glyph, blank, *body, blank], self.size.width)

    def _marked(self, block: int, line: int) -> list[Marked]:
        """What is marked on one line of a block."""
        here = self._match_here
        return [
            (
                match.start,
                match.end,
                "match-here" if here == (block, match) else "match",
            )
            for match in self._matches.get(block, ())
            if match.line == line
        ]
