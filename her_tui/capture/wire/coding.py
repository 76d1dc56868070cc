"""A body as it was on the wire into the body that was meant: transfer and content codings undone
piece by piece, from a copy, with a cap on what comes out.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from typing import Protocol

import brotli
import zstandard

#: Nothing longer is kept of one body, decoded.
CAP = 64 << 20

#: What a frame of zstd may ask for to be decoded; more is not sent over HTTP.
_ZSTD_WINDOW = 8 << 20

#: Bytes of a zstd frame decoded at once: one block of at most 128 KB takes three bytes or more, so
#: that what comes out at once stays small.
_ZSTD_SLICE = 256

#: A line with the size of a chunk, or a trailer, is not longer.
_LONGEST_LINE = 8 << 10

BROKEN = "its compression is broken"
TOO_LONG = f"longer than {CAP >> 20} MB when decoded"


class Undecodable(Exception):
    """Why a body cannot be read any further, as words to show."""


class _Decoder(Protocol):
    def decode(self, data: bytes, room: int) -> bytes:
        """What ``data`` adds, of which more than ``room`` bytes need not be given."""


class Body:
    """One body, decoded as it comes."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        """``headers`` of the message, names in lower case."""
        self.data = bytearray()
        """What there is of it, decoded."""
        self.problem = ""
        """Why it ends here although more came; empty while all is well."""
        self._decoders: list[_Decoder] = []
        try:
            self._decoders = _decoders(headers)
        except Undecodable as reason:
            self.problem = str(reason)

    def feed(self, data: bytes) -> bytes:
        """Take bytes of the wire; what they add to the body."""
        if self.problem:
            return b""
        room = CAP - len(self.data) + 1
        try:
            for decoder in self._decoders:
                data = decoder.decode(data, room)
        except Undecodable as reason:
            self.problem = str(reason)
            return b""
        if len(self.data) + len(data) > CAP:
            data = data[: CAP - len(self.data)]
            self.problem = TOO_LONG
        self.data += data
        return data

    def stop(self, problem: str) -> None:
        """Nothing that comes from here on can be read, for ``problem``."""
        self.problem = self.problem or problem


def _decoders(headers: Mapping[str, str]) -> list[_Decoder]:
    """The decoders of a message, outermost first."""
    decoders: list[_Decoder] = []
    if "chunked" in headers.get("transfer-encoding", "").lower():
        decoders.append(_Chunked())
    codings = headers.get("content-encoding", "").lower().split(",")
    for coding in reversed([coding.strip() for coding in codings]):
        if coding in ("", "identity"):
            continue
        make = _CODINGS.get(coding)
        if make is None:
            raise Undecodable(f"encoded with {coding[:40]}, which cannot be read here")
        decoders.append(make())
    return decoders


class _Chunked:
    """Chunked transfer coding, RFC 9112 section 7.1."""

    def __init__(self) -> None:
        self._line = b""
        self._left = 0
        self._in_data = self._over = False

    def decode(self, data: bytes, room: int) -> bytes:
        parts: list[bytes] = []
        at = 0
        while at < len(data) and not self._over:
            if self._in_data:
                part = data[at : at + self._left]
                parts.append(part)
                at += len(part)
                self._left -= len(part)
                self._in_data = self._left > 0
                continue
            end = data.find(b"\n", at) + 1
            self._line += data[at : end or len(data)]
            at = end or len(data)
            if len(self._line) > _LONGEST_LINE:
                raise Undecodable("its transfer coding is broken")
            if end:
                self._sized(self._line.strip())
                self._line = b""
        return b"".join(parts)

    def _sized(self, line: bytes) -> None:
        """The line before a chunk; a blank one ends the chunk before it."""
        if not line:
            return
        try:
            size = int(line.partition(b";")[0].strip(), 16)
        except ValueError:
            raise Undecodable("its transfer coding is broken") from None
        if size < 0:
            raise Undecodable("its transfer coding is broken")
        self._left, self._in_data, self._over = size, size > 0, size == 0


class _Zlib:
    """gzip with any number of members, or deflate with or without its header."""

    def __init__(self, window: int, otherwise: int | None = None) -> None:
        self._window, self._otherwise = window, otherwise
        self._stream = zlib.decompressobj(window)
        self._head = b""  # what came before it was clear which of the two it is

    def decode(self, data: bytes, room: int) -> bytes:
        parts: list[bytes] = []
        while data and room > 0:
            try:
                part = self._stream.decompress(data, room)
            except zlib.error:
                if self._otherwise is None:
                    raise Undecodable(BROKEN) from None
                data, self._stream = self._head + data, zlib.decompressobj(self._otherwise)
                self._otherwise = None
                continue
            if part:
                self._otherwise = None
            elif self._otherwise is not None:
                self._head += data
            parts.append(part)
            room -= len(part)
            data = self._stream.unconsumed_tail
            if self._stream.eof:
                data = self._next_member()
        return b"".join(parts)

    def _next_member(self) -> bytes:
        """What follows the end: another member of gzip; nothing of deflate."""
        if self._window <= zlib.MAX_WBITS:
            return b""
        data = self._stream.unused_data
        self._stream = zlib.decompressobj(self._window)
        return data


class _Zstd:
    def __init__(self) -> None:
        self._decoder = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
        self._stream = self._decoder.decompressobj()

    def decode(self, data: bytes, room: int) -> bytes:
        parts: list[bytes] = []
        at = 0
        while at < len(data) and room > 0:
            piece = data[at : at + _ZSTD_SLICE]
            at += len(piece)
            while piece and room > 0:
                try:
                    part = self._stream.decompress(piece)
                except zstandard.ZstdError:
                    raise Undecodable(BROKEN) from None
                parts.append(part)
                room -= len(part)
                piece = b""
                if self._stream.eof:
                    piece = self._stream.unused_data
                    self._stream = self._decoder.decompressobj()
        return b"".join(parts)


class _Brotli:
    def __init__(self) -> None:
        self._stream = brotli.Decompressor()

    def decode(self, data: bytes, room: int) -> bytes:
        parts: list[bytes] = []
        while room > 0 and not self._stream.is_finished():
            try:
                part = self._stream.process(data, output_buffer_limit=room)
            except brotli.error:
                raise Undecodable(BROKEN) from None
            parts.append(part)
            room -= len(part)
            data = b""
            if not part and self._stream.can_accept_more_data():
                break
        return b"".join(parts)


_CODINGS: Mapping[str, Callable[[], _Decoder]] = {
    "gzip": lambda: _Zlib(16 + zlib.MAX_WBITS),
    "x-gzip": lambda: _Zlib(16 + zlib.MAX_WBITS),
    "deflate": lambda: _Zlib(zlib.MAX_WBITS, -zlib.MAX_WBITS),
    "zstd": _Zstd,
    "br": _Brotli,
}
