"""The copy of what passes: a queue bounded in bytes between the pipe and the disk.

The pipe's thread only appends to lists; a thread of its own (`writer`) touches the disk. When the
queue is full, or the disk fails, what could not be kept is counted and becomes a `GAP`: nobody ever
waits for the recording.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from time import monotonic_ns

from her_tui.shim.wire.writer import Volume, Writer
from her_tui.spool.frames import GAP, HEADER, pack

#: Bytes that may wait for the disk.
QUEUE = 8 << 20

#: A file that has grown to this is followed by another.
VOLUME = 64 << 20

#: Frames are handed over together: after this long, or when this much has come. What comes later
#: takes the earlier along; only what nothing follows needs a timer, which costs a wake-up.
_DELAY_NS = 100_000_000
_TIMER_SECONDS = 0.2
_BATCH = 1 << 20

#: A file that nothing was added to for so long is finished, so that the recorder may delete it.
_IDLE_SECONDS = 60.0


class Track:
    """The frames of one exchange."""

    __slots__ = ("_lost", "_tee", "_volume", "number")

    def __init__(self, tee: Tee, volume: Volume, number: int) -> None:
        self._tee, self._volume, self.number = tee, volume, number
        self._lost = 0

    def body(self, kind: int, moment: int, payload: bytes) -> None:
        """Record bytes of a body; they are dropped and counted while the queue is full."""
        size = len(payload)
        if self._tee.waiting + size > QUEUE:
            self._lost += size
            return
        if self._lost:
            self._say_lost(moment)
        header = HEADER.pack(size, kind, self.number, moment)
        self._tee.put(self._volume, (header, payload), HEADER.size + size, moment)

    def say(self, kind: int, moment: int, facts: dict[str, object] | None = None) -> None:
        """Record what is no body: small, and never dropped here."""
        if self._lost:
            self._say_lost(moment)
        frame = pack(kind, self.number, moment, json.dumps(facts).encode() if facts else b"")
        self._tee.put(self._volume, (frame,), len(frame), moment)

    def close(self) -> None:
        """Nothing more comes of this exchange."""
        self._tee.closed(self._volume)

    def _say_lost(self, moment: int) -> None:
        lost, self._lost = self._lost, 0
        self.say(GAP, moment, {"reason": "the recording could not keep up", "bytes": lost})


class Tee:
    """The recording of all exchanges, in volumes that follow each other."""

    def __init__(
        self, writer: Writer, later: Callable[[float, Callable[[], None]], object]
    ) -> None:
        """``later`` calls back after so many seconds, in the pipe's thread."""
        self._writer, self._later = writer, later
        self._current: Volume | None = None
        self._volumes: set[Volume] = set()
        self._exchanges = 0
        self._accepted = 0
        self._batch: list[bytes] = []
        self._batch_size = 0
        self._batch_of: Volume | None = None
        self._batch_began = 0
        self._timing = self._idling = False

    @property
    def waiting(self) -> int:
        """Bytes taken that are not on the disk yet."""
        return self._accepted - self._writer.settled

    def begin(self) -> Track:
        """The track of a new exchange."""
        if self._current is None or self._current.taken > VOLUME:
            before, self._current = self._current, Volume()
            self._volumes.add(self._current)
            if before is not None and not before.exchanges:
                self._finish(before)
        self._current.exchanges += 1
        self._exchanges += 1
        return Track(self, self._current, self._exchanges)

    def put(self, volume: Volume, parts: tuple[bytes, ...], size: int, moment: int) -> None:
        """Take whole frames for ``volume``."""
        if self._batch_of is not volume:
            self.flush()
            self._batch_of = volume
        if not self._batch:
            self._batch_began = moment
        self._batch += parts
        self._batch_size += size
        self._accepted += size
        volume.taken += size
        if self._batch_size >= _BATCH or moment - self._batch_began > _DELAY_NS:
            self.flush()
        elif not self._timing:
            self._timing = True
            self._later(_TIMER_SECONDS, self._flush_late)

    def closed(self, volume: Volume) -> None:
        """One exchange of ``volume`` has ended."""
        volume.exchanges -= 1
        if volume.exchanges:
            return
        if volume is not self._current:
            self._finish(volume)
            return
        if not self._idling:
            self._idle_from(volume)

    def flush(self) -> None:
        """Hand what was taken to the writer."""
        if self._batch and self._batch_of is not None:
            self._writer.write(self._batch_of, self._batch, self._batch_size)
            self._batch, self._batch_size = [], 0

    def close(self, timeout: float) -> None:
        """Write what was taken, for at most ``timeout`` seconds."""
        for volume in list(self._volumes):
            self._finish(volume)
        self._writer.stop(timeout)

    def _flush_late(self) -> None:
        self._timing = False
        if not self._batch:
            return
        if monotonic_ns() - self._batch_began > _DELAY_NS:
            self.flush()
        else:
            self._timing = True
            self._later(_TIMER_SECONDS, self._flush_late)

    def _idle_from(self, volume: Volume) -> None:
        self._idling = True
        taken = volume.taken
        self._later(_IDLE_SECONDS, lambda: self._finish_idle(volume, taken))

    def _finish_idle(self, volume: Volume, taken: int) -> None:
        """Finish ``volume`` if nothing came since it had ``taken`` so much; else look again."""
        self._idling = False
        current = self._current
        if current is volume and not volume.exchanges and volume.taken == taken:
            self._current = None
            self._finish(volume)
        elif current is not None and not current.exchanges:
            self._idle_from(current)

    def _finish(self, volume: Volume) -> None:
        if self._batch_of is volume:
            self.flush()
            self._batch_of = None
        self._volumes.discard(volume)
        self._writer.finish(volume)
