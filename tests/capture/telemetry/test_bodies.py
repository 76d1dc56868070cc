"""The bodies the client writes, and the index that joins them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from her_tui.capture.api.body import normalise_request
from her_tui.capture.telemetry.bodies import answered, attempt_of_request_file, entry_of_index
from her_tui.events.requests import Channel, Outcome, RequestKind, Tokens
from tests.capture.api.samples import DEVICE, SESSION, request, stream, whole

_LINE = {
    "timestamp": "2026-11-20T09:00:00.000Z",
    "session_id": SESSION,
    "query_source": "agent:builtin:Explore",
    "model": "claude-opus-5-5",
    "request_id": "req_1",
    "message_id": "msg_1",
    "message_uuid": "5f",
    "request_file": "body-1.request.json",
    "response_file": "req_1.response.json",
}


def _index(**more: object) -> bytes:
    return json.dumps(_LINE | more).encode()


def test_a_request_file() -> None:
    data = request(betas=["x"])
    attempt = attempt_of_request_file("body-1", data, 1234)
    assert (attempt.channel, attempt.key, attempt.started) == (Channel.TELEMETRY, "body-1", 1234)
    assert (attempt.session_id, attempt.model) == (SESSION, "claude-opus-5-5")
    assert (attempt.streamed, attempt.effort) == (True, "medium")
    assert attempt.request_body == normalise_request(request())
    assert len(attempt.conversation) == 16
    assert attempt.outcome is Outcome.PENDING
    assert attempt.kind is None, "what the client calls it is told elsewhere"
    assert attempt.missing == {}
    assert DEVICE not in repr(attempt)


def test_a_request_file_of_a_marked_kind() -> None:
    system = [{"type": "text", "text": "x-anthropic-billing-header: a; cc_is_subagent=true;"}]
    attempt = attempt_of_request_file("b", request(system=system), 1)
    assert attempt.kind is RequestKind.SUBAGENT


def test_thoughts_left_out_of_the_history_are_told() -> None:
    block = {"type": "thinking", "thinking": "<REDACTED>", "signature": "c2ln"}
    data = request({"role": "user", "content": "a"}, {"role": "assistant", "content": [block]})
    attempt = attempt_of_request_file("b", data, 1)
    assert attempt.missing == {"request_body": "thinking is redacted by the client"}
    assert attempt.request_body is not None


def test_a_torn_request_file() -> None:
    attempt = attempt_of_request_file("b", request()[:-9], 1)
    assert attempt.request_body is None
    assert attempt.missing["request_body"]


def test_a_line_of_the_index_with_its_answer() -> None:
    entry = entry_of_index(_index())
    assert entry is not None
    assert (entry.request_file, entry.response_file) == (
        "body-1.request.json",
        "req_1.response.json",
    )
    content = [{"type": "thinking", "thinking": "<REDACTED>"}, {"type": "text", "text": "Hi."}]
    body = whole(content=content)
    attempt = answered(entry.attempt, body)
    assert (attempt.key, attempt.request_id, attempt.message_id) == ("body-1", "req_1", "msg_1")
    assert (attempt.session_id, attempt.kind) == (SESSION, RequestKind.SUBAGENT)
    assert (attempt.stop_reason, attempt.outcome) == ("tool_use", Outcome.OK)
    assert attempt.tokens == Tokens(3, 57, 120, 20, 40)
    assert attempt.response_body == body
    assert attempt.missing == {"response_body": "thinking is redacted by the client"}
    assert entry.attempt.missing == {}, "the attempt given is left as it was"


def test_an_answer_kept_as_it_was_streamed() -> None:
    entry = entry_of_index(_index())
    assert entry is not None
    assert answered(entry.attempt, stream()).tokens == Tokens(3, 57, 120, 20, 40)


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b.json", "..", ".", "a\0b", 7, None])
def test_only_names_within_the_folder_count(name: object) -> None:
    entry = entry_of_index(_index(request_file=name, response_file=name))
    assert entry is not None
    assert (entry.attempt.key, entry.request_file, entry.response_file) == ("", "", "")


@given(st.binary(max_size=40) | st.integers(0, len(_index()) - 1).map(lambda end: _index()[:end]))
def test_a_torn_line_is_none(line: bytes) -> None:
    entry = entry_of_index(line)
    assert entry is None or not entry.request_file


@given(st.binary(max_size=60))
def test_no_file_is_fatal(data: bytes) -> None:
    attempt = attempt_of_request_file("b", data, 1)
    assert attempt.key == "b"
    assert answered(attempt, data).response_body == data
