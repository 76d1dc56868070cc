"""``her-tui cast``: a session as a video for the terminal."""

from __future__ import annotations

import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

from her_tui import units
from her_tui.cli.opening import located
from her_tui.cli.output import narrate
from her_tui.cli.place import Place
from her_tui.cli.replay import SPEEDS, with_moment
from her_tui.errors import HerError, UsageError
from her_tui.queries.references import Located

_SMALLEST, _LARGEST = (40, 12), (400, 200)
_EVERY_SECONDS = 0.2


@click.command("cast")
@click.argument("reference", metavar="SESSION")
@click.argument("out", metavar="OUT.cast", type=click.Path(allow_dash=True))
@click.option("--speed", type=click.Choice(SPEEDS), default="8", help="How fast (8).")
@click.option(
    "--idle",
    type=click.FloatRange(0.1, 3_600),
    default=1.0,
    metavar="SECONDS",
    help="The longest pause there is in the recording (1).",
)
@click.option("--size", default="100x30", metavar="WxH", help="Columns and rows (100x30).")
@click.option("--from", "start", metavar="T", help="Start at this moment.")
@click.option("--to", "stop", metavar="T", help="Stop at this moment.")
@click.option("--force", is_flag=True, help="Replace the file, if there is one.")
@click.option("--yes", "force", is_flag=True, hidden=True)
@click.pass_obj
def command(
    place: Place,
    reference: str,
    out: str,
    speed: str,
    idle: float,
    size: str,
    start: str | None,
    stop: str | None,
    force: bool,
) -> None:
    """Record the replay of a session as an asciicast (asciinema, version 2).

    It shows this session alone: its turns as they grow, its state and its timeline. OUT.cast is
    a file to write, private to you, or - for standard output; asciinema play OUT.cast plays it.
    T is a time (14:03), an offset (+5m, -30s), a turn (12), an event (#345) or a uuid.
    """
    width, height = _size(size)
    found = located(place, with_moment(reference, start))
    if not len(found.timeline):
        raise HerError("Nothing was recorded of this session", "Choose another one.")
    until = _until(place, found, stop)
    from her_tui.ui.cast import Plan, record  # deferred: it is the whole screen

    with _written(out, force) as stream:

        def write(line: str) -> None:
            stream.write(line.encode())
            stream.flush()

        plan = Plan(found, until, float(speed), idle, (width, height))
        told = _Progress()
        try:
            length = record(place.home, place.config, plan, write, told.show)
        except KeyboardInterrupt:
            told.clear()
            played = f": what was recorded plays {_span(told.seconds)}" if told.frames else ""
            narrate(f"Stopped{played or ' before anything was recorded'}.")
            raise
        told.clear()
    kept = f", {units.size(Path(out).stat().st_size)}" if out != "-" else ""
    narrate(f"Recorded {_span(length)}{kept}." + _how(out))


def _span(seconds: float) -> str:
    return units.duration(round(seconds * 1_000))


def _how(out: str) -> str:
    return "" if out == "-" else f" asciinema play {out} plays it."


def _size(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"([0-9]{1,4})x([0-9]{1,4})", text.strip().lower())
    size = (int(found[1]), int(found[2])) if found else (0, 0)
    if any(
        not low <= each <= high for low, each, high in zip(_SMALLEST, size, _LARGEST, strict=True)
    ):
        low, high = (f"{width}x{height}" for width, height in (_SMALLEST, _LARGEST))
        raise UsageError(f"{text!r} is no size of a screen", f"Write one from {low} to {high}.")
    return size


def _until(place: Place, found: Located, stop: str | None) -> int | None:
    if stop is None:
        return None
    end = located(place, f"{found.row.session_id}@{stop}").position
    if end is not None and end < (found.position or 0):
        raise UsageError("It would stop before it starts", "Give a later moment to --to.")
    return end


def _destination(out: str, force: bool) -> Path:
    """The file that is written. Raises `UsageError` if that would replace one unasked, or cannot
    be."""
    from her_tui.recorder.placing import destination

    try:
        found = destination(Path(out))
    except (OSError, ValueError) as error:
        raise _cannot(out, error) from error
    if found.taken and not force:
        raise UsageError(found.said, "Choose another name, or say --force.")
    folder = found.path.absolute().parent
    if not folder.is_dir():
        raise UsageError(f"There is no folder {folder}", "Make it, or name another one.")
    return found.path


def _cannot(out: str, error: OSError | ValueError) -> UsageError:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return UsageError(f"{out} cannot be written: {reason}", "Name another file.")


@contextmanager
def _written(out: str, force: bool) -> Iterator[BinaryIO]:
    """Where the recording goes: a file of the user's own, which gets its name when the recording is
    over or was interrupted, and is gone if it failed or has nothing in it."""
    if out == "-":
        yield sys.stdout.buffer
        return
    from her_tui.recorder.placing import give_name

    file = _destination(out, force)
    try:
        handle, name = tempfile.mkstemp(prefix=".her-", dir=file.parent)
    except OSError as error:
        raise _cannot(out, error) from error
    made, stopped = Path(name), None
    try:
        with os.fdopen(handle, "wb") as stream:
            try:
                yield stream
            except KeyboardInterrupt as error:
                stopped = error
        if made.stat().st_size and force:
            made.replace(file)
        elif made.stat().st_size:
            give_name(made, file)
    except FileExistsError as error:
        raise UsageError(f"{out} came to be meanwhile", "Record to another name.") from error
    finally:
        made.unlink(missing_ok=True)
    if stopped is not None:
        raise stopped


class _Progress:
    """How much is recorded, on a line that is drawn over and over."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.frames = 0
        self._stream = sys.stderr  # the screen takes what is printed while it runs
        self._drawn = 0.0

    def show(self, done: float, length: float) -> None:
        """``done`` of ``length`` seconds are recorded."""
        self.seconds = done
        self.frames += 1
        now = time.monotonic()
        if self._stream.isatty() and now - self._drawn >= _EVERY_SECONDS:
            self._drawn = now
            bar = units.bar(round(done * 100), round(length * 100), 24)
            line = f"recording {bar} {_span(done)} of {_span(length)}"
            print(f"\r{line}\x1b[K", end="", file=self._stream, flush=True)

    def clear(self) -> None:
        """Take the line away."""
        if self._drawn:
            print("\r\x1b[K", end="", file=self._stream, flush=True)
