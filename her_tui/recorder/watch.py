"""Noticing that files changed: cheap looks, and hints from the kernel."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from pathlib import Path

from her_tui.capture.adapter import Adapter

#: Changes that come within this time make one hint.
_DEBOUNCE_MS = 120

Look = dict[str, tuple[int, int, int]]
"""Path -> (size, time of change in ns, inode)."""


def look(roots: Sequence[tuple[Adapter, Path]]) -> Look:
    """What every file worth recording looks like now."""
    seen: Look = {}
    for adapter, root in roots:
        for found in adapter.discover(root):
            try:
                stat = os.stat(found.path)  # noqa: PTH116 - thousands of files a look
            except OSError:
                continue
            seen[found.path] = (stat.st_size, stat.st_mtime_ns, stat.st_ino)
    return seen


class Watch:
    """Remembers what files looked like, and waits for a reason to look again."""

    def __init__(self) -> None:
        self._seen: Look | None = None
        self._looked: Look | None = None
        self._hint = threading.Event()
        self._closing = threading.Event()
        self._watched: list[Path] = []

    def something_new(self, roots: Sequence[tuple[Adapter, Path]]) -> bool:
        """Whether any file looks otherwise than when last remembered."""
        self._looked = look(roots)
        return self._looked != self._seen

    def remember(self) -> None:
        """The files as they looked when `something_new` was asked are dealt with."""
        self._seen = self._looked

    def forget(self) -> None:
        """Nothing is dealt with: the next look finds something new."""
        self._seen = None

    def wait(
        self, roots: Sequence[tuple[Adapter, Path]], seconds: float, stop: threading.Event
    ) -> None:
        """Return after a hint or ``seconds``, whichever comes first, or soon after ``stop``."""
        self._listen([root for _, root in roots])
        self._hint.wait(seconds) if not stop.is_set() else None
        self._hint.clear()

    def close(self) -> None:
        """Stop listening."""
        self._closing.set()

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
            for _ in watchfiles.watch(
                *roots, stop_event=closing, debounce=_DEBOUNCE_MS, step=50, rust_timeout=1000
            ):
                self._hint.set()
        except (OSError, RuntimeError):
            return  # no notifications to be had here: the looks go on


__all__ = ["Watch", "look"]
