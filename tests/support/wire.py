"""A wire for tests: the real processes, without a recorder, and what they have spooled."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from her_tui.spool import frames
from her_tui.spool.frames import Frame, unpack

_SUPERVISE = """
import json, socket, sys
from her_tui.shim.wire.orders import Orders
from her_tui.shim.wire.supervisor import Supervisor
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(256)
print(listener.getsockname()[1], flush=True)
exec(sys.argv[2])
sys.exit(Supervisor(listener, Orders(**json.loads(sys.argv[1]))).serve())
"""

T = TypeVar("T")


def eventually(look: Callable[[], T], timeout: float = 10.0) -> T:
    """The first true answer of ``look``; the last one if none comes in time."""
    deadline = time.monotonic() + timeout
    while not (found := look()) and time.monotonic() < deadline:
        time.sleep(0.01)
    return found


class Wire:
    """A supervisor and its pipe before ``upstream``; a context manager."""

    def __init__(
        self,
        home: Path,
        upstream: str,
        *,
        token: str = "",
        first: str = "",
        environment: dict[str, str] | None = None,
        alone: bool = True,
    ) -> None:
        """``first`` is Python that the supervisor runs before it serves. ``alone``: it takes us for
        the recorder, and asks for no other."""
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if alone:
            alive = home / "recorder.alive"
            alive.write_text(str(os.getpid()))
            os.utime(alive, (time.time() + 3600,) * 2)
        self.home, self.token = home, token
        orders = {"home": str(home), "upstream": upstream, "run": "test", "token": token}
        self.process = subprocess.Popen(
            [sys.executable, "-c", _SUPERVISE, json.dumps(orders), first],
            stdout=subprocess.PIPE,
            env={**os.environ, **(environment or {})},
            text=True,
        )
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())

    @property
    def prefix(self) -> str:
        """What comes before every path."""
        return f"/{self.token}" if self.token else ""

    def connect(self) -> socket.socket:
        """A connection of a client's."""
        link = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return link

    def pipe(self) -> int:
        """The process that passes the bytes; it must have recorded something."""
        files = eventually(lambda: sorted((self.home / "spool").glob("wire-*")))
        return int(files[-1].stem.rsplit("-", 1)[1])

    def recorded(self, count: int = 1) -> list[Recorded]:
        """The exchanges in the spool, once ``count`` have ended."""

        def ended() -> bool:
            return sum(each.end is not None for each in exchanges(self.home)) >= count

        eventually(ended)
        return exchanges(self.home)

    def stop(self) -> int:
        """Tell the supervisor to stop; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(10)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        assert self.process.stdout is not None
        self.process.stdout.close()


@dataclass
class Recorded:
    """One exchange of a spool file."""

    request: dict[str, Any] = field(default_factory=dict)
    request_body: bytes = b""
    request_ended: bool = False
    response: dict[str, Any] | None = None
    pieces: list[tuple[int, bytes]] = field(default_factory=list)
    end: dict[str, Any] | None = None
    gaps: list[dict[str, Any]] = field(default_factory=list)

    @property
    def response_body(self) -> bytes:
        """All pieces."""
        return b"".join(piece for _, piece in self.pieces)

    def take(self, frame: Frame) -> None:
        """Add one frame."""
        if frame.kind == frames.REQUEST:
            self.request = json.loads(frame.payload)
        elif frame.kind == frames.REQUEST_BODY:
            self.request_body += frame.payload
        elif frame.kind == frames.REQUEST_END:
            self.request_ended = True
        elif frame.kind == frames.RESPONSE:
            self.response = json.loads(frame.payload)
        elif frame.kind == frames.RESPONSE_BODY:
            self.pieces.append((frame.time, frame.payload))
        elif frame.kind == frames.END:
            self.end = json.loads(frame.payload)
        elif frame.kind == frames.GAP:
            self.gaps.append(json.loads(frame.payload))


def exchanges(home: Path) -> list[Recorded]:
    """The exchanges of all spool files, in order; one for the gaps of none is last in its file."""
    found: list[Recorded] = []
    for file in sorted((home / "spool").glob("wire-*.spool")):
        here: dict[int, Recorded] = {}
        for frame in unpack(file.read_bytes()):
            if frame.kind != frames.HELLO:
                here.setdefault(frame.exchange, Recorded()).take(frame)
        found += here.values()
    return found


def ask(link: socket.socket, data: bytes) -> bytes:
    """Send a request and read a response up to its end by length or chunks."""
    link.sendall(data)
    return answer(link)


def answer(link: socket.socket) -> bytes:
    """Read one response with a length or in chunks; raises `ConnectionError` if it is cut."""
    got = b""
    while b"\r\n\r\n" not in got:
        got += _some(link)
    head, _, body = got.partition(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    sizes = [int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:")]
    while len(body) < sizes[0] if sizes else not body.endswith(b"0\r\n\r\n"):
        body += _some(link)
    return head + b"\r\n\r\n" + body


def to_the_end(link: socket.socket) -> bytes:
    """Read until the other end closes cleanly."""
    got = b""
    while data := link.recv(1 << 20):
        got += data
    return got


def to_the_break(link: socket.socket) -> bytes:
    """Read until the other end resets the connection, which it must."""
    got = b""
    try:
        while data := link.recv(1 << 20):
            got += data
    except ConnectionResetError:
        return got
    raise AssertionError(f"a clean end after {len(got)} bytes")


def _some(link: socket.socket) -> bytes:
    data = link.recv(1 << 20)
    if not data:
        raise ConnectionError("closed")
    return data
