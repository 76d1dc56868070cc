"""Copying text, wherever the terminal is: the first of four ways that works takes it.

The desktop's clipboard (not over ssh: it would be the other machine's), tmux's buffer, the
terminal itself (OSC 52, which gives no answer), and a private file that always works. The chain
blocks on other programs: call it from a worker thread.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from her_tui.paths import CLIPBOARD_NAME, ensure_private_dir, replace_private_file
from her_tui.plaintext import for_clipboard

#: Terminals drop longer OSC 52 sequences without a word.
OSC52_LIMIT = 74_000
_TIMEOUT = 3.0


@dataclass(frozen=True, slots=True)
class Copied:
    """Where a copied text went."""

    characters: int
    place: str

    def __str__(self) -> str:
        noun = "character" if self.characters == 1 else "characters"
        return f"Copied {self.characters:,} {noun} {self.place}"


@dataclass(frozen=True, slots=True)
class Ways:
    """The means of copying, each true if it took the text."""

    desktop: Callable[[str], bool]
    tmux: Callable[[str], bool]
    terminal: Callable[[str], bool]
    file: Callable[[str], Path | None]


def copy(text: str, environment: Mapping[str, str], ways: Ways) -> Copied | None:
    """Copy ``text`` without its control characters; None if no way was left."""
    text = for_clipboard(text)
    remote = bool(environment.get("SSH_TTY") or environment.get("SSH_CONNECTION"))
    if not remote and ways.desktop(text):
        return Copied(len(text), "to the clipboard")
    if environment.get("TMUX") and ways.tmux(text):
        return Copied(len(text), "to the tmux buffer")
    if len(text.encode()) <= OSC52_LIMIT and ways.terminal(text):
        return Copied(len(text), "through the terminal (OSC 52)")
    file = ways.file(text)
    return Copied(len(text), f"to {file}") if file else None


def to_desktop(text: str) -> bool:
    """Hand ``text`` to the desktop's clipboard, if there is one."""
    try:
        import pyperclip  # deferred: looks for helper programs when imported

        pyperclip.copy(text)
    except Exception:  # pyperclip raises its own errors, OSError and whatever its helper raises
        return False
    return True


def to_tmux(text: str) -> bool:
    """Load ``text`` into tmux's buffer, and with ``-w`` into the outer terminal's clipboard."""
    try:
        done = subprocess.run(
            ["tmux", "load-buffer", "-w", "-"],
            input=text.encode(),
            capture_output=True,
            timeout=_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def to_file(home: Path) -> Callable[[str], Path | None]:
    """A way to leave the text in Her's folder."""

    def write(text: str) -> Path | None:
        try:
            ensure_private_dir(home)
            replace_private_file(home / CLIPBOARD_NAME, text)
        except Exception:  # the last link of the chain: nothing is left but to say so
            return None
        return home / CLIPBOARD_NAME

    return write
