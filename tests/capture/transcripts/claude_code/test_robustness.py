"""Transcripts of any shape and in any number of reads: nothing raises, nothing is lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from her_tui.events.model import Event
from tests.capture.transcripts.claude_code.claude_records import (
    FIXTURES,
    MAIN,
    adapter,
    contents,
    encode,
)

FILES = sorted(FIXTURES.glob("*.jsonl"))
RECORDS = [json.loads(line) for file in FILES for line in file.read_bytes().splitlines()]

_ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=5),
    st.sampled_from(["\ud800", "<command-name>", "[Request interrupted by user", "<ide_x>"]),
    st.lists(st.integers() | st.text(max_size=3), max_size=2),
    st.dictionaries(st.sampled_from(["type", "text", "content"]), st.integers(), max_size=2),
)


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) inside ``value``."""
    items = (
        list(value.items())
        if isinstance(value, dict)
        else list(enumerate(value))
        if isinstance(value, list)
        else []
    )
    return [(value, key) for key, _ in items] + [
        place for _, inner in items for place in _places(inner)
    ]


@settings(max_examples=300, deadline=None)
@given(
    index=st.integers(0, len(RECORDS) - 1),
    changes=st.lists(st.tuples(st.integers(0, 10_000), _ODD), min_size=1, max_size=3),
)
def test_no_shape_of_record_raises(index: int, changes: list[tuple[int, Any]]) -> None:
    record = json.loads(json.dumps(RECORDS[index]))
    for place, odd in changes:
        places = _places(record)
        container, key = places[place % len(places)]
        container[key] = odd
    data = json.dumps(record).encode() + b"\n" + encode(RECORDS[0])
    facts = adapter.read(MAIN, data, 0, True)
    assert facts.records == 2
    assert facts.damaged == 0
    for event in facts.events:
        _storable(event)
    contents(data, facts.events)


def _storable(event: Event) -> None:
    """Every text is one a database takes."""
    for field in event:
        if isinstance(field, str):
            field.encode()


def _identity(event: Event) -> tuple[object, ...]:
    return (event.kind, event.uuid, event.at, event.size, event.block, event.preview, event.agent)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_that_grows_gives_the_same_events(file: Path) -> None:
    data = file.read_bytes()
    whole = adapter.read(MAIN, data, 0, True)
    consumed, events, responses = 0, [], set()
    for end in range(700, len(data) + 700, 700):
        facts = adapter.read(MAIN, data[consumed:end], consumed, False)
        events += facts.events
        responses |= set(facts.responses)
        consumed += facts.consumed
    assert consumed == len(data)
    assert [_identity(event) for event in events] == [_identity(event) for event in whole.events]
    assert responses == set(whole.responses)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_reading_is_stateless(file: Path) -> None:
    data = file.read_bytes()
    once, again = adapter.read(MAIN, data, 0, True), adapter.read(MAIN, data, 0, True)
    assert once.events == again.events
    assert once.session == again.session


@settings(max_examples=40, deadline=None)
@given(at=st.integers(0, 10_000), junk=st.binary(min_size=1, max_size=40))
def test_damage_costs_no_other_record(at: int, junk: bytes) -> None:
    data = FILES[0].read_bytes()
    lines = data.splitlines(keepends=True)
    hit = at % len(lines)
    broken = lines[hit][: at % len(lines[hit])] + junk.replace(b"\n", b"") + b"\n"
    damaged = adapter.read(MAIN, b"".join([*lines[:hit], broken, *lines[hit + 1 :]]), 0, True)
    expected = {
        event.uuid for event in adapter.read(MAIN, data.replace(lines[hit], b""), 0, True).events
    }
    assert expected <= {event.uuid for event in damaged.events}
