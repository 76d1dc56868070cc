"""``her-tui install``: every session is recorded, however the client is started."""

from __future__ import annotations

import os

import click

from her_tui import units
from her_tui.cli.output import narrate
from her_tui.cli.place import Place


@click.command("install")
@click.pass_obj
def command(place: Place) -> None:
    """Record every session from now on, however the client is started.

    Adds to the client's own settings.json: telemetry that goes to Her on this machine, and a plugin
    that wakes Her's recorder when a session starts or ends. So it holds in terminals, editors and
    the desktop app alike, and no program stands before the client. The settings are backed up
    first; her-tui uninstall restores them. Sessions that run already are recorded from their next
    start.
    """
    from her_tui.shim.permanent import install

    done = install(place.home.absolute(), os.environ)
    where = units.home_path(str(done.settings))
    narrate(f"Installed in {where}" if done.changed else f"Already installed in {where}")
    if done.aside:
        narrate(f"Telemetry is left as it is: {done.aside}. Transcripts are recorded")
