"""A hub on loopback that serves a folder: with ranges, and with all that goes wrong on a line."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@dataclass
class Hub:
    """What it serves, how, and what it was asked for."""

    folder: Path
    address: str = ""
    ranges: bool = True
    """It can go on in the middle of a file."""
    cut_after: int | None = None
    """Hang up after so many bytes of a body."""
    status: int = 0
    """Answer this, and nothing else."""
    more: bytes = b""
    """Sent after the end of each file."""
    asked: list[tuple[str, str]] = field(default_factory=list)
    """(file, range) of each request."""


@contextmanager
def serving(folder: Path) -> Iterator[Hub]:
    """A `Hub` with the files of ``folder``, as long as the block lasts."""
    hub = Hub(folder)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            _answer(hub, self)

        def log_request(self, *_: object) -> None:
            pass

        def log_error(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hub.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _answer(hub: Hub, request: BaseHTTPRequestHandler) -> None:
    name = request.path.rpartition("/")[2]
    span = request.headers.get("Range", "")
    hub.asked.append((name, span))
    if hub.status:
        request.send_error(hub.status)
        return
    body = (hub.folder / name).read_bytes() + hub.more
    start = int(span.removeprefix("bytes=").rstrip("-")) if span and hub.ranges else 0
    request.send_response(206 if start else 200)
    request.send_header("Content-Length", str(len(body) - start))
    request.end_headers()
    end = len(body) if hub.cut_after is None else start + hub.cut_after
    request.wfile.write(body[start:end])
