"""``her-tui import``: read what is new in transcripts, and say how much that was."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from her_tui import units
from her_tui.cli.output import narrate, print_json
from her_tui.cli.place import Place
from her_tui.plaintext import one_line

_WIDTH = 24
_EVERY_SECONDS = 0.1


@click.command("import")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]…")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def command(place: Place, paths: tuple[Path, ...], as_json: bool) -> None:
    """Import transcripts into the library.

    PATH is a folder laid out like ~/.claude, or one transcript. Without any, the client's own
    folders are read. Importing twice imports nothing twice.
    """
    from her_tui.recorder.ingest import import_roots

    progress = _Progress()
    result = import_roots(
        place.home,
        [path.expanduser().absolute() for path in paths] or None,
        exclude=place.config.exclude,
        progress=progress.show,
        waiting=lambda: narrate("Waiting for another Her to finish writing …"),
    )
    progress.clear()
    for reason in result.unreadable:
        narrate(f"Not read: {one_line(reason)}")
    if as_json:
        print_json(
            {
                "files": result.files,
                "records": result.records,
                "sessions": result.sessions,
                "seconds": round(result.seconds, 3),
                "cpu_s": round(result.cpu_s, 3),
                "unreadable": len(result.unreadable),
            }
        )
        return
    print(
        f"{units.count(result.records, 'record')} from {units.count(result.files, 'file')}, "
        f"{units.count(result.sessions, 'session')}, in {result.seconds:.1f} s"
    )


class _Progress:
    """A line on standard error that is drawn over and over; nothing where nobody looks."""

    def __init__(self) -> None:
        self._drawn = 0.0
        self._seen = sys.stderr.isatty()

    def show(self, phase: str, done: int, total: int) -> None:
        """Draw the state of ``phase``, at most ten times a second."""
        now = time.monotonic()
        if not self._seen or now - self._drawn < _EVERY_SECONDS:
            return
        self._drawn = now
        amount = f"{units.size(done)} of {units.size(total)}" if phase == "importing" else ""
        line = f"{phase:<10} {units.bar(done, total, _WIDTH)} {amount}"
        print(f"\r{line}\x1b[K", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Take the line away."""
        if self._seen and self._drawn:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
