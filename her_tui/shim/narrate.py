"""What the shim says: a line on stderr, before the terminal is the client's."""

from __future__ import annotations

import os
import sys
from pathlib import Path

FOLDER = "told"


def say(text: str) -> None:
    """One line on stderr; nothing where there is none."""
    if sys.stderr is None:
        return
    try:
        print(f"her-tui: {' '.join(text.split())}", file=sys.stderr, flush=True)
    except (OSError, ValueError):
        return  # whoever closed stderr does not want to know


def say_once(home: Path, text: str) -> None:
    """The same, unless it was said before: what stays as it is need not be told at every start."""
    from hashlib import sha256  # deferred: there is seldom something to say

    mark = home / FOLDER / sha256(text.encode()).hexdigest()[:16]
    try:
        mark.parent.mkdir(mode=0o700, exist_ok=True)
        os.close(os.open(mark, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return
    except OSError:
        pass  # it cannot be remembered, so it is said again
    say(text)


def in_words(error: BaseException) -> str:
    """What ``error`` says, without its number and type."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error) or type(error).__name__
