"""The telemetry receiver: OTLP over HTTP on loopback, into the spool.

An export is acknowledged once its bytes are in a spool file: from then on a killed recorder loses
nothing. Nothing is interpreted here. Only this user's own client is served: the path carries a
token, ``Host`` must name this address, and a request that a browser made is refused.
"""

from __future__ import annotations

import gzip
import hmac
import http.server
import json
import os
import socket
import threading
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from her_tui.peers import is_stranger
from her_tui.recorder import endpoint
from her_tui.recorder.endpoint import LOOPBACK, Endpoint
from her_tui.spool.files import SpoolFile
from her_tui.spool.frames import OTLP, pack

_SIGNALS = {"/v1/logs": "logs", "/v1/traces": "traces", "/v1/metrics": "metrics"}

#: The largest export taken, as sent and when unpacked.
_LIMIT = 32 << 20

#: A spool file is closed from this size on, so that what was read of it can go.
_FILE_LIMIT = 8 << 20

#: A client that stalls in the middle of a request is let go.
_PATIENCE_SECONDS = 30


class Spool:
    """Where exports go: one file at a time, made when it is first needed."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._lock = threading.Lock()
        self._file: SpoolFile | None = None

    def add(self, signal: str, run: str, payload: bytes) -> None:
        """Keep one export; raises `OSError` if the system does not let us."""
        frame = pack(OTLP, 0, time.monotonic_ns(), f"{signal}\n{run}\n".encode() + payload)
        with self._lock:
            if self._file is None:
                self._file = SpoolFile(os.fspath(self._home), "telemetry")
            self._file.append(frame)
            if self._file.size >= _FILE_LIMIT:
                self._close()

    def close(self) -> None:
        """Let go of the file: once it was read, it goes."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


class Receiver:
    """The server, in a thread of its own."""

    def __init__(self, home: Path, arrived: Callable[[], None]) -> None:
        """Listen for this user's clients; ``arrived`` is called after every export. Raises
        `OSError` if no port can be had."""
        self.home = home
        self.spool = Spool(home)
        self.seen: float = 0.0
        """When the last export came (monotonic seconds)."""
        agreed = endpoint.settled(home)
        self.token = agreed.token
        self._arrived = arrived
        self._server = _listening(agreed.port, self)
        self.port = int(self._server.server_address[1])
        endpoint.tell(home, Endpoint(self.port, self.token, os.getpid()))
        threading.Thread(
            target=self._server.serve_forever, name="her-receiver", daemon=True
        ).start()

    def take(self, signal: str, run: str, payload: bytes) -> None:
        """Keep an export."""
        self.spool.add(signal, run, payload)
        self.seen = time.monotonic()
        self._arrived()

    def close(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()
        self.spool.close()


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
    receiver: Receiver

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Whether the peer is a process of this user."""
        return not is_stranger(request.getsockname(), client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that breaks is the client's business: it is not told on our terminal."""


def _listening(port: int, receiver: Receiver) -> _Server:
    try:
        server = _Server((LOOPBACK, port), _Handler)
    except OSError:
        if not port:
            raise
        server = _Server((LOOPBACK, 0), _Handler)  # the port is somebody else's by now
    server.receiver = receiver
    return server


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "her"
    sys_version = ""
    timeout = _PATIENCE_SECONDS
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing is printed: there is no terminal."""

    def do_GET(self) -> None:
        """``/TOKEN/health``: that we are here."""
        if self._path() == "/health":
            self._answer(200, json.dumps({"pid": os.getpid()}).encode())

    def do_POST(self) -> None:
        """``/TOKEN/RUN/v1/logs`` and the other signals: an export."""
        path = self._path()
        if path is None:
            return
        run, _, rest = path[1:].partition("/")
        signal = _SIGNALS.get(f"/{rest}")
        if signal is None or not (run == "-" or run.replace("-", "").isalnum()):
            self._answer(404)
            return
        payload = self._payload()
        if payload is None:
            return
        try:
            self.server.receiver.take(signal, run if run != "-" else "", payload)
        except OSError:
            self._answer(503)  # the client tries again
            return
        self._answer(200, b"{}")

    def do_CONNECT(self) -> None:
        """We are nobody's proxy."""
        self._answer(400)

    def _path(self) -> str | None:
        """The path without its token; None if the request was refused."""
        headers = self.headers
        own = (f"{LOOPBACK}:{self.server.receiver.port}", f"localhost:{self.server.receiver.port}")
        if not self.path.startswith("/"):
            self._answer(400)
        elif headers.get("Host") not in own:
            self._answer(421)
        elif "Origin" in headers or "Sec-Fetch-Site" in headers:
            self._answer(403)
        else:
            token, _, rest = self.path[1:].partition("/")
            if hmac.compare_digest(token.encode(), self.server.receiver.token.encode()):
                return f"/{rest}"
            self._answer(404)
        return None

    def _payload(self) -> bytes | None:
        """The body, unpacked; None if the request was refused."""
        data = self._body()
        if data is None:
            return None
        encoding = self.headers.get("Content-Encoding", "identity").lower()
        if encoding == "identity":
            return data
        if encoding != "gzip":
            self._answer(415)
            return None
        try:
            unpacked = _gunzip(data)
        except (OSError, EOFError, zlib.error):
            self._answer(400)
            return None
        if unpacked is None:
            self._answer(413)
        return unpacked

    def _body(self) -> bytes | None:
        if self.headers.get("Content-Type", "").partition(";")[0].strip() != "application/json":
            self._answer(415)
            return None
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self._chunked()
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal():
            self._answer(411)
        elif int(length) > _LIMIT:
            self._answer(413)
        else:
            data = self.rfile.read(int(length))
            if len(data) == int(length):
                return data
            self.close_connection = True
        return None

    def _chunked(self) -> bytes | None:
        parts: list[bytes] = []
        left = _LIMIT
        while True:
            try:
                size = int(self.rfile.readline(64).partition(b";")[0], 16)
            except ValueError:
                self._answer(400)
                return None
            left -= size
            if left < 0:
                self._answer(413)
                return None
            if size == 0:
                while self.rfile.readline(1024).strip():
                    continue  # trailers say nothing we want to know
                return b"".join(parts)
            parts.append(self.rfile.read(size))
            self.rfile.readline(8)

    def _answer(self, status: int, body: bytes = b"") -> None:
        if status >= 400:
            self.close_connection = True
        self.send_response(status)
        if body:
            self.send_header("Content-Type", "application/json")
        if status >= 400:
            self.send_header("Connection", "close")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _gunzip(data: bytes) -> bytes | None:
    """``data`` unpacked; None if it is longer than anybody would send."""
    import io

    with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
        unpacked = stream.read(_LIMIT + 1)
    return unpacked if len(unpacked) <= _LIMIT else None
