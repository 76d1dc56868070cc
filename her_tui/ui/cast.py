"""A session as an asciinema recording: the deck plays it, on no terminal and by a clock of its own.

The real screen runs without a terminal. It is told how much time goes by, as much as until the
next thing on it changes; when nothing is being read any more, what it shows is written down. So the
recording is the same however fast this machine is. What is of other sessions is not in it: neither
the list, the sums of the first row and what the last row says, nor one of them in the place of the
session that is recorded, should that be deleted meanwhile.

The format is version 2 of https://docs.asciinema.org/manual/asciicast/v2: a line for the header,
and one for each piece of output.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from textual.pilot import Pilot

from her_tui.analysis.tape import Idle
from her_tui.config import Config
from her_tui.errors import HerError, NotFound
from her_tui.plaintext import one_line
from her_tui.queries import sessions
from her_tui.queries.library import Library
from her_tui.queries.references import Located
from her_tui.ui import frames
from her_tui.ui.app import HerApp
from her_tui.ui.frames import Frame
from her_tui.ui.start import Start

#: Seconds that the last frame stays, unless that is longer than a pause may be.
_HOLD = 2.0
#: Seconds of this machine that all panels may take to be there at first, and how often to look.
_PATIENCE, _LOOK = 20.0, 0.05
#: Seconds of nothing new after which all panels are there: longer than any of them waits.
_REST = 0.3
#: Rounds of messages and reading after which a frame is taken, whatever is still on its way.
_ROUNDS = 50
#: Seconds too short to be worth a frame.
_NO_TIME = 0.001

Write = Callable[[str], None]
"""Takes a line of the recording, with its end."""

Tell = Callable[[float, float], None]
"""Takes how many seconds are recorded, and of how many."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is recorded, and how."""

    found: Located
    """The session, and the moment it starts at; None: the first."""
    until: int | None
    """The position it stops at; None: the last."""
    speed: float
    """One of `her_tui.ui.player.SPEEDS`."""
    idle: float
    """Seconds of the recording that a pause takes at most."""
    size: tuple[int, int]
    """Columns and rows."""

    @property
    def first(self) -> int:
        """The position it starts at."""
        return self.found.position or 0

    @property
    def last(self) -> int:
        """The position it stops at."""
        end = len(self.found.timeline) - 1
        return end if self.until is None else max(self.first, min(self.until, end))


class Cast:
    """A recording being written."""

    def __init__(self, plan: Plan, write: Write) -> None:
        self._plan = plan
        self._write = write
        self._header: dict[str, object] = {}
        self._before: Frame | None = None
        self._time = 0.0
        self._length = 0.0

    def begin(self, length: float) -> None:
        """A recording of ``length`` seconds: its header is written with the first frame."""
        plan, self._length = self._plan, length + min(_HOLD, self._plan.idle)
        width, height = plan.size
        self._header = {
            "version": 2,
            "width": width,
            "height": height,
            "timestamp": plan.found.timeline.times[plan.first] // 1_000,
            "duration": round(self._length, 3),
            "idle_time_limit": plan.idle,
            "title": one_line(plan.found.row.title, 120) or plan.found.row.session_id,
            "env": {"TERM": "xterm-256color"},
        }

    def show(self, time: float, shown: Frame) -> None:
        """The screen at ``time``, in seconds from the start: what is new on it."""
        told = frames.changes(self._before, shown)
        if self._before is None:
            self._line(self._header)
            told = frames.BEGIN + told
        self._before = shown
        if told:
            self._output(time, told)

    def finish(self) -> None:
        """The end: the last frame stays a while."""
        if self._before is not None:
            self._output(max(self._length, self._time + _NO_TIME), frames.end(self._plan.size[1]))

    def _output(self, time: float, told: str) -> None:
        self._time = max(time, self._time)
        self._line([round(self._time, 3), "o", told])

    def _line(self, value: object) -> None:
        # Characters above ASCII as they are: the blocks that lanes are drawn with are many. None of
        # them is a control: frames have none.
        self._write(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")


class Subject:
    """The session that is recorded, as the library has it: nothing else is."""

    def __init__(self, library: Library, session: int) -> None:
        self._library = library
        self._session = session
        self._version: int | None = None

    def there(self) -> None:
        """Raises `NotFound` if it was deleted."""
        version = self._library.version()
        if version != self._version:
            if self._session not in sessions.rows(self._library, [self._session]):
                raise NotFound(
                    "The session was deleted", "her-tui sessions lists those that are there."
                )
            self._version = version

    def on_screen(self, app: HerApp) -> None:
        """Raises `NotFound` if it was deleted, and `HerError` if it is not what is on screen."""
        self.there()
        if app.main.session is None or app.main.session.id != self._session:
            raise HerError("The session could not be read", "Run her-tui doctor.")


def record(home: Path, config: Config, plan: Plan, write: Write, tell: Tell) -> float:
    """Record what is planned; how many seconds it plays. A keyboard interrupt ends the recording
    where it is, as a whole one, and is raised on.

    Raises `NotFound` if the session is deleted meanwhile, and `HerError` if it cannot be read."""
    return asyncio.run(recorded(home, config, plan, write, tell))


async def recorded(home: Path, config: Config, plan: Plan, write: Write, tell: Tell) -> float:
    """`record`, in a loop that runs."""
    library = Library.open(home)
    try:
        return await _recorded(library, config, plan, write, tell)
    finally:
        library.close()


async def _recorded(
    library: Library, config: Config, plan: Plan, write: Write, tell: Tell
) -> float:
    cast = Cast(plan, write)
    found = plan.found
    subject = Subject(library, found.row.id)
    subject.there()
    start = Start(found.row.id, found.timeline.ids[plan.first], found.time)
    # As a demo: what the user left on the screen is not replaced by what is recorded.
    app = HerApp(library.home, config, demo=True, start=start)
    app.animation_level = "none"
    app.main.hand_driven = True
    app.main.alone = library
    app.main.add_class("-cast")
    try:
        async with app.run_test(size=plan.size) as pilot:
            await _at_start(pilot, app, start.session)
            subject.on_screen(app)
            return await _play(pilot, app, plan, cast, subject, tell)
    finally:
        cast.finish()


async def _play(
    pilot: Pilot[None], app: HerApp, plan: Plan, cast: Cast, subject: Subject, tell: Tell
) -> float:
    main, player = app.main, app.main.player
    limit = plan.idle * 1_000 * plan.speed
    player.use_idle(Idle.SKIP, limit, limit)
    stop = plan.found.timeline.times[plan.last]
    main.detail.as_of = True
    player.speed = plan.speed
    if player.tape.place(stop) > player.tape.place(player.time):
        main.play()

    def left() -> float:
        """Seconds until it stops."""
        return (player.tape.place(stop) - player.tape.place(player.time)) / 1_000 / plan.speed

    length, time = left(), 0.0
    cast.begin(length)
    while True:
        await _settled(pilot, app)
        subject.on_screen(app)
        cast.show(time, _shown(app, plan.size))
        tell(time, length)
        wait = player.wake(main.next_change())
        if wait is None or left() < _NO_TIME:
            break
        wait = min(wait, left())
        main.advance(wait)
        time += wait
    if main.deck.playing:
        main.pause()
    await _settled(pilot, app)
    subject.on_screen(app)
    cast.show(time + _NO_TIME, _shown(app, plan.size))
    return time


def _shown(app: HerApp, size: tuple[int, int]) -> Frame:
    """What is on the screen."""
    return frames.frame(app.screen._compositor.render_strips(), size[0])


async def _at_start(pilot: Pilot[None], app: HerApp, session: int) -> None:
    """Wait until the session is on screen, with all that is read of it."""
    waited = calm = 0.0
    before: Frame = ()
    while waited < _PATIENCE and calm < _REST:
        await _settled(pilot, app)
        await pilot.pause(_LOOK)
        waited += _LOOK
        shown = _shown(app, (app.size.width, app.size.height))
        there = app.main.session is not None and app.main.session.id == session
        calm = calm + _LOOK if there and shown == before else 0.0
        before = shown


async def _settled(pilot: Pilot[None], app: HerApp) -> None:
    """Wait until every message is handled and nothing is being read."""
    for _ in range(_ROUNDS):
        await pilot.pause(0)
        reading = [worker for worker in app.workers if not worker.is_finished]
        if not reading:
            return
        await app.workers.wait_for_complete(reading)
