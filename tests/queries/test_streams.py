"""Answers as they came, where the wire saw it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from her_tui.events.model import EventKind
from her_tui.events.requests import Outcome, RequestKind
from her_tui.queries import sessions, streams
from her_tui.queries.library import Library
from her_tui.queries.streams import Stream, coming_in
from her_tui.recorder.ingest import import_roots
from tests.support.attempts import put, sent, streamed, wire
from tests.support.claude import Script, session_id
from tests.ui.replay_values import START, timeline_of

SESSION = session_id(1)


def event(kind: str, **more: object) -> bytes:
    """One event of a stream."""
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **more})}\n\n".encode()


def block(index: int, kind: str, *pieces: str, **more: object) -> Iterator[bytes]:
    """The events of a block."""
    key, delta = {
        "thinking": ("thinking", "thinking_delta"),
        "text": ("text", "text_delta"),
        "tool_use": ("partial_json", "input_json_delta"),
    }[kind]
    empty: dict[str, object] = {"input": {}} if kind == "tool_use" else {key: ""}
    start = {"type": kind, **empty, **more}
    yield event("content_block_start", index=index, content_block=start)
    for piece in pieces:
        yield event("content_block_delta", index=index, delta={"type": delta, key: piece})
    yield event("content_block_stop", index=index)


def answer() -> list[bytes]:
    """The events of an answer of three blocks."""
    return [
        event("message_start", message={"id": "msg_1", "model": "m", "usage": {}}),
        *block(0, "thinking", "Let me ", "see."),
        *block(1, "text", "It is ", "the lexer."),
        *block(2, "tool_use", '{"path":', '"a.py"}', name="Read", id="t1"),
        event("message_delta", delta={"stop_reason": "tool_use"}, usage={}),
        event("message_stop"),
    ]


def arriving(events: list[bytes], step: float = 100.0) -> list[tuple[int, float]]:
    """Arrivals of one event every ``step`` milliseconds."""
    size, found = 0, []
    for number, each in enumerate(events, 1):
        size += len(each)
        found.append((size, number * step))
    return found


@pytest.fixture
def library(home: Path, tmp_path: Path) -> Library:
    """A library with a session of one turn, and an answer that the wire saw."""
    script = Script(SESSION, 1)
    script.prompt("Why?")
    script.say("It is the lexer.")
    script.write(tmp_path)
    import_roots(home, [tmp_path])
    events = answer()
    body = sent("Why?")
    seen = {
        "response_body": b"".join(events), "chunks": arriving(events), "message_id": "msg_1",
        "duration_ms": 1_500.0,
    }  # fmt: skip
    side = {**seen, "kind": RequestKind.TITLE, "message_id": "msg_2"}
    late = {**seen, "message_id": "msg_3"}
    blind = {**seen, "chunks": [], "message_id": "msg_4"}
    whole = {**seen, "response_body": b'{"content": []}', "message_id": "msg_5"}
    put(
        home,
        [
            wire(SESSION, 1, START, body, **seen), wire(SESSION, 2, START, body, **side),
            wire(SESSION, 3, START + 60_000, body, **late),
            wire(SESSION, 4, START, body, **blind), wire(SESSION, 5, START, body, **whole),
        ],
    )  # fmt: skip
    return Library.open(home)


def test_an_answer_is_taken_apart_as_it_came(library: Library) -> None:
    session = sessions.find(library, SESSION).id
    (found,) = streams.streams(library, session, START, START + 1_000)
    assert found.started == START
    assert found.agent == 0
    assert list(found.kinds) == ["thinking", "text", "tool_use"]
    assert list(found.texts) == ["Let me see.", "It is the lexer.", 'Read\n{"path":"a.py"}']
    assert found.at(START + 199) == []
    assert found.at(START + 200) == [("thinking", "")]
    assert found.at(START + 350) == [("thinking", "Let me ")]
    assert found.at(START + 650) == [("thinking", "Let me see."), ("text", "")]
    assert found.at(START + 750) == [("thinking", "Let me see."), ("text", "It is ")]
    assert found.at(START + 1_000)[2] == ("tool_use", "Read\n")
    assert found.at(START + 1_100)[2] == ("tool_use", 'Read\n{"path":')
    assert found.at(START + 9_999) == list(zip(found.kinds, found.texts, strict=True))
    assert found.next_piece(START) == START + 200
    assert found.next_piece(START + 200) == START + 300
    assert found.next_piece(START + 9_999) is None


def test_only_what_was_on_its_way_in_that_time_and_seen_to_come(library: Library) -> None:
    session = sessions.find(library, SESSION).id
    between = streams.streams(library, session, START + 2_000, START + 59_000)
    both = streams.streams(library, session, START, START + 60_000)
    assert between == ()
    assert [stream.started for stream in both] == [START, START + 60_000]


def test_an_answer_that_broke_off_streams_as_far_as_it_came(home: Path, library: Library) -> None:
    events = answer()[:4]
    cut = events[-1][:-20]
    broken = {
        "response_body": b"".join(events[:-1]) + cut, "chunks": arriving([*events[:-1], cut]),
        "message_id": "msg_9", "outcome": Outcome.LOST,
    }  # fmt: skip
    put(home, [wire(SESSION, 9, START + 120_000, sent("Why?"), **broken)])
    session = sessions.find(library, SESSION).id
    (found,) = streams.streams(library, session, START + 120_000, START + 121_000)
    assert list(found.texts) == ["Let me "]
    assert found.at(START + 130_000) == [("thinking", "Let me ")]


def test_what_the_wire_saw_in_one_piece_comes_at_once(home: Path, library: Library) -> None:
    whole = streamed("msg_8", "Done.")
    put(
        home,
        [
            wire(
                SESSION, 8, START + 120_000, sent("Why?"), message_id="msg_8",
                response_body=whole, chunks=[(len(whole), 700.0)],
            )
        ],
    )  # fmt: skip
    session = sessions.find(library, SESSION).id
    (found,) = streams.streams(library, session, START + 120_000, START + 120_000)
    assert found.at(START + 120_699) == []
    assert found.at(START + 120_700) == [("text", "Done.")]


@given(st.lists(st.integers(1, 60), max_size=60))
def test_any_pieces_of_the_bytes_tell_the_same_in_the_end(sizes: list[int]) -> None:
    data = b"".join(answer())
    arrivals, at = [], 0
    for number, size in enumerate(sizes):
        at = min(at + size, len(data))
        arrivals.append((at, number * 10.0))
    found = list(streams._pieces(data, arrivals))
    assert bool(found) == bool(arrivals)
    if found:
        assert [each.text for each in found[-1].answer.blocks] == [
            "Let me see.", "It is the lexer.", '{"path":"a.py"}',
        ]  # fmt: skip
        places = [(piece.block, piece.end) for piece in found]
        assert places == sorted(places)
        assert [piece.after_ms for piece in found] == sorted(piece.after_ms for piece in found)


def test_blocks_that_stand_on_the_timeline_are_not_on_their_way() -> None:
    kinds = [EventKind.PROMPT, EventKind.THINKING, EventKind.TEXT, EventKind.TOOL_USE]
    line = timeline_of(kinds, step=1_000)
    stream = Stream(
        response=1, agent=0, started=START + 100,
        times=[START + 500, START + 900, START + 1_500, START + 2_500],
        blocks=[0, 0, 1, 2], kinds=["thinking", "text", "tool_use"], ends=[3, 6, 4, 5],
        texts=["Hm, so", "Well", "Read\n"],
    )  # fmt: skip
    other = Stream(1, 7, START + 100, [START + 500], [0], ["text"], [2], ["Yo"])

    def at(time: int, *more: Stream) -> list[tuple[str, str]]:
        return list(coming_in((stream, *more), line, line.at_time(START + time), START + time))

    assert at(50) == at(499) == []
    assert at(600) == [("thinking", "Hm,")]
    assert at(950) == [("thinking", "Hm, so")]
    assert at(1_000) == []
    assert at(1_600) == [("text", "Well")]
    assert at(2_600) == [("tool_use", "Read\n")]
    assert at(3_000) == []
    assert at(600, other) == [("thinking", "Hm,"), ("text", "Yo")]
    assert at(1_000, other) == [("text", "Yo")]
    assert at(2_600, other)[-1:] == [("tool_use", "Read\n")]
