"""``her-tui open``: the screen, at a moment of a session."""

from __future__ import annotations

import click

from her_tui.cli.opening import located, need_a_terminal, open_library
from her_tui.cli.place import Place


@click.command("open")
@click.argument("reference", metavar="SESSION[@T]")
@click.pass_obj
def command(place: Place, reference: str) -> None:
    """Open a session on screen, at a moment of it.

    SESSION is its id, or the start of it. T is a time (14:03), an offset (+5m, -30s), a turn (12),
    an event (#345) or the uuid of a record; SESSION#turn=12 and SESSION#event=UUID do as well. On
    screen, @ copies such a command for the moment at the playhead.
    """
    found = located(place, reference)
    need_a_terminal()
    from her_tui.ui.start import Start

    open_library(place, Start(found.row.id, found.event, found.time, found.moment))
