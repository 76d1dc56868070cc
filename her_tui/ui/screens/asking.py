"""A screen that asks for prompts while a query is typed, and shows what comes back.

Every key is answered at once by words, the newest first. A moment after the last one the ranked
answer, by words and meaning, is folded in around the row under the cursor, which does not move. A
question that is superseded is given up, not waited for.
"""

from __future__ import annotations

import threading
from typing import NamedTuple

from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Input

from her_tui.errors import HerError
from her_tui.plaintext import one_line
from her_tui.queries.finding import Found, Hit
from her_tui.ui import finding, loading
from her_tui.ui.merging import fold_in, place_of
from her_tui.ui.reading import Reading
from her_tui.ui.search_situations import found_said, meaning_said, search_situation
from her_tui.ui.widgets.board import Board
from her_tui.ui.widgets.hit_list import HitList
from her_tui.ui.widgets.one_line import spread, width_of
from her_tui.ui.widgets.prompt_preview import PromptPreview
from her_tui.ui.widgets.query_line import QueryInput, QueryNote
from her_tui.ui.widgets.session_line import Piece
from her_tui.ui.widgets.status_line import StatusLine
from her_tui.ui.widgets.virtual_list import VirtualList

#: Seconds without a key after which meaning is looked at.
_PAUSE = 0.12

#: Seconds the cursor rests on a prompt before it is read.
_REST = 0.05

#: Stands before the query.
LABEL = " ● Prompts "


class Place(NamedTuple):
    """Where a search was left."""

    text: str
    found: Found
    rows: tuple[Hit, ...]
    cursor: int


class Asking(Screen[tuple[Hit, Place] | None], inherit_bindings=False):
    """The questions and their answers; what can be done with them is up to a subclass."""

    def __init__(self, finder: finding.Finder | None, like: tuple[int, str] | None) -> None:
        """``finder`` is None where there is no library yet; ``like`` is a prompt (event, text) to
        find similar ones of at once."""
        super().__init__()
        self._finder = finder
        self._like = like
        self._before: tuple[Found, list[Hit], int] | None = None
        """What was listed before similar prompts were."""
        self._number = 0
        self._over = threading.Event()
        """Set when the present question is superseded."""
        self._reading = Reading()
        self._found: Found | None = None
        self._failure: HerError | None = None
        self._listed = -1
        """The question whose answer is listed."""
        self._moved = False
        """The user chose the row under the cursor; else it is merely the first."""
        self._pause: Timer | None = None
        self._rest: Timer | None = None
        self._words = loading.Newest(self, "prompts")
        self._ranked = loading.Newest(self, "prompts by meaning")
        self._previews = loading.Newest(self, "prompt")

    # Parts

    @property
    def line(self) -> QueryInput:
        """The query."""
        return self.query_one(QueryInput)

    @property
    def rows(self) -> HitList:
        """The prompts."""
        return self.query_one(HitList)

    @property
    def preview(self) -> PromptPreview:
        """The prompt under the cursor."""
        return self.query_one(PromptPreview)

    @property
    def note(self) -> QueryNote:
        """The row below the query."""
        return self.query_one(QueryNote)

    @property
    def status(self) -> StatusLine:
        """The last row."""
        return self.query_one(StatusLine)

    # Coming back

    def place(self) -> Place:
        """Where the search is, to come back to."""
        found = self._found or Found()
        return Place(self._reading.text, found, tuple(self.rows.hits), self.rows.cursor)

    def come_back(self, place: Place) -> None:
        """Be where it was left: what is typed now takes the place of the query."""
        with self.line.prevent(Input.Changed):
            self.line.value = place.text
        self.line.select_all()
        self._reading = self.line.reading
        self._show(place.found, list(place.rows), place.cursor)

    def on_resize(self) -> None:
        """A list beside a preview is narrow: there a prompt has two lines."""
        self.rows.lay_out(2 if self.size.width >= 100 else 1)
        self.call_after_refresh(self._say)

    # Asking

    def on_input_changed(self, event: Input.Changed) -> None:
        """A key: ask again."""
        event.stop()
        self._like, self._before = None, None
        self._ask()

    def _ask(self) -> None:
        """Ask what is typed: by words now, by meaning in a moment."""
        self._supersede()
        self._reading = self.line.reading
        self.note.show(self._reading)
        self.line.offer(self._reading)
        query = self._reading.query
        if query is None:
            self._dim(True)
        elif self._finder is None:
            self._show(Found(), [])
        else:
            ranked = self._reading.worded
            self._words.ask(finding.newest_job(self._finder, self._question, query, not ranked))
            if ranked:
                self._pause = self.set_timer(_PAUSE, self._ask_ranked)

    @property
    def _question(self) -> finding.Question:
        return finding.Question(self._number, self._over)

    def _supersede(self) -> None:
        """Another question: the one before is given up."""
        self._over.set()
        self._over = threading.Event()
        self._number += 1
        self._moved = False
        if self._pause is not None:
            self._pause.stop()
            self._pause = None

    def _ask_ranked(self) -> None:
        self._pause = None
        query = self._reading.query
        if query is not None and self._finder is not None:
            self._ranked.ask(finding.find_job(self._finder, self._question, query))

    def on_unmount(self) -> None:
        """Nobody waits for an answer any more."""
        self._over.set()

    # Similar prompts

    def ask_similar(self) -> None:
        """Ask for prompts like the one under the cursor."""
        hit = self.rows.current
        if hit is not None:
            if self._found is not None and self._before is None:
                self._before = (self._found, list(self.rows.hits), self.rows.cursor)
            self._like = (hit.event, hit.snippet)
            self._ask_similar()

    def _ask_similar(self) -> None:
        if self._like is not None and self._finder is not None:
            self._supersede()
            self._dim(True)
            self._ranked.ask(finding.similar_job(self._finder, self._question, self._like[0]))

    def leave_similar(self) -> bool:
        """Back to what was listed before; whether similar prompts are."""
        if self._like is None:
            return False
        before, self._before, self._like = self._before, None, None
        if before is None:
            self._ask()
        else:
            self._supersede()
            self._show(*before)
        return True

    # Answers

    def on_answered(self, event: finding.Answered) -> None:
        """An answer; one to an older question is dropped, and by words alone one that is late."""
        event.stop()
        late = not event.ranked and self._listed == event.number
        if event.number != self._number or late:
            return  # the ranked answer is the better one, whichever comes first
        found = event.found
        if not event.ranked and not found.hits and self.rows.count:
            self._found = found
            self._dim(True)  # what is meant may still be found: no blank screen in between
        elif self._listed == self._number:
            cursor = self.rows.cursor
            rows = fold_in(self.rows.hits, found.hits, cursor, _event, finding.MOST)
            self._show(found, rows, min(cursor, len(rows) - 1))
        else:
            at = place_of(self.rows.hits, self.rows.cursor, found.hits, _event)
            self._show(found, list(found.hits), at if self._moved else None)

    def on_unanswered(self, event: finding.Unanswered) -> None:
        """It cannot be answered: say why, in place of the list if there is none."""
        event.stop()
        if event.number == self._number:
            self._failure = event.error
            self._show_list([], 0)
            self._say()

    def _show(self, found: Found, rows: list[Hit], cursor: int | None = None) -> None:
        """List ``rows``; the row of ``cursor`` stays on its line, without one the list starts at
        the top."""
        self._found, self._failure = found, None
        self._show_list(rows, cursor or 0, keep=cursor is not None)
        self._say()

    def _show_list(self, rows: list[Hit], cursor: int, keep: bool = True) -> None:
        self._dim(False)
        self._listed = self._number
        before = self.rows.current
        self.rows.show(rows, cursor, keep)
        if not keep:
            self.rows.scroll_to(y=0, animate=False, force=True)
        self.rows.display = bool(rows)
        self.query_one("#found").set_class(not rows, "-none")
        if self.rows.current != before or not rows:
            self._show_preview()
        self.show_hints()

    def _dim(self, stale: bool) -> None:
        """What is listed is the answer to an older question, or not."""
        self.rows.set_class(stale, "-stale")

    def _say(self) -> None:
        """What was found, and whether meaning was looked at."""
        like = self._like[1] if self._like else ""
        now = search_situation(self._reading, self._found, self._failure, bool(like))
        self.query_one("#no-prompts", Board).show(now)
        if self._found is None or now is not None:
            self.note.otherwise([])
            return
        said = found_said(self._reading, self._found, self.rows.count, like)
        left: list[Piece] = [(" " * len(LABEL) + " " + said, "dim")]
        about, role = meaning_said(self._found.meaning, self.size.width - width_of(left) - 3)
        right: list[Piece] = [(about + " ", role)] if about else []
        for remark in self._found.remarks:
            if width_of(left) + width_of(right) + len(remark) + 4 < self.size.width:
                left.append(("   " + one_line(remark), "warning"))
        self.note.otherwise(spread(left, right, self.size.width))

    # The cursor

    def move(self, how: str) -> None:
        """Move the cursor as a `Move` says: from now on it holds on to its prompt."""
        if self.rows.count:
            self._moved = True
            self.rows.action_move(how)

    def on_virtual_list_highlighted(self, event: VirtualList.Highlighted) -> None:
        """Another prompt is under the cursor."""
        event.stop()
        self._show_preview()

    def on_virtual_list_chosen(self, event: VirtualList.Chosen) -> None:
        """A prompt was clicked twice."""
        event.stop()
        self.action_open()

    def _show_preview(self) -> None:
        """Read the prompt under the cursor once the cursor rests: the rows are painted first."""
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(_REST, self._read_preview)

    def _read_preview(self) -> None:
        self._rest = None
        hit = self.rows.current
        if hit is None or self._finder is None:
            self.preview.clear()
        else:
            self._previews.ask(finding.exchange_job(self._finder, hit.event))

    def on_exchange_read(self, event: finding.ExchangeRead) -> None:
        """The prompt under the cursor was read."""
        event.stop()
        hit = self.rows.current
        if hit is None or hit.event != event.event:
            return
        if event.exchange is None:
            self.preview.clear(event.failure)
        else:
            self.preview.show(hit, event.exchange)

    def action_open(self) -> None:
        """Open the prompt under the cursor."""

    def show_hints(self) -> None:
        """What keys do may have changed."""


def _event(hit: Hit) -> int:
    return hit.event
