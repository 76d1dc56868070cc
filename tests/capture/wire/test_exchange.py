"""Frames of a wire become attempts, whatever becomes of the exchange."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from her_tui.capture.api.body import normalise_request
from her_tui.capture.wire.exchange import Exchanges
from her_tui.events.requests import Attempt, Channel, Outcome, RequestKind, Tokens
from her_tui.spool import frames
from tests.capture.api.samples import (
    ACCOUNT,
    DEVICE,
    SESSION,
    closing,
    encoded,
    event,
    failure,
    opening,
    request,
    stream,
    text_block,
    whole,
)
from tests.capture.wire.frames import NAME, WALL_MS, Spool

_JSON = "application/json"


def _partial() -> bytes:
    """An answer that stops in the middle of a word."""
    return opening() + text_block(0, "Once upon a ti")[:-60]


def test_a_streamed_answer() -> None:
    answer = stream()
    first, second = answer[:100], answer[100:]
    spool = Spool().request(1, 1000.25, request(), x_claude_code_agent_id="a7")
    spool.response(1, 1010, request_id="req_1").body(1, 1012.5, first).body(1, 1300, second)
    attempt = spool.end(1, 1300.5).one()
    assert (attempt.channel, attempt.key) == (Channel.WIRE, f"{NAME}:1")
    assert (attempt.session_id, attempt.agent_id) == (SESSION, "a7")
    assert (attempt.kind, attempt.effort) == (RequestKind.SUBAGENT, "medium")
    assert (attempt.request_id, attempt.message_id) == ("req_1", "msg_1")
    assert (attempt.model, attempt.streamed) == ("claude-opus-5-5", True)
    assert (attempt.started, attempt.ttft_ms, attempt.duration_ms) == (
        WALL_MS + 1000,
        12.25,
        299.75,
    )
    assert (attempt.status, attempt.outcome, attempt.error) == (200, Outcome.OK, "")
    assert attempt.stop_reason == "tool_use"
    assert attempt.tokens == Tokens(3, 57, 120, 20, 40)
    assert attempt.request_body == normalise_request(request())
    assert attempt.response_body == answer
    assert attempt.chunks == [(100, 12.25), (len(answer), 299.75)]
    assert len(attempt.conversation) == 16
    assert attempt.missing == {}


def test_ids_of_device_and_account_do_not_come_through() -> None:
    attempt = Spool().request(1, 0, request()).response(1, 1).end(1, 2).one()
    for secret in (DEVICE, ACCOUNT):
        assert secret not in repr(attempt)


def test_an_answer_that_was_not_streamed() -> None:
    spool = Spool().request(1, 0, request(stream=False), x_claude_code_session_id="of-the-header")
    spool.response(1, 5, content_type=_JSON).body(1, 6, whole()[:50]).body(1, 7, whole()[50:])
    attempt = spool.end(1, 8).one()
    assert (attempt.outcome, attempt.streamed, attempt.session_id) == (
        Outcome.OK,
        False,
        "of-the-header",
    )
    assert attempt.tokens == Tokens(3, 57, 120, 20, 40)
    assert (attempt.ttft_ms, attempt.duration_ms) == (6, 7)


def test_a_count_of_tokens() -> None:
    path = "/v1/messages/count_tokens?beta=true"
    spool = Spool().request(1, 0, request(), path).response(1, 5, content_type=_JSON)
    attempt = spool.body(1, 6, b'{"input_tokens": 812}').end(1, 6).one()
    assert (attempt.kind, attempt.outcome) == (RequestKind.COUNT, Outcome.OK)
    assert attempt.tokens == Tokens(input=812)


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (529, failure(), "overloaded_error: Overloaded"),
        (502, b"<html>\n<b>Bad  gateway\x1b[31m</b>", "<html> <b>Bad gateway␛[31m</b>"),
        (500, b"", "status 500"),
        (304, b"", "status 304"),
    ],
)
def test_an_error_instead_of_an_answer(status: int, body: bytes, error: str) -> None:
    spool = Spool().request(1, 0, request()).response(1, 5, status, content_type=_JSON)
    if body:
        spool.body(1, 6, body)
    attempt = spool.end(1, 7, "client").one()
    assert (attempt.status, attempt.outcome, attempt.error) == (status, Outcome.ERROR, error)
    assert attempt.tokens is None
    assert attempt.missing["tokens"]


def test_an_error_in_the_stream_keeps_the_text_before_it() -> None:
    told = event("error", error={"type": "overloaded_error", "message": "Overloaded"})
    spool = Spool().request(1, 0, request()).response(1, 5).body(1, 6, _partial() + b"\n\n" + told)
    attempt = spool.end(1, 7, "client").one()
    assert (attempt.outcome, attempt.error) == (Outcome.ERROR, "overloaded_error: Overloaded")
    assert attempt.status == 200
    assert attempt.response_body is not None
    assert b"Once upon" in attempt.response_body


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        ("client", Outcome.CLIENT),
        ("upstream", Outcome.UPSTREAM),
        ("novelty", Outcome.LOST),
    ],
)
def test_an_answer_that_broke_off(told: str, outcome: Outcome) -> None:
    spool = Spool().request(1, 0, request()).response(1, 5).body(1, 6, _partial())
    attempt = spool.end(1, 900, told, "reset").one()
    assert (attempt.outcome, attempt.error) == (outcome, "reset")
    assert attempt.response_body == _partial()
    assert attempt.message_id == "msg_1"
    assert attempt.tokens is not None
    assert attempt.duration_ms == 900


@pytest.mark.parametrize(
    ("told", "outcome", "why"),
    [
        ("client", Outcome.CLIENT, "the client broke off before it came"),
        ("upstream", Outcome.UPSTREAM, "the connection broke before it came"),
        ("refused", Outcome.UPSTREAM, "the API could not be reached"),
    ],
)
def test_an_answer_that_never_came(told: str, outcome: Outcome, why: str) -> None:
    attempt = Spool().request(1, 0, request()).end(1, 40, told, "refused").one()
    assert (attempt.outcome, attempt.status, attempt.duration_ms) == (outcome, None, 40)
    assert {attempt.missing[name] for name in ("status", "ttft_ms", "tokens")} == {why}
    assert attempt.missing["response_body"] == why
    assert attempt.request_body is not None


def test_a_stream_that_ends_before_its_message_is_no_success() -> None:
    spool = Spool().request(1, 0, request()).response(1, 5).body(1, 6, _partial())
    attempt = spool.end(1, 7, "ok").one()
    assert attempt.outcome is Outcome.UPSTREAM
    assert attempt.error == "the stream ended before the message did"


@pytest.mark.parametrize("told", ["ok", "client", "upstream"])
def test_a_message_that_ended_is_whole_whoever_hung_up(told: str) -> None:
    spool = Spool().request(1, 0, request()).response(1, 5).body(1, 6, stream())
    assert spool.end(1, 7, told).one().outcome is Outcome.OK


def test_the_writer_going_away() -> None:
    spool = Spool().request(1, 0, request()).response(1, 5).body(1, 6, _partial())
    spool.request(2, 8, request()).response(2, 9).body(2, 10, stream())
    exchanges = spool.read()
    first, second = exchanges.abandon("the wire was killed")
    assert (first.outcome, first.error) == (Outcome.LOST, "the wire was killed")
    assert first.response_body == _partial()
    assert second.outcome is Outcome.OK, "its message had come to its end"
    assert exchanges.earliest is None
    assert exchanges.open() == []


def test_coded_bodies_are_decoded_as_they_come() -> None:
    packed = gzip.compress(stream())
    chunks = [b"%x\r\n%s\r\n" % (len(part), part) for part in (packed[:90], packed[90:])]
    spool = Spool().request(1, 0, request())
    spool.response(1, 5, content_encoding="gzip", transfer_encoding="chunked")
    for at, chunk in enumerate((*chunks, b"0\r\n\r\n")):
        spool.body(1, 6 + at, chunk)
    attempt = spool.end(1, 9).one()
    assert attempt.response_body == stream()
    assert attempt.outcome is Outcome.OK
    assert attempt.chunks[-1] == (len(stream()), 7)


def test_a_coding_that_cannot_be_read_is_a_reason() -> None:
    spool = Spool().request(1, 0, request()).response(1, 5, content_encoding="snappy")
    attempt = spool.body(1, 6, b"abc").end(1, 7).one()
    why = "encoded with snappy, which cannot be read here"
    assert attempt.response_body is None
    assert (attempt.missing["response_body"], attempt.missing["tokens"]) == (why, why)
    assert (attempt.outcome, attempt.ttft_ms) == (Outcome.OK, 6)


def test_a_coded_request() -> None:
    body = gzip.compress(request())
    spool = Spool().request(1, 0, body, content_encoding="gzip")
    assert spool.end(1, 7, "client").one().request_body == normalise_request(request())


def test_what_could_not_be_kept_is_a_gap_and_a_reason() -> None:
    lost = {"reason": "the recording could not keep up", "bytes": 70}
    why = "70 bytes could not be kept: the recording could not keep up"
    spool = Spool().head(1, 0).add(frames.GAP, 1, 1, lost).add(frames.REQUEST_END, 1, 2)
    spool.response(1, 5).body(1, 6, _partial()).end(1, 9)
    spool.request(2, 10, request()).response(2, 11).body(2, 12, _partial())
    spool.add(frames.GAP, 2, 13, lost).body(2, 14, stream()).end(2, 15)
    spool.add(frames.GAP, 0, 16, {"reason": "the disk is full", "bytes": 5})
    exchanges = spool.read()
    first, second = exchanges.finished()
    assert (first.request_body, first.missing["request_body"]) == (None, why)
    assert first.model == "claude-opus-5-5"
    assert (second.response_body, second.missing["response_body"]) == (_partial(), why)
    assert second.outcome is Outcome.OK, "nothing says that it broke off"
    told = [(gap.exchange, gap.reason, gap.bytes, gap.time - WALL_MS) for gap in exchanges.gaps]
    assert told == [
        (1, lost["reason"], 70, 1),
        (2, lost["reason"], 70, 13),
        (0, "the disk is full", 5, 16),
    ]


def test_a_request_that_was_not_sent_whole() -> None:
    spool = Spool().head(1, 0).add(frames.REQUEST_BODY, 1, 1, request()[:90])
    attempt = spool.end(1, 2, "client").one()
    assert attempt.request_body is None
    assert attempt.missing["request_body"].startswith("it was not sent whole")
    assert attempt.kind is None


def test_other_traffic_is_no_attempt() -> None:
    spool = Spool().head(1, 0, "/api/hello", "HEAD").response(1, 1).end(1, 2)
    spool.head(2, 0, "/v1/models?limit=9", "GET").response(2, 1).end(2, 2)
    spool.head(3, 0, "/v1/messages", "OPTIONS").response(3, 1).end(3, 2)
    exchanges = spool.read()
    assert exchanges.finished() == []
    assert exchanges.earliest is None


def test_an_attempt_at_an_api_like_openais() -> None:
    done = {"id": "resp_1", "status": "completed", "usage": {"input_tokens": 5, "output_tokens": 2}}
    body = encoded({"model": "m", "input": "hi", "stream": True, "reasoning": {"effort": "low"}})
    spool = Spool().request(1, 0, body, "/v1/responses").response(1, 1)
    attempt = spool.body(1, 2, event("response.completed", response=done)).end(1, 3).one()
    assert (attempt.kind, attempt.model, attempt.effort) == (RequestKind.MAIN, "m", "low")
    assert (attempt.session_id, attempt.outcome) == (None, Outcome.OK)
    assert attempt.tokens == Tokens(input=5, output=2)


def test_heads_that_only_announce_another() -> None:
    spool = Spool().request(1, 0, request()).response(1, 1, 100).response(1, 2, 200)
    assert spool.body(1, 3, stream()).end(1, 4).one().status == 200


def test_what_is_in_flight_is_seen_as_far_as_it_came() -> None:
    spool = Spool()
    start = len(spool.data)
    spool.request(1, 0, request()).response(1, 5).body(1, 6, _partial())
    exchanges = spool.read()
    (attempt,) = exchanges.open()
    assert (attempt.outcome, attempt.duration_ms) == (Outcome.PENDING, None)
    assert (attempt.ttft_ms, attempt.response_body) == (6, _partial())
    assert attempt.missing == {}
    assert exchanges.earliest == start
    assert exchanges.finished() == []


def test_request_bodies_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A response in flight is looked at many times; its request may be 32 MB."""
    reads: list[bytes] = []

    def counted(body: bytes) -> bytes:
        reads.append(body)
        return normalise_request(body)

    monkeypatch.setattr("her_tui.capture.wire.request.normalise_request", counted)
    exchanges = Spool().request(1, 0, request()).response(1, 5).body(1, 6, _partial()).read()
    bodies = [exchanges.open()[0].request_body for _ in range(5)]
    assert len(reads) == 1
    assert all(body is bodies[0] for body in bodies)


def _busy() -> Spool:
    """Three exchanges across each other."""
    spool = Spool().request(1, 0, request()).response(1, 1).body(1, 2, stream()[:300])
    spool.request(2, 3, request({"role": "user", "content": "two"})).response(2, 4)
    spool.body(2, 5, _partial()).body(1, 6, stream()[300:]).head(3, 7)
    spool.end(1, 8).add(frames.REQUEST_BODY, 3, 9, request()).add(frames.REQUEST_END, 3, 10)
    spool.end(2, 11, "client").response(3, 12, 429).body(3, 13, failure()).end(3, 14)
    return spool


@given(st.lists(st.integers(0, len(_busy().data)), max_size=4))
def test_reading_on_after_a_kill_tells_the_same(kills: list[int]) -> None:
    spool = _busy()
    told: dict[str, Attempt] = {attempt.key: attempt for attempt in spool.read().finished()}
    found: dict[str, Attempt] = {}
    resume = 0
    for kill in [*sorted(kills), len(spool.data)]:
        exchanges = Exchanges(NAME)
        whole_frames = list(frames.unpack(spool.data[:kill]))
        for frame in [f for f in whole_frames if f.kind == frames.HELLO or f.at >= resume]:
            exchanges.take(frame)
        for attempt in exchanges.finished():
            assert attempt == told[attempt.key]
            found[attempt.key] = attempt
        end = whole_frames[-1].end if whole_frames else 0
        resume = exchanges.earliest if exchanges.earliest is not None else max(end, resume)
    assert found == told
    assert len(told) == 3


@given(
    st.lists(
        st.tuples(
            st.integers(0, 8),
            st.integers(0, 2),
            st.binary(max_size=20)
            | st.sampled_from(
                (
                    b"{}",
                    b'{"method": "POST", "path": "/v1/messages", "headers": {"a": 7}}',
                    b'{"status": "200", "headers": []}',
                    b'{"status": 200, "headers": {"content-type": "text/event-stream"}}',
                    b'{"wall_ns": "x", "mono_ns": null}',
                    b'{"outcome": 7, "error": []}',
                    request(),
                    stream(),
                )
            ),
        ),
        max_size=14,
    )
)
def test_no_sequence_of_frames_is_fatal(told: list[tuple[int, int, bytes]]) -> None:
    exchanges = Exchanges(NAME)
    for at, (kind, exchange, payload) in enumerate(told):
        exchanges.take(frames.Frame(at, kind, exchange, at, payload))
        exchanges.open()
    attempts = [*exchanges.finished(), *exchanges.abandon("over")]
    assert all(attempt.outcome is not Outcome.PENDING for attempt in attempts)


def test_the_end_of_a_stream_without_its_blank_line_counts() -> None:
    body = (opening() + text_block(0, "a") + closing()).rstrip(b"\n")
    spool = Spool().request(1, 0, request()).response(1, 1).body(1, 2, body)
    assert spool.end(1, 3, "upstream").one().outcome is Outcome.OK
