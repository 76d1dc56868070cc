"""Bringing the encoder up where there is something to encode. Knows nothing of the model: neither
the recorder nor a command imports what the encoder needs."""

from __future__ import annotations

import time
from importlib.util import find_spec
from pathlib import Path

from her_tui.errors import HerError
from her_tui.paths import LIBRARY_NAME, stamp
from her_tui.queries import candidates, encoding
from her_tui.queries.encoding import EncoderStatus, Phase
from her_tui.recorder.process import recorder_environment, spawn
from her_tui.search import settings
from her_tui.search.settings import Settings
from her_tui.store.locks import encoder_lock
from her_tui.store.vectors import NAME as VECTORS_NAME

_MODULE = "her_tui.recorder.encoder_process"

#: How often it is looked whether there is something to encode.
_LOOK_SECONDS = 5.0

#: How long one that did not end well is left alone: the first time, and at most.
_FIRST_PAUSE_SECONDS = 15.0
_LAST_PAUSE_SECONDS = 600.0

#: What changes when something is recorded, or the vectors are gone.
_FILES = (LIBRARY_NAME, f"{LIBRARY_NAME}-wal", VECTORS_NAME)

#: What keeps its libraries on one thread, off the network, and from talking.
_ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "TQDM_DISABLE": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


def environment(home: Path) -> dict[str, str]:
    """Ours without secrets, and with what the encoder's libraries are to know."""
    return {**recorder_environment(home), **_ENVIRONMENT}


def runs(home: Path) -> bool:
    """Whether an encoder runs."""
    lock = encoder_lock(home)
    if lock.try_acquire():
        lock.release()
        return False
    return True


def may_run(now: Settings) -> bool:
    """Whether the user wants meaning, and it can be had as far as is known without a look at the
    weights."""
    return now.enabled is True and not now.paused and bool(now.weights) and has_numpy()


def has_numpy() -> bool:
    """Whether numpy is installed; it is not imported."""
    return find_spec("numpy") is not None


def start(home: Path) -> None:
    """Start the encoder; a second one leaves by itself. Returns at once. Raises `OSError`."""
    spawn(_MODULE, environment(home))


def is_encoder(pid: int) -> bool:
    """Whether ``pid`` is an encoder, as far as the system tells: numbers are given anew."""
    if pid <= 0:
        return False
    try:
        return _MODULE.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return not Path("/proc/self").exists()


class EncoderKeeper:
    """Starts the encoder whenever there is something to encode and none runs; one that does not end
    well, more and more rarely."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._next_look = 0.0
        self._not_before = 0.0
        self._pause = 0.0
        self._judged: EncoderStatus | None = None
        self._settings: Settings | None = None
        self._idle: object = None
        """What the files looked like when there was nothing to do."""

    def look(self) -> None:
        """One look, at most every few seconds; never raises."""
        now = time.monotonic()
        if now < self._next_look:
            return
        self._next_look = now + _LOOK_SECONDS
        try:
            if self._is_due(now) and not runs(self._home):
                start(self._home)
        except (HerError, OSError):
            return  # a library that is being prepared, or cannot be read: its readers tell

    def _is_due(self, now: float) -> bool:
        wanted = settings.load(self._home)
        changed, self._settings = wanted != self._settings, wanted
        if not may_run(wanted):
            return False
        status = encoding.read(self._home)
        if changed:
            self._not_before = self._pause = 0.0  # the user did something about it
            self._judged = status
        elif status != self._judged:
            self._judged = status
            self._judge(status, now)
        return now >= self._not_before and self._has_work(status)

    def _has_work(self, status: EncoderStatus) -> bool:
        """Whether something waits to be encoded; the library is opened only if it changed."""
        looks = [stamp(self._home / name) for name in _FILES]
        if (status, looks) == self._idle:
            return False
        waits = candidates.waiting(self._home, status)
        self._idle = None if waits else (status, looks)
        return waits

    def _judge(self, status: EncoderStatus, now: float) -> None:
        if status.phase in (Phase.WAITING, Phase.ENDED):
            self._not_before = self._pause = 0.0
        if status.phase not in (Phase.FAILED, Phase.KILLED):
            return
        self._pause = min(_LAST_PAUSE_SECONDS, max(_FIRST_PAUSE_SECONDS, 2 * self._pause))
        self._not_before = now + self._pause
