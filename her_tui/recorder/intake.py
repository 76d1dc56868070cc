"""The spool, into the library: what the wire and telemetry left, each frame exactly once.

What frames say and how far the file was read are committed together. What is still under way when
the recorder is killed is read again from where it began, which changes nothing: an attempt is known
by its file and number. A file goes when all of it is in the library and nobody appends to it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from her_tui import clock
from her_tui.capture.telemetry.facts import Pending, Telemetry, facts_of
from her_tui.capture.telemetry.logs import read_logs
from her_tui.capture.wire.exchange import Exchanges
from her_tui.events.requests import Attempt
from her_tui.recorder import stand_in
from her_tui.recorder.accept import Accept
from her_tui.recorder.bodies import BodiesFolder
from her_tui.recorder.exclusion import Exclusion
from her_tui.spool.files import SUFFIX, folder, is_open
from her_tui.spool.frames import OTLP, Frame, unpack
from her_tui.store import spooled
from her_tui.store.writer import Writer

#: How much of a file is read, and committed, at once.
_PIECE_BYTES = 4 << 20

#: How often the row of a response in flight is brought up to date.
_LIVE_SECONDS = 0.4


@dataclass(slots=True)
class _Reading:
    """A spool file that is being read."""

    path: str
    offset: int
    exchanges: Exchanges
    size: int = 0
    """Its size when it was last read."""
    shown: dict[str, int] = field(default_factory=dict)
    """Attempt in flight -> how much of its answer is in the library."""
    shown_at: float = 0.0
    unseen: bool = False
    """What is in flight went on since it was last shown."""

    @property
    def name(self) -> str:
        """What the library knows it by."""
        return os.path.basename(self.path)  # noqa: PTH119


class Intake:
    """Reads the spool of the library below ``home``; one per recorder."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._folder = folder(os.fspath(home))
        self._readings: dict[str, _Reading] = {}
        self._bodies = BodiesFolder(home)
        self._pending = Pending()
        self._written_down = 0
        """When sessions without a transcript were last looked for (milliseconds)."""
        self._taken = 0
        """When something was last taken in."""

    def waiting(self) -> bool:
        """Whether there is something to read, or to bring up to date."""
        if self._bodies.waiting() or self._is_due(clock.now_ms()):
            return True
        for path, size in self._files():
            reading = self._readings.get(path)
            if reading is None or reading.size != size or not is_open(path):
                return True
            if reading.unseen and self._due(reading):
                return True
        return False

    def run(self, writer: Writer, exclude: Iterable[str]) -> int:
        """Take in all there is; how many attempts were told of. The caller holds the writer's
        lock, and no transaction."""
        accept = Accept(writer, Exclusion(list(exclude)))
        now = clock.now_ms()
        told = 0
        for path, _ in self._files():
            told += self._read(writer, accept, path)
        told += self._bodies.run(writer, accept)  # the logs tell whose an answer is
        with writer.transaction():
            accept.settle(now)
            if self._is_due(now) or now - self._written_down >= stand_in.PATIENCE_MS:
                self._written_down = now
                stand_in.catch_up(writer, now)
        if told:
            self._taken = now
        writer.catch_up()
        for path in [path for path in self._readings if not Path(path).exists()]:
            del self._readings[path]
        return told

    @property
    def unsettled(self) -> bool:
        """Whether a session that was taken in may still lack the transcript it should have."""
        due = self._taken + stand_in.PATIENCE_MS
        return bool(self._taken) and self._written_down < due

    def _is_due(self, now: int) -> bool:
        """Whether it should have one by ``now``."""
        return self.unsettled and now >= self._taken + stand_in.PATIENCE_MS

    @property
    def in_flight(self) -> bool:
        """Whether something is under way on a wire."""
        return any(reading.exchanges.earliest is not None for reading in self._readings.values())

    def open_wires(self) -> int:
        """How many wires are being written to."""
        return sum(
            1
            for path, _ in self._files()
            if os.path.basename(path).startswith("wire-") and is_open(path)  # noqa: PTH119
        )

    def _files(self) -> list[tuple[str, int]]:
        try:
            with os.scandir(self._folder) as entries:
                return sorted(
                    (entry.path, entry.stat().st_size)
                    for entry in entries
                    if entry.name.endswith(SUFFIX)
                )
        except OSError:
            return []

    def _read(self, writer: Writer, accept: Accept, path: str) -> int:
        reading = self._readings.get(path)
        if reading is None:
            name = os.path.basename(path)  # noqa: PTH119
            reading = _Reading(path, spooled.consumed(writer.database, name), Exchanges(name))
            self._readings[path] = reading
            _greet(reading)
        more = is_open(path)  # asked before reading: what is written until then is read
        told = 0
        while True:
            with open(path, "rb") as file:  # noqa: PTH123
                file.seek(reading.offset)
                data = file.read(_PIECE_BYTES)
            frames = list(unpack(data, reading.offset))
            if not frames and len(data) == _PIECE_BYTES:
                with open(path, "rb") as file:  # noqa: PTH123 - one frame larger than a piece
                    file.seek(reading.offset)
                    data = file.read()
                frames = list(unpack(data, reading.offset))
            if not frames:
                break
            told += self._take(writer, accept, reading, frames)
        reading.size = reading.offset + len(data)
        if not more:
            told += self._finish(writer, accept, reading, len(data))
        else:
            self._show(writer, accept, reading)
        return told

    def _take(self, writer: Writer, accept: Accept, reading: _Reading, frames: list[Frame]) -> int:
        telemetry: list[tuple[str, Telemetry]] = []
        for frame in frames:
            if frame.kind == OTLP:
                telemetry.append(_telemetry(frame, self._pending))
            else:
                reading.exchanges.take(frame)
        end = frames[-1].end
        attempts = reading.exchanges.finished()
        gaps, reading.exchanges.gaps = reading.exchanges.gaps, []
        earliest = reading.exchanges.earliest
        reading.unseen = earliest is not None
        with writer.transaction():
            for attempt in attempts:
                accept.attempt(attempt, _unnamed(reading.name))
                reading.shown.pop(attempt.key, None)
            for gap in gaps:
                accept.wire_gap(reading.name, gap, _unnamed(reading.name))
            for run, told in telemetry:
                _take_telemetry(writer, accept, run, told)
            spooled.reached(writer.database, reading.name, end if earliest is None else earliest)
        reading.offset = end
        return len(attempts) + sum(len(told.attempts) for _, told in telemetry)

    def _due(self, reading: _Reading) -> bool:
        return time.monotonic() - reading.shown_at >= _LIVE_SECONDS

    def _show(self, writer: Writer, accept: Accept, reading: _Reading) -> None:
        """Bring the rows of what is in flight up to date."""
        if not self._due(reading) or not reading.unseen:
            return
        reading.shown_at, reading.unseen = time.monotonic(), False
        news: list[Attempt] = []
        for attempt in reading.exchanges.open():
            size = len(attempt.response_body or b"") + (attempt.request_body is not None)
            if reading.shown.get(attempt.key) != size:
                reading.shown[attempt.key] = size
                news.append(attempt)
        if news:
            with writer.transaction():
                for attempt in news:
                    accept.attempt(attempt, _unnamed(reading.name))

    def _finish(self, writer: Writer, accept: Accept, reading: _Reading, torn: int) -> int:
        """Nobody appends to the file any more: what is open has no end, and the file goes."""
        why = "the wire was cut off" if torn else "the wire ended"
        lost = reading.exchanges.abandon(why)
        with writer.transaction():
            for attempt in lost:
                accept.attempt(attempt, _unnamed(reading.name))
            spooled.reached(writer.database, reading.name, reading.offset + torn)
        Path(reading.path).unlink(missing_ok=True)
        spooled.forget(writer.database, reading.name)
        self._readings.pop(reading.path, None)
        return len(lost)


def _greet(reading: _Reading) -> None:
    """Give a file that is read on from its middle the frame it began with: it tells the time."""
    if reading.offset:
        with open(reading.path, "rb") as file:  # noqa: PTH123
            for frame in unpack(file.read(4096)):
                reading.exchanges.take(frame)
                break


def _unnamed(name: str) -> str:
    """The session of a wire's client that names none."""
    return name.removesuffix(SUFFIX)


def _telemetry(frame: Frame, pending: Pending) -> tuple[str, Telemetry]:
    """The run an export is of, and what it tells."""
    signal, _, rest = frame.payload.partition(b"\n")
    run, _, payload = rest.partition(b"\n")
    records = read_logs(payload) if signal == b"logs" else []
    return run.decode("ascii", "replace"), facts_of(records, pending)


def _take_telemetry(writer: Writer, accept: Accept, run: str, told: Telemetry) -> None:
    for attempt in told.attempts:
        accept.attempt(attempt)
    accept.tools(told.actions)
    for session_id, number, ts in told.sequences:
        missed = spooled.missed(writer.database, run, session_id, number, ts)
        if missed:
            accept.lost(session_id, number - missed, missed, ts)
