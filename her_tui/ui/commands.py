"""Having the command line do, in a process of its own, what the screen leaves to it: whatever
writes to the library, or takes its time.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from textual.worker import NoActiveWorker, get_current_worker

from her_tui.plaintext import one_line

#: Between two looks whether the screen is still there.
_LOOK_SECONDS = 0.2

#: How long a command that was told to end may take to.
_END_SECONDS = 2.0

#: Commands that outlive the screen; nobody waits for them.
_left: list[subprocess.Popen[str]] = []

#: What the command line's errors start with.
_SAYS = "her-tui: "


class Done(NamedTuple):
    """What came of a command."""

    code: int
    title: str
    """Of one that succeeded, the last thing it said; of one that failed, what is wrong."""
    hint: str = ""

    @property
    def failed(self) -> bool:
        """It did not do what it was asked."""
        return self.code != 0


def run(home: Path, arguments: Sequence[str], *, seconds: float, outlives: bool = False) -> Done:
    """Run ``her-tui`` with ``arguments`` on the library below ``home``, in a worker thread.

    One that takes longer than ``seconds`` is ended. When the screen goes first, so does the
    command, unless it ``outlives`` it.
    """
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "her_tui", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            env={**os.environ, "HER_HOME": str(home)},
            start_new_session=outlives,
        )
    except OSError as error:
        return Done(1, one_line(error.strerror or str(error)), "Try again.")
    waited = 0.0
    while True:
        try:
            out, err = process.communicate(timeout=_LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            waited += _LOOK_SECONDS
        else:
            return _said(process.returncode, out, err)
        if _is_over():
            if outlives:
                _left.append(process)
            else:
                _end(process)
            return Done(1, "The screen was left")
        if waited >= seconds:
            _end(process)
            return Done(1, f"It took longer than {seconds:.0f} s", "Try again.")


def _is_over() -> bool:
    """Nobody waits for the command any more."""
    try:
        return get_current_worker().is_cancelled
    except NoActiveWorker:
        return False


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.communicate(timeout=_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()


def _said(code: int, out: str, err: str) -> Done:
    """What the command said, in a sentence and its hint."""
    if code == 0:
        told = _lines(out)
        return Done(0, told[-1] if told else "Done")
    said = _lines(out) + _lines(err)
    while any(map(_is_error, said[1:])) and not _is_error(said[0]):
        said.pop(0)  # what led up to it
    title = said[0].removeprefix(_SAYS) if said else f"exit code {code}"
    return Done(code, title, said[1] if len(said) > 1 else "")


def _lines(text: str) -> list[str]:
    return [one_line(line) for line in text.splitlines() if line.strip()]


def _is_error(line: str) -> bool:
    return line.startswith(_SAYS)
