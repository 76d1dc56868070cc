"""Server-Sent Events out of bytes that arrive in any pieces."""

from __future__ import annotations

import re
from typing import NamedTuple

from her_tui.capture.lines import load
from her_tui.capture.values import Json

_LINE_END = re.compile(rb"\r\n|\n|\r")


class SseEvent(NamedTuple):
    """One event whose data is a JSON object."""

    name: str
    """Its ``event`` field, or empty."""
    data: Json


class SseReader:
    """Reads events as their bytes come. What is no event, or holds no JSON object, is passed over
    and counted."""

    __slots__ = ("_data", "_name", "_rest", "_searched", "ended", "malformed")

    def __init__(self) -> None:
        self.malformed = 0
        """Events whose data could not be read."""
        self.ended = False
        """The stream said that it is over in the way some APIs do (``[DONE]``)."""
        self._rest = bytearray()
        self._searched = 0
        self._name = b""
        self._data: list[bytes] = []

    def feed(self, data: bytes) -> list[SseEvent]:
        """The events that ``data`` completes."""
        rest = self._rest
        rest += data
        # A carriage return at the very end may be half of a line end.
        limit = len(rest) - (rest[-1:] == b"\r")
        events: list[SseEvent] = []
        start = 0
        for end in _LINE_END.finditer(rest, self._searched, limit):
            self._line(bytes(rest[start : end.start()]), events)
            start = end.end()
        del rest[:start]
        self._searched = limit - start
        return events

    def close(self) -> list[SseEvent]:
        """The event the stream broke off in, if all of its data had come."""
        events: list[SseEvent] = []
        self._line(bytes(self._rest).rstrip(b"\r"), events)
        self._rest.clear()
        self._searched = 0
        malformed = self.malformed
        self._dispatch(events)
        self.malformed = malformed
        return events

    def _line(self, line: bytes, events: list[SseEvent]) -> None:
        if not line:
            self._dispatch(events)
            return
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"data":
            self._data.append(value)
        elif field == b"event":
            self._name = value

    def _dispatch(self, events: list[SseEvent]) -> None:
        data, name = b"\n".join(self._data), self._name
        self._data, self._name = [], b""
        if not data:
            return
        if data.strip() == b"[DONE]":
            self.ended = True
        elif (value := load(data)) is not None:
            events.append(SseEvent(name.decode("utf-8", "replace"), value))
        else:
            self.malformed += 1
