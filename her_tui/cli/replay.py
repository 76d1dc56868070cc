"""``her-tui replay``: the screen, playing a session at once."""

from __future__ import annotations

from dataclasses import replace

import click

from her_tui.cli.opening import located, need_a_terminal, open_library
from her_tui.cli.place import Place
from her_tui.errors import HerError, UsageError

#: As `her_tui.ui.player.SPEEDS` and `her_tui.analysis.tape.Idle` have them: ``--help`` imports
#: neither.
SPEEDS = ("0.25", "0.5", "1", "2", "4", "8", "16", "32", "64")
IDLES = ("skip", "shorten", "real")


@click.command("replay")
@click.argument("reference", metavar="SESSION[@T]")
@click.option("--speed", type=click.Choice(SPEEDS), default="1", help="How fast (1).")
@click.option("--at", "moment", metavar="T", help="Start at this moment; without it, at the start.")
@click.option(
    "--idle",
    type=click.Choice(IDLES),
    default="skip",
    help="What to do with stretches in which nothing happens (skip).",
)
@click.pass_obj
def command(place: Place, reference: str, speed: str, moment: str | None, idle: str) -> None:
    """Play a session on screen at once. Space pauses, < and > change the speed, ? shows all keys.

    SESSION is its id, or the start of it. T is a time (14:03), an offset (+5m, -30s), a turn (12),
    an event (#345) or the uuid of a record.
    """
    found = located(place, with_moment(reference, moment))
    if not len(found.timeline):
        raise HerError("Nothing was recorded of this session", "Choose another one.")
    need_a_terminal()
    from her_tui.analysis.tape import Idle
    from her_tui.ui.start import Start

    start = Start(found.row.id, found.event, found.time, found.moment)
    open_library(place, replace(start, playing=True, speed=float(speed), idle=Idle(idle)))


def with_moment(reference: str, moment: str | None) -> str:
    """``reference`` at ``moment``. Raises `UsageError` if it names one itself."""
    if moment is None:
        return reference
    if "@" in reference or "#" in reference:
        raise UsageError("Two moments are named", "Write SESSION@T, or SESSION and T apart.")
    return f"{reference}@{moment}"
