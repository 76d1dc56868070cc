"""Connections to the upstream: made when needed, lent for one exchange, kept for the next.

The pool is shared by all connections of the client: a new one of its does not pay for another
handshake.
"""

from __future__ import annotations

import asyncio
import socket
from time import monotonic_ns, time
from typing import TYPE_CHECKING, cast

from her_tui.shim.wire.sockets import BUFFER, acknowledged, words

if TYPE_CHECKING:
    from her_tui.shim.wire.client import ClientSide
    from her_tui.shim.wire.route import Route

#: Connections that wait for a request: so many, for so long.
_IDLE = 16
_IDLE_SECONDS = 60.0


class UpstreamSide(asyncio.Protocol):
    """A connection to the upstream."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport
        self.idle_since = 0.0
        self._pool: Pool | None = None
        self._client: ClientSide | None = None
        self._probe: socket.socket | None = None
        self._acknowledged: int | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio's: the upstream is reached."""
        self.transport = cast(asyncio.Transport, transport)
        self.transport.set_write_buffer_limits(high=BUFFER)
        link = self.transport.get_extra_info("socket")
        link.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        # TLS has closed the socket by the time it says so, and then it cannot be asked.
        self._probe = link.dup()

    def data_received(self, data: bytes) -> None:
        """asyncio's: bytes of the upstream's."""
        moment = monotonic_ns()
        if self._client is None:
            self._end("")  # nobody has asked
        else:
            self._client.take(data, moment)

    def eof_received(self) -> None:
        """asyncio's: the upstream will send nothing more."""
        self._end("")

    def connection_lost(self, exc: Exception | None) -> None:
        """asyncio's: the connection is closed."""
        self._end(words(exc))

    def pause_writing(self) -> None:
        """asyncio's: the upstream reads slower than the client sends."""
        if self._client is not None:
            self._client.congest(True)

    def resume_writing(self) -> None:
        """asyncio's: the upstream has caught up."""
        if self._client is not None:
            self._client.congest(False)

    def lend(self, client: ClientSide) -> None:
        """Belong to ``client`` until it gives us back."""
        self._client = client
        if self._probe is not None:
            self._acknowledged = acknowledged(self._probe)

    def give_back(self, pool: Pool | None) -> None:
        """Belong to nobody: wait in ``pool``, or close."""
        self._client = None
        if pool is None or self.transport.is_closing():
            self._end("")
            return
        self.transport.resume_reading()
        pool.keep(self)
        self._pool = pool

    @property
    def never_reached(self) -> bool:
        """Nothing sent since we were lent had come to the other end's system when it closed
        cleanly. False where ours does not tell: a request that may have been read is not sent
        twice. (A reset does not say what had come before it.)"""
        if self._probe is None or self._acknowledged is None:
            return False
        return acknowledged(self._probe) == self._acknowledged

    def _end(self, error: str) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.lose(self, error)
        if self._pool is not None:
            self._pool.forget(self)
            self._pool = None
        if self._probe is not None:
            self._probe.close()
            self._probe = None
        self.transport.abort()


class Pool:
    """The connections that wait, and the way to new ones."""

    def __init__(self, route: Route) -> None:
        self._route = route
        self._idle: list[UpstreamSide] = []
        self._sweeping: asyncio.TimerHandle | None = None

    def take(self) -> UpstreamSide | None:
        """The connection that was used last, if one waits."""
        while self._idle:
            upstream = self._idle.pop()
            # By the clock on the wall, which goes on while the machine sleeps.
            rested = time() - upstream.idle_since
            if 0 <= rested < _IDLE_SECONDS and not upstream.transport.is_closing():
                return upstream
            upstream.give_back(None)
        return None

    async def dial(self) -> UpstreamSide:
        """A new connection; raises `OSError`."""
        return await self._route.connect(UpstreamSide)

    def keep(self, upstream: UpstreamSide) -> None:
        """Let ``upstream`` wait for the next request."""
        upstream.idle_since = time()
        self._idle.append(upstream)
        if len(self._idle) > _IDLE:
            self._idle[0].give_back(None)
        if self._sweeping is None:
            self._sweep()

    def forget(self, upstream: UpstreamSide) -> None:
        """``upstream`` has closed."""
        if upstream in self._idle:
            self._idle.remove(upstream)

    def close(self) -> None:
        """Close what waits."""
        for upstream in list(self._idle):
            upstream.give_back(None)

    def _sweep(self) -> None:
        oldest = time() - _IDLE_SECONDS
        for upstream in [each for each in self._idle if each.idle_since < oldest]:
            upstream.give_back(None)
        loop = asyncio.get_running_loop()
        self._sweeping = loop.call_later(_IDLE_SECONDS / 4, self._sweep) if self._idle else None
