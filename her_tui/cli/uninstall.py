"""``her-tui uninstall``: the client's settings are as they were."""

from __future__ import annotations

import click

from her_tui import units
from her_tui.cli.output import narrate
from her_tui.cli.place import Place


@click.command("uninstall")
@click.pass_obj
def command(place: Place) -> None:
    """Take out of the client's settings what install added to them.

    Settings that were not changed since are restored byte for byte; of others, only what was added
    is taken out. What has been recorded stays in the library.
    """
    from her_tui.shim.permanent import uninstall

    done = uninstall(place.home.absolute())
    for file in done:
        narrate(f"Uninstalled from {units.home_path(str(file))}")
    if not done:
        narrate("Nothing was installed")
