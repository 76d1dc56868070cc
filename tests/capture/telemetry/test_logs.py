"""Log records out of exports."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from her_tui.capture.telemetry.facts import facts_of
from her_tui.capture.telemetry.logs import LogRecord, read_logs
from tests.capture.telemetry.exports import SESSION, START_MS, Export


def test_records_in_the_order_they_came() -> None:
    export = Export().log("user_prompt", 5, prompt="hi").log("tool_result", 6, success="true")
    first, second = read_logs(export.payload())
    assert (first.name, first.ts, first.session_id) == ("user_prompt", START_MS + 5, SESSION)
    assert (first.sequence, second.sequence) == (0, 1)
    assert first.text("prompt") == "hi"
    assert second.truth("success") is True


@pytest.mark.parametrize(
    ("value", "number", "whole"),
    [
        (12, 12, 12),
        ("12", 12, 12),
        ("12.5", 12.5, 12),
        (-3, -3, None),
        ("soon", None, None),
        (True, None, None),
        ("nan", None, None),
        ("1e999", None, None),
        (1 << 70, None, None),
        ("", None, None),
        ([1], None, None),
    ],
)
def test_numbers_may_come_as_text(value: Any, number: float | None, whole: int | None) -> None:
    (record,) = read_logs(Export().log("x", 0, n=value).payload())
    assert record.number("n") == number
    assert record.whole("n") == whole
    assert record.whole("absent") is None


def test_truths_may_come_as_text() -> None:
    (record,) = read_logs(Export().log("x", 0, a=False, b="true", c="perhaps").payload())
    assert [record.truth(key) for key in ("a", "b", "c", "d")] == [False, True, None, None]


def test_a_record_without_attributes_is_named_by_its_body() -> None:
    told = {"timeUnixNano": "1795000000005000000", "body": {"stringValue": "claude_code.auth"}}
    payload = {"resourceLogs": [{"scopeLogs": [{"logRecords": [told, {}, 7, None]}]}]}
    (record,) = read_logs(json.dumps(payload).encode())
    assert record == LogRecord("auth", START_MS + 5, "", None, {})


_junk = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                (
                    "resourceLogs",
                    "scopeLogs",
                    "logRecords",
                    "attributes",
                    "key",
                    "value",
                    "intValue",
                    "stringValue",
                    "timeUnixNano",
                    "body",
                )
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=15,
)


@given(_junk | st.binary(max_size=20))
def test_no_export_is_fatal(payload: Any) -> None:
    data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    facts_of(read_logs(data))


@given(st.lists(_junk, max_size=3), st.sampled_from(("api_request", "api_error", "tool_result")))
def test_no_record_is_fatal(attributes: list[Any], name: str) -> None:
    told = [{"key": "event.name", "value": {"stringValue": name}}, *attributes]
    payload = {"resourceLogs": [{"scopeLogs": [{"logRecords": [{"attributes": told}]}]}]}
    facts_of(read_logs(json.dumps(payload).encode()))
