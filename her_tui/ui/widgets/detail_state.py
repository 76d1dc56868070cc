"""The panel ``state``: the state of the session as of the playhead, with a cursor on its rows."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from textual.message import Message

from her_tui.analysis.ledger import Carried, Ledger, carried
from her_tui.analysis.state import State
from her_tui.analysis.timeline import Timeline
from her_tui.queries.glimpses import glimpses
from her_tui.queries.library import Library
from her_tui.queries.sessions import SessionRow
from her_tui.ui.loading import Newest
from her_tui.ui.messages import Move
from her_tui.ui.renderers import state as state_rows
from her_tui.ui.renderers.state import ErrorWords, StateView
from her_tui.ui.widgets.detail_traffic import TrafficDetail

_READING = "The state of the session is being read."


class ErrorRead(Message):
    """What an error says was read."""

    def __init__(self, event: int, what: str, text: str) -> None:
        super().__init__()
        self.event = event
        self.what = what
        self.text = text


def read_error(library: Library, event: int) -> ErrorRead:
    """The first words of the error whose row id is ``event``."""
    found = glimpses(library, [event]).get(event)
    what, text = (found.what, found.text) if found is not None else ("error", "")
    return ErrorRead(event, what, text)


class StateDetail(TrafficDetail):
    """The state as of the playhead."""

    def on_mount(self) -> None:
        """Nothing is known yet."""
        self.ledger: Ledger | None = None
        """The states of the session on screen, once they are read."""
        self._carried: Carried | None = None
        self._state_shown: StateView | None = None
        self._error: ErrorRead | None = None
        self._error_jobs = Newest(self, "error")

    @property
    def standing(self) -> State | None:
        """The state at the playhead, or at the last event before it that the ledger knows; None
        until that is read."""
        return self._carried.at(self.position) if self._carried is not None else None

    @property
    def stands_here(self) -> bool:
        """Whether `standing` is of the very event at the playhead."""
        return self._carried is not None and self._carried.knows(self.position)

    def asking(self) -> Collection[int]:
        """Row ids of the actions that wait for the human at the playhead."""
        state = self.standing
        pending = state.pending if state is not None else ()
        return [each.action for each in pending if self.now < each.asked_until]

    def show_ledger(self, ledger: Ledger | None) -> None:
        """Follow ``ledger`` from now on; None: the states are not read yet."""
        self.ledger = ledger
        self._carry()
        self.time_passed()
        self.follow()

    def show(self, library: Library, row: SessionRow | None, timeline: Timeline | None) -> None:
        """Replay ``row``; the states of the same session, read again, are found where they are."""
        super().show(library, row, timeline)
        self._carry()

    def _carry(self) -> None:
        self._carried = carried(self.ledger, self.timeline)

    def forget_traffic(self) -> None:
        """Another session: nothing is known of it yet."""
        super().forget_traffic()
        self.ledger = self._carried = None
        self._error = None

    def _show_nothing(self, row: SessionRow | None = None) -> None:
        super()._show_nothing(row)
        self._state_shown = None
        self.state.say("No session is open." if row is None else "This session is empty.")

    def follow(self) -> None:
        """Bring the panels in sight to the playhead."""
        super().follow()
        if self.timeline is not None and self.in_sight("state"):
            self._show_state(self.standing)

    def time_passed(self) -> None:
        """It is later: what is under way takes longer."""
        super().time_passed()
        if self.in_sight("state"):
            self._show_state(self.standing)

    def _show_state(self, state: State | None) -> None:
        if state is None or self.ledger is None:
            self._state_shown = None
            self.state.say(_READING)
            self._title("state")
            return
        times = self.ledger.timeline.times
        words = self._error_words(state)
        view = state_rows.lay_out(state, self.now, times, self._base, words)
        self._state_shown = view
        self.state.show_state(view)
        self._title("state", state_rows.title(state, self.now if self.stands_here else state.time))

    def _error_words(self, state: State) -> ErrorWords | None:
        """What the last error says; None while that is read."""
        if state.error is None or self.ledger is None or self.library is None:
            return None
        event, known = self.ledger.timeline.ids[state.error], self._error
        if known is not None and known.event == event:
            return ErrorWords(state.error, known.what, known.text)
        self._error_jobs.ask(partial(read_error, self.library, event), event)
        return None

    def on_error_read(self, message: ErrorRead) -> None:
        """Say what the error says, if it is still the last."""
        message.stop()
        self._error = message
        state = self.standing
        if state is not None and self.in_sight("state"):
            self._show_state(state)

    # The cursor

    @property
    def state_place(self) -> int | None:
        """The position that the row under the cursor comes from."""
        view, row = self._state_shown, self.state.cursor
        if view is None or row is None or row >= len(view.places):
            return None
        place = view.places[row]
        return self._carried.back(place) if place is not None and self._carried else None

    def move_in_state(self, how: Move) -> None:
        """The cursor to a row that Enter leads somewhere from, else by rows of the screen."""
        if how in (Move.UP, Move.DOWN):
            self.state.step(1 if how is Move.DOWN else -1)
        elif how in (Move.HOME, Move.END):
            self.state.to_end(how is Move.END)
        else:
            self.state.scroll_rows(how)
        self._keys_changed()
