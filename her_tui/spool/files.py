"""Spool files: made private, locked for as long as somebody appends, named so that they sort.

The writer of a file holds an exclusive lock on it for life; the kernel gives a killed writer's lock
back, so that the recorder knows whether more may come.
"""

from __future__ import annotations

import fcntl
import json
import os
import time

from her_tui.spool.frames import HELLO, pack

FOLDER = "spool"

#: Below it, where the client leaves raw bodies.
BODIES = "bodies"
SUFFIX = ".spool"

#: The format that `frames` describes.
VERSION = 1


def folder(home: str) -> str:
    """The spool's folder below Her's ``home``."""
    return os.path.join(home, FOLDER)  # noqa: PTH118 - pathlib is too dear beside the client


class SpoolFile:
    """One file that frames are appended to. Raises `OSError` wherever the system does."""

    def __init__(self, home: str, source: str, **hello: str) -> None:
        """A new file below ``home`` whose `HELLO` names ``source`` and the other values."""
        where = folder(home)
        for each in (home, where):  # one by one: the mode is that of the last folder made only
            os.makedirs(each, 0o700, exist_ok=True)  # noqa: PTH103
        wall, mono = time.time_ns(), time.monotonic_ns()
        self.path = f"{where}/{source}-{wall:020d}-{os.getpid()}{SUFFIX}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
        self._descriptor = os.open(self.path, flags, 0o600)
        fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self.size = 0
        greeting = {
            "version": VERSION,
            "pid": os.getpid(),
            "wall_ns": wall,
            "mono_ns": mono,
            "source": source,
            **hello,
        }
        self.append(pack(HELLO, 0, mono, json.dumps(greeting).encode()))

    def append(self, data: bytes) -> None:
        """Append whole frames. If the system takes only a part, that part is taken back, so that
        what follows can be read."""
        written = os.write(self._descriptor, data)
        if written < len(data):
            os.ftruncate(self._descriptor, self.size)
            raise OSError(28, "No space left on device", self.path)
        self.size += written

    def close(self) -> None:
        """Give the lock back: nothing more will come."""
        os.close(self._descriptor)


def is_open(path: str) -> bool:
    """Whether somebody may still append to the spool file at ``path``."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
