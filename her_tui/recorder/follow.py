"""The background recorder: one process per user that keeps the library up to date.

It makes a pass, then watches. Notifications from the kernel are hints that can be missed; a cheap
look at every file's size and time, every few seconds, is the truth. It leaves when no screen is
open any more, which it knows from a lock that every screen holds and a killed one gives back.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path
from threading import Event
from types import FrameType

from her_tui import config
from her_tui.capture.adapter import Adapter
from her_tui.errors import HerError
from her_tui.paths import ensure_private_dir
from her_tui.queries.status import Phase, RecorderStatus, write
from her_tui.recorder.ingest import default_roots, guarded_pass
from her_tui.recorder.watch import Changes, Watch
from her_tui.store.locks import recorder_lock, viewer_lock, writer_lock

#: How often files are looked at without a hint.
RESCAN_SECONDS = 5.0

#: How long the recorder stays after the last screen closed, or before the first opened.
_GRACE_SECONDS = 10.0

_STATUS_SECONDS = 0.2

#: Between two passes: a client that writes without end must not keep the recorder busy.
_PAUSE_SECONDS = 0.4


class Recorder:
    """Follows the agents' files into the library below ``home`` until told to stop."""

    def __init__(self, home: Path, roots: Sequence[tuple[Adapter, Path]] | None = None) -> None:
        self.home = home
        self._roots = roots
        self._stop = Event()
        self._told = 0.0

    def stop(self) -> None:
        """End the loop after the pass under way."""
        self._stop.set()

    def run(self, *, stay: bool = False) -> None:
        """Record until `stop`, or, unless ``stay``, until nobody watches any more. Returns at once
        if another recorder runs."""
        ensure_private_dir(self.home)
        lock = recorder_lock(self.home)
        while lock.try_acquire():
            try:
                self._loop(stay)
            finally:
                lock.release()
            # A screen that opened while we were leaving took us for its recorder.
            if self._stop.is_set() or not self._watched():
                return

    def _loop(self, stay: bool) -> None:
        watch = Watch(RESCAN_SECONDS)
        alone_since = time.monotonic()
        try:
            while not self._stop.is_set():
                roots = default_roots() if self._roots is None else self._roots
                changes = watch.changes(roots)
                if changes:
                    if not self._pass(roots, changes):
                        watch.forget()
                    self._stop.wait(_PAUSE_SECONDS)
                watch.wait(roots, self._stop)
                if stay or self._watched():
                    alone_since = time.monotonic()
                elif time.monotonic() - alone_since > _GRACE_SECONDS:
                    break
        finally:
            watch.close()
            write(self.home, RecorderStatus(Phase.ABSENT, pid=os.getpid()))

    def _pass(self, roots: Sequence[tuple[Adapter, Path]], changes: Changes) -> bool:
        """One pass; whether it went well (else the next one tries again)."""
        lock = writer_lock(self.home)
        try:
            lock.acquire(waiting=lambda: self._tell(Phase.WAITING, message="Another Her writes"))
            self._tell(Phase.SCANNING)
            guarded_pass(
                self.home,
                roots,
                only=None if changes.whole else changes.files,
                exclude=config.load().exclude,
                progress=self._progress,
            )
        except HerError as error:
            self._tell(Phase.FAILED, message=error.title, hint=error.hint)
            return False
        finally:
            lock.release()
        self._tell(Phase.FOLLOWING)
        return True

    def _progress(self, phase: str, done: int, total: int) -> None:
        if time.monotonic() - self._told >= _STATUS_SECONDS:
            self._tell(Phase(phase), done, total)

    def _tell(
        self, phase: Phase, done: int = 0, total: int = 0, message: str = "", hint: str = ""
    ) -> None:
        self._told = time.monotonic()
        write(self.home, RecorderStatus(phase, done, total, message, hint, os.getpid()))

    def _watched(self) -> bool:
        alone = viewer_lock(self.home, shared=False)
        if alone.try_acquire():
            alone.release()
            return False
        return True


def main(home: Path, *, stay: bool = False) -> None:
    """The recorder's process: low priority, ends on SIGTERM and SIGINT after the pass under way."""
    recorder = Recorder(home)

    def leave(number: int, frame: FrameType | None) -> None:
        recorder.stop()

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    os.nice(10)
    recorder.run(stay=stay)
