"""Where telemetry is received: a port of loopback and a token, agreed upon once and kept."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from typing import NamedTuple

from her_tui.paths import create_private_file

NAME = "receiver.json"
LOOPBACK = "127.0.0.1"

#: Below the ports that systems give to connections of their own.
_LOWEST, _PORTS, _TRIES = 20_000, 10_000, 50


class Endpoint(NamedTuple):
    """Where telemetry is received."""

    port: int
    token: str
    pid: int
    """The process that listens, or did; 0 if none has yet."""

    def url(self, run: str) -> str:
        """The base URL that a client exports to; ``run`` names what it says there."""
        return f"http://{LOOPBACK}:{self.port}/{self.token}/{run}"


def told(home: Path) -> Endpoint | None:
    """What the last recorder said of its receiver; None if there was none."""
    try:
        values = json.loads((home / NAME).read_bytes())
        return Endpoint(int(values["port"]), str(values["token"]), int(values["pid"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def tell(home: Path, endpoint: Endpoint) -> None:
    """Leave word of ``endpoint`` for clients. Raises `OSError`."""
    scratch = home / f"{NAME}.{os.urandom(4).hex()}"
    create_private_file(scratch)
    scratch.write_text(json.dumps(endpoint._asdict()))
    scratch.replace(home / NAME)


def settled(home: Path) -> Endpoint:
    """The endpoint that clients can be told for good; agreed upon now if there was none. The
    recorder will listen there. Raises `OSError`."""
    endpoint = told(home)
    if endpoint is not None:
        return endpoint
    endpoint = Endpoint(_free_port(), os.urandom(16).hex(), 0)
    file, scratch = home / NAME, home / f"{NAME}.{os.urandom(4).hex()}"
    create_private_file(scratch)
    scratch.write_text(json.dumps(endpoint._asdict()))
    try:
        os.link(scratch, file)  # unlike a rename, this does not replace what a recorder wrote
    except FileExistsError:
        if told(home) is None:  # and it makes no sense
            scratch.replace(file)
    finally:
        scratch.unlink(missing_ok=True)
    return told(home) or endpoint


def _free_port() -> int:
    """A port that the system does not give to connections that go out, so that it is still free
    when the recorder comes back. Any free one, if there is none."""
    for _ in range(_TRIES):
        port = _LOWEST + int.from_bytes(os.urandom(2), "big") % _PORTS
        with socket.socket() as probe:
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
            return port
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
