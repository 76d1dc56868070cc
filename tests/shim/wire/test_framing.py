"""Ends of bodies are found wherever the bytes are cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from her_tui.shim.wire.framing import Body, Chunked, Malformed, Sized, UntilClose, length


def fed(body: Body, data: bytes, cuts: list[int]) -> int:
    """Where in ``data`` the body ends when it comes cut at these offsets; -1 if it does not."""
    start = 0
    for stop in [*sorted(cuts), len(data)]:
        end = body.feed(data[start:stop])
        if end >= 0:
            return start + end
        start = stop
    return -1


@given(st.data())
def test_a_chunked_body_ends_where_it_ends(data: st.DataObject) -> None:
    chunks = data.draw(st.lists(st.binary(min_size=1, max_size=40), max_size=6))
    extension = data.draw(st.sampled_from([b"", b";name=value", b" "]))
    trailers = data.draw(st.sampled_from([b"", b"X-Sum: 1\r\n", b"A: 1\r\nB: 2\r\n"]))
    body = b"".join(b"%X%b\r\n%b\r\n" % (len(c), extension, c) for c in chunks)
    body += b"0\r\n" + trailers + b"\r\n"
    behind = data.draw(st.binary(max_size=10))
    whole = body + behind
    cuts = data.draw(st.lists(st.integers(0, len(whole)), max_size=8))
    assert fed(Chunked(), whole, cuts) == len(body)
    assert fed(Chunked(), body[:-1], [cut for cut in cuts if cut < len(body)]) == -1


@given(st.binary(min_size=1, max_size=60), st.lists(st.integers(0, 60), max_size=5))
def test_a_sized_body_ends_after_its_length(body: bytes, cuts: list[int]) -> None:
    whole = body + b"more"
    assert fed(Sized(len(body)), whole, [c for c in cuts if c <= len(whole)]) == len(body)
    assert fed(UntilClose(), whole, []) == -1


@pytest.mark.parametrize("line", [b"", b"-1", b"+1", b"0x1", b"1_0", b"zz", b"f" * 16])
def test_a_chunk_without_a_size_is_malformed(line: bytes) -> None:
    with pytest.raises(Malformed):
        Chunked().feed(line + b"\r\n")


def test_a_line_without_an_end_is_malformed() -> None:
    body = Chunked()
    for _ in range(16):
        assert body.feed(b"1" * 1024) == -1
    with pytest.raises(Malformed):
        body.feed(b"1")


def test_lengths_must_agree() -> None:
    assert length([b"5"]) == 5
    assert length([b"5", b" 5"]) == 5
    assert length([b"5, 5"]) == 5
    assert length([]) is None
    assert length([b"5", b"6"]) is None
    assert length([b"-5"]) is None
    assert length([b""]) is None
