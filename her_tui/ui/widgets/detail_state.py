"""The panel ``state``: the state of the session as of the playhead, with a cursor on its rows."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from textual.message import Message

from her_tui.analysis.ledger import Ledger
from her_tui.analysis.state import State
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

    def __init__(self, session: int, words: ErrorWords) -> None:
        super().__init__()
        self.session = session
        self.words = words


def read_error(library: Library, session: int, position: int, event: int) -> ErrorRead:
    """The first words of the error at ``position``, whose row id is ``event``."""
    found = glimpses(library, [event]).get(event)
    what, text = (found.what, found.text) if found is not None else ("error", "")
    return ErrorRead(session, ErrorWords(position, what, text))


class StateDetail(TrafficDetail):
    """The state as of the playhead."""

    def on_mount(self) -> None:
        """Nothing is known yet."""
        self.ledger: Ledger | None = None
        """The states of the session on screen, once they are read."""
        self._state_shown: StateView | None = None
        self._error: ErrorWords | None = None
        self._error_jobs = Newest(self, "error")

    @property
    def standing(self) -> State | None:
        """The state at the playhead; None until the ledger is read."""
        return self.ledger.at(self.position) if self.ledger is not None else None

    def asking(self) -> Collection[int]:
        """Row ids of the actions that wait for the human at the playhead."""
        state = self.standing
        pending = state.pending if state is not None else ()
        return [each.action for each in pending if self.now < each.asked_until]

    def show_ledger(self, ledger: Ledger | None) -> None:
        """Follow ``ledger`` from now on; None: the states are not read yet."""
        self.ledger = ledger
        self.time_passed()
        self.follow()

    def forget_traffic(self) -> None:
        """Another session: nothing is known of it yet."""
        super().forget_traffic()
        self.ledger = None
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
        assert self.timeline is not None
        if state is None:
            self._state_shown = None
            self.state.say(_READING)
            self._title("state")
            return
        self._read_error(state)
        times = self.timeline.times
        view = state_rows.lay_out(state, self.now, times, self._base, self._error)
        self._state_shown = view
        self.state.show_state(view)
        self._title("state", state_rows.title(state, self.now))

    def _read_error(self, state: State) -> None:
        """Read what the last error says, unless that is known."""
        at, timeline = state.error, self.timeline
        if at is None or timeline is None or self.library is None:
            return
        if self._error is None or self._error.position != at:
            job = partial(read_error, self.library, timeline.session, at, timeline.ids[at])
            self._error_jobs.ask(job)

    def on_error_read(self, message: ErrorRead) -> None:
        """Say what the error says, if it is still the last."""
        message.stop()
        if self.timeline is None or message.session != self.timeline.session:
            return
        self._error = message.words
        state = self.standing
        if state is not None and state.error == message.words.position and self.in_sight("state"):
            self._show_state(state)

    # The cursor

    @property
    def state_place(self) -> int | None:
        """The position that the row under the cursor comes from."""
        view, row = self._state_shown, self.state.cursor
        if view is None or row is None or row >= len(view.places):
            return None
        return view.places[row]

    def move_in_state(self, how: Move) -> None:
        """The cursor to a row that Enter leads somewhere from, else by rows of the screen."""
        if how in (Move.UP, Move.DOWN):
            self.state.step(1 if how is Move.DOWN else -1)
        elif how in (Move.HOME, Move.END):
            self.state.to_end(how is Move.END)
        else:
            self.state.scroll_rows(how)
        self._keys_changed()
