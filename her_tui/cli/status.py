"""``her-tui status``: what is being recorded now, and what that costs."""

from __future__ import annotations

import os
from collections.abc import Iterator

import click

from her_tui import units
from her_tui.cli.describe import Json, timestamp
from her_tui.cli.output import Column, print_json, print_table
from her_tui.cli.place import Place
from her_tui.queries.status import Phase
from her_tui.shim import state
from her_tui.shim.costs import COSTS, MEASURED_WITH
from her_tui.shim.state import Capture


@click.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
@click.pass_obj
def command(place: Place, as_json: bool) -> None:
    """Show what is being recorded now, and what that costs.

    Costs are what we measured, with the client named there; the recorder's share of a processor is
    its own, over the last minute.
    """
    capture = state.look(place.home, os.environ)
    if as_json:
        print_json(_described(capture))
        return
    print_table([Column(""), Column("", flexible=True)], list(_lines(capture)))
    print(f"\nAdded to the client's processor time (measured with {MEASURED_WITH}):")
    print_table(
        [Column(""), Column("", right=True), Column("", flexible=True)],
        [(cost.channel, f"+{cost.client_cpu:.0%}", cost.what) for cost in COSTS],
    )


def _lines(capture: Capture) -> Iterator[tuple[str, str]]:
    yield "recorder", _recorder(capture)
    yield "transcripts", "every session, whenever the recorder runs"
    yield "telemetry", telemetry_line(capture)
    wires = sum(client.wire for client in capture.clients)
    yield "wire", f"{units.count(wires, 'session')} now; her-tui run --wire claude starts one"
    yield "clients", _clients(capture)
    yield "waiting", _waiting(capture)


def _recorder(capture: Capture) -> str:
    status = capture.recorder
    if capture.hangs:
        return "hangs; the next client to start replaces it"
    if status.phase is Phase.ABSENT:
        return "not running; it starts with the next client or screen"
    share = "" if status.cpu is None else f", {status.cpu:.1%} of a processor"
    told = f": {status.message}" if status.message else ""
    return f"{status.phase}{told} (process {status.pid}{share})"


def telemetry_line(capture: Capture) -> str:
    """How telemetry comes, in a line."""
    if capture.aside:
        return f"left alone: {capture.aside}"
    if capture.misled:
        return "goes astray: the receiver had to move; her-tui install mends it"
    heard = f"port {capture.port}" if capture.listening else "received when the recorder runs"
    who = "every session" if capture.installed else "sessions started with her-tui run"
    return f"{who}; {heard}"


def _clients(capture: Capture) -> str:
    if not capture.clients:
        return "none now"
    return ", ".join(
        f"{client.program or 'claude'} ({client.pid}{', wire' if client.wire else ''})"
        for client in capture.clients
    )


def _waiting(capture: Capture) -> str:
    waiting = capture.waiting
    if not waiting.spool_bytes and not waiting.bodies:
        return "nothing"
    return (
        f"{units.size(waiting.spool_bytes)} in the spool, "
        f"{units.count(waiting.bodies, 'body', 'bodies')} ({units.size(waiting.body_bytes)})"
    )


def _described(capture: Capture) -> Json:
    status = capture.recorder
    return {
        "recorder": {
            "phase": "hanging" if capture.hangs else str(status.phase),
            "pid": status.pid or None,
            "cpu": status.cpu,
            "message": status.message or None,
        },
        "receiver": {"port": capture.port, "listening": capture.listening},
        "installed": capture.installed,
        "misled": capture.misled,
        "telemetry_left_alone": capture.aside or None,
        "clients": [
            {
                "pid": client.pid,
                "program": client.program or None,
                "started": timestamp(client.started),
                "wire": client.wire,
            }
            for client in capture.clients
        ],
        "waiting": {
            "spool_bytes": capture.waiting.spool_bytes,
            "bodies": capture.waiting.bodies,
            "body_bytes": capture.waiting.body_bytes,
        },
        "costs": {cost.channel: cost.client_cpu for cost in COSTS},
        "measured_with": MEASURED_WITH,
    }
