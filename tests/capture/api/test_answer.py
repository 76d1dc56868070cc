"""Answers, streamed in any pieces, cut anywhere, or whole."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from her_tui.capture.api.answer import Answer, answer_of
from her_tui.capture.api.sse import SseReader
from her_tui.events.requests import Tokens
from tests.capture.api.samples import (
    closing,
    encoded,
    event,
    failure,
    opening,
    stream,
    text_block,
    usage,
    whole,
)

_TOKENS = Tokens(input=3, output=57, cache_creation=120, cache_creation_1h=20, cache_read=40)


def _blocks(answer: Answer) -> list[tuple[str, str, str, str, bool]]:
    return [(b.kind, b.name, b.id, b.text.replace(" ", ""), b.done) for b in answer.blocks]


def _read(body: bytes, sizes: list[int]) -> tuple[Answer, int]:
    """The answer of ``body`` fed in pieces of ``sizes``, and how many events were malformed."""
    reader, answer = SseReader(), Answer()
    at = 0
    for size in [*sizes, len(body)]:
        for told in reader.feed(body[at : at + size]):
            answer.take(told.data)
        at += size
    for told in reader.close():
        answer.take(told.data)
    return answer, reader.malformed


@pytest.mark.parametrize("body", [stream(), whole(), stream("He", "llo", ", ", "you", "")])
def test_streamed_or_whole_it_is_the_same_answer(body: bytes) -> None:
    answer = answer_of(body)
    assert (answer.message_id, answer.model) == ("msg_1", "claude-opus-5-5")
    assert (answer.stop_reason, answer.complete, answer.error) == ("tool_use", True, "")
    assert answer.tokens == _TOKENS
    assert answer.text == "Hello, you"
    assert _blocks(answer) == [
        ("thinking", "", "", "hm", True),
        ("text", "", "", "Hello,you", True),
        ("tool_use", "Bash", "toolu_1", '{"a":"bü"}', True),
    ]


_noise = st.sampled_from(
    (
        b": a comment\n\n",
        b"data: {broken\n\n",
        b"data\n\nid: 7\nretry: 5\n\n",
        b"\n\n\n",
        b'event: novelty\ndata: {"type": "novelty"}\n\n',
        b"data: [1]\n\n",
        event("ping"),
    )
)


@given(
    st.lists(st.integers(0, 90), max_size=40),
    st.lists(_noise, max_size=4),
    st.sampled_from((b"\n", b"\r\n", b"\r")),
)
def test_any_pieces_noise_and_line_ends_give_the_same_answer(
    sizes: list[int], noise: list[bytes], line_end: bytes
) -> None:
    body = b"".join((*noise, opening(), *noise, text_block(0, "a", "b\\n"), *noise, closing()))
    answer, _ = _read(body.replace(b"\n", line_end), sizes)
    clean, malformed = _read(b"".join((opening(), text_block(0, "a", "b\\n"), closing())), [])
    assert answer == clean
    assert malformed == 0


@given(st.integers(0, len(stream())), st.lists(st.integers(1, 200), max_size=9))
def test_wherever_it_is_cut_the_text_so_far_is_kept(end: int, sizes: list[int]) -> None:
    cut = stream()[:end]
    answer, malformed = _read(cut, sizes)
    assert answer == answer_of(cut)
    assert "Hello, you".startswith(answer.text)
    assert answer.text == ("Hello" if b'"Hello"}}' in cut else "") + (
        ", you" if b'", you"}}' in cut else ""
    )
    assert answer.complete == (b'data: {"type":"message_stop"}' in cut)
    assert malformed == 0, "a cut is no damage"


def test_damage_is_counted() -> None:
    assert _read(b"data: {broken\n\ndata: 7\n\ndata: {}\n\n", [])[1] == 2


def test_usage_is_the_last_word_on_each() -> None:
    late = {"output_tokens": 9, "input_tokens": None, "cache_creation": None, "speed": "fast"}
    later = {"server_tool_use": {"web_search_requests": 2}, "output_tokens": 12}
    body = opening() + event("message_delta", usage=late) + event("message_delta", usage=later)
    answer = answer_of(body)
    tokens = answer.tokens
    assert tokens is not None
    assert (tokens.input, tokens.output, tokens.cache_creation) == (3, 12, 120)
    assert (tokens.web_searches, tokens.speed, tokens.cache_creation_1h) == (2, "fast", 20)
    assert not answer.complete


def test_a_total_of_nought_beside_a_breakdown() -> None:
    body = whole(usage=usage(cache_creation_input_tokens=0))
    tokens = answer_of(body).tokens
    assert tokens is not None
    assert tokens.cache_creation == 120


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (failure(), "overloaded_error: Overloaded"),
        (opening() + b"event: error\ndata: " + failure() + b"\n\n", "overloaded_error: Overloaded"),
        (b'{"error": "no such route"}', "no such route"),
        (b'{"error": {}, "message": "odd"}', "odd"),
        (b'{"error": 7}', "error"),
    ],
)
def test_errors_in_the_stream_or_instead_of_it(body: bytes, error: str) -> None:
    answer = answer_of(body)
    assert answer.error == error
    assert not answer.complete


def test_an_error_names_the_request() -> None:
    assert answer_of(failure()).request_id == "req_9"


def test_a_count() -> None:
    answer = answer_of(b'{"input_tokens": 12}')
    assert answer.tokens == Tokens(input=12)
    assert answer.complete


def test_thinking_left_out_by_the_client_is_told() -> None:
    content = [{"type": "thinking", "thinking": "<REDACTED>", "signature": "c2ln"}]
    assert answer_of(whole(content=content)).redacted
    assert not answer_of(whole()).redacted


def test_an_answer_of_responses() -> None:
    done = {
        "id": "resp_1",
        "model": "m",
        "status": "completed",
        "usage": {
            "input_tokens": 50,
            "input_tokens_details": {"cached_tokens": 20},
            "output_tokens": 5,
        },
    }
    body = b"".join(
        (
            event("response.created", response={"id": "resp_1", "model": "m"}),
            event("response.output_text.delta", delta="He"),
            event("response.output_text.delta", delta="llo"),
            event(
                "response.output_item.added",
                item={"type": "function_call", "name": "shell", "call_id": "c1", "arguments": ""},
            ),
            event("response.function_call_arguments.delta", delta="{}"),
            event("response.completed", response=done),
        )
    )
    answer = answer_of(body)
    assert (answer.message_id, answer.text, answer.complete) == ("resp_1", "Hello", True)
    assert answer.tokens == Tokens(input=30, output=5, cache_read=20)
    assert _blocks(answer)[1][:4] == ("tool_use", "shell", "c1", "{}")
    output = [
        {"type": "message", "content": [{"type": "output_text", "text": "Hello"}]},
        {"type": "function_call", "name": "shell", "call_id": "c1", "arguments": "{}"},
    ]
    assert answer_of(encoded(done | {"output": output})).text == "Hello"


def test_an_answer_of_chat_completions() -> None:
    def chunk(**values: Any) -> bytes:
        told = {"id": "c1", "object": "chat.completion.chunk", "model": "m", **values}
        return b"data: %s\n\n" % encoded(told)

    counted = {"prompt_tokens": 7, "completion_tokens": 2}
    body = b"".join(
        (
            chunk(choices=[{"delta": {"content": "He"}, "finish_reason": None}]),
            chunk(choices=[{"delta": {"content": "llo"}, "finish_reason": "stop"}]),
            chunk(choices=[], usage=counted),
            b"data: [DONE]\n\n",
        )
    )
    answer = answer_of(body)
    assert (answer.text, answer.stop_reason, answer.complete) == ("Hello", "stop", True)
    assert answer.tokens == Tokens(input=7, output=2)
    message = {"choices": [{"message": {"content": "Hello"}, "finish_reason": "stop"}]}
    assert answer_of(encoded({"id": "c1", **message})).text == "Hello"


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ("type", "index", "delta", "message", "usage", "content_block", "content", "error")
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
_kinds = st.sampled_from(
    (
        "message_start",
        "content_block_start",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "error",
        "response.completed",
        "x",
    )
)
_events = st.dictionaries(
    st.sampled_from(("index", "delta", "message", "usage", "content_block", "error", "response")),
    _json,
)


@given(st.lists(st.tuples(_kinds, _events), max_size=6), st.binary(max_size=30))
def test_nothing_in_a_stream_is_fatal(told: list[tuple[str, dict[str, Any]]], junk: bytes) -> None:
    body = b"".join(event(kind, **values) for kind, values in told)
    assert isinstance(answer_of(body + junk).text, str)
    assert isinstance(answer_of(encoded(told[0][1]) if told else junk).tokens, Tokens | None)
