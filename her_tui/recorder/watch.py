"""Noticing that files changed: hints from the kernel, and looks at every file, which are the truth.

A hint names files, and a file that is known is then looked at alone; hints may be missed, and new
files may lie anywhere, so that every few seconds all files are looked at.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from her_tui.capture.adapter import Adapter, Found, Role
from her_tui.recorder.scan import everything

#: Changes that come within this time make one hint.
_DEBOUNCE_MS = 120

Look = tuple[int, int, int]
"""Size, time of change in ns, inode."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What there is to do."""

    files: tuple[tuple[Adapter, Found], ...] = ()
    """Known files that changed; all there is to read if not ``whole``."""
    whole: bool = False
    """Files came or went, or it is the first look: everything is to be compared."""


class Watch:
    """Remembers what files looked like, and waits for a reason to look again."""

    def __init__(self, rescan: float) -> None:
        self._rescan = rescan
        self._files: dict[str, tuple[Adapter, Found]] = {}
        self._looks: dict[str, Look] | None = None
        self._folders: set[str] = set()
        """Where transcripts lie: a new file there is worth a look at once, others can wait."""
        self._whole_look = 0.0
        self._hint = threading.Event()
        self._hinted: SimpleQueue[str] = SimpleQueue()
        self._closing = threading.Event()
        self._watched: list[Path] = []

    def changes(self, roots: Sequence[tuple[Adapter, Path]]) -> Changes | None:
        """What changed since the last time this was asked; None if nothing did."""
        hinted = self._drain()
        due = self._looks is None or time.monotonic() - self._whole_look >= self._rescan
        known = hinted & self._files.keys()
        if due or any(_folder(path) in self._folders for path in hinted - known):
            return self._look_at_all(roots)
        return self._compare({path: look for path in known if (look := _look(path))})

    def forget(self) -> None:
        """Nothing is dealt with: the next look finds everything new."""
        self._files, self._looks, self._whole_look = {}, None, 0.0

    def wait(
        self,
        roots: Sequence[Path],
        beside: Sequence[Path],
        seconds: float,
        stop: threading.Event,
    ) -> None:
        """Return after a hint from below ``roots`` or in ``beside``, or after ``seconds``."""
        self._listen([*roots, *beside])
        if not stop.is_set():
            self._hint.wait(seconds)
        self._hint.clear()

    def hint(self) -> None:
        """There is a reason to look, from elsewhere."""
        self._hint.set()

    def close(self) -> None:
        """Stop listening."""
        self._closing.set()

    def _drain(self) -> set[str]:
        """The files hinted at since this was last asked."""
        hinted = set()
        while not self._hinted.empty():
            hinted.add(self._hinted.get())
        return hinted

    def _look_at_all(self, roots: Sequence[tuple[Adapter, Path]]) -> Changes | None:
        self._whole_look = time.monotonic()
        files = {found.path: (adapter, found) for adapter, found in everything(roots)}
        looks = {path: look for path in files if (look := _look(path))}
        if self._looks is None or looks.keys() != self._looks.keys():
            self._files, self._looks = files, looks
            self._folders = {
                _folder(path) for path, (_, found) in files.items() if found.role is Role.MAIN
            }
            return Changes(whole=True)
        return self._compare(looks)

    def _compare(self, looks: dict[str, Look]) -> Changes | None:
        before = self._looks or {}
        changed = [path for path, look in looks.items() if look != before.get(path)]
        self._looks = {**before, **looks}
        return Changes(tuple(self._files[path] for path in changed)) if changed else None

    def _listen(self, roots: list[Path]) -> None:
        if roots == self._watched or not roots:
            return
        self._closing.set()
        self._closing = threading.Event()
        self._watched = roots
        threading.Thread(
            target=self._hints, args=(roots, self._closing), name="her-watch", daemon=True
        ).start()

    def _hints(self, roots: list[Path], closing: threading.Event) -> None:
        import watchfiles

        try:
            for changes in watchfiles.watch(
                *roots, stop_event=closing, debounce=_DEBOUNCE_MS, step=50, rust_timeout=1000
            ):
                for _, path in changes:
                    self._hinted.put(path)
                self._hint.set()
        except (OSError, RuntimeError):
            return  # no notifications to be had here: the looks go on


def _look(path: str) -> Look | None:
    try:
        stat = os.stat(path)  # noqa: PTH116 - thousands of files a look
    except OSError:
        return None
    return stat.st_size, stat.st_mtime_ns, stat.st_ino


def _folder(path: str) -> str:
    return path.rpartition(os.sep)[0]
