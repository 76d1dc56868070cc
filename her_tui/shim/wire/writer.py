"""The thread that appends to the spool, and what it does when the disk does not take it."""

from __future__ import annotations

import errno
import json
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue

from her_tui.spool.files import SUFFIX, SpoolFile, folder
from her_tui.spool.frames import GAP, REQUEST_BODY, RESPONSE_BODY, pack, unpack

#: The spool may hold this much before nothing is added, and the disk must have this much left.
SPOOL_LIMIT = 2 << 30
DISK_RESERVE = 200 << 20

#: How long what was learnt about the disk is believed.
_ROOM_SECONDS = 2.0
#: After a failure the disk is left alone for so long.
_PAUSE_SECONDS = 1.0

#: Bytes of frames kept in memory while the disk fails, so that exchanges have beginnings and ends.
_BACKLOG = 1 << 20

_BODIES = (REQUEST_BODY, RESPONSE_BODY)


class Volume:
    """One spool file to be: made by the writer when the first frames come."""

    __slots__ = ("backlog", "exchanges", "file", "lost", "reason", "resume", "taken")

    def __init__(self) -> None:
        #: The pipe's side: exchanges that are open, bytes taken.
        self.exchanges = 0
        self.taken = 0
        #: The writer's side: frames that still wait, bytes lost by exchange, and why.
        self.file: SpoolFile | None = None
        self.backlog = bytearray()
        self.lost: dict[int, int] = {}
        self.reason = ""
        self.resume = 0.0

    def remember(self, data: bytes) -> None:
        """Of frames that cannot be written, keep those that are no bodies; count the others."""
        for frame in unpack(data):
            if frame.kind in _BODIES:
                self.lost[frame.exchange] = self.lost.get(frame.exchange, 0) + len(frame.payload)
                continue
            if frame.exchange in self.lost:
                self.backlog += self._gap(frame.exchange, self.lost.pop(frame.exchange))
            self.backlog += pack(frame.kind, frame.exchange, frame.time, frame.payload)
        if len(self.backlog) > _BACKLOG:
            self.lost[0] = self.lost.get(0, 0) + len(self.backlog)
            self.backlog.clear()

    def remembered(self) -> bytes:
        """What was kept, and a gap for what was not."""
        gaps = (self._gap(exchange, lost) for exchange, lost in self.lost.items())
        return bytes(self.backlog) + b"".join(gaps)

    def _gap(self, exchange: int, lost: int) -> bytes:
        facts = {"reason": self.reason, "bytes": lost}
        return pack(GAP, exchange, time.monotonic_ns(), json.dumps(facts).encode())


class Writer:
    """Appends batches to volumes, in order, in a thread of its own."""

    def __init__(
        self, home: str, upstream: str, run: str, wrote: Callable[[], None] | None = None
    ) -> None:
        """``wrote`` is called, in the thread, after each batch."""
        self._home, self._upstream, self._run = home, upstream, run
        self._wrote = wrote
        self.settled = 0
        """Bytes that were written, or given up."""
        self._queue: SimpleQueue[tuple[Volume, list[bytes], int] | None] = SimpleQueue()
        self._room_until = 0.0
        self._room = ""
        self._thread = threading.Thread(target=self._work, name="her-writer", daemon=True)
        self._thread.start()

    def write(self, volume: Volume, parts: list[bytes], size: int) -> None:
        """Append whole frames to ``volume``, some time."""
        self._queue.put((volume, parts, size))

    def finish(self, volume: Volume) -> None:
        """Nothing more comes for ``volume``."""
        self._queue.put((volume, [], 0))

    def stop(self, timeout: float) -> None:
        """Write what is queued, for at most ``timeout`` seconds."""
        self._queue.put(None)
        self._thread.join(timeout)

    def _work(self) -> None:
        while (item := self._queue.get()) is not None:
            volume, parts, size = item
            if parts:
                self._append(volume, b"".join(parts))
            else:
                self._close(volume)
            self.settled += size
            if self._wrote:
                self._wrote()

    def _append(self, volume: Volume, data: bytes) -> None:
        now = time.monotonic()
        if now >= volume.resume:
            try:
                self._look_for_room(now)
                self._write(volume, data)
                return
            except OSError as error:
                volume.reason = error.strerror or "the disk failed"
                volume.resume = now + _PAUSE_SECONDS
        volume.remember(data)

    def _write(self, volume: Volume, data: bytes) -> None:
        if volume.file is None:
            volume.file = SpoolFile(self._home, "wire", upstream=self._upstream, run=self._run)
        if volume.backlog or volume.lost:
            volume.file.append(volume.remembered())
            volume.backlog.clear()
            volume.lost.clear()
        if data:
            volume.file.append(data)

    def _close(self, volume: Volume) -> None:
        if volume.file is None and not volume.backlog:
            return
        with suppress(OSError):  # whoever reads the file sees that its exchanges have no end
            self._write(volume, b"")
        if volume.file is not None:
            volume.file.close()

    def _look_for_room(self, now: float) -> None:
        """Raise `OSError` if nothing more should be added to the spool."""
        if now >= self._room_until:
            self._room = _lack_of_room(folder(self._home))
            self._room_until = now + _ROOM_SECONDS
        if self._room:
            raise OSError(errno.ENOSPC, self._room)


def _lack_of_room(where: str) -> str:
    """Why the folder ``where`` should not grow; empty if it may."""
    try:
        with os.scandir(where) as entries:
            held = sum(entry.stat().st_size for entry in entries if entry.name.endswith(SUFFIX))
        disk = os.statvfs(where)
    except FileNotFoundError:
        return ""  # not made yet, or a file went while we looked
    if held > SPOOL_LIMIT:
        return "the spool is full"
    if disk.f_bavail * disk.f_frsize < DISK_RESERVE:
        return "the disk is nearly full"
    return ""
