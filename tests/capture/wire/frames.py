"""Spool frames of a wire, made up."""

from __future__ import annotations

import json
from typing import Any

from her_tui.capture.wire.exchange import Exchanges
from her_tui.events.requests import Attempt
from her_tui.spool import frames

WALL_MS = 1_795_000_000_000
_MS = 1_000_000
_MONO = 5_000 * _MS

NAME = "wire-1-1.spool"


class Spool:
    """Frames of one file; times are milliseconds since it was opened."""

    def __init__(self) -> None:
        hello = {"version": 1, "wall_ns": WALL_MS * _MS, "mono_ns": _MONO, "source": "wire"}
        self.data = b""
        self.add(frames.HELLO, 0, 0, hello)

    def add(self, kind: int, exchange: int, ms: float, payload: object = b"") -> Spool:
        """Append one frame; a payload that is no bytes is written as JSON."""
        data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        self.data += frames.pack(kind, exchange, _MONO + round(ms * _MS), data)
        return self

    def request(
        self, exchange: int, ms: float, body: bytes, path: str = "/v1/messages", **headers: str
    ) -> Spool:
        """A request and its whole body; underscores in names of headers are hyphens."""
        self.head(exchange, ms, path, **headers)
        if body:
            self.add(frames.REQUEST_BODY, exchange, ms, body)
        return self.add(frames.REQUEST_END, exchange, ms)

    def head(
        self, exchange: int, ms: float, path: str = "/v1/messages", method: str = "POST", **h: str
    ) -> Spool:
        """The head of a request."""
        told = {"method": method, "path": path, "headers": _hyphened(h)}
        return self.add(frames.REQUEST, exchange, ms, told)

    def response(self, exchange: int, ms: float, status: int = 200, **headers: str) -> Spool:
        """The head of a response, a stream unless ``headers`` say something else."""
        told = {"content-type": "text/event-stream", **_hyphened(headers)}
        return self.add(frames.RESPONSE, exchange, ms, {"status": status, "headers": told})

    def body(self, exchange: int, ms: float, data: bytes) -> Spool:
        """Bytes of a response."""
        return self.add(frames.RESPONSE_BODY, exchange, ms, data)

    def end(self, exchange: int, ms: float, outcome: str = "ok", error: str = "") -> Spool:
        """The end of an exchange."""
        return self.add(frames.END, exchange, ms, {"outcome": outcome, "error": error})

    def read(self, until: int | None = None) -> Exchanges:
        """All frames, or those before the offset ``until``, taken."""
        exchanges = Exchanges(NAME)
        for frame in frames.unpack(self.data[:until]):
            exchanges.take(frame)
        return exchanges

    def one(self) -> Attempt:
        """The only attempt that ended."""
        (attempt,) = self.read().finished()
        return attempt


def _hyphened(headers: dict[str, Any]) -> dict[str, str]:
    return {name.replace("_", "-"): str(value) for name, value in headers.items()}
