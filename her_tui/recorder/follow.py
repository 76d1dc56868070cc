"""The background recorder: one process per user that keeps the library up to date.

It makes a pass, then watches. Notifications from the kernel are hints that can be missed; a cheap
look at every file's size and time, every few seconds, is the truth. It stays for as long as it is
of use: while a screen is open, which it knows from a lock that every screen holds and a killed one
gives back, or a client is being recorded.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event
from types import FrameType

from her_tui import config
from her_tui.capture.adapter import Adapter
from her_tui.errors import HerError
from her_tui.paths import ensure_private_dir
from her_tui.queries.status import Phase, RecorderStatus, write
from her_tui.recorder import clients
from her_tui.recorder.encoder_start import EncoderKeeper
from her_tui.recorder.ingest import default_roots, guarded_intake, guarded_pass
from her_tui.recorder.intake import Intake
from her_tui.recorder.lease import Lease
from her_tui.recorder.meter import Meter
from her_tui.recorder.receiver import Receiver
from her_tui.recorder.watch import Changes, Watch
from her_tui.spool.files import BODIES, FOLDER
from her_tui.store.locks import recorder_lock, watched, writer_lock

#: How often files are looked at without a hint.
RESCAN_SECONDS = 5.0

#: How long the recorder stays after the last screen closed, or before the first opened.
_GRACE_SECONDS = 10.0

#: How long it stays after telemetry of a client that did not register: it may be thinking, or its
#: human may.
_IDLE_SECONDS = 1800.0

#: How often something in flight is looked at.
_LIVE_PAUSE_SECONDS = 0.5

_STATUS_SECONDS = 0.2

#: How often it is said anew who is recorded, and what that costs.
_AGAIN_SECONDS = 10.0

#: Between two passes: a client that writes without end must not keep the recorder busy. Where
#: nobody looks there is no hurry, and the processor is the client's.
_PAUSE_SECONDS = 0.4
_CALM_SECONDS = 2.0


class Recorder:
    """Follows the agents' files, and takes in the spool, into the library below ``home`` until told
    to stop."""

    def __init__(self, home: Path, roots: Sequence[tuple[Adapter, Path]] | None = None) -> None:
        self.home = home
        self._roots = roots
        self._stop = Event()
        self._told = 0.0
        self._phase = Phase.SCANNING
        self._watch = Watch(RESCAN_SECONDS)
        self._intake: Intake
        self._lease: Lease
        self._receiver: Receiver | None = None
        self._meter = Meter()
        self._encoder = EncoderKeeper(home)
        self._unindexed: HerError | None = None
        """Why the last pass could not index words."""
        self._busy_since = time.monotonic()
        """When somebody last had a use for us."""

    def stop(self) -> None:
        """End the loop after the pass under way."""
        self._stop.set()
        self._watch.hint()

    def run(self, *, stay: bool = False) -> None:
        """Record until `stop`, or, unless ``stay``, until nobody has a use for it any more. Returns
        at once if another recorder runs."""
        ensure_private_dir(self.home)
        lock = recorder_lock(self.home)
        while lock.try_acquire():
            try:
                self._begin()
                self._loop(stay)
            finally:
                self._end()
                lock.release()
            # A screen that opened while we were leaving took us for its recorder.
            if self._stop.is_set() or not watched(self.home):
                return

    def _begin(self) -> None:
        self._watch = Watch(RESCAN_SECONDS)
        self._lease = Lease(self.home)
        self._intake = Intake(self.home)
        try:
            self._receiver = Receiver(self.home, self._watch.hint)
        except OSError as error:
            self._receiver = None  # transcripts and the wire go on; `doctor` tells
            self._tell(Phase.SCANNING, message=f"No telemetry: {error.strerror or error}")

    def _end(self) -> None:
        if self._receiver is not None:
            self._receiver.close()
        self._watch.close()
        self._lease.end()
        write(self.home, RecorderStatus(Phase.ABSENT, pid=os.getpid()))

    def _loop(self, stay: bool) -> None:
        self._busy_since = time.monotonic()
        while not self._stop.is_set():
            self._lease.beat()
            roots = default_roots() if self._roots is None else self._roots
            changes = self._watch.changes(roots)
            if changes or self._intake.waiting():
                self._busy_since = time.monotonic()
                if not self._pass(roots, changes or Changes()):
                    self._watch.forget()
                self._stop.wait(_PAUSE_SECONDS if watched(self.home) else _CALM_SECONDS)
            self._encoder.look()
            self._watch.wait([root for _, root in roots], self._beside(), self._pause(), self._stop)
            if not stay and not self._needed():
                break
            due = time.monotonic() - self._told >= _AGAIN_SECONDS
            if due and self._phase is Phase.FOLLOWING:
                self._tell_following()
                if self._receiver is not None:
                    self._receiver.spool.close()  # what was read of it goes

    def _beside(self) -> list[Path]:
        """Folders that others leave something in, beside the transcripts."""
        spool = self.home / FOLDER
        return [folder for folder in (spool, spool / BODIES) if folder.is_dir()]

    def _pause(self) -> float:
        """How long to wait for a hint."""
        return _LIVE_PAUSE_SECONDS if self._intake.in_flight else RESCAN_SECONDS

    def _needed(self) -> bool:
        """Whether a screen is open, a client is recorded, or something happened a moment ago."""
        now = time.monotonic()
        seen = self._receiver.seen if self._receiver else 0.0
        of_use = watched(self.home) or clients.alive(self.home) or self._intake.open_wires()
        if of_use or self._intake.unsettled:
            self._busy_since = now
            return True
        telemetry = bool(seen) and now - seen <= _IDLE_SECONDS
        return telemetry or now - self._busy_since <= _GRACE_SECONDS

    def _pass(self, roots: Sequence[tuple[Adapter, Path]], changes: Changes) -> bool:
        """One pass; whether it went well (else the next one tries again)."""
        lock = writer_lock(self.home)
        try:
            lock.acquire(waiting=lambda: self._tell(Phase.WAITING, message="Another Her writes"))
            exclude = config.load().exclude
            if changes.whole or changes.files:
                self._tell(Phase.SCANNING)
                result = guarded_pass(
                    self.home,
                    roots,
                    only=None if changes.whole else changes.files,
                    exclude=exclude,
                    progress=self._progress,
                    between=lambda writer: self._intake.run(writer, exclude),
                )
                self._unindexed = result.unindexed
            else:
                guarded_intake(self.home, self._intake, exclude)
        except HerError as error:
            self._tell(Phase.FAILED, message=error.title, hint=error.hint)
            return False
        finally:
            lock.release()
        self._tell_following()
        return True

    def _progress(self, phase: str, done: int, total: int) -> None:
        self._lease.beat()
        if time.monotonic() - self._told >= _STATUS_SECONDS:
            self._tell(Phase(phase), done, total)

    def _tell_following(self) -> None:
        """We are up to date, but for the words, if they could not be indexed."""
        error = self._unindexed
        if error is None:
            self._tell(Phase.FOLLOWING)
        else:
            self._tell(Phase.FOLLOWING, message=error.title, hint=error.hint)

    def _tell(
        self, phase: Phase, done: int = 0, total: int = 0, message: str = "", hint: str = ""
    ) -> None:
        self._told, self._phase = time.monotonic(), phase
        status = RecorderStatus(
            phase,
            done,
            total,
            message,
            hint,
            os.getpid(),
            clients=len(clients.alive(self.home)),
            wire=self._intake.open_wires(),
            telemetry=self._receiver is not None,
            cpu=self._meter.share(),
        )
        write(self.home, status)


def _give_way() -> None:
    """Take what processor time nobody else wants."""
    os.nice(19)
    if hasattr(os, "SCHED_BATCH"):  # and do not interrupt others to take it
        with suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def main(home: Path, *, stay: bool = False) -> None:
    """The recorder's process: low priority, ends on SIGTERM and SIGINT after the pass under way."""
    recorder = Recorder(home)

    def leave(number: int, frame: FrameType | None) -> None:
        recorder.stop()

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    _give_way()
    recorder.run(stay=stay)
