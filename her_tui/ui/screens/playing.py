"""The deck: the session on screen played like a video.

What plays is a `Player`; this screen tells it how much time went by, and takes the playhead where
it says. A timer runs only while it plays, and only until something on screen is another.

As of the playhead (`Detail.as_of`): whoever plays, scrubs or jumps on the timeline sees what there
was at that moment; whoever reads in the detail sees the whole turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from her_tui.analysis.axis import Axis
from her_tui.analysis.tape import Cutting, Idle, Tape
from her_tui.queries.sessions import Origin
from her_tui.ui import loading, messages
from her_tui.ui.keeping import LONG
from her_tui.ui.pacing import Pace
from her_tui.ui.playback import tenth
from her_tui.ui.player import DeckStatus, Player
from her_tui.ui.screens.streaming import Streaming
from her_tui.ui.state import State

#: Faster than this an answer is there before one could read in it: it appears block by block.
_STREAMED_SPEED = 8.0

#: What the deck does with idle stretches, as a notice.
_IDLE = {
    Idle.SKIP: "Idle stretches are skipped",
    Idle.SHORTEN: "Idle stretches are shortened",
    Idle.REAL: "Everything plays in real time",
}
_NEED_AN_EVENT = frozenset({"play", "speed", "idle", "loop", "follow", "tenth"})


class Playing(Streaming):
    """Plays the session on screen."""

    hand_driven = False
    """Time goes by only as `advance` is told; else a timer tells it."""

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self.player = Player(self._lay)
        self._tapes = loading.Newest(self, "tape")
        self.pace = Pace(self, self.advance)
        self._play_soon: int | None = None
        """The session to play as soon as it is on screen."""
        self._went = (False, False)
        """Whether it played, and followed, when the footer was told last."""

    @property
    def deck(self) -> DeckStatus:
        """How the deck stands."""
        return self.player.status()

    def advance(self, seconds: float) -> None:
        """Play on for ``seconds`` on the wall."""
        if self.timeline is None or not self.player.playing:
            return
        self.player.advance(seconds)
        now = self.player.time
        super().move_playhead(self.timeline.at_time(now), now)
        self._deck_changed()

    def play(self, speed: float | None = None, idle: Idle | None = None) -> None:
        """Play the session on screen, from its beginning if all of it was played; ``speed`` is one
        of `SPEEDS`."""
        if speed is not None:
            self.player.speed = speed
        if idle is not None:
            self.player.use_idle(idle)
        if self.timeline is None or not len(self.timeline):
            return
        if not self.player.playable:
            self.post_message(
                messages.Problem("There is nothing to play: no time goes by", "Step with [ and ].")
            )
            return
        self.detail.as_of = True
        self.player.play()
        self.pace.begin()
        now = self.player.time
        super().move_playhead(self.timeline.at_time(now), now)
        self.show_coming()
        self._deck_changed()

    def pause(self) -> None:
        """Stay here."""
        self.player.pause()
        self._deck_changed()

    # The session on screen

    def session_at_cursor(self) -> int | None:
        """The session that the list's cursor is on, while keys go to the list."""
        return None

    def show_session(self, read: loading.SessionRead | None) -> None:
        """Show what was read; one that grew while it is played plays on."""
        before = self.session.id if self.session is not None else None
        same = read is not None and before == read.row.id
        if not same:
            self.player.pause()
            self.detail.as_of = False
        super().show_session(read)
        live = read is not None and read.row.origin is Origin.LIVE
        times, tape = (read.timeline.times, read.tape) if read is not None else ((), None)
        self.player.load(times, live, same=same, tape=tape)
        if not self.player.playing:
            self.player.seek(self.now, self.at_last and (self.player.following or not same))
        self._deck_changed()
        wanted, self._play_soon = self._play_soon, None
        if read is not None and read.row.id == wanted:
            self.play()

    def cutting(self, same: bool) -> Cutting:
        """How the tape of the session on screen is cut, or that of another is to be."""
        return self.player.cutting if same else self.player.fresh

    def _lay(self, times: Sequence[int], cutting: Cutting) -> Tape | None:
        """Lay a tape; a long one in a worker, unless nobody could wait for it."""
        if len(times) < LONG or self.hand_driven:
            return cutting.tape(times)
        self._tapes.ask(partial(loading.lay_tape, times, cutting))
        return None

    def on_tape_laid(self, event: loading.TapeLaid) -> None:
        """A tape was laid: on with it, if it is still wanted."""
        self.player.take(event.times, event.tape)
        self._deck_changed()

    def traffic_shown(self) -> None:
        """Stretches in which an answer was seen to come are not idle."""
        super().traffic_shown()
        self.player.show_busy(self.seen_to_come)
        self._deck_changed()

    def streams_shown(self) -> None:
        """There is more to wait for."""
        self._wait()

    @property
    def streams_show(self) -> bool:
        """It goes slowly enough for pieces to be seen."""
        return not self.player.playing or self.player.speed <= _STREAMED_SPEED

    @property
    def follows(self) -> bool:
        """The playhead stays at the end as more comes in."""
        return self.player.following

    @property
    def at_last(self) -> bool:
        """The playhead is on the last event."""
        return self.timeline is not None and self.playhead >= len(self.timeline) - 1

    # The playhead

    def move_playhead(self, position: int, when: int | None = None) -> None:
        """The user, or what was jumped to, puts the playhead somewhere else: it plays on from
        there."""
        super().move_playhead(position, when)
        self.player.seek(self.now, self.at_last)
        self.pace.begin()
        self._deck_changed()

    def panel_moved(self, position: int, reading: bool) -> None:
        """In the detail one reads the whole turn; on the timeline, as of the playhead."""
        self.detail.as_of = not reading
        super().panel_moved(position, reading)

    def leave_moment(self) -> bool:
        """Show the whole turn again, and play no more; whether it was otherwise."""
        reading = self.session_at_cursor() is None
        if not self.player.playing and not (reading and self.detail.as_of):
            return False
        self.detail.as_of = False
        self.pause()
        return True

    # Time goes by

    def _deck_changed(self) -> None:
        """Show how the deck stands, and wait for what comes next."""
        self.bar.show_deck(self.player.status())
        goes = self.player.playing, self.player.following and self.player.live
        if goes != self._went:
            self._went = goes
            self.refresh_bindings()
        self._wait()

    def _wait(self) -> None:
        """Wake up when something on screen is to change; not at all if nothing is."""
        unseen = self.hand_driven or self.app.screen is not self
        self.pace.wait(None if unseen else self.player.wake(self.next_change()))

    def on_screen_suspend(self) -> None:
        """Another screen is on top: nothing plays unseen."""
        self._wait()

    def on_screen_resume(self) -> None:
        """On with it."""
        self.pace.begin()
        self._wait()

    def read_now(self) -> None:
        """The detail takes the focus, and in a narrow window the room: the main screen knows
        how."""
        raise NotImplementedError

    # Keys

    def action_play(self) -> None:
        """Play, or stay here; in the list the session under the cursor."""
        wanted = self.session_at_cursor()
        if wanted is not None and self._is_another(wanted):
            self._play_soon = wanted
            self.open_session(wanted)
        elif self.space_pauses:
            self.pause()
            return
        else:
            self.play()
        if wanted is not None and not self.detail.is_on_screen:
            self.read_now()

    def _is_another(self, session: int) -> bool:
        return self.session is None or self.session.id != session

    @property
    def space_pauses(self) -> bool:
        """Whether `action_play` would stay here."""
        wanted = self.session_at_cursor()
        if wanted is not None and self._is_another(wanted):
            return False
        return self.player.playing or (self.player.following and self.player.live)

    def action_speed(self, step: int) -> None:
        """Faster or slower."""
        self.pace.catch_up()
        if self.player.change_speed(step):
            self._deck_changed()
        else:
            fastest = "It plays as fast as it can" if step > 0 else "It plays as slowly as it can"
            self.post_message(messages.Notice(fastest))

    def action_idle(self) -> None:
        """Another way with idle stretches."""
        self.pace.catch_up()
        self.player.cycle_idle()
        self._deck_changed()
        self.post_message(messages.Notice(_IDLE[self.player.idle]))

    def action_loop(self) -> None:
        """Start of the loop, its end, none."""
        self.pace.catch_up()
        self.player.cycle_loop()
        self._deck_changed()
        loop = self.player.loop
        if loop is None:
            said = "No loop any more"
        else:
            said = "The loop starts here" if loop[1] is None else "The loop plays from A to B"
        self.post_message(messages.Notice(said))

    def action_follow(self) -> None:
        """Stick to the end as more comes in, or let go."""
        if self.player.following:
            self.pause()
            self.post_message(messages.Notice("No longer following"))
        elif self.timeline is not None:
            self.move_playhead(len(self.timeline) - 1)
            self.post_message(messages.Notice("Following"))

    @property
    def _axis(self) -> Axis | None:
        return self.bar.laid.axis if self.bar.laid is not None else None

    def action_tenth(self, number: int) -> None:
        """To a tenth of the session."""
        if self.timeline is not None:
            self.detail.as_of = True
            self.move_playhead(tenth(self.timeline, number, self._axis))
            if self.player.following:  # all of it is one moment
                self.pause()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without events there is nothing to play."""
        if action in _NEED_AN_EVENT:
            return self.timeline is not None and len(self.timeline) > 0
        return super().check_action(action, parameters)
