"""An HTTP server for tests, whose every byte and moment is the test's to say.

A handler is called with each request in the thread of its connection, and answers by the methods of
the request: it may wait, send by pieces, or cut the connection. Nothing is added to what it sends.
"""

from __future__ import annotations

import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self


@dataclass
class Request:
    """One request as it came, and the way to answer it."""

    method: str
    path: str
    headers: list[tuple[str, str]]
    head: bytes
    """As it was on the wire, up to the empty line."""
    connection: int
    """The number of the connection it came on, from 1."""
    link: Link
    began: float
    """When its head had come, by `time.monotonic`."""
    body: bytes = b""
    """Decoded from chunks, if it came in any."""
    wire: bytes = b""
    """The body as it was on the wire."""
    complete: float = 0.0
    """When all of it had come; 0 if it never did."""
    sent: list[tuple[float, bytes]] = field(default_factory=list)
    """What was answered, head and all, and when."""

    def header(self, name: str) -> str | None:
        """The first value of a header."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    # The answer

    def raw(self, data: bytes) -> None:
        """Send bytes."""
        self.sent.append((time.monotonic(), data))
        self.link.socket.sendall(data)

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        """Send a whole response with its length; ``retry_after="1"`` becomes a header."""
        self.raw(head(status, {**headers, "content-length": str(len(body))}) + body)

    def begin(self, status: int = 200, **headers: str) -> None:
        """Send the head of a response in chunks."""
        self.raw(head(status, {**headers, "transfer-encoding": "chunked"}))

    def chunk(self, data: bytes) -> None:
        """Send one chunk."""
        self.raw(b"%x\r\n%b\r\n" % (len(data), data))

    def finish(self) -> None:
        """Send the end of the chunks."""
        self.raw(b"0\r\n\r\n")

    def events(self, events: Iterable[str], gap: float = 0.0, **headers: str) -> None:
        """Answer with Server-Sent Events, each a chunk, ``gap`` seconds apart."""
        self.begin(200, **{"content_type": "text/event-stream", **headers})
        for event in events:
            self.chunk(event.encode())
            time.sleep(gap)
        self.finish()

    def close(self) -> None:
        """Close the connection cleanly."""
        self.link.close()

    def cut(self) -> None:
        """Reset the connection."""
        linger = struct.pack("ii", 1, 0)
        self.link.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.link.close()


Handler = Callable[[Request], None]


def head(status: int, headers: dict[str, str]) -> bytes:
    """The head of a response; underscores in names stand for hyphens."""
    lines = [f"HTTP/1.1 {status} Scripted"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


class Link:
    """A connection that a client has made, read by pieces."""

    def __init__(self, link: socket.socket, number: int) -> None:
        self.socket, self.number = link, number
        self.closed = False
        self._read = b""

    def until(self, mark: bytes) -> bytes:
        """The bytes up to and with ``mark``; raises `ConnectionError` if the client closes."""
        while mark not in self._read:
            self._more()
        at = self._read.index(mark) + len(mark)
        data, self._read = self._read[:at], self._read[at:]
        return data

    def exactly(self, size: int) -> bytes:
        """The next ``size`` bytes."""
        parts, missing = [self._read[:size]], size - len(self._read[:size])
        self._read = self._read[size:]
        while missing:
            data = self.socket.recv(min(missing, 1 << 20))
            if not data:
                raise ConnectionError("the client has closed")
            parts.append(data)
            missing -= len(data)
        return b"".join(parts)

    def wait_closed(self, timeout: float) -> bool:
        """Whether the client closes within so many seconds."""
        self.socket.settimeout(timeout)
        try:
            while self.socket.recv(65536):
                pass
        except TimeoutError:
            return False
        except OSError:
            return True
        return True

    def close(self) -> None:
        """Close; more than once does no harm."""
        if not self.closed:
            self.closed = True
            self.socket.close()

    def _more(self) -> None:
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionError("the client has closed")
        self._read += data


class Upstream:
    """The server; a context manager that listens while its block runs."""

    def __init__(
        self,
        handler: Handler,
        *,
        tls: ssl.SSLContext | None = None,
        whole: bool = True,
    ) -> None:
        """``whole``: the handler is called when all of the request has come, else when its head
        has; it then reads the rest by `read_body` itself, or does not."""
        self.handler, self.tls, self.whole = handler, tls, whole
        self.requests: list[Request] = []
        """All that came, in order of their heads."""
        self.links: list[Link] = []
        """All connections that were ever made."""
        self._listener = socket.socket()
        self._threads: list[threading.Thread] = []

    @property
    def port(self) -> int:
        """Where it listens, on 127.0.0.1."""
        return int(self._listener.getsockname()[1])

    @property
    def url(self) -> str:
        """The base URL."""
        return f"https://localhost:{self.port}" if self.tls else f"http://127.0.0.1:{self.port}"

    @property
    def open(self) -> int:
        """How many connections are open as far as this end has seen."""
        return sum(not link.closed for link in self.links)

    def __enter__(self) -> Self:
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(128)
        self._spawn(self._accept)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for link in self.links:
            try:
                link.socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # it is closed already
        for thread in self._threads:
            thread.join(10)

    def _spawn(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                accepted, _ = self._listener.accept()
            except OSError:
                return  # closed: the test is over
            accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            link = Link(accepted, len(self.links) + 1)
            self.links.append(link)
            self._spawn(self._serve, link)

    def _serve(self, link: Link) -> None:
        try:
            if self.tls:
                link.socket = self.tls.wrap_socket(link.socket, server_side=True)
            while not link.closed:
                request = _read_head(link)
                self.requests.append(request)
                if self.whole:
                    read_body(request)
                self.handler(request)
        except OSError:
            pass  # the client has left, which is for the test to notice
        finally:
            link.close()


def _read_head(link: Link) -> Request:
    wire = link.until(b"\r\n\r\n")
    first, *lines = wire[:-4].decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ")
    pairs = [line.split(":", 1) for line in lines]
    headers = [(name, value.strip()) for name, value in pairs]
    return Request(method, path, headers, wire, link.number, link, time.monotonic())


def read_body(request: Request) -> None:
    """Read the rest of ``request``."""
    link = request.link
    if "chunked" in (request.header("transfer-encoding") or ""):
        size = -1
        while size:
            line = link.until(b"\r\n")
            size = int(line.split(b";")[0], 16)
            chunk = link.exactly(size + 2) if size else link.until(b"\r\n")
            request.wire += line + chunk
            request.body += chunk[:-2]
    else:
        request.body = request.wire = link.exactly(int(request.header("content-length") or 0))
    request.complete = time.monotonic()
