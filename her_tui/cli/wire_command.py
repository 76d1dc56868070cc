"""``her-tui wire``, as help and completion know it; it runs past click (`her_tui.__main__`)."""

from __future__ import annotations

import click


@click.command("wire")
@click.option("--upstream", required=True, metavar="URL", help="The API's base URL.")
@click.option("--port", metavar="N", help="Listen on this port of 127.0.0.1; else on a free one.")
@click.option("--port-file", metavar="FILE", help="Write the port there once it listens.")
@click.option("--token", is_flag=True, help="Demand a secret as the first part of every path.")
@click.option("--run", metavar="NAME", help="What the run is called in what is recorded.")
def command(
    upstream: str, port: str | None, port_file: str | None, token: bool, run: str | None
) -> int:
    """Record what passes to an API and back, in the foreground.

    For other clients than Claude Code: point a client's base URL at the address it prints. Every
    byte is passed on as it is. Without --token, any program of yours on this machine may use it.
    """
    from her_tui.shim.wire.command import main

    given = {"--upstream": upstream, "--port": port, "--port-file": port_file, "--run": run}
    words = [word for name, value in given.items() if value for word in (name, value)]
    return main([*words, *(["--token"] if token else [])])
