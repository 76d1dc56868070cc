"""The way to the upstream: TLS, and the gates (HTTP proxies) that the environment names.

What counts is what the client would heed: HTTP_PROXY, HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE,
SSL_CERT_DIR, NODE_EXTRA_CA_CERTS, and the client's own certificate for mutual TLS.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from her_tui.shim.wire.gate import Gate, gate_for
from her_tui.shim.wire.heads import Request
from her_tui.shim.wire.upstream import Upstream

if TYPE_CHECKING:
    import ssl

#: Where systems keep the certificates they trust, for a Python that does not know.
_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
)

#: A gate's answer to CONNECT is no longer.
_ANSWER = 64 * 1024

Side = TypeVar("Side", bound=asyncio.Protocol)


class Route:
    """The way to one upstream."""

    def __init__(self, upstream: Upstream, environment: Mapping[str, str]) -> None:
        """Raises `ValueError` if the environment's gate cannot be used."""
        self._upstream = upstream
        self._gate = gate_for(upstream, environment)
        tls = upstream.secure or (self._gate is not None and self._gate.secure)
        self._context = trust(environment) if tls else None
        self._authority = upstream.authority.encode()
        self._base = upstream.base.encode()
        #: Through a gate, plain HTTP names the whole URL and says who is asking.
        self._absolute = self._gate is not None and not upstream.secure
        if self._absolute:
            self._base = upstream.origin.encode() + self._base

    def head(self, request: Request, path: bytes) -> bytes:
        """The head of ``request`` as it is sent, for ``path`` below the base URL."""
        extra = self._gate.credentials if self._gate is not None and self._absolute else b""
        return request.outgoing(self._base + path, self._authority, extra)

    async def connect(self, protocol: Callable[[], Side]) -> Side:
        """A connection that requests can be sent on; raises `OSError`."""
        loop = asyncio.get_running_loop()
        upstream, gate = self._upstream, self._gate
        if gate is None:
            _, side = await loop.create_connection(
                protocol,
                upstream.host,
                upstream.port,
                ssl=self._context if upstream.secure else None,
                happy_eyeballs_delay=0.25 if upstream.host[-1:].isalpha() else None,
            )
            return side
        through = self._context if gate.secure else None
        if self._absolute:
            _, side = await loop.create_connection(protocol, gate.host, gate.port, ssl=through)
            return side
        return await self._tunnel(gate, protocol, through)

    async def _tunnel(
        self, gate: Gate, protocol: Callable[[], Side], through: ssl.SSLContext | None
    ) -> Side:
        loop = asyncio.get_running_loop()
        host = self._authority.decode()
        if self._upstream.port == 443:
            host += ":443"
        ask = f"CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n".encode() + gate.credentials + b"\r\n"
        transport, asked = await loop.create_connection(
            lambda: _Asked(loop), gate.host, gate.port, ssl=through
        )
        try:
            transport.write(ask)
            await asked.opened
            side = protocol()
            if self._context is None:
                raise OSError("no TLS")  # a tunnel is dug for TLS only
            secured = await loop.start_tls(
                transport, side, self._context, server_hostname=self._upstream.host
            )
        except BaseException:
            transport.abort()
            raise
        if secured is None:
            raise OSError("the gate has closed")
        side.connection_made(secured)
        return side


class _Asked(asyncio.Protocol):
    """A connection to a gate that was asked for a tunnel."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.opened: asyncio.Future[None] = loop.create_future()
        self._answer = b""

    def data_received(self, data: bytes) -> None:
        self._answer += data
        if self.opened.done():
            return
        if b"\r\n\r\n" in self._answer:
            status = self._answer.split(b"\r\n", 1)[0].split(b" ", 2)
            if len(status) > 1 and status[1].startswith(b"2"):
                self.opened.set_result(None)
            else:
                said = b" ".join(status[1:2]).decode("latin-1")
                self.opened.set_exception(OSError(f"the proxy answered {said[:3]}"))
        elif len(self._answer) > _ANSWER:
            self.opened.set_exception(OSError("the proxy does not speak HTTP"))

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.opened.done():
            self.opened.set_exception(OSError("the proxy has closed the connection"))


def trust(environment: Mapping[str, str]) -> ssl.SSLContext:
    """Verifies the other end as the client would. A file that cannot be used is gone without."""
    import ssl

    context = ssl.create_default_context()  # heeds SSL_CERT_FILE and SSL_CERT_DIR
    context.set_alpn_protocols(["http/1.1"])
    paths = ssl.get_default_verify_paths()
    if not any((paths.cafile, paths.capath)):
        _trust_first(context)
    extra = environment.get("NODE_EXTRA_CA_CERTS")
    if extra:
        with suppress(OSError):  # the client too goes on without
            context.load_verify_locations(extra)
    certificate = environment.get("CLAUDE_CODE_CLIENT_CERT")
    if certificate:
        phrase = environment.get("CLAUDE_CODE_CLIENT_KEY_PASSPHRASE", "")
        with suppress(OSError):  # then the upstream says what it lacks
            context.load_cert_chain(certificate, environment.get("CLAUDE_CODE_CLIENT_KEY"), phrase)
    return context


def _trust_first(context: ssl.SSLContext) -> None:
    for bundle in _BUNDLES:
        with suppress(OSError):  # another system's
            context.load_verify_locations(bundle)
            return
