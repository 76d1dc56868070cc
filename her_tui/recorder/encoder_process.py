"""``python -m her_tui.recorder.encoder_process``: encode what the library of HER_HOME holds.

A process of its own, so that neither the screen nor the recorder imports what it needs, and that
takes only what processor time nobody else wants. It works for as long as somebody has a use for
it: while the recorder lives (a screen is open, or a client is recorded) or a command waits for it.
What it leaves is done next time. It starts by itself nothing, and can be killed at any moment.
"""

from __future__ import annotations

import os
import signal
import time
from collections import deque
from contextlib import suppress
from pathlib import Path
from threading import Event
from types import FrameType

from her_tui import paths
from her_tui.errors import HerError
from her_tui.queries import encoding
from her_tui.queries.encoding import EncoderStatus, Phase
from her_tui.queries.library import Library
from her_tui.recorder import engines, lease
from her_tui.recorder.backfill import Backfill
from her_tui.search import settings
from her_tui.search.encoder import MODEL
from her_tui.search.weights import WeightsMissing
from her_tui.store.database import STORAGE_ERRORS, explain
from her_tui.store.locks import encoder_lock, watched
from her_tui.store.vectors import NAME, VectorStore

#: How long it stays, its model loaded, with nothing to do; and how often it looks meanwhile.
IDLE_SECONDS = 60.0
LOOK_SECONDS = 2.0

#: How long it works for nobody: who wants it may come a moment later.
_GRACE_SECONDS = 10.0

_STATUS_SECONDS = 0.5

#: Batches and seconds that its speed is taken over.
_SPEED_SAMPLES = 20


class EncoderProcess:
    """The encoder of the library below ``home``."""

    def __init__(self, home: Path, load: engines.Load = engines.load) -> None:
        self.home = home
        self._load = load
        self._stop = Event()
        self._started = time.monotonic()
        self._library_file = _file(home / paths.LIBRARY_NAME)
        self._settings_look: object = None
        self._wanted = True
        self._backfill: Backfill | None = None
        self._status = encoding.read(home)
        self._told = 0.0
        self._samples: deque[tuple[float, int]] = deque(maxlen=_SPEED_SAMPLES)

    def stop(self) -> None:
        """Leave after the batch under way."""
        self._stop.set()

    def run(self) -> None:
        """Encode until there is nothing more to do, or nobody has a use for it. Returns at once if
        another one runs. What goes wrong is left in its state."""
        lock = encoder_lock(self.home)
        if not lock.try_acquire():
            return
        try:
            self._tell(Phase.STARTING)
            self._work()
            self._tell(Phase.ENDED)
        except HerError as error:
            self._fail(error.title, error.hint)
        except STORAGE_ERRORS as error:
            told = explain(error, self.home / NAME)
            self._fail(told.title, told.hint)
        except MemoryError:
            self._fail("There was not enough memory to encode", "her-tui index tries again.")
        except Exception as error:
            self._fail(f"The encoder failed: {type(error).__name__}", "her-tui index tries again.")
            raise
        finally:
            lock.release()

    def _work(self) -> None:
        if self._over() or self._library_file is None:
            return
        library = Library.open(self.home)
        store = VectorStore(self.home, MODEL)
        try:
            backfill = self._backfill = Backfill(library, store)
            backfill.look()
            if backfill.left:
                self._encode(backfill)
        finally:
            store.close()
            library.close()

    def _encode(self, backfill: Backfill) -> None:
        engine = self._open(backfill.much_came)
        _give_way()  # only now: as the last in the queue, loading might never end
        idle_since = time.monotonic()
        while not self._over():
            if backfill.left:
                if engine.replaceable and backfill.much_came:
                    return  # so much came that another engine is better started for it
                backfill.work(engine.encoder, engine.cut, self._over, self._batch_done)
                idle_since = time.monotonic()
            elif engine.reference or time.monotonic() - idle_since > IDLE_SECONDS:
                return  # the reference is too large to be kept for a sentence now and then
            else:
                self._tell(Phase.WAITING)
                self._stop.wait(LOOK_SECONDS)
                backfill.look()

    def _open(self, bulk: bool) -> engines.Engine:
        """The model, loaded."""
        try:
            engine = self._load(self.home, bulk)
        except HerError as error:
            gone = isinstance(error, WeightsMissing)
            damaged = None if gone else settings.load(self.home).stamp
            self._fail(error.title, error.hint, damaged)
            raise
        self._status = EncoderStatus(engine=engine.encoder.name)
        return engine

    def _over(self) -> bool:
        """Whether to leave: told to, switched off, the library replaced, of no more use."""
        return (
            self._stop.is_set()
            or not self._is_wanted_by_user()
            or _file(self.home / paths.LIBRARY_NAME) != self._library_file
            or not self._is_of_use()
        )

    def _is_wanted_by_user(self) -> bool:
        """Whether meaning is switched on, and not paused; read again only when that changed."""
        look = paths.stamp(self.home / settings.NAME)
        if look != self._settings_look:
            self._settings_look = look
            now = settings.load(self.home)
            self._wanted = now.enabled is True and not now.paused
        return self._wanted

    def _is_of_use(self) -> bool:
        """Whether the recorder lives, a screen is open, or a command waits."""
        young = time.monotonic() - self._started < _GRACE_SECONDS
        return young or lease.is_good(self.home) or watched(self.home)

    # What it says

    def _batch_done(self) -> None:
        now = time.monotonic()
        if self._backfill is not None:
            self._samples.append((now, self._backfill.done))
        if now - self._told >= _STATUS_SECONDS:
            self._tell(Phase.ENCODING)

    def _speed(self) -> float | None:
        if len(self._samples) < 2:
            return None
        (since, before), (now, done) = self._samples[0], self._samples[-1]
        return round((done - before) / max(now - since, 0.001), 1)

    def _tell(
        self, phase: Phase, title: str = "", hint: str = "", damaged: str | None = None
    ) -> None:
        if (phase, title) == (self._status.phase, self._status.message) == (Phase.WAITING, ""):
            return
        self._told = time.monotonic()
        known, last = self._backfill, self._status
        looked = known is not None and bool(known.mark.library)
        self._status = EncoderStatus(
            phase,
            known.done if known and looked else last.done,
            known.total if known and looked else last.total,
            last.engine if phase is not Phase.STARTING else "",
            self._speed() if phase is Phase.ENCODING else None,
            title,
            hint,
            damaged,
            os.getpid(),
            known.mark if known and looked else last.mark,
        )
        encoding.write(self.home, self._status)

    def _fail(self, title: str, hint: str, damaged: str | None = None) -> None:
        if self._status.phase is not Phase.FAILED:  # the first to say so knows most
            self._tell(Phase.FAILED, title, hint, damaged)


def _file(path: Path) -> tuple[int, int] | None:
    """Which file is at ``path``. One that we hold open keeps its number."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_dev, stat.st_ino


def _give_way() -> None:
    """Take what processor time nobody else wants."""
    with suppress(OSError):
        os.nice(19)
    for policy in ("SCHED_IDLE", "SCHED_BATCH"):
        if hasattr(os, policy):
            with suppress(OSError):
                os.sched_setscheduler(0, getattr(os, policy), os.sched_param(0))
                return


def main(load: engines.Load = engines.load) -> None:
    """The encoder's process: ends on SIGTERM and SIGINT after the batch under way."""
    process = EncoderProcess(paths.home(), load)

    def leave(number: int, frame: FrameType | None) -> None:
        process.stop()

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    process.run()


if __name__ == "__main__":
    main()
