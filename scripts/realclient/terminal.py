"""A terminal for the client, by tmux on a socket of its own."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

#: The client takes a return that comes right behind text for a part of it.
_BEFORE_RETURN_SECONDS = 0.8


class Terminal:
    """One client in a terminal; a context that ends it."""

    def __init__(
        self, command: Sequence[str], where: Path, environment: Mapping[str, str], size: str
    ) -> None:
        columns, _, rows = size.partition("x")
        self._tmux = ["tmux", "-L", f"her{os.getpid()}-{time.monotonic_ns()}", "-f", "/dev/null"]
        start = ["new-session", "-d", "-x", columns, "-y", rows, *command]
        subprocess.run([*self._tmux, *start], cwd=where, env=dict(environment), check=True)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        subprocess.run([*self._tmux, "kill-server"], stderr=subprocess.DEVNULL)

    def screen(self) -> str:
        """What is on it, and what has scrolled off."""
        done = subprocess.run([*self._tmux, "capture-pane", "-p", "-S", "-300"],
                              capture_output=True, text=True)  # fmt: skip
        return done.stdout

    def wait(self, words: str, seconds: float = 30.0) -> bool:
        """Wait for ``words``; whether they came."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if words in self.screen():
                return True
            time.sleep(0.1)
        return False

    def keys(self, *names: str) -> None:
        """Press keys by tmux's names for them."""
        subprocess.run([*self._tmux, "send-keys", *names], check=True)

    def say(self, words: str) -> None:
        """Type ``words`` and a return."""
        subprocess.run([*self._tmux, "send-keys", "-l", words], check=True)
        time.sleep(_BEFORE_RETURN_SECONDS)
        self.keys("Enter")
