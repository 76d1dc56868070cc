"""Records out of bytes: every whole record is found, whatever happened to the lines around it."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from her_tui.capture.lines import Lines, load


def _is_record(value: dict[str, Any]) -> bool:
    return "id" in value and "type" in value


def _read(data: bytes, final: bool = True) -> tuple[list[Any], int, int]:
    """(ids of the records, damaged lines, bytes consumed)."""
    lines = Lines(data, final, _is_record)
    ids = []
    for at, size, value in lines:
        again = load(data[at : at + size])
        assert again is not None, "a record's span must be readable on its own"
        assert str(again) == str(value)
        ids.append(value.get("id"))
    return ids, lines.damaged, lines.consumed


def _record(identity: object, **more: Any) -> bytes:
    return json.dumps({"type": "note", "id": identity, **more}).encode()


A, B, C = _record("a"), _record("b", nested={"k": [1, {"type": "x"}]}), _record("c", text="ü\u2028")


@pytest.mark.parametrize(
    ("data", "ids", "damaged"),
    [
        pytest.param(b"", [], 0, id="empty"),
        pytest.param(b"\n  \n\t\r\n", [], 0, id="blank lines"),
        pytest.param(A + b"\n" + B + b"\r\n" + C + b"\n", ["a", "b", "c"], 0, id="plain"),
        pytest.param(A + b"\n" + B, ["a", "b"], 0, id="no last line feed"),
        pytest.param(A + B + b"\n" + C + b"\n", ["a", "b", "c"], 0, id="glued"),
        pytest.param(A + b" " + B + C[:9] + b"\n" + A, ["a", "b", "a"], 1, id="glued, torn"),
        pytest.param(A[:12] + B + b"\n", ["b"], 1, id="torn in a string, then whole"),
        pytest.param(b'{"type":' + B + b"\n", ["b"], 1, id="torn before a value, then whole"),
        pytest.param(B[:40] + A + C + b"\n", ["a", "c"], 1, id="torn, then two glued"),
        pytest.param(b"\0" * 99 + A + b"\n" + B + b"\n", ["a", "b"], 1, id="zeros, then whole"),
        pytest.param(A + b"\0" * 99 + B + b"\n", ["a", "b"], 1, id="zeros between"),
        pytest.param(b"junk\n" + A + b"\n\0\0\0\n[1]\n", ["a"], 3, id="lines of junk"),
        pytest.param(b"\xef\xbb\xbf" + A + b"\n", ["a"], 0, id="byte order mark"),
        pytest.param(b'{"type":"n","id":"\xff"}\n', ["\ufffd"], 1, id="not UTF-8"),
        pytest.param(b'{"type":"n","id":"\\ud800"}\n', ["\ufffd"], 0, id="lone surrogate"),
        pytest.param(b'{"type":"n","id":"x","n":NaN}\n', ["x"], 0, id="not a number"),
        pytest.param(b'{"type":"n","id":"x\0"}\n', ["x\0"], 1, id="raw zero in a string"),
        pytest.param(A + b"\n" + B[:30], ["a"], 1, id="torn tail"),
        pytest.param(A[:12] + B, ["b"], 1, id="whole after a torn one, no line feed"),
    ],
)
def test_every_whole_record_is_read(data: bytes, ids: list[str], damaged: int) -> None:
    assert _read(data)[:2] == (ids, damaged)


def test_an_object_nested_in_a_torn_record_is_no_record() -> None:
    torn = b'{"type":"note","id":"t","inner":{"type":"part","n":1},"more":"' + A
    assert _read(torn + b"\n")[:2] == (["a"], 1)


def test_a_torn_tail_waits_for_its_rest() -> None:
    data = A + b"\n" + B[:30]
    ids, damaged, consumed = _read(data, final=False)
    assert (ids, damaged, consumed) == (["a"], 0, len(A) + 1)
    assert _read(data[consumed:] + B[30:] + b"\n")[:2] == (["b"], 0)


def test_a_whole_tail_is_consumed_to_its_end() -> None:
    assert _read(A + b"\n" + B, final=False) == (["a", "b"], 0, len(A) + 1 + len(B))
    assert _read(b"\n" + C + b"\n", final=False)[:2] == (["c"], 0)


def test_nesting_beyond_any_parser_is_damage() -> None:
    deep = b'{"type":"n","id":1,"d":' + b"[" * 200_000 + b"]" * 200_000 + b"}"
    assert _read(deep + b"\n" + A + b"\n")[:2] == (["a"], 1)


@pytest.mark.parametrize("junk", [b'{"{"{"', b'{"a":', b'{"a":[', b"\0", b'{"a":1,', b'{"a":1}x'])
def test_a_megabyte_of_junk_takes_no_longer_than_its_length(junk: bytes) -> None:
    lines = Lines(junk * (1_000_000 // len(junk)) + b"\n" + A + b"\n", True, _is_record)
    started = time.process_time()
    assert [value.get("id") for _, _, value in lines][-1] == "a"
    assert time.process_time() - started < 5, "quadratic would take minutes"


_TEXTS = st.text(max_size=30)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=3),
    max_leaves=8,
)
_BODIES = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=5), _VALUES, max_size=3)


@st.composite
def _files(draw: st.DrawFn) -> bytes:
    """Files of whole, glued, torn and spliced records with blank and junk lines between."""
    parts = []
    for identity in range(draw(st.integers(0, 6))):
        record = json.dumps(
            {"type": "note", "id": identity, **draw(_BODIES)}, ensure_ascii=draw(st.booleans())
        ).encode("utf-8", "replace")
        shape = draw(st.sampled_from(("whole", "glued", "torn", "spliced", "junk", "blank")))
        if shape == "torn":
            record = record[: draw(st.integers(1, len(record) - 1))]
        elif shape == "spliced":
            record = record[: draw(st.integers(1, len(record) - 1))] + record
        elif shape == "junk":
            record += b"\n" + draw(st.binary(max_size=12))
        parts.append(record + {"glued": b"", "blank": b"\n \n"}.get(shape, b"\n"))
    return b"".join(parts)


@settings(max_examples=150, deadline=None)
@given(data=_files(), cuts=st.lists(st.integers(0, 600), max_size=4))
def test_any_chunking_reads_the_same_records(data: bytes, cuts: list[int]) -> None:
    whole = [value for _, _, value in Lines(data, True, _is_record)]
    consumed = 0
    read: list[Any] = []
    for cut in [*sorted(cuts), len(data)]:
        lines = Lines(data[consumed:cut], cut == len(data), _is_record)
        read += [value for _, _, value in lines]
        consumed += lines.consumed
    assert read == whole


@settings(max_examples=150, deadline=None)
@given(
    before=st.lists(_BODIES, max_size=3),
    damage=st.binary(max_size=60).map(lambda raw: raw.replace(b"\n", b" ")),
    after=st.lists(_BODIES, max_size=3),
)
def test_damage_never_costs_an_undamaged_line(
    before: list[dict[str, Any]], damage: bytes, after: list[dict[str, Any]]
) -> None:
    def lines(bodies: list[dict[str, Any]], start: int) -> list[bytes]:
        return [
            json.dumps({"type": "note", "id": start + index, **body}).encode()
            for index, body in enumerate(bodies)
        ]

    data = b"\n".join([*lines(before, 0), damage, *lines(after, 100)]) + b"\n"
    ids = _read(data)[0]
    expected = [*range(len(before)), *range(100, 100 + len(after))]
    assert [identity for identity in ids if identity in expected] == expected


@settings(max_examples=150, deadline=None)
@given(body=_BODIES, cut=st.integers(1, 10_000), zeros=st.integers(0, 5))
def test_a_record_spliced_behind_a_torn_one_is_found(
    body: dict[str, Any], cut: int, zeros: int
) -> None:
    torn = json.dumps({"type": "note", "id": "torn", **body}).encode()
    torn = torn[: 1 + cut % (len(torn) - 1)]
    ids, damaged, _ = _read(torn + b"\0" * zeros + A + b"\n")
    assert ids == ["a"]
    assert damaged == 1


@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=300), final=st.booleans())
def test_no_bytes_raise(data: bytes, final: bool) -> None:
    assert _read(data, final)[2] <= len(data)
