"""The frames of a spool file, and how they are told apart from a torn end.

A file is a sequence of frames: a header of `HEADER` (length of the payload, kind, exchange, time)
and the payload. The first frame is `HELLO`. Times are of the monotonic clock, in nanoseconds;
`HELLO` says what the wall clock showed at one of them. An exchange is one request with its
response; its number is unique within the file, 0 stands for the file itself.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

#: Payload length, kind, exchange, monotonic nanoseconds.
HEADER = struct.Struct("<IBxxxIQ")

#: No payload is larger: what says otherwise is no frame.
LIMIT = 64 << 20

HELLO = 0
"""JSON: ``version`` (of the format, 1), ``pid``, ``wall_ns`` and ``mono_ns`` (the same moment),
``source`` (``wire`` or ``telemetry``), and of a wire ``upstream`` (scheme, host, port; no path) and
``run`` (an opaque name of the run, or empty)."""
REQUEST = 1
"""JSON: ``method``, ``path`` (without the token, with the query), ``headers`` (allowed names in
lower case -> value)."""
REQUEST_BODY = 2
"""Bytes of the request's body as they were on the wire, transfer coding included."""
REQUEST_END = 3
"""The request's body is complete. No payload."""
RESPONSE = 4
"""JSON: ``status``, ``headers`` (as in `REQUEST`)."""
RESPONSE_BODY = 5
"""Bytes of the response's body as they were on the wire; the time is that of their arrival."""
END = 6
"""JSON: ``outcome`` (``ok``, ``client`` or ``upstream``: who broke it off; ``refused``: no upstream
could be reached), ``error`` (a word on it, or empty), ``sent`` and ``received`` (bytes of both
bodies on the wire)."""
GAP = 7
"""JSON: ``reason`` and ``bytes``: frames of this exchange (0: of any) that could not be kept."""
OTLP = 8
"""A telemetry export: its signal (``logs``, ``traces`` or ``metrics``), its run (may be empty) and
its JSON, joined by line feeds."""


class Frame(NamedTuple):
    """One frame read back."""

    at: int
    """Where it starts in its file."""
    kind: int
    exchange: int
    time: int
    payload: bytes

    @property
    def end(self) -> int:
        """Where the next one starts."""
        return self.at + HEADER.size + len(self.payload)


def pack(kind: int, exchange: int, time: int, payload: bytes) -> bytes:
    """One frame as bytes."""
    return HEADER.pack(len(payload), kind, exchange, time) + payload


def unpack(data: bytes, base: int = 0) -> Iterator[Frame]:
    """The whole frames at the start of ``data``, the bytes of a file from offset ``base`` on; ends
    at the first that is not whole, or is none."""
    at = 0
    while at + HEADER.size <= len(data):
        size, kind, exchange, time = HEADER.unpack_from(data, at)
        start = at + HEADER.size
        if size > LIMIT or kind > OTLP or start + size > len(data):
            return
        yield Frame(base + at, kind, exchange, time, data[start : start + size])
        at = start + size
