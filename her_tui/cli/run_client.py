"""``her-tui run``, as help and completion know it; it runs past click (`her_tui.__main__`)."""

from __future__ import annotations

import click

_ITS_OWN = {"ignore_unknown_options": True, "allow_interspersed_args": False}


@click.command("run", context_settings=_ITS_OWN)
@click.option("--wire", is_flag=True, help="Record each chunk of the answers, on their way.")
@click.argument("command", nargs=-1, metavar="[COMMAND]…", type=click.UNPROCESSED)
def command(wire: bool, command: tuple[str, ...]) -> int:
    """Start a client and record it: her-tui run claude …

    The client gets your terminal, arguments and settings as they are, and nothing stays between it
    and the API: it tells Her by its own telemetry, on this machine. Without COMMAND, starts claude.

    --wire puts a pipe in front of the API. It sees every chunk, and what was cut off; the client
    behaves a little differently behind it, and says so once.
    """
    from her_tui.shim.run import main

    return main([*(["--wire"] if wire else []), "--", *command])
