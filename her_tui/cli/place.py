"""Where this run's library is: the user's, or an invented one that is thrown away."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from her_tui import paths
from her_tui.cli.output import narrate
from her_tui.config import Config, load

if TYPE_CHECKING:
    from her_tui.store.locks import FileLock

_PREFIX = "her-demo-"
#: In a demo's folder: locked as long as its process lives, so that what is left of one can be told
#: from one that is looked at.
_LOCK = "demo.lock"
#: What ends a process whose terminal is closed, or that is asked to end.
_ENDS = (signal.SIGHUP, signal.SIGTERM)

_Handler = Callable[[int, FrameType | None], object] | int | None


class Place:
    """Her's folder and configuration for one run."""

    def __init__(self, *, demo: bool = False) -> None:
        self.demo = demo
        self._scratch: Path | None = None
        self._lock: FileLock | None = None
        self._handlers: dict[signal.Signals, _Handler] = {}

    @cached_property
    def home(self) -> Path:
        """Her's folder; the demo's is filled when it is first asked for."""
        return self._invent() if self.demo else paths.home()

    @cached_property
    def config(self) -> Config:
        """The user's settings; the demo has none."""
        return Config() if self.demo else load()

    def leave(self) -> None:
        """Throw the demo away."""
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)
            self._scratch = None
        if self._lock is not None:
            self._lock.release()
            self._lock = None
        while self._handlers:
            signal.signal(*self._handlers.popitem())

    def _clean_up_when_ended(self) -> None:
        """Whoever closes the terminal leaves no demo behind either."""

        def end(number: int, frame: FrameType | None) -> None:
            self.leave()
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)

        for each in _ENDS:
            if signal.getsignal(each) is signal.SIG_DFL:
                self._handlers[each] = signal.signal(each, end)

    def _invent(self) -> Path:
        from her_tui.demo import build

        _sweep()
        self._scratch = Path(tempfile.mkdtemp(prefix=_PREFIX))
        self._clean_up_when_ended()
        self._lock = _mark(self._scratch)
        home = self._scratch / "her"
        # Whatever else asks where things are, asks here: nothing of the user's is read.
        os.environ["HER_HOME"] = str(home)
        os.environ["HER_CONFIG"] = str(self._scratch / "config.toml")
        os.environ["CLAUDE_CONFIG_DIR"] = str(home / "claude")
        narrate("Preparing the demo …")
        build(home)
        return home


def _mark(folder: Path) -> FileLock:
    """Say that the demo in ``folder`` is in use, as long as this process lives."""
    from her_tui.store.locks import FileLock

    lock = FileLock(folder / "new.lock")
    lock.acquire()
    # Nobody ever sees it free: it has its name only now that it is held.
    lock.file.rename(folder / _LOCK)
    return lock


def _sweep() -> None:
    """Throw away what is left of demos whose process was killed."""
    from her_tui.errors import HerError
    from her_tui.store.locks import FileLock

    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        file = folder / _LOCK
        try:
            if folder.is_symlink() or folder.stat().st_uid != os.geteuid() or not file.is_file():
                continue
            lock = FileLock(file)
            if lock.try_acquire():
                shutil.rmtree(folder, ignore_errors=True)
                lock.release()
        except (OSError, HerError):  # it is just being left, or not ours to look at
            continue
