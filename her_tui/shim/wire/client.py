"""The client's end of the pipe. Bytes are passed on first, then looked at.

A connection of the client's carries one exchange after the other; for each it borrows a connection
to the upstream from the pool. An end that breaks off breaks off the other in the same way: an error
stays an error, a clean end a clean end.
"""

from __future__ import annotations

import asyncio
from time import monotonic_ns
from typing import TYPE_CHECKING, cast

from her_tui.peers import is_stranger
from her_tui.shim.wire.door import admit
from her_tui.shim.wire.exchange import Exchange
from her_tui.shim.wire.framing import Malformed
from her_tui.shim.wire.heads import LIMIT, Refused, read_request
from her_tui.shim.wire.sockets import BUFFER, end_with_reset, has_left, reset, send_at_once, words

if TYPE_CHECKING:
    from her_tui.shim.wire.pipe import Pipe
    from her_tui.shim.wire.pool import UpstreamSide

#: Of a request on a connection that was used before, so much is kept until something is answered.
_HELD = 1 << 20

#: Why the client is not read from.
_CONGESTED, _DIALING, _LATER = 1, 2, 4

#: How often a client that is not read from is looked after.
_LOOK_SECONDS = 0.25

#: A client that is to see an error first gets what came before it, unless it does not read.
_DRAIN_NS = 5_000_000_000

_STATUS = {
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    421: "Misdirected Request",
    431: "Request Header Fields Too Large",
}


class ClientSide(asyncio.Protocol):
    """A connection of the client's."""

    def __init__(self, pipe: Pipe) -> None:
        self.exchange: Exchange | None = None
        self.transport: asyncio.Transport
        self.congested = False
        """The client takes less than it is sent."""
        self._pipe = pipe
        self._upstream: UpstreamSide | None = None
        self._dialing: asyncio.Task[None] | None = None
        self._over = False
        self._pauses = 0
        self._looking = self._guarded = False
        self._head = b""
        self._waiting: list[bytes] = []
        self._later = b""
        self._held: list[bytes] | None = None
        self._held_size = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio's: somebody has connected."""
        self.transport = cast(asyncio.Transport, transport)
        self.transport.set_write_buffer_limits(high=BUFFER)
        send_at_once(self.transport)
        ours, theirs = (self.transport.get_extra_info(n) for n in ("sockname", "peername"))
        if not theirs or is_stranger(ours, theirs):
            self._over = True
            reset(self.transport)
            return
        self._pipe.clients.add(self)

    def data_received(self, data: bytes) -> None:
        """asyncio's: bytes of the client's."""
        moment = monotonic_ns()
        exchange = self.exchange
        if self._over:
            return
        if exchange is None:
            self._start(data, moment)
        elif not exchange.request_done:
            self._continue(exchange, data, moment)
        elif exchange.tunnel:
            self._send(b"", data)
            exchange.sent(data, moment)
        else:
            self._keep_for_later(data)

    def eof_received(self) -> None:
        """asyncio's: the client will send nothing more, and so has left if it was being served."""
        if self.exchange is not None:
            self._leave()
            self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """asyncio's: the connection is closed."""
        self._pipe.clients.discard(self)
        self._leave()

    def pause_writing(self) -> None:
        """asyncio's: the client reads slower than the upstream sends."""
        self.congested = True
        if self._upstream is not None:
            self._upstream.transport.pause_reading()

    def resume_writing(self) -> None:
        """asyncio's: the client has caught up."""
        self.congested = False
        if self._upstream is not None:
            self._upstream.transport.resume_reading()

    # A request

    def _start(self, data: bytes, moment: int) -> None:
        """Bytes that belong to the head of a request, and what comes behind it."""
        head = self._head + data if self._head else data.lstrip(b"\r\n")
        end = head.find(b"\r\n\r\n")
        if (len(head) if end < 0 else end) > LIMIT:
            self._refuse(431)
            return
        if end < 0:
            self._head = head
            return
        self._head = b""
        try:
            request = read_request(head[:end])
            path = admit(request, self._pipe.token, self._pipe.port)
            exchange = Exchange(request, path)
        except Refused as refusal:
            self._refuse(refusal.status)
            return
        self.exchange = exchange
        self._reach_upstream()
        self._continue(exchange, head[end + 4 :], moment, self._pipe.route.head(request, path))

    def _continue(
        self, exchange: Exchange, data: bytes, moment: int, head: bytes | None = None
    ) -> None:
        """Bytes of a request's body, behind its ``head`` if they are the first."""
        end = 0
        if exchange.request_body is not None:
            try:
                end = exchange.request_body.feed(data)
            except Malformed:
                if head is not None:
                    exchange.begin(self._pipe.tee.begin(), moment)
                self._abandon("client", "a request without framing")
                return
        rest = b""
        if 0 <= end < len(data):
            data, rest = data[:end], data[end:]
        if head is not None:
            self._send(head, data)
            exchange.begin(self._pipe.tee.begin(), moment)
        else:
            self._send(b"", data)
        if data:
            exchange.sent(data, moment)
        if end >= 0 and not exchange.request_done:
            exchange.sent_all(moment)
        if rest:
            self._keep_for_later(rest)
        if exchange.response_done and exchange.request_done:
            self._finish(exchange)

    def _send(self, head: bytes, body: bytes) -> None:
        """Pass bytes on to the upstream, or keep them until it is reached."""
        data = head + body if head else body
        if self._held is not None:
            self._held_size += len(data)
            if self._held_size > _HELD:
                self._held = None
            else:
                self._held += (head, body) if head else (body,)
        if self._upstream is not None:
            self._upstream.transport.write(data)
            return
        self._waiting.append(data)
        self._pause(_DIALING)

    def _keep_for_later(self, data: bytes) -> None:
        """Bytes of a request that comes before the last was answered."""
        self._later += data
        self._pause(_LATER)

    def _refuse(self, status: int) -> None:
        """Answer in the upstream's place, and take no more."""
        self._over = True
        answer = f"HTTP/1.1 {status} {_STATUS[status]}\r\nContent-Length: 0\r\nConnection: close"
        self.transport.write(answer.encode() + b"\r\n\r\n")
        self.transport.write_eof()
        # Closed with bytes unread, the connection would be reset and the answer lost.
        self._pipe.loop.call_later(1.0, self.transport.abort)

    # The upstream

    def _reach_upstream(self) -> None:
        """Borrow a connection, or begin to make one."""
        upstream = self._pipe.pool.take()
        if upstream is None:
            self._dial()
            return
        self._held, self._held_size = [], 0
        self._attach(upstream)

    def _dial(self) -> None:
        self._held = None
        self._dialing = self._pipe.loop.create_task(self._connect())

    async def _connect(self) -> None:
        try:
            upstream = await self._pipe.pool.dial()
        except OSError as error:
            self._dialing = None
            self._abandon("refused", words(error))
            return
        self._dialing = None
        self._attach(upstream)
        waiting, self._waiting = self._waiting, []
        upstream.transport.write(b"".join(waiting))
        self._resume(_DIALING)

    def _attach(self, upstream: UpstreamSide) -> None:
        self._upstream = upstream
        upstream.lend(self)
        if self.congested:
            upstream.transport.pause_reading()

    def take(self, data: bytes, moment: int) -> None:
        """Bytes of the upstream's."""
        self.transport.write(data)
        exchange = self.exchange
        if exchange is None:
            return
        exchange.received(data, moment)
        if not exchange.keeps and exchange.ends_with_connection and not self._guarded:
            self._guarded = True  # nothing but the way it closes tells the end from a break
            end_with_reset(self.transport, True)
        if exchange.response_done:
            self._held = None
            if exchange.request_done:
                self._finish(exchange)

    def congest(self, congested: bool) -> None:
        """Whether the upstream takes less than the client sends."""
        if congested:
            self._pause(_CONGESTED)
        else:
            self._resume(_CONGESTED)

    def lose(self, upstream: UpstreamSide, error: str) -> None:
        """The upstream has closed; ``error`` says how, if not cleanly."""
        exchange, moment = self.exchange, monotonic_ns()
        self._upstream = None
        if exchange is None:
            return
        stale = not error and not exchange.answered and upstream.never_reached
        if stale and self._held is not None:
            self._repeat(exchange, self._held, moment)
            return
        whole = exchange.response_done or (exchange.ends_with_connection and not error)
        if not whole:
            self._abandon("upstream", error or "closed too early")
            return
        exchange.end("ok", moment)
        self.exchange, self._over = None, True
        end_with_reset(self.transport, False)
        self.transport.close()

    def _repeat(self, exchange: Exchange, held: list[bytes], moment: int) -> None:
        """Send what was sent into a closed connection through another one."""
        head, *body = held
        self._waiting = [head, *body]
        exchange.again(self._pipe.tee.begin(), [piece for piece in body if piece], moment)
        self._dial()

    # The end

    def _finish(self, exchange: Exchange) -> None:
        """Request and response are complete."""
        upstream, self._upstream, self.exchange = self._upstream, None, None
        exchange.end("ok", monotonic_ns())
        self._held = None
        if upstream is not None:
            upstream.give_back(self._pipe.pool if exchange.keeps else None)
        self._resume(_CONGESTED)
        if not exchange.keeps:
            self._over = True
            self.transport.close()
        elif self._later:
            later, self._later = self._later, b""
            self._resume(_LATER)
            self._start(later, monotonic_ns())

    def _leave(self) -> None:
        """The client is gone: whatever is under way for it ends at once."""
        self._over = True
        exchange, self.exchange = self.exchange, None
        if exchange is not None:
            whole = exchange.response_done or exchange.tunnel
            exchange.end("ok" if whole else "client", monotonic_ns())
        self._let_go()

    def _abandon(self, outcome: str, error: str) -> None:
        """End the exchange and break off the client's connection, once what came has gone out."""
        exchange, self.exchange, self._over = self.exchange, None, True
        if exchange is not None:
            exchange.end(outcome, monotonic_ns(), error)
        self._let_go()
        self._break_off(monotonic_ns() + _DRAIN_NS)

    def _let_go(self) -> None:
        if self._dialing is not None:
            self._dialing.cancel()
            self._dialing = None
        upstream, self._upstream = self._upstream, None
        self._waiting, self._later, self._held = [], b"", None
        if upstream is not None:
            upstream.give_back(None)

    def _break_off(self, deadline: int) -> None:
        if self.transport.get_write_buffer_size() and monotonic_ns() < deadline:
            self._pipe.loop.call_later(0.02, self._break_off, deadline)
        else:
            reset(self.transport)

    # Waiting

    def _pause(self, why: int) -> None:
        if not self._pauses:
            self.transport.pause_reading()
            if not self._looking:
                self._looking = True
                self._pipe.loop.call_later(_LOOK_SECONDS, self._look)
        self._pauses |= why

    def _resume(self, why: int) -> None:
        if self._pauses & why:
            self._pauses &= ~why
            if not self._pauses:
                self.transport.resume_reading()

    def _look(self) -> None:
        """See whether the client is still there, which is not told while it is not read from."""
        self._looking = False
        if not self._pauses or self._over:
            return
        if has_left(self.transport):
            self._leave()
            self.transport.abort()
        else:
            self._looking = True
            self._pipe.loop.call_later(_LOOK_SECONDS, self._look)
