"""Frames: what is packed is read back, and a torn end is recognised wherever it is torn."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from her_tui.spool.frames import HEADER, LIMIT, OTLP, Frame, pack, unpack

FRAMES = st.lists(
    st.tuples(
        st.integers(0, OTLP),
        st.integers(0, 2**32 - 1),
        st.integers(0, 2**63),
        st.binary(max_size=60),
    ),
    max_size=8,
)


@given(FRAMES)
def test_what_is_packed_is_read_back(values: list[tuple[int, int, int, bytes]]) -> None:
    data = b"".join(pack(*value) for value in values)
    frames = list(unpack(data, 100))
    assert [(f.kind, f.exchange, f.time, f.payload) for f in frames] == values
    assert [frame.at for frame in frames] == [
        100 + sum(HEADER.size + len(value[3]) for value in values[:number])
        for number in range(len(values))
    ]
    assert not frames or frames[-1].end == 100 + len(data)


@given(FRAMES.filter(bool), st.data())
def test_a_torn_end_is_left(values: list[tuple[int, int, int, bytes]], data: st.DataObject) -> None:
    packed = [pack(*value) for value in values]
    cut = data.draw(st.integers(0, len(packed[-1]) - 1))
    whole = b"".join(packed[:-1])
    frames = list(unpack(whole + packed[-1][:cut]))
    assert len(frames) == len(values) - 1


def test_noise_is_no_frame() -> None:
    assert list(unpack(b"\xff" * 200)) == []
    assert list(unpack(HEADER.pack(LIMIT + 1, 1, 1, 1))) == []
    assert list(unpack(HEADER.pack(0, OTLP + 1, 1, 1))) == []


def test_a_frame_knows_where_the_next_one_is() -> None:
    assert Frame(10, 1, 1, 1, b"abc").end == 10 + HEADER.size + 3
