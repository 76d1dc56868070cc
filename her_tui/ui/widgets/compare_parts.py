"""The parts of the comparison's screen: lines of text, the list of turns, the two clocks."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from her_tui.analysis.axis import column_of, whole
from her_tui.analysis.compare import Comparison
from her_tui.queries.comparison import Compared
from her_tui.ui.renderers import clocks
from her_tui.ui.renderers import compare as drawing
from her_tui.ui.renderers.compare import Row
from her_tui.ui.renderers.signs import PLAYHEAD
from her_tui.ui.widgets.session_line import Piece
from her_tui.ui.widgets.virtual_list import VirtualList

_ROLES = (
    "brand", "dim", "faint", "text", "number", "heading", "left", "right", "more", "less", "same",
    "like", "parting", "only-left", "only-right", "prompt", "prompt-same", "thinking",
    "thinking-same", "response", "response-same", "action", "action-same", "outcome",
    "outcome-same", "text-same", "error", "error-same", "gap", "playhead", "playing", "lock",
    "cursor", "playhead-column", "playhead-here",
)  # fmt: skip

_CLASSES = frozenset(f"compare--{role}" for role in _ROLES)

#: Cells before the columns of the clocks.
_LABELS = 3


class _Inks:
    """The styles of the roles of one widget."""

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._styles: dict[str, Style] = {}

    def forget(self) -> None:
        """Another theme."""
        self._styles.clear()

    def style(self, role: str, ground: str = "") -> Style:
        """The style of a role, on that of a ``ground``."""
        found = self._styles.get(f"{ground} {role}")
        if found is None:
            found = self._widget.rich_style
            for name in (ground, role):
                if name in _ROLES:
                    found += self._widget.get_component_rich_style(f"compare--{name}", partial=True)
            self._styles[f"{ground} {role}"] = found
        return found

    def strip(self, pieces: Sequence[Piece], width: int, ground: str = "") -> Strip:
        """``pieces`` in exactly ``width`` cells."""
        segments = [Segment(text, self.style(role, ground)) for text, role in pieces if text]
        return Strip(segments).adjust_cell_length(width, self.style("", ground))


class CompareLines(Widget):
    """A few lines; ``draw`` says what is in them at a width."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(_CLASSES)
    ALLOW_SELECT = False

    def __init__(self, name: str) -> None:
        super().__init__(id=name)
        self._inks = _Inks(self)
        self._draw: Callable[[int], list[list[Piece]]] = lambda _: []
        self._strips: list[Strip] = []
        self._width = -1

    def show(self, draw: Callable[[int], list[list[Piece]]]) -> None:
        """Draw anew, what ``draw`` says."""
        self._draw = draw
        self._width = -1
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One of them."""
        width = self.size.width
        if self._width != width:
            self._width = width
            self._strips = [self._inks.strip(line, width) for line in self._draw(width)]
        return self._strips[y] if y < len(self._strips) else Strip.blank(width, self.rich_style)

    def notify_style_update(self) -> None:
        """Another theme."""
        super().notify_style_update()
        self._inks.forget()
        self._width = -1


class CompareList(VirtualList):
    """The turns of both sides beside each other, those that are unfolded with their steps."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(_CLASSES)

    def __init__(self) -> None:
        super().__init__()
        self._inks = _Inks(self)
        self._found: Compared | None = None
        self.rows: Sequence[Row] = ()
        self.unfolded: set[int] = set()

    @property
    def current(self) -> Row | None:
        """The row under the cursor."""
        return self.rows[self.cursor] if self.cursor < len(self.rows) else None

    def show(self, found: Compared) -> None:
        """Show what was compared, unfolded where the two part, the cursor there."""
        self._found = found
        parting = drawing.parting_pair(found.result)
        self.unfolded = {parting} if parting is not None else set()
        self.rows = drawing.rows(found.result, self.unfolded)
        self.set_rows(len(self.rows), self.parting or 0, keep_offset=False)

    @property
    def parting(self) -> int | None:
        """The row in which the two part first."""
        return drawing.parting_row(self._found.result, self.rows) if self._found else None

    def fold(self) -> None:
        """Show the steps of the turn under the cursor, or hide them."""
        row = self.current
        if self._found is None or row is None:
            return
        self.unfolded ^= {row.pair}
        self.rows = drawing.rows(self._found.result, self.unfolded)
        self.set_rows(len(self.rows), self.row_of(row.pair))

    def row_of(self, pair: int) -> int:
        """The row of a pair of turns."""
        return next(
            (at for at, row in enumerate(self.rows) if row.pair == pair and row.step is None), 0
        )

    def row_at(self, side: int, turn: int, position: int) -> int | None:
        """The row of what is at ``position`` of a side, in its ``turn``."""
        if self._found is None:
            return None
        return drawing.row_at(self._found.result, self.rows, side, turn, position)

    def draw(self, index: int, width: int, selected: bool) -> Strip:
        """One row."""
        if self._found is None:
            return Strip.blank(width)
        row = self.rows[index]
        pieces = drawing.row_pieces(self._found, row, width - 1, row.pair in self.unfolded)
        bar: Piece = ("▌" if selected else " ", "brand")
        return self._inks.strip([bar, *pieces], width, "cursor" if selected else "")

    def notify_style_update(self) -> None:
        """Another theme."""
        super().notify_style_update()
        self._inks.forget()


class TwoClocks(Widget):
    """Both sides over the time since each began, and a playhead on each."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(_CLASSES)
    ALLOW_SELECT = False

    class Moved(Message):
        """A playhead was put somewhere with the mouse."""

        def __init__(self, side: int, when: int) -> None:
            super().__init__()
            self.side = side
            self.when = when

        def can_replace(self, message: Message) -> bool:
            """Only the last of a drag is worth drawing."""
            return isinstance(message, TwoClocks.Moved) and message.side == self.side

    def __init__(self) -> None:
        super().__init__(id="clocks")
        self._inks = _Inks(self)
        self._result: Comparison | None = None
        self._dial: clocks.Dial | None = None
        self._edges: list[float] = []
        self._lanes: list[list[Piece]] = []
        self._times = (0, 0)
        self._title: list[Piece] = []
        self._active, self._locked, self._playing = 0, True, ""
        self._dragged: int | None = None

    def show(self, result: Comparison, dial: clocks.Dial) -> None:
        """Show these two."""
        self._result, self._dial = result, dial
        self._forget()

    def put(self, times: tuple[int, int], active: int, locked: bool, playing: str) -> None:
        """The playheads are here; ``active`` is the side that keys move."""
        self._times, self._active, self._locked, self._playing = times, active, locked, playing
        self.refresh()

    def scrubbed(self, step: int, events_at: Sequence[int]) -> int:
        """The time ``step`` columns from the active playhead, at least at the next event."""
        self._measure()
        now = self._times[self._active]
        column = column_of(self._edges, now) if self._edges else None
        if column is None:
            return now
        target = min(max(0, column + step), len(self._edges) - 1)
        time = round(self._edges[target])
        if step > 0:
            after = bisect_right(events_at, now)
            return max(time, events_at[after]) if after < len(events_at) else now
        before = bisect_left(events_at, now)
        return min(time, events_at[before - 1]) if before else now

    def _forget(self) -> None:
        self._edges = []
        self.refresh()

    def _measure(self) -> None:
        """Count what is in each column, once per width."""
        result, dial = self._result, self._dial
        if result is None or dial is None or self._edges:
            return
        width = max(2, self.size.width - _LABELS - 1)
        edges = self._edges = whole(dial.axis).edges(dial.axis, width)
        lanes = [clocks.clock_lane(result, dial, index, edges) for index in (0, 1)]
        self._lanes = [*lanes, clocks.clock_axis(dial.axis, edges)]

    def on_resize(self) -> None:
        """Another width, other columns."""
        self._forget()

    def notify_style_update(self) -> None:
        """Another theme."""
        super().notify_style_update()
        self._inks.forget()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Title, two lanes, axis."""
        return 4

    # Mouse

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of the playhead of the lane that was clicked."""
        offset = event.get_content_offset_capture(self)
        if event.button == 1 and self._result is not None and offset.y >= 1:
            self._dragged = min(offset.y - 1, 1) if offset.y < 3 else self._active
            self.capture_mouse()
            self._drag(offset.x)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag it."""
        if self._dragged is not None:
            self._drag(event.get_content_offset_capture(self).x)

    def on_mouse_up(self) -> None:
        """Let go."""
        self._dragged = None
        self.release_mouse()

    def _drag(self, x: int) -> None:
        self._measure()
        column = min(max(0, x - _LABELS), len(self._edges) - 2)
        if self._dragged is not None:
            self.post_message(self.Moved(self._dragged, round(self._edges[column])))

    # Drawing

    def render_line(self, y: int) -> Strip:
        """The title, a lane, or the axis."""
        width = self.size.width
        if self._result is None:
            return Strip.blank(width, self.rich_style)
        self._measure()
        if y == 0:
            pieces = clocks.clocks_title(
                self._result, self._times, self._active, self._locked, self._playing, width
            )
            return self._inks.strip(pieces, width)
        if y > 3:
            return Strip.blank(width, self.rich_style)
        label: Piece = ((" A ", "left"), (" B ", "right"), ("   ", "dim"))[y - 1]
        strip = self._inks.strip([label, *self._lanes[y - 1]], width)
        for side in (0, 1) if y == 3 else (y - 1,):
            strip = self._with_playhead(strip, side, y == 3)
        return strip

    def _with_playhead(self, strip: Strip, side: int, axis: bool) -> Strip:
        column = column_of(self._edges, self._times[side])
        if column is None:
            return strip
        x = column + _LABELS
        under = strip.crop(x, x + 1).text or " "
        role = "playhead-here" if side == self._active else "playhead-column"
        glyph = "│" if under in " ·" else under
        if axis:
            if side != self._active or under != " ":
                return strip
            glyph = PLAYHEAD.glyph
        mark = Segment(glyph, self._inks.style(role))
        return Strip([*strip.crop(0, x), mark, *strip.crop(x + 1)], strip.cell_length)
