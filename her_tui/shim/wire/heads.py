"""Heads of requests and responses: what a pipe must know of them, and what of them is recorded.

A head is passed on byte by byte; only a request's first line and its Host are another's.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from her_tui.shim.wire.framing import Body, Chunked, Sized, UntilClose, chunked, length

#: Longer heads are refused (of a request), or no heads (of a response).
LIMIT = 256 * 1024

#: Values recorded of a head are cut here.
_VALUE = 8 * 1024

#: What is recorded of a request's head. An allow-list: whatever else a client sends, credentials
#: before all, is neither looked at nor kept.
REQUEST_HEADERS = frozenset(
    {
        b"accept-encoding",
        b"anthropic-beta",
        b"anthropic-version",
        b"content-encoding",
        b"content-length",
        b"content-type",
        b"transfer-encoding",
        b"user-agent",
        b"x-app",
        b"x-claude-code-agent-id",
        b"x-claude-code-parent-agent-id",
        b"x-claude-code-session-id",
        b"x-stainless-retry-count",
    }
)
#: The same of a response's.
RESPONSE_HEADERS = frozenset(
    {
        b"content-encoding",
        b"content-length",
        b"content-type",
        b"date",
        b"request-id",
        b"retry-after",
        b"transfer-encoding",
        b"x-should-retry",
    }
)
_RATE_LIMITS = b"anthropic-ratelimit-"

#: Parameters of a query whose values are recorded; some APIs take their key as one.
_QUERY = frozenset({b"after_id", b"alt", b"api-version", b"before_id", b"beta", b"limit"})


class Refused(Exception):
    """A request that the pipe does not pass on, and the status it answers with."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


#: Line ends that others might see where we see none.
_SMUGGLED = re.compile(rb"(?<!\r)\n|\r(?!\n)|\0")

Fields = dict[bytes, list[bytes]]


class Request(NamedTuple):
    """The head of a request."""

    method: bytes
    target: bytes
    version: bytes
    lines: list[bytes]
    fields: Fields

    def outgoing(self, target: bytes, authority: bytes, extra: bytes = b"") -> bytes:
        """The head as the upstream gets it. ``extra`` are whole header lines to add."""
        lines = [b" ".join((self.method, target, self.version))]
        for line in self.lines:
            name, colon, value = line.partition(b":")
            if name.lower() == b"host":
                blank = value[: len(value) - len(value.lstrip())]
                line = name + colon + blank + authority
            lines.append(line)
        return b"\r\n".join(lines) + b"\r\n" + extra + b"\r\n"

    def body(self) -> Body | None:
        """What comes after the head; raises `Refused` if its framing can be read in two ways."""
        coding = self.fields.get(b"transfer-encoding")
        stated = self.fields.get(b"content-length")
        if coding:
            if stated or len(coding) > 1 or not chunked(coding[0]):
                raise Refused(400)
            return Chunked()
        if not stated:
            return None
        size = length(stated)
        if size is None:
            raise Refused(400)
        return Sized(size) if size else None

    def recorded(self, path: bytes) -> dict[str, object]:
        """The payload of a `REQUEST` frame; ``path`` is without the token."""
        return {
            "method": self.method.decode("latin-1"),
            "path": without_values(path).decode("latin-1"),
            "headers": _kept(self.fields, REQUEST_HEADERS),
        }


class Response(NamedTuple):
    """The head of a response."""

    status: int
    version: bytes
    fields: Fields

    def body(self, method: bytes) -> Body | None:
        """What comes after the head of the final response to a ``method`` request."""
        if method == b"HEAD" or self.status in {204, 304}:
            return None
        coding = self.fields.get(b"transfer-encoding")
        if coding:
            return Chunked() if chunked(coding[-1]) else UntilClose()
        size = length(self.fields.get(b"content-length", []))
        if size is None:
            return UntilClose()
        return Sized(size) if size else None

    @property
    def closes(self) -> bool:
        """Whether the connection ends with this response."""
        tokens = tokens_of(self.fields, b"connection")
        return b"close" in tokens or (self.version == b"HTTP/1.0" and b"keep-alive" not in tokens)

    def recorded(self) -> dict[str, object]:
        """The payload of a `RESPONSE` frame."""
        limits = {name for name in self.fields if name.startswith(_RATE_LIMITS)}
        return {"status": self.status, "headers": _kept(self.fields, RESPONSE_HEADERS | limits)}


def read_request(head: bytes) -> Request:
    """The request whose head, without the empty line at its end, is ``head``; raises `Refused`."""
    first, *lines = head.split(b"\r\n")
    parts = first.split(b" ")
    if len(parts) != 3 or parts[2] not in {b"HTTP/1.1", b"HTTP/1.0"}:
        raise Refused(400)
    method, target, version = parts
    if not method.isalpha() or not target.startswith(b"/") or _SMUGGLED.search(head):
        raise Refused(400)
    fields: Fields = {}
    for line in lines:
        name, colon, value = line.partition(b":")
        if not colon or not name or name.strip() != name or b" " in name:
            raise Refused(400)
        fields.setdefault(name.lower(), []).append(value.strip())
    return Request(method, target, version, lines, fields)


def read_response(head: bytes) -> Response | None:
    """The response whose head is ``head``; None if it is no head of HTTP/1."""
    first, *lines = head.replace(b"\r\n", b"\n").split(b"\n")
    parts = first.split(b" ", 2)
    if len(parts) < 2 or parts[0] not in {b"HTTP/1.1", b"HTTP/1.0"} or len(parts[1]) != 3:
        return None
    if not parts[1].isdigit():
        return None
    fields: Fields = {}
    for line in lines:
        name, _, value = line.partition(b":")
        fields.setdefault(name.strip().lower(), []).append(value.strip())
    return Response(int(parts[1]), parts[0], fields)


def tokens_of(fields: Fields, name: bytes) -> set[bytes]:
    """The comma-separated words of a header, in lower case."""
    return {word.strip().lower() for value in fields.get(name, ()) for word in value.split(b",")}


def without_values(target: bytes) -> bytes:
    """``target`` with the values of query parameters that may be anything left out."""
    path, mark, query = target.partition(b"?")
    kept: list[bytes] = []
    for parameter in query.split(b"&"):
        name, equals, _ = parameter.partition(b"=")
        if name in _QUERY:
            kept.append(parameter)
        elif equals:
            kept.append(name + equals)
    return path + mark + b"&".join(kept)


def _kept(fields: Fields, names: frozenset[bytes]) -> dict[str, str]:
    return {
        name.decode("latin-1"): b", ".join(fields[name])[:_VALUE].decode("latin-1")
        for name in sorted(names & fields.keys())
    }
