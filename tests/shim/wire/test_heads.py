"""Heads pass as they are; what is recorded of them is on a list."""

from __future__ import annotations

import pytest

from her_tui.shim.wire.heads import (
    Refused,
    read_request,
    read_response,
    without_values,
)

HEAD = (
    b"POST /v1/messages?beta=true HTTP/1.1\r\n"
    b"X-API-KEY: canary\r\n"
    b"hOsT:   127.0.0.1:1234\r\n"
    b"anthropic-beta: one\r\n"
    b"Anthropic-Beta: two\r\n"
    b"x-empty:\r\n"
    b"Content-Length: 5"
)


def test_only_the_first_line_and_the_host_change() -> None:
    out = read_request(HEAD).outgoing(b"/base/v1/messages?beta=true", b"api.example")
    assert out == (
        b"POST /base/v1/messages?beta=true HTTP/1.1\r\n"
        b"X-API-KEY: canary\r\n"
        b"hOsT:   api.example\r\n"
        b"anthropic-beta: one\r\n"
        b"Anthropic-Beta: two\r\n"
        b"x-empty:\r\n"
        b"Content-Length: 5\r\n\r\n"
    )


def test_what_is_recorded_is_on_the_list() -> None:
    assert read_request(HEAD).recorded(b"/v1/messages?beta=true&key=canary&canary") == {
        "method": "POST",
        "path": "/v1/messages?beta=true&key=",
        "headers": {"anthropic-beta": "one, two", "content-length": "5"},
    }
    response = read_response(
        b"HTTP/1.1 429 Too Many Requests\r\nRequest-Id: req_1\r\nset-cookie: canary\r\n"
        b"anthropic-ratelimit-tokens-reset: 9\r\nanthropic-organization-id: canary\r\n"
        b"retry-after: 3"
    )
    assert response is not None
    assert response.recorded() == {
        "status": 429,
        "headers": {
            "anthropic-ratelimit-tokens-reset": "9",
            "request-id": "req_1",
            "retry-after": "3",
        },
    }


def test_values_of_a_query_are_kept_by_a_list() -> None:
    assert without_values(b"/a") == b"/a"
    assert without_values(b"/a?beta=true") == b"/a?beta=true"
    assert without_values(b"/a?x=1&limit=5&y") == b"/a?x=&limit=5"


@pytest.mark.parametrize(
    "head",
    [
        b"GET http://elsewhere/ HTTP/1.1\r\nHost: a",
        b"CONNECT elsewhere:443 HTTP/1.1\r\nHost: a",
        b"OPTIONS * HTTP/1.1\r\nHost: a",
        b"GET / HTTP/2.0\r\nHost: a",
        b"GET /\r\nHost: a",
        b"GET / / HTTP/1.1\r\nHost: a",
        b"GET / HTTP/1.1\r\nHost: a\r\n folded",
        b"GET / HTTP/1.1\r\nHost : a",
        b"GET / HTTP/1.1\r\nHost: a\nX: b",
        b"GET / HTTP/1.1\r\nHost: a\rX: b",
        b"GET / HTTP/1.1\r\nnothing",
        b"\x16\x03\x01",
    ],
)
def test_what_can_be_read_in_two_ways_is_refused(head: bytes) -> None:
    with pytest.raises(Refused) as refusal:
        read_request(head)
    assert refusal.value.status == 400


@pytest.mark.parametrize(
    "fields",
    [
        b"Content-Length: 1\r\nContent-Length: 2",
        b"Content-Length: x",
        b"Content-Length: 1\r\nTransfer-Encoding: chunked",
        b"Transfer-Encoding: gzip",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
    ],
)
def test_a_body_with_two_ends_is_refused(fields: bytes) -> None:
    with pytest.raises(Refused):
        read_request(b"POST / HTTP/1.1\r\nHost: a\r\n" + fields).body()


@pytest.mark.parametrize("head", [b"", b"HELLO", b"HTTP/1.1", b"HTTP/1.1 abc Hm", b"ICY 200 OK"])
def test_no_head_is_none(head: bytes) -> None:
    assert read_response(head) is None
