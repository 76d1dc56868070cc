"""Locks between processes: kernel file locks, which a killed process always gives back."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from her_tui.errors import LibraryBusy, LibraryUnusable

_POLL_SECONDS = 0.05


class FileLock:
    """An advisory lock on a file, exclusive or shared; a context manager that waits for it."""

    def __init__(self, file: Path, *, shared: bool = False) -> None:
        self.file = file
        self.shared = shared
        self._descriptor: int | None = None

    def try_acquire(self) -> bool:
        """Take the lock if it is free; whether it was."""
        descriptor = self._open()
        mode = fcntl.LOCK_SH if self.shared else fcntl.LOCK_EX
        try:
            fcntl.flock(descriptor, mode | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def acquire(self, timeout: float = 600.0, waiting: Callable[[], None] | None = None) -> None:
        """Take the lock, waiting up to ``timeout`` seconds; ``waiting`` is called once if we must.

        Raises `LibraryBusy` when the time is up.
        """
        deadline = time.monotonic() + timeout
        told = False
        while not self.try_acquire():
            if waiting and not told:
                waiting()
                told = True
            if time.monotonic() >= deadline:
                raise LibraryBusy(
                    "Another Her has been writing to the library for a long time",
                    "Wait for it, or close it and try again.",
                )
            time.sleep(_POLL_SECONDS)

    def release(self) -> None:
        """Give the lock back; nothing if it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()

    def _open(self) -> int:
        try:
            return os.open(self.file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise LibraryUnusable(
                f"Cannot open the lock {self.file}: {error.strerror or error}",
                "Set HER_HOME to a folder you can write to.",
            ) from error


def writer_lock(home: Path) -> FileLock:
    """Held by whoever writes to the library, for one pass at a time."""
    return FileLock(home / "writer.lock")


def recorder_lock(home: Path) -> FileLock:
    """Held by the one background recorder for as long as it lives."""
    return FileLock(home / "recorder.lock")


def viewer_lock(home: Path, *, shared: bool = True) -> FileLock:
    """Held, shared, by every open screen; the recorder leaves when it can take it alone."""
    return FileLock(home / "viewers.lock", shared=shared)


def watched(home: Path) -> bool:
    """Whether a screen is open, or a command waits for what goes on in the background."""
    alone = viewer_lock(home, shared=False)
    if alone.try_acquire():
        alone.release()
        return False
    return True


def encoder_lock(home: Path) -> FileLock:
    """Held by whoever writes the vectors, for as long as it does."""
    return FileLock(home / "encoder.lock")
