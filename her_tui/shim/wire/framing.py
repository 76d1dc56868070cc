"""Where the body of a message ends, told while its bytes pass by and are left as they are."""

from __future__ import annotations

from typing import Protocol

#: Longer lines of a chunked body are none.
_LINE = 16_384

_HEX = frozenset(b"0123456789abcdefABCDEF")


class Malformed(ValueError):
    """The bytes are not framed as their head says."""


class Body(Protocol):
    """What is yet to come of one body."""

    def feed(self, data: bytes, at: int = 0) -> int:
        """Take the bytes of ``data`` from ``at`` on: the offset after the body's last byte, or -1
        if it goes on. Raises `Malformed`."""


class Sized:
    """A body of a length known beforehand."""

    __slots__ = ("_left",)

    def __init__(self, length: int) -> None:
        self._left = length

    def feed(self, data: bytes, at: int = 0) -> int:
        """See `Body`."""
        end = at + self._left
        if end <= len(data):
            self._left = 0
            return end
        self._left = end - len(data)
        return -1


class Chunked:
    """A body in chunks, each with its size before it, and trailers after the last."""

    __slots__ = ("_last", "_left", "_line")

    def __init__(self) -> None:
        self._left = 0
        self._line = b""
        self._last = False

    def feed(self, data: bytes, at: int = 0) -> int:
        """See `Body`."""
        size = len(data)
        while at < size:
            if self._left:
                if self._left >= size - at:
                    self._left -= size - at
                    return -1
                at += self._left
                self._left = 0
            end = data.find(b"\n", at)
            if end < 0 or self._line:
                self._keep(data[at:end] if end >= 0 else data[at:])
                if end < 0:
                    return -1
                line, self._line = self._line, b""
            else:
                line = data[at:end]
            at = end + 1
            if not self._last:
                self._left = self._size(line)
            elif line in {b"", b"\r"}:
                return at
        return -1

    def _keep(self, part: bytes) -> None:
        self._line += part
        if len(self._line) > _LINE:
            raise Malformed("a line without an end")

    def _size(self, line: bytes) -> int:
        digits = line.split(b";", 1)[0].strip()
        if not digits or len(digits) > 15 or not _HEX.issuperset(digits):
            raise Malformed("a chunk without a size")
        size = int(digits, 16)
        if not size:
            self._last = True
            return 0
        return size + 2  # the line end after the chunk's bytes


class UntilClose:
    """A body that ends with its connection."""

    __slots__ = ()

    def feed(self, data: bytes, at: int = 0) -> int:
        """See `Body`: it always goes on."""
        return -1


def chunked(coding: bytes) -> bool:
    """Whether a message with this Transfer-Encoding ends with its last chunk."""
    return coding.rsplit(b",", 1)[-1].strip().lower() == b"chunked"


def length(values: list[bytes]) -> int | None:
    """The length that Content-Length headers agree on; None if they do not, or say nonsense."""
    stated = {part.strip() for value in values for part in value.split(b",")}
    if len(stated) != 1:
        return None
    (digits,) = stated
    return int(digits) if digits.isdigit() and len(digits) < 19 else None
