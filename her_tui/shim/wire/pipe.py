"""The process that passes the bytes: an event loop, the sides, the tee.

It is forked by the supervisor, inherits the listening socket, and may be killed at any moment.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
import sys
import time
from collections.abc import Mapping
from typing import Any

from her_tui.shim.wire.client import ClientSide
from her_tui.shim.wire.orders import LEAVE, WAKE, Orders
from her_tui.shim.wire.pool import Pool
from her_tui.shim.wire.route import Route
from her_tui.shim.wire.tee import Tee
from her_tui.shim.wire.upstream import parse
from her_tui.shim.wire.writer import Writer

#: How often a recorder that is not there is asked for, at first and at last.
_WAKE_SECONDS = (5.0, 300.0)

#: What is recorded may take so long to reach the disk when the pipe is told to stop.
_FLUSH_SECONDS = 2.0

_POLL_SECONDS = 0.1


class Pipe:
    """What the sides share."""

    def __init__(self, loop: asyncio.AbstractEventLoop, route: Route, tee: Tee, token: str) -> None:
        self.loop, self.route, self.tee = loop, route, tee
        self.token = token.encode()
        self.port = 0
        self.pool = Pool(route)
        self.clients: set[ClientSide] = set()

    @property
    def busy(self) -> bool:
        """An exchange is under way."""
        return any(client.exchange is not None for client in self.clients)


class Waker:
    """Asks the supervisor for a recorder when something was recorded and none is alive."""

    def __init__(self, home: str, control: socket.socket) -> None:
        self._alive = f"{home}/recorder.alive"
        self._control = control
        self._pause = _WAKE_SECONDS[0]
        self._next = time.monotonic() + self._pause

    def __call__(self) -> None:
        """Look, unless we have just looked."""
        now = time.monotonic()
        if now < self._next:
            return
        if self._recorder_lives():
            self._pause = _WAKE_SECONDS[0]
        else:
            self._ask()
            self._pause = min(self._pause * 2, _WAKE_SECONDS[1])
        self._next = now + self._pause

    def _recorder_lives(self) -> bool:
        """Whether one has promised to live (the file's time) and was not killed since."""
        try:
            with open(self._alive) as file:  # noqa: PTH123
                os.kill(int(file.read()), 0)
                return os.fstat(file.fileno()).st_mtime > time.time()
        except (OSError, ValueError):
            return False

    def _ask(self) -> None:
        try:
            self._control.send(WAKE, socket.MSG_DONTWAIT)
        except OSError:
            return  # a supervisor that is gone, or has not read what it was asked before


def run(
    listener: socket.socket,
    control: socket.socket,
    orders: Orders,
    environment: Mapping[str, str],
) -> None:
    """Serve on ``listener`` until told to stop. Raises `OSError` or `ValueError` if the upstream
    cannot be spoken to as the environment wants it."""
    sys.setswitchinterval(0.001)  # the loop waits no longer for the thread that writes
    os.umask(0o077)
    asyncio.run(_serve(listener, control, orders, environment))


async def _serve(
    listener: socket.socket,
    control: socket.socket,
    orders: Orders,
    environment: Mapping[str, str],
) -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(_report)
    upstream = parse(orders.upstream)
    route = Route(upstream, environment)
    writer = Writer(orders.home, upstream.origin, orders.run, Waker(orders.home, control))
    pipe = Pipe(loop, route, Tee(writer, loop.call_later), orders.token)
    pipe.port = listener.getsockname()[1]
    stopping, leaving = asyncio.Event(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stopping.set)
    loop.add_reader(control, _listen, loop, control, orders, stopping, leaving)
    server = await loop.create_server(lambda: ClientSide(pipe), sock=listener)
    gc.collect()
    gc.freeze()  # what is here now stays: no collection looks at it again
    waiting = asyncio.ensure_future(_until_left(pipe, server, orders, leaving))
    done = asyncio.ensure_future(stopping.wait())
    await asyncio.wait({waiting, done}, return_when=asyncio.FIRST_COMPLETED)
    for task in (waiting, done):
        task.cancel()
    server.close()
    for client in pipe.clients:
        client.transport.abort()
    pipe.pool.close()
    pipe.tee.close(_FLUSH_SECONDS)


def _listen(
    loop: asyncio.AbstractEventLoop,
    control: socket.socket,
    orders: Orders,
    stopping: asyncio.Event,
    leaving: asyncio.Event,
) -> None:
    """Read what the supervisor says. One that was killed says nothing: then we go on for the
    client, and look after it ourselves, but do not stay where nobody can tell us to stop."""
    said = control.recv(16)
    if LEAVE in said:
        leaving.set()
    if said:
        return
    loop.remove_reader(control)
    if orders.pid is None:
        stopping.set()
    else:
        loop.call_later(_POLL_SECONDS, _look_after, loop, orders.pid, leaving)


def _look_after(loop: asyncio.AbstractEventLoop, pid: int, leaving: asyncio.Event) -> None:
    try:
        os.kill(pid, 0)
    except OSError:
        leaving.set()
    else:
        loop.call_later(_POLL_SECONDS * 10, _look_after, loop, pid, leaving)


async def _until_left(
    pipe: Pipe, server: asyncio.AbstractServer, orders: Orders, leaving: asyncio.Event
) -> None:
    """Return once the client is gone and nobody it started is being served either."""
    await leaving.wait()
    server.close()
    while pipe.busy:
        await asyncio.sleep(_POLL_SECONDS)


def _report(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """An error of ours in one line: what asyncio would tell holds what passes through."""
    error = context.get("exception")
    print(f"her-tui wire: {type(error).__name__}", file=sys.stderr)
