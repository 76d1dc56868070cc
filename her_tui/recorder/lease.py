"""The recorder's promise to be alive: a file that is good until its own time of change.

Whoever wants to know compares two times, and starts nothing: a shell can do it. A recorder that
hangs renews its lease no more, and may be replaced once it has run out.
"""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

from her_tui.paths import create_private_file

NAME = "recorder.alive"

#: How long a lease is good.
LEASE_SECONDS = 60.0

_RENEW_SECONDS = 10.0

#: A step of the main loop that takes longer than this is a hang. Importing a library for the first
#: time, or making an index anew, reports progress all along.
_HANG_SECONDS = 600.0


def is_good(home: Path) -> bool:
    """Whether a recorder lives, as far as its promise tells."""
    try:
        return (home / NAME).stat().st_mtime >= time.time()
    except OSError:
        return False


class Lease:
    """Renewed by a thread of its own, for as long as the main loop shows that it goes on."""

    def __init__(self, home: Path) -> None:
        self._file = home / NAME
        self._alive = time.monotonic()
        self._over = threading.Event()
        create_private_file(self._file)
        self._file.write_text(str(os.getpid()))
        self._renew()
        threading.Thread(target=self._keep, name="her-lease", daemon=True).start()

    def beat(self) -> None:
        """The main loop goes on."""
        self._alive = time.monotonic()

    def end(self) -> None:
        """The recorder leaves in good order."""
        self._over.set()
        self._file.unlink(missing_ok=True)

    def _keep(self) -> None:
        while not self._over.wait(_RENEW_SECONDS):
            if time.monotonic() - self._alive < _HANG_SECONDS:
                self._renew()

    def _renew(self) -> None:
        until = time.time() + LEASE_SECONDS
        try:
            os.utime(self._file, (until, until))
        except OSError:
            return  # Her's folder was taken away: whoever looks finds no lease
