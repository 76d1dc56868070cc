"""What plays: where on the tape it is, how fast it goes, and where it stops. No widget, no clock.

Whoever holds a `Player` says how much time went by on the wall (`Player.advance`), and is told how
long nothing on screen is going to change (`Player.wake`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import floor, inf

from her_tui.analysis.tape import LIMIT, Cutting, Idle, Stretch, Tape

#: How fast it may go.
SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)

#: Seconds between two frames, at least: 20 in a second look smooth in a terminal.
_FRAME = 0.05
#: The same for a text that comes in: a dozen pieces in a second read as a stream.
_PIECE_FRAME = 0.08
#: The same while an idle stretch goes by, where nothing moves but the clock.
_IDLE_FRAME = 0.2
#: Seconds that make sure that what is waited for is there, however the waiting was rounded.
_JUST_AFTER = 1e-9
#: Milliseconds of idle that are worth being told that they are skipped just now.
_WORTH_TELLING = 60_000

Loop = tuple[int, int | None]
"""Its start and, once it is set, its end, in session time."""


@dataclass(frozen=True, slots=True)
class DeckStatus:
    """How the deck stands. Times are lengths in milliseconds."""

    playing: bool = False
    speed: float = 1.0
    idle: Idle = Idle.SKIP
    elapsed: int = 0
    """From the first event to the playhead, in session time; whole seconds."""
    total: int = 0
    """From the first event to the last, likewise."""
    skipped: int = 0
    """How much was left out while it played: nothing after a jump, unless it plays on."""
    following: bool = False
    """It sticks to the last event as more come."""
    live: bool = False
    """The session still runs."""
    loop: Loop | None = None
    gap: int = 0
    """Length of the idle stretch that is being cut short just now, if it is worth telling."""


Lay = Callable[[Sequence[int], Cutting], Tape | None]
"""Lays a tape; None: it takes a while, and `Player.take` will be told."""


def at_once(times: Sequence[int], cutting: Cutting) -> Tape | None:
    """However long it takes."""
    return cutting.tape(times)


class Player:
    """One session being played, or not."""

    def __init__(self, lay: Lay = at_once) -> None:
        self.playing = False
        self.speed = 1.0
        self.cutting = Cutting()
        self.following = False
        self.live = False
        self.loop: Loop | None = None
        self.tape = Tape()
        self._lay = lay
        self._times: Sequence[int] = ()
        self._time = 0.0
        self._place = 0.0
        self._skipped = 0.0

    # What there is to play

    def load(
        self, times: Sequence[int], live: bool, *, same: bool = False, tape: Tape | None = None
    ) -> None:
        """Play events at ``times``, whose ``tape`` may be laid already; if it is the ``same``
        session, grown, all else stays as it is."""
        self._times, self.live = times, live
        if not same:
            self.playing = self.following = False
            self.loop = None
            self.cutting = self.fresh
            self._skipped = 0.0
        laid = tape is not None and tape.cutting == self.cutting
        self._put(tape if tape is not None and laid else self.cutting.tape(times))

    @property
    def fresh(self) -> Cutting:
        """How the tape of another session is to be cut."""
        return replace(self.cutting, busy=())

    @property
    def idle(self) -> Idle:
        """What is done with idle stretches."""
        return self.cutting.idle

    def show_busy(self, stretches: Iterable[Stretch]) -> None:
        """Answers were seen to come, piece by piece, in these stretches: they are not idle."""
        self._cut(replace(self.cutting, busy=tuple(stretches)))

    def use_idle(self, idle: Idle, limit: float = LIMIT, rest: float | None = None) -> None:
        """Do ``idle`` with pauses above ``limit`` milliseconds (see `lay_tape`)."""
        self._cut(replace(self.cutting, idle=idle, limit=limit, rest=rest))

    def _cut(self, cutting: Cutting) -> None:
        """Cut the tape in another way; if that takes a while, the old one plays until then."""
        if cutting != self.cutting:
            self.cutting = cutting
            self.take(self._times, self._lay(self._times, cutting))

    def take(self, times: Sequence[int], tape: Tape | None) -> None:
        """The tape of ``times`` is laid, unless it is None; one that is not wanted any more is not
        used."""
        if tape is not None and times is self._times and tape.cutting == self.cutting:
            self._put(tape)

    def _put(self, tape: Tape) -> None:
        self.tape = tape
        self._place = tape.place(self._time)

    @property
    def playable(self) -> bool:
        """The session has a length."""
        return self.tape.length > 0

    # Where it is

    @property
    def time(self) -> int:
        """The session's time at the playhead, in milliseconds since the epoch."""
        return floor(self._time)

    @property
    def at_end(self) -> bool:
        """There is nothing more to play."""
        return self._place >= self.tape.length

    def seek(self, time: int, last: bool) -> None:
        """The playhead is at ``time``; ``last``: on the last event, where it stays if the session
        grows."""
        if time != self.time and not self.playing:
            self._skipped = 0.0
        self._time = float(time)
        self._place = self.tape.place(time)
        self.following = last
        self.playing = self.playing and not last

    def advance(self, seconds: float) -> None:
        """Play on for ``seconds`` on the wall, as far as there is anything."""
        if not self.playing:
            return
        before = self._time
        place = self._place + max(0.0, seconds) * 1000 * self.speed
        first, last = self._looped()
        if self._place <= last <= place and first < last < inf:
            self._skipped += self.tape.skipped(before, self.tape.time(last))
            before = self.tape.time(first)
            place = first + (place - last) % (last - first)
        if place >= self.tape.length:
            place = self.tape.length
            self.playing, self.following = False, True
        self._place = place
        self._time = self.tape.time(place)
        self._skipped += self.tape.skipped(before, self._time)

    def _looped(self) -> tuple[float, float]:
        """Tape times of the loop; never ending if there is none."""
        if self.loop is None or self.loop[1] is None:
            return 0.0, inf
        return self.tape.place(self.loop[0]), self.tape.place(self.loop[1])

    def wake(self, change: float = inf) -> float | None:
        """Seconds on the wall until anything on screen is another: the next event, the next
        ``change`` (in session time) that the caller knows of, or the clock. None: never."""
        if not self.playing:
            return None
        after = bisect_right(self._times, self._time)
        event = self._times[after] if after < len(self._times) else inf
        news = self.tape.place(event)
        if self._time < change < event:
            news = min(news, max(self.tape.place(change), self._later(_PIECE_FRAME)))
        last = self._looped()[1]
        if last > self._place:
            news = min(news, last)
        tick = self.tape.place((self._time // 1000 + 1) * 1000)
        if self.tape.cut(self._time) is not None:
            tick = max(tick, self._later(_IDLE_FRAME))
        wait = (min(news, tick) - self._place) / 1000 / self.speed
        return max(_FRAME, wait + _JUST_AFTER)

    def _later(self, seconds: float) -> float:
        """Where on the tape it is after ``seconds`` on the wall."""
        return self._place + seconds * 1000 * self.speed

    def _in_gap(self) -> int:
        """Length of the idle stretch that is cut short here; 0: none is."""
        cut = self.tape.cut(self._time)
        return round(cut[1] - cut[0]) if cut is not None else 0

    # What the keys do

    def play(self) -> None:
        """Play, from the beginning if all of it was played; what is live is followed."""
        if not self.playable:
            return
        if self.at_end and self.live:
            self.following = True
            return
        if self.at_end:
            self._time, self._place = float(self._times[0]), 0.0
            self._skipped = 0.0
        self.playing, self.following = True, False

    def pause(self) -> None:
        """Stay here."""
        self.playing = self.following = False

    def toggle(self) -> None:
        """Play, or stay here."""
        if self.playing or (self.following and self.live):
            self.pause()
        else:
            self.play()

    def change_speed(self, step: int) -> bool:
        """Faster (+1) or slower (-1); whether that went."""
        at = SPEEDS.index(self.speed) + step
        if not 0 <= at < len(SPEEDS):
            return False
        self.speed = SPEEDS[at]
        return True

    def cycle_idle(self) -> None:
        """Another way with idle stretches."""
        modes = list(Idle)
        self.use_idle(modes[(modes.index(self.idle) + 1) % len(modes)])

    def cycle_loop(self) -> None:
        """Set the start of the loop here; then its end; then none. The earlier is the start."""
        here = self.time
        if self.loop is None:
            self.loop = (here, None)
        elif self.loop[1] is None and here != self.loop[0]:
            self.loop = (min(here, self.loop[0]), max(here, self.loop[0]))
        else:
            self.loop = None

    def status(self) -> DeckStatus:
        """How it stands."""
        first, last = (self._times[0], self._times[-1]) if self._times else (0, 0)
        now = min(max(self.time, first), last)
        gap = self._in_gap() if self.playing else 0
        return DeckStatus(
            playing=self.playing,
            speed=self.speed,
            idle=self.idle,
            elapsed=(now - first) // 1000 * 1000,
            total=(last - first) // 1000 * 1000,
            skipped=round(self._skipped),
            following=self.following,
            live=self.live,
            loop=self.loop,
            gap=gap if gap >= _WORTH_TELLING else 0,
        )
