"""A terminal to run programs in: it has a size, types keys, keeps every byte, and knows what is on
its screen."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType

import pyte

Size = tuple[int, int]
"""Columns and rows."""

_NAMED = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "backspace": "\x7f",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "space": " ",
    "pagedown": "\x1b[6~",
    "ctrl+p": "\x10",
    "f5": "\x1b[15~",
    "f6": "\x1b[17~",
}

#: Queries and keyboard modes, which the screen behind a terminal does not have.
_NOT_DRAWN = re.compile(rb"\x1b\[(?:\?\d+\$p|[<>]\d*u)")


class Terminal:
    """A program (the leader of its own session) on a terminal of its own."""

    def __init__(
        self, arguments: Sequence[str], environment: Mapping[str, str], size: Size = (120, 36)
    ) -> None:
        self.output = bytearray()
        """Every byte the program wrote."""
        self._master, slave = pty.openpty()
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self._drawn = 0
        self._over = False
        self.size = size
        self._set_size(size)
        self.process = subprocess.Popen(
            arguments,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=dict(environment),
            start_new_session=True,
            preexec_fn=_own_terminal,
        )
        os.close(slave)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        os.close(self._master)

    def _set_size(self, size: Size) -> None:
        columns, rows = size
        packed = struct.pack("HHHH", rows, columns, 0, 0)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, packed)

    def resize(self, size: Size) -> None:
        """Make the window ``size`` large; the program is told."""
        self.text()
        self._screen.resize(lines=size[1], columns=size[0])
        self.size = size
        self._set_size(size)

    def type(self, text: str) -> None:
        """Type ``text`` as it is."""
        waiting = text.encode("utf-8", "surrogateescape")
        while waiting:
            _, writable, _ = select.select([], [self._master], [], 0.01)
            if writable:
                waiting = waiting[os.write(self._master, waiting[:512]) :]
            self._read(0)

    def press(self, *keys: str, silence: float = 0.2) -> None:
        """Press ``keys``, named or a character each, and after each wait for a ``silence``."""
        for key in keys:
            self.type(_NAMED.get(key, key))
            # Closer together, escape and the next key would be one sequence.
            self.quiet(max(silence, 0.15) if key == "escape" else silence)

    def point(self, column: int, row: int) -> None:
        """Move the mouse to a cell, counted from 0."""
        self.type(f"\x1b[<35;{column + 1};{row + 1}M")

    def text(self) -> str:
        """What is on the screen."""
        new = bytes(self.output[self._drawn :])
        # A sequence that is not whole yet is drawn with what follows it.
        whole = max(new.rfind(b"\x1b"), 0) if len(new) - new.rfind(b"\x1b") < 32 else len(new)
        if not self._over and whole:
            new = new[:whole]
        self._drawn += len(new)
        self._stream.feed(_NOT_DRAWN.sub(b"", new))
        return "\n".join(self._screen.display)

    def take(self, seconds: float) -> bool:
        """Wait at most ``seconds`` for output, and take what there is; whether there was any."""
        return self._read(seconds)

    def _read(self, seconds: float) -> bool:
        """Take what the program writes within ``seconds``; whether there was anything."""
        if self._over:
            return False
        readable, _, _ = select.select([self._master], [], [], seconds)
        if not readable:
            return False
        try:
            data = os.read(self._master, 1 << 16)
        except OSError:  # how Linux tells that the last writer is gone
            data = b""
        self._over = not data
        self.output += data
        return bool(data)

    def quiet(self, silence: float = 0.2, seconds: float = 10.0) -> None:
        """Wait until nothing was written for a while."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self._read(silence):
            pass

    def until(self, true: str | Callable[[], object], seconds: float = 20.0) -> None:
        """Wait until a text is on the screen, or ``true`` says so; fail if it never happens."""
        end = time.monotonic() + seconds
        while True:
            if (true in self.text()) if isinstance(true, str) else true():
                return
            assert time.monotonic() < end, f"{true!r} did not happen:\n{self.text()}"
            assert not self._over, f"{true!r} did not happen before the end:\n{self.text()}"
            self._read(0.05)

    def leave(self, *keys: str, seconds: float = 20.0) -> int:
        """Press ``keys`` and wait for the program's end; its exit code."""
        for key in keys:
            self.type(_NAMED.get(key, key))
        end = time.monotonic() + seconds
        while not self._over:
            assert time.monotonic() < end, f"it did not end:\n{self.text()}"
            self._read(0.1)
        return self.process.wait(seconds)


def _own_terminal() -> None:
    """Standard input becomes the terminal that controls the new session."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
