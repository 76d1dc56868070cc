"""A request's body reads the same from every channel, and names nobody."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from her_tui.capture.api.body import (
    conversation_digest,
    dumped,
    normalise_request,
    parsed,
    session_of,
)
from tests.capture.api.samples import ACCOUNT, DEVICE, SESSION, encoded, request, user_id

_scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=6)
_names = st.sampled_from(("betas", "metadata", "user_id", "messages", 'q"betas":[1],', "a"))
_keys = _names | st.text(max_size=4)
_junk = st.text(alphabet='{}[]",:\\ betasmduri_', max_size=60)
_values = st.recursive(
    _scalars | st.sampled_from(('"betas":[1],', 'x","betas":["y"]', "\\", '\\"', user_id())),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_keys, inner, max_size=3),
    max_leaves=12,
)
_bodies = st.dictionaries(_keys, _values, max_size=5)


def _named(value: Any, body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "metadata": {"user_id": value}}


def test_both_channels_give_the_same_bytes() -> None:
    wire, telemetry = request(), request(betas=["one-2026-01-01", "two-2026-01-01"])
    assert telemetry != wire
    assert normalise_request(telemetry) == normalise_request(wire)


def test_all_but_the_ids_is_as_it_was_sent() -> None:
    body = request()
    blanked = body.replace(DEVICE.encode(), b"").replace(ACCOUNT.encode(), b"")
    assert normalise_request(body) == blanked
    assert normalise_request(blanked) is blanked, "nothing to do costs no copy"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"betas":[1],"a":2}', '{"a":2}'),
        ('{"a":2,"betas":[1]}', '{"a":2}'),
        ('{"a":2, "betas" : [1] , "b":3}', '{"a":2,  "b":3}'),
        ('{"betas":["]"]}', "{}"),
        ('{"betas":[1],"betas":[2]}', "{}"),
        ('{"betas":null,"a":{"betas":[1]}}', '{"a":{"betas":[1]}}'),
        ('{"a":[{"betas":[1],"b":1}]}', '{"a":[{"betas":[1],"b":1}]}'),
        ('{"a":"\\"betas\\":[1],","b":1}', '{"a":"\\"betas\\":[1],","b":1}'),
        ('{"a":"betas","b":1}', '{"a":"betas","b":1}'),
        ('[{"betas":[1]}]', '[{"betas":[1]}]'),
        ('{"betas":[1],"a"', '{"betas":[1],"a"'),
        ("betas", "betas"),
        ("", ""),
    ],
)
def test_only_a_member_of_the_top_is_cut(before: str, after: str) -> None:
    assert normalise_request(before.encode()) == after.encode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (user_id(), {"device_id": "", "account_uuid": "", "session_id": SESSION}),
        (
            json.dumps({"session_id": SESSION, "organisation": "acme", "n": 7, "more": ["x"]}),
            {"session_id": SESSION, "organisation": "", "n": "", "more": ""},
        ),
    ],
)
def test_of_a_user_id_only_the_session_stays(before: str, after: dict[str, str]) -> None:
    body = normalise_request(encoded(_named(before, {"model": "m"})))
    assert json.loads(parsed(body)["metadata"]["user_id"]) == after
    assert session_of(body) == SESSION


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"user_{'a' * 64}_account_{ACCOUNT}_session_{SESSION}", SESSION),
        ("a" * 64, None),
        ("", None),
        ("{broken", None),
        ('{"session_id": "a\\u0000b/../c"}', None),
        (17, None),
        (None, None),
        ({"device_id": "x"}, None),
    ],
)
def test_older_and_odd_user_ids(before: object, after: str | None) -> None:
    body = normalise_request(encoded(_named(before, {"model": "m"})))
    assert session_of(body) == after
    for secret in ("a" * 64, ACCOUNT):
        assert secret.encode() not in body
    assert normalise_request(body) == body


@given(_bodies)
def test_normalising_keeps_the_rest_and_is_done_once(body: dict[str, Any]) -> None:
    once = normalise_request(encoded(body))
    assert normalise_request(once) == once
    rest = {key: value for key, value in body.items() if key not in ("betas", "metadata")}
    again = json.loads(once)
    assert {key: value for key, value in again.items() if key != "metadata"} == rest
    assert "betas" not in again


@given(
    st.binary(max_size=60) | st.text(alphabet='{}[]",:\\ betasmduri_', max_size=60).map(str.encode)
)
def test_nothing_is_too_broken_to_normalise(body: bytes) -> None:
    assert len(normalise_request(body)) <= len(body) + 2
    assert isinstance(conversation_digest(body), bytes)
    assert session_of(body) is None


@given(st.data())
def test_a_torn_body_is_no_trouble(data: st.DataObject) -> None:
    body = request(betas=["x"])
    torn = body[: data.draw(st.integers(0, len(body) - 1))]
    assert normalise_request(torn) == torn


_ASKED = {"role": "user", "content": "hello"}


def _thought(text: str) -> dict[str, Any]:
    block = {"type": "thinking", "thinking": text, "signature": "c2ln"}
    return {"role": "assistant", "content": [block, {"type": "text", "text": "Hm."}]}


def test_attempts_at_one_response_have_one_digest() -> None:
    system = {"role": "system", "content": "a reminder"}
    marked = [{"type": "text", "text": "hello", "cache_control": {"type": "ephemeral"}}]
    plain = [{"type": "text", "text": "hello"}]
    same = {
        conversation_digest(request(_ASKED)),
        conversation_digest(request(_ASKED, tools=[], stream=False, betas=["x"])),
        conversation_digest(request(system, _ASKED, system)),
        conversation_digest(parsed(request(_ASKED, system=None))),
    }
    assert len(same) == 1
    assert len(next(iter(same))) == 16
    assert conversation_digest(request({"role": "user", "content": marked})) == conversation_digest(
        request({"role": "user", "content": plain})
    )


def test_what_telemetry_leaves_out_does_not_count() -> None:
    seen, redacted = _thought("I think"), _thought("<REDACTED>")
    assert conversation_digest(request(_ASKED, seen)) == conversation_digest(
        request(_ASKED, redacted)
    )


def test_another_conversation_has_another_digest() -> None:
    assert conversation_digest(request(_ASKED)) != conversation_digest(request(_ASKED, _ASKED))
    assert conversation_digest(b'{"messages": [{"role": "system", "content": "x"}]}') == b""
    assert conversation_digest(b"nothing") == b""


def test_numbers_and_depth_beyond_the_usual() -> None:
    assert dumped({"n": 1 << 80}) == b'{"n":1208925819614629174706176}'
    deep: Any = "x"
    for _ in range(600):
        deep = [deep]
    assert dumped(deep).startswith(b"[[")
    for _ in range(100_000):
        deep = [deep]
    assert dumped(deep) == b""
