"""Bringing what can be searched up to date while somebody waits: the words in this process, the
meaning by the encoder, which is started and watched."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from her_tui.errors import HerError, LibraryBusy
from her_tui.paths import INDEX_NAME, LIBRARY_NAME
from her_tui.queries import candidates, encoding
from her_tui.queries.encoding import EncoderStatus, Phase
from her_tui.queries.library import Library
from her_tui.recorder import encoder_start
from her_tui.recorder.progress import Progress, silent
from her_tui.search import settings
from her_tui.store import forget
from her_tui.store.database import STORAGE_ERRORS, explain
from her_tui.store.locks import FileLock, encoder_lock, viewer_lock, writer_lock
from her_tui.store.vectors import NAME as VECTORS_NAME
from her_tui.store.writer import Writer

_POLL_SECONDS = 0.2

#: How long an encoder may take to come up, on a machine with no processor time to spare; and to
#: end the batch under way.
_BIRTH_SECONDS = 30.0
_END_SECONDS = 60.0

#: An encoder that is killed so often is not started again.
_DEATHS = 3

Watcher = Callable[[EncoderStatus], object]


def words(
    home: Path,
    progress: Progress = silent,
    waiting: Callable[[], None] | None = None,
    *,
    anew: bool = False,
) -> None:
    """Bring the keyword index up to the last event, ``anew`` from the first. Waits for another
    writer, after calling ``waiting``. Raises `HerError`, `LibraryMissing` without a library."""
    from her_tui.recorder.words import index  # deferred: most who come here wait for meaning

    Library.open(home).close()
    lock = writer_lock(home)
    lock.acquire(waiting=waiting)
    try:
        if anew:
            _remove(home / INDEX_NAME)
        writer = Writer(home)
        try:
            forget.finish(writer)
            index(writer, progress)
        finally:
            writer.close()
    except STORAGE_ERRORS as error:
        raise explain(error, home / LIBRARY_NAME) from error
    finally:
        lock.release()


def resume(home: Path) -> None:
    """Encoding is no longer paused."""
    wanted = settings.load(home)
    if wanted.paused:
        settings.save(home, replace(wanted, paused=False))


def meaning(home: Path, watcher: Watcher) -> EncoderStatus:
    """Wait until everything is encoded, and return how it ended; the encoder is started as often as
    is needed. ``watcher`` is called a few times a second. Raises `HerError` where it fails."""
    deaths = 0
    with viewer_lock(home):  # as long as it is held, the encoder has a reason to go on
        while True:
            before = encoding.read(home)
            if not candidates.waiting(home, before):
                return before
            if not encoder_start.runs(home):
                encoder_start.start(home)
                _await_birth(home, before)
            status = _watch(home, watcher)
            if status.phase is Phase.FAILED:
                raise HerError(status.message, status.hint)
            deaths += status.phase is Phase.KILLED
            if deaths >= _DEATHS:
                raise HerError(
                    f"The encoder was killed {deaths} times",
                    "It may have been short of memory; her-tui index tries again.",
                )
            if not encoder_start.may_run(settings.load(home)):
                return status  # somebody else paused it, or switched it off
            time.sleep(_POLL_SECONDS)


def _await_birth(home: Path, before: EncoderStatus) -> None:
    """Wait until the encoder that was started says something."""
    deadline = time.monotonic() + _BIRTH_SECONDS
    while encoding.read(home) == before:
        if time.monotonic() >= deadline:
            raise HerError("The encoder does not start", "Run her-tui doctor.")
        time.sleep(_POLL_SECONDS / 4)


def _watch(home: Path, watcher: Watcher) -> EncoderStatus:
    """Look on until the encoder is gone, or has nothing more to do."""
    while True:
        status = encoding.read(home)
        watcher(status)
        if status.phase is Phase.WAITING or not encoder_start.runs(home):
            return encoding.read(home)
        time.sleep(_POLL_SECONDS)


def pause(home: Path, waiting: Callable[[], None]) -> EncoderStatus:
    """Pause encoding until `resume`, and wait until the batch under way is stored."""
    settings.save(home, replace(settings.load(home), paused=True))
    _alone(home, waiting).release()
    return encoding.read(home)


def forget_meaning(home: Path, waiting: Callable[[], None]) -> None:
    """Delete all vectors. Raises `LibraryBusy` if the encoder does not end."""
    lock = _alone(home, waiting)
    try:
        _remove(home / VECTORS_NAME)
        (home / encoding.STATUS_NAME).unlink(missing_ok=True)
    finally:
        lock.release()


def _alone(home: Path, waiting: Callable[[], None]) -> FileLock:
    """The encoder's lock, once the encoder that runs has ended, as it is asked to."""
    lock = encoder_lock(home)
    if lock.try_acquire():
        return lock
    waiting()
    deadline = time.monotonic() + _END_SECONDS
    _ask_to_end(encoding.read(home).pid)
    while not lock.try_acquire():
        if time.monotonic() >= deadline:
            raise LibraryBusy("The encoder does not end", "Try again in a while.")
        time.sleep(_POLL_SECONDS / 4)
    return lock


def _ask_to_end(pid: int) -> None:
    """Ask the encoder ``pid`` to leave; nothing if that is another program by now."""
    if encoder_start.is_encoder(pid):
        try:
            os.kill(pid, signal.SIGTERM)
        except OSError:
            return


def _remove(file: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{file}{suffix}").unlink(missing_ok=True)
