"""Server-Sent Events out of bytes that arrive in any pieces."""

from __future__ import annotations

from typing import Any, NamedTuple


class SseEvent(NamedTuple):
    """One event whose data is a JSON object."""

    name: str
    """Its ``event`` field, or empty."""
    data: dict[str, Any]


class SseReader:
    """Reads events as their bytes come. What is no event, or holds no JSON object, is passed over
    and counted."""

    __slots__ = ("malformed",)

    def __init__(self) -> None:
        self.malformed = 0
        """Events whose data could not be read."""

    def feed(self, data: bytes) -> list[SseEvent]:
        """The events that ``data`` completes."""
        raise NotImplementedError

    def close(self) -> list[SseEvent]:
        """The event the stream broke off in, if all of its data had come."""
        raise NotImplementedError
