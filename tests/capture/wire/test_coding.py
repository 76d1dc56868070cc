"""Bodies are decoded piece by piece, and nothing that comes out is longer than the cap."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from her_tui.capture.wire import coding
from her_tui.capture.wire.coding import BROKEN, CAP, TOO_LONG, Body


def _raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


_ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": lambda data: gzip.compress(data[:7]) + gzip.compress(data[7:]),
    "deflate": zlib.compress,
    "Deflate ": _raw_deflate,
    "zstd": zstandard.ZstdCompressor().compress,
    "br": brotli.compress,
    "identity": bytes,
    "gzip, br": lambda data: brotli.compress(gzip.compress(data)),
}


def _chunked(data: bytes, size: int) -> bytes:
    parts = []
    for at in range(0, len(data), size):
        part = data[at : at + size]
        parts.append(b"%X;note=x\r\n%s\r\n" % (len(part), part))
    return b"".join((*parts, b"0\r\nTrailer: x\r\n\r\n"))


def _decoded(body: Body, data: bytes, sizes: list[int]) -> bytes:
    parts = []
    at = 0
    for size in [*sizes, len(data)]:
        parts.append(body.feed(data[at : at + size]))
        at += size
    return b"".join(parts)


@given(
    st.sampled_from(sorted(_ENCODERS)),
    st.binary(max_size=400) | st.text(alphabet="ab\n", max_size=3000).map(str.encode),
    st.lists(st.integers(0, 60), max_size=30),
    st.integers(0, 50),
)
def test_any_coding_in_any_pieces(name: str, data: bytes, sizes: list[int], chunk: int) -> None:
    wire = _ENCODERS[name](data)
    headers = {"content-encoding": name}
    if chunk:
        headers["transfer-encoding"] = "Chunked"
        wire = _chunked(wire, chunk)
    body = Body(headers)
    assert _decoded(body, wire, sizes) == data
    assert body.data == data
    assert body.problem == ""


@pytest.mark.parametrize("name", ["gzip", "deflate", "zstd", "br"])
def test_what_was_flushed_is_there_at_once(name: str) -> None:
    """A live stream shows each event when it arrives, not when the compressor's block is full."""
    packers = {
        "gzip": zlib.compressobj(wbits=31),
        "deflate": zlib.compressobj(),
    }
    if name == "zstd":
        zstd = zstandard.ZstdCompressor().compressobj()
        first = zstd.compress(b"event one") + zstd.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
    elif name == "br":
        br = brotli.Compressor()
        first = br.process(b"event one") + br.flush()
    else:
        first = packers[name].compress(b"event one") + packers[name].flush(zlib.Z_SYNC_FLUSH)
    assert Body({"content-encoding": name}).feed(first) == b"event one"


@pytest.mark.parametrize("name", ["gzip", "deflate", "zstd", "br"])
def test_a_bomb_is_cut_at_the_cap(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    cap = 1 << 20
    monkeypatch.setattr(coding, "CAP", cap)
    body = Body({"content-encoding": name})
    wire = _ENCODERS[name](bytes(64 * cap))
    assert len(wire) < cap
    assert len(body.feed(wire)) == cap
    assert body.problem == TOO_LONG
    assert body.feed(wire) == b""
    assert len(body.data) == cap


@pytest.mark.parametrize(
    ("name", "most"), [("gzip", 1000), ("deflate", 1000), ("br", 1 << 16), ("zstd", 16 << 20)]
)
def test_little_more_than_asked_for_is_ever_made(name: str, most: int) -> None:
    """What is made beside the cap is bounded by the format's blocks, not by what is sent."""
    (decoder,) = coding._decoders({"content-encoding": name})
    assert 1000 <= len(decoder.decode(_ENCODERS[name](bytes(1 << 27)), 1000)) <= most


@pytest.mark.parametrize("name", ["gzip", "deflate", "zstd", "br"])
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_junk_is_no_stream(name: str, size: int) -> None:
    body = Body({"content-encoding": name})
    _decoded(body, b"\xff" + b"junk, certainly" * 20, [size] * 40)
    assert body.problem in (BROKEN, "")
    assert bytes(body.data) == b"" or name == "deflate"


def test_a_coding_nobody_knows() -> None:
    body = Body({"content-encoding": "snappy"})
    assert body.feed(b"data") == b""
    assert body.problem == "encoded with snappy, which cannot be read here"


@pytest.mark.parametrize("wire", [b"zz\r\nab", b"-5\r\nab", b"5" * 9000, b"\r\n\r\nhello\r\n"])
def test_broken_chunks(wire: bytes) -> None:
    body = Body({"transfer-encoding": "chunked"})
    assert body.feed(wire) == b""
    assert body.problem == "its transfer coding is broken"


def test_what_follows_the_last_chunk_is_not_read() -> None:
    body = Body({"transfer-encoding": "chunked"})
    assert body.feed(b"2\r\nab\r\n0\r\n\r\nHTTP/1.1 200 OK") == b"ab"
    assert body.problem == ""


def test_a_body_that_cannot_go_on() -> None:
    body = Body({})
    body.feed(b"ab")
    body.stop("3 bytes are missing")
    assert body.feed(b"cd") == b""
    assert (bytes(body.data), body.problem) == (b"ab", "3 bytes are missing")
    assert CAP == 64 << 20


@given(st.sampled_from(sorted(_ENCODERS)), st.binary(max_size=200), st.booleans())
def test_nothing_is_too_broken_to_decode(name: str, wire: bytes, chunked: bool) -> None:
    body = Body({"content-encoding": name, "transfer-encoding": "chunked" if chunked else ""})
    body.feed(wire[:50])
    body.feed(wire[50:])
