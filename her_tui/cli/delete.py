"""``her-tui delete``: make the library forget a session."""

from __future__ import annotations

import sys

import click

from her_tui import units
from her_tui.cli.output import narrate
from her_tui.cli.place import Place
from her_tui.errors import UsageError
from her_tui.plaintext import one_line
from her_tui.queries import sessions
from her_tui.queries.library import Library
from her_tui.queries.sessions import Origin, SessionRow


@click.command("delete")
@click.argument("session", metavar="SESSION")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def command(place: Place, session: str, yes: bool) -> None:
    """Delete a session and its subagents from the library, for good.

    The client's own files are not touched, and an import does not bring the session back.
    """
    library = Library.open(place.home)
    row = sessions.find(library, session)
    library.close()
    if not yes:
        _ask(row)
    from her_tui.recorder.deletion import delete

    gone = delete(place.home, row.id)
    narrate(f"Deleted {row.session_id}.")
    if not gone:
        narrate(
            "A file that is in use has traces of it: her-tui import, or the screen, removes them."
        )


def _ask(row: SessionRow) -> None:
    if not sys.stdin.isatty():
        raise UsageError("Nobody is there to be asked", "Add --yes to delete without asking.")
    title = one_line(row.title, 60) or row.session_id
    narrate(f"{title} ({units.count(row.prompts, 'prompt')})")
    if row.origin is Origin.ONLY_HERE:
        narrate("The client has already deleted its file: this is the only copy.")
    click.confirm("Delete it from the library?", abort=True, err=True)
