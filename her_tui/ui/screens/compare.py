"""Two sessions side by side: figures on top, aligned turns, and both on one clock below.

Two playheads move over it, tied to each other or free. What is compared is read in a worker; what
is shown is made by `her_tui.ui.renderers.compare` and `clocks`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message
from textual.screen import Screen

from her_tui import units
from her_tui.analysis import steps as stepping
from her_tui.analysis.compare import Side
from her_tui.queries import comparison
from her_tui.queries.comparison import Compared
from her_tui.queries.comparison_sides import Wanted
from her_tui.queries.library import Library
from her_tui.ui import actions, loading, messages
from her_tui.ui.actions import COMPARE, Region
from her_tui.ui.hints import hints
from her_tui.ui.keeping import keeping
from her_tui.ui.pacing import Pace
from her_tui.ui.player import Player
from her_tui.ui.renderers import clocks
from her_tui.ui.renderers import compare as drawing
from her_tui.ui.widgets.compare_parts import CompareLines, CompareList, TwoClocks
from her_tui.ui.widgets.status_line import StatusLine
from her_tui.ui.widgets.virtual_list import VirtualList

#: From which height on there is room for the words of the row under the cursor, and for figures.
_HEIGHTS = [(0, "-tiny"), (12, "-short"), (18, "-tall")]

#: The clock of a side starts at 0, which a timeline has for "no time": played from here on.
_ORIGIN = 1_000_000_000

#: What means nothing before the comparison is read, or where the two do not part.
_NEED_IT = frozenset(action.name for action in actions.in_region(COMPARE)) - {
    "compare.back", "app.help", "app.interrupt",
}  # fmt: skip


class Pick(NamedTuple):
    """The event to be opened, in which session."""

    session: int
    """Row id."""
    event: int


class ComparisonRead(Message):
    """What comes of the comparison."""

    def __init__(self, found: Compared, dial: clocks.Dial) -> None:
        super().__init__()
        self.found = found
        self.dial = dial


class Compare(Screen[Pick | None], inherit_bindings=False):
    """Dismissed with what to open, or None."""

    BINDINGS: ClassVar[list[BindingType]] = actions.bindings_for(COMPARE)
    VERTICAL_BREAKPOINTS = _HEIGHTS

    region_in_focus = Region.COMPARE

    def __init__(
        self, library: Library, left: Wanted, right: Wanted, keys: Mapping[str, str], demo: bool
    ) -> None:
        """``keys`` are the user's own."""
        super().__init__()
        self._library = library
        self._wanted = left, right
        self._keys = keys
        self._demo = demo
        self.found: Compared | None = None
        self.times = (0, 0)
        """Where the playheads are, in milliseconds since each side began."""
        self.active = 0
        """The side that keys move: 0 left, 1 right."""
        self._tied: int | None = 0
        """What locks the playheads (`stepping.tie`); None: they are free."""
        self.player = Player()
        self.pace = Pace(self, self.advance)

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield CompareLines("compare-title")
        yield CompareLines("compare-conclusion")
        yield CompareLines("compare-table")
        yield CompareList()
        yield CompareLines("compare-words")
        yield TwoClocks()
        yield StatusLine(self._demo)

    def on_mount(self) -> None:
        """Nothing is there until it is read."""
        self.rows.focus()
        self._lines("title").show(lambda _: [[(" Compare ", "brand"), (" reading …", "dim")]])
        job = partial(_read, self._library, *self._wanted)
        loading.run_job(self, "comparison", job)
        self.show_hints()

    @property
    def locked(self) -> bool:
        """The playheads move together."""
        return self._tied is not None

    # Parts

    @property
    def rows(self) -> CompareList:
        """The turns."""
        return self.query_one(CompareList)

    @property
    def clocks(self) -> TwoClocks:
        """Both sides in time."""
        return self.query_one(TwoClocks)

    @property
    def status(self) -> StatusLine:
        """The last row."""
        return self.query_one(StatusLine)

    def _lines(self, name: str) -> CompareLines:
        return self.query_one(f"#compare-{name}", CompareLines)

    @property
    def _side(self) -> Side | None:
        """The side that keys move."""
        if self.found is None:
            return None
        return drawing.sides(self.found.result)[self.active]

    # Showing

    def on_comparison_read(self, event: ComparisonRead) -> None:
        """Show it, from where the two part."""
        found = self.found = event.found
        self._lines("title").show(lambda width: [drawing.title(found.result, width)])
        self._lines("conclusion").show(lambda width: [drawing.conclusion(found, width)])
        self._lines("table").show(lambda width: drawing.table(found.result, width))
        self.rows.show(found)
        self.clocks.show(found.result, event.dial)
        self.player.load([_ORIGIN + at for at in event.dial.times], live=False)
        self._to_row()
        self.show_hints()

    def _tell(self) -> None:
        """The playheads are somewhere else, or are moved otherwise."""
        playing = f"▶ {units.speed(self.player.speed)}" if self.player.playing else ""
        self.clocks.put(self.times, self.active, self.locked, playing)

    def _say(self) -> None:
        """The words of the row under the cursor."""
        found, row = self.found, self.rows.current
        if found is not None:
            self._lines("words").show(lambda width: drawing.words(found, row, width))

    def show_hints(self) -> None:
        """Offer the keys that do something now."""
        names = [each.name for each in actions.in_region(COMPARE)]
        idle = _NEED_IT if self.found is None else frozenset()
        if self.found is not None and self.found.result.divergence is None:
            idle = frozenset({"compare.parting"})
        enabled = [name for name in names if name not in idle]
        self.status.show_hints(hints(COMPARE, self._keys, enabled, idle))

    # The cursor and the playheads

    def on_virtual_list_highlighted(self, event: VirtualList.Highlighted) -> None:
        """The cursor is on another row: the playheads go there."""
        event.stop()
        self._to_row()

    def _to_row(self) -> None:
        """Put the playheads on the row under the cursor, on each side that has it; a locked one
        that has no place in it follows."""
        found, row = self.found, self.rows.current
        if found is None or row is None:
            return
        self._stop()
        here = drawing.row_positions(found.result, row)
        one, other = (
            stepping.time_of(side, position) if position is not None else None
            for side, position in zip(drawing.sides(found.result), here, strict=True)
        )
        if one is not None and other is not None:
            self.times = one, other
            self._tied = stepping.tie(self.times) if self.locked else None
        elif one is not None or other is not None:
            self.active = int(one is None)
            to = one if one is not None else other or 0
            self.times = stepping.moved(found.result, self.times, self.active, to, self._tied)
        self._say()
        self._tell()

    def _move(self, time_: int, side: int | None = None) -> None:
        """Put a playhead at ``time_``; the cursor follows it."""
        if self.found is None:
            return
        side = self.active if side is None else side
        self.active = side
        self.times = stepping.moved(self.found.result, self.times, side, time_, self._tied)
        self._tell()
        self._lead()

    def _lead(self) -> None:
        """Put the cursor on the turn under way on the side that keys move."""
        side = self._side
        turn = stepping.turn_at(side, self.times[self.active]) if side is not None else None
        if self.found is None or turn is None:
            return
        row = self.rows.row_at(self.active, turn, self._position())
        if row is not None and row != self.rows.cursor:
            with self.rows.prevent(VirtualList.Highlighted):
                self.rows.cursor = row
            self._say()

    def _position(self) -> int:
        """Where on the timeline of its session the active playhead is."""
        side = self._side
        return stepping.position_at(side, self.times[self.active]) if side is not None else 0

    def on_two_clocks_moved(self, event: TwoClocks.Moved) -> None:
        """The mouse moved a playhead."""
        event.stop()
        self._stop()
        self._move(event.when, event.side)

    # Keys

    def action_move(self, how: str) -> None:
        """Move the cursor."""
        self.rows.action_move(how)

    def action_parting(self) -> None:
        """To where they part first."""
        parting = self.rows.parting
        if parting is None:
            self.status.problem("They do not part", "")
        else:
            self.rows.cursor = parting

    def action_fold(self) -> None:
        """The steps of the turn under the cursor; the playheads stay where they are."""
        with self.rows.prevent(VirtualList.Highlighted):
            self.rows.fold()
        self._say()

    def action_lock(self) -> None:
        """Tie the playheads to each other, or let them go."""
        self._tied = None if self.locked else stepping.tie(self.times)
        self._tell()
        said = "move together" if self.locked else "move each by itself"
        self.status.notice(f"The playheads {said}")

    def action_side(self) -> None:
        """Keys move the other playhead; what plays goes on from there."""
        self.pace.catch_up()
        self.active = 1 - self.active
        if self.player.playing:
            self.player.seek(_ORIGIN + self.times[self.active], last=False)
            self.pace.wait(self.player.wake())
        self._tell()

    def action_scrub(self, step: int) -> None:
        """By columns of the clocks."""
        side = self._side
        if side is not None:
            self._stop()
            self._move(self.clocks.scrubbed(step, side.clock))

    def action_turn(self, step: int) -> None:
        """To the next or previous prompt of the side."""
        side = self._side
        turn = stepping.turn_at(side, self.times[self.active]) if side is not None else None
        if side is None or turn is None:
            return
        self._stop()
        start = side.clock[side.turns[turn].start]
        if step < 0 and self.times[self.active] > start:
            self._move(start)
        elif 0 <= turn + step < len(side.turns):
            self._move(side.clock[side.turns[turn + step].start])

    def action_tenth(self, number: int) -> None:
        """To a tenth of the side."""
        side = self._side
        if side is not None:
            self._stop()
            self._move(stepping.length(side) * number // 10)

    def action_open(self) -> None:
        """Open the moment at the playhead."""
        side = self._side
        if side is not None and side.positions:
            self.dismiss(Pick(side.session, side.timeline.ids[self._position()]))

    def on_virtual_list_chosen(self, event: VirtualList.Chosen) -> None:
        """A row was clicked twice."""
        event.stop()
        self.action_open()

    def action_back(self) -> None:
        """Stop playing; else go back."""
        if self.player.playing:
            self._stop()
        else:
            self.dismiss(None)

    # Playing

    def action_play(self) -> None:
        """Play what keys move, and what is tied to it; or stay here."""
        if self.found is None:
            return
        if self.player.playing:
            self._stop()
            return
        side = self._side
        if side is None or not stepping.length(side):
            self.status.problem("There is nothing to play: no time goes by", "")
            return
        if self.times[self.active] >= stepping.length(side):
            self._move(0)
        self.player.seek(_ORIGIN + self.times[self.active], last=False)
        self.player.play()
        self.pace.begin()
        self._tell()
        self.pace.wait(self.player.wake())

    def action_speed(self, step: int) -> None:
        """Faster or slower."""
        self.pace.catch_up()
        self.player.change_speed(step)
        self.pace.wait(self.player.wake())
        self._tell()
        self.status.notice(f"Speed {units.speed(self.player.speed)}")

    def _stop(self) -> None:
        """Play no more."""
        self.pace.stop()
        if self.player.playing:
            self.player.pause()
            self._tell()

    def advance(self, seconds: float) -> None:
        """Play on for ``seconds`` on the wall, as far as the active side goes."""
        side = self._side
        if side is None:
            return
        self.player.advance(seconds)
        to = int(self.player.time) - _ORIGIN
        if to >= stepping.length(side):
            self.player.pause()
        self._move(to)
        self.pace.wait(self.player.wake())

    def on_screen_suspend(self) -> None:
        """Another screen is on top: nothing plays unseen."""
        self._stop()

    # Saying

    async def on_status_line_pressed(self, event: StatusLine.Pressed) -> None:
        """A key in the footer was clicked."""
        await self.app.run_action(event.action.run, self)

    def on_key(self) -> None:
        """Whoever types goes on: what was said before was read."""
        self.status.read()

    def on_problem(self, event: messages.Problem) -> None:
        """Something went wrong."""
        self.status.problem(event.title, event.hint)

    def on_load_failed(self, event: loading.LoadFailed) -> None:
        """It could not be read."""
        self._lines("title").show(lambda _: [[(" Compare ", "brand")]])
        self.status.problem(event.error.title, event.error.hint)


def _read(library: Library, left: Wanted, right: Wanted) -> ComparisonRead:
    with keeping(sum(2 * each.row.actions + each.row.responses for each in (left, right))):
        found = comparison.compare(library, left, right)
        return ComparisonRead(found, clocks.dial(found.result))
