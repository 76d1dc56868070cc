"""``her-tui import``: read what is new in transcripts, and say how much that was."""

from __future__ import annotations

from pathlib import Path

import click

from her_tui import units
from her_tui.cli.output import narrate, print_json
from her_tui.cli.place import Place
from her_tui.cli.progress import ProgressLine
from her_tui.plaintext import one_line


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

    progress = ProgressLine()
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
    if result.unindexed:
        narrate(f"Words not indexed: {one_line(result.unindexed.title)}")
        narrate(one_line(result.unindexed.hint) or "The next import tries again.")
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
