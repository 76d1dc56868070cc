"""``her-tui wire``: a wire in the foreground, for other clients and for measuring.

Click stays out: the time to the first connection is what this command is measured by. The socket
listens before anything else is looked at.
"""

from __future__ import annotations

import os
import socket
import sys

from her_tui.shim.wire.orders import Orders

USAGE = """\
Usage: her-tui wire --upstream URL [--port N] [--port-file FILE] [--token]

  Pass requests on to URL, byte by byte, and record them into the library, until interrupted.
  Point a client's base URL at the address it prints.

  --upstream URL    the API's base URL, http or https
  --port N          listen on this port of 127.0.0.1 (default: a free one)
  --port-file FILE  write the port there once it listens
  --token           demand a secret as the first part of every path; without it, any program of
                    yours on this machine may use the address
  --run NAME        what the run is called in what is recorded
"""


class UsageError(Exception):
    """The command line makes no sense; in words for the user."""


class _Options:
    """The command line."""

    def __init__(self, arguments: list[str]) -> None:
        self.upstream = self.port_file = self.run = ""
        self.port = 0
        self.token = False
        rest = list(arguments)
        while rest:
            name, equals, value = rest.pop(0).partition("=")
            if name == "--token" and not equals:
                self.token = True
                continue
            if name not in {"--upstream", "--port", "--port-file", "--run"}:
                raise UsageError(f"no such option: {name}")
            if not equals:
                if not rest:
                    raise UsageError(f"{name} needs a value")
                value = rest.pop(0)
            self._set(name, value)
        if not self.upstream:
            raise UsageError("--upstream is missing")

    def _set(self, name: str, value: str) -> None:
        if name != "--port":
            setattr(self, name[2:].replace("-", "_"), value)
        elif value.isdecimal() and int(value) < 65536:
            self.port = int(value)
        else:
            raise UsageError(f"--port is no port: {value}")


def main(arguments: list[str]) -> int:
    """Run ``her-tui wire`` with these arguments; the exit code."""
    if {"--help", "-h"} & set(arguments):
        print(USAGE, end="")
        return 0
    try:
        options = _Options(arguments)
    except UsageError as error:
        print(f"her-tui wire: {error}\n\n{USAGE}", end="", file=sys.stderr)
        return 2
    try:
        listener = _listen(options.port)
    except OSError as error:
        where = f"port {options.port}" if options.port else "a port"
        print(f"her-tui wire: cannot listen on {where}: {error.strerror}", file=sys.stderr)
        return 1
    with listener:
        return _serve(listener, options)


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(256)
    except OSError:
        listener.close()
        raise
    return listener


def _serve(listener: socket.socket, options: _Options) -> int:
    from her_tui.paths import home
    from her_tui.shim.wire.gate import gate_for
    from her_tui.shim.wire.supervisor import Supervisor
    from her_tui.shim.wire.upstream import parse

    port = listener.getsockname()[1]
    token = os.urandom(16).hex() if options.token else ""
    try:
        upstream = parse(options.upstream)
        gate_for(upstream, os.environ)
        if options.port_file:
            _write_port(options.port_file, port)
    except (OSError, ValueError) as error:
        print(f"her-tui wire: {error}", file=sys.stderr)
        return 2
    where = os.path.abspath(home())  # noqa: PTH100 - pathlib is too dear beside the client
    base = f"http://127.0.0.1:{port}" + (f"/{token}" if token else "")
    print(f"Wire: {base} → {upstream.origin}{upstream.base}, into {where}", file=sys.stderr)
    sys.stderr.flush()
    orders = Orders(where, options.upstream, options.run, token)
    return Supervisor(listener, orders).serve(wake_recorder=True)


def _write_port(path: str, port: int) -> None:
    """All of it, or nothing: whoever waits for the file reads it the moment it is there."""
    beside = f"{path}.{os.getpid()}"
    with open(beside, "w") as file:  # noqa: PTH123
        file.write(f"{port}\n")
    os.replace(beside, path)  # noqa: PTH105
