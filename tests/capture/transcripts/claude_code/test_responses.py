"""Responses, their usage, and the errors written in their place."""

from __future__ import annotations

from typing import Any

import pytest

from her_tui.events.model import EventKind, Flag
from tests.capture.transcripts.claude_code.claude_records import (
    assistant,
    only,
    read,
    record,
    text,
    use,
    user,
)

KEY = ("msg_1", "req_1")


def _usage(**fields: Any) -> dict[str, Any]:
    return {"input_tokens": 3, "output_tokens": 1, **fields}


def test_the_records_of_a_response_make_one() -> None:
    facts = read(
        assistant(
            {"type": "thinking", "thinking": "hm"},
            usage=_usage(),
            timestamp="2026-11-20T09:22:01.000Z",
        ),
        assistant(
            text("done"),
            usage=_usage(output_tokens=77, cache_read_input_tokens=9, speed="fast"),
            timestamp="2026-11-20T09:22:03.500Z",
            stop_reason="end_turn",
            effort="high",
        ),
        assistant(use("Bash", command="ls"), usage=_usage(), timestamp="2026-11-20T09:22:02.000Z"),
    )
    ((key, response),) = facts.responses.items()
    assert key == KEY
    assert (response.input, response.output, response.cache_read) == (3, 77, 9)
    assert response.started is not None
    assert response.ended is not None
    assert response.ended - response.started == 2500
    assert (response.stop_reason, response.speed, response.effort) == ("end_turn", "fast", "high")
    assert [event.response for event in facts.events] == [KEY] * 3
    kinds = [event.kind for event in facts.events]
    assert kinds == [EventKind.THINKING, EventKind.TEXT, EventKind.TOOL_USE]


@pytest.mark.parametrize(
    ("total", "nested", "creation", "hour"),
    [
        (5, {"ephemeral_5m_input_tokens": 5, "ephemeral_1h_input_tokens": 0}, 5, 0),
        (0, {"ephemeral_5m_input_tokens": 150, "ephemeral_1h_input_tokens": 50}, 200, 50),
        (200, None, 200, 0),
        (-1, {"ephemeral_1h_input_tokens": "many"}, 0, 0),
        (1 << 60, None, 0, 0),
    ],
)
def test_cache_creation_is_the_larger_of_total_and_parts(
    total: int, nested: dict[str, Any] | None, creation: int, hour: int
) -> None:
    usage = _usage(cache_creation_input_tokens=total, cache_creation=nested)
    response = read(assistant(text("x"), usage=usage)).responses[KEY]
    assert (response.cache_creation, response.cache_creation_1h) == (creation, hour)


def test_web_searches_are_counted() -> None:
    usage = _usage(server_tool_use={"web_search_requests": 2, "web_fetch_requests": 1})
    assert read(assistant(text("x"), usage=usage)).responses[KEY].web_searches == 2


def test_without_ids_a_response_is_its_record() -> None:
    facts = read(assistant(text("x"), id=None, uuid="u1"), assistant(text("x"), requestId=None))
    assert set(facts.responses) == {("u1", ""), ("msg_1", "")}


def test_all_blocks_in_one_record() -> None:
    facts = read(
        assistant(
            {"type": "redacted_thinking", "data": "x"},
            text("hello"),
            {"type": "server_tool_use", "id": "s1", "name": "web_search", "input": {"query": "q"}},
            use("Read", file_path="/a.py"),
        )
    )
    assert [(event.kind, event.block, event.detail, event.preview) for event in facts.events] == [
        (EventKind.THINKING, 0, "redacted", ""),
        (EventKind.TEXT, 1, "", "hello"),
        (EventKind.BLOCK, 2, "server_tool_use", "web_search: q"),
        (EventKind.TOOL_USE, 3, "Read", "/a.py"),
    ]
    assert set(facts.actions) == {"toolu_1"}


@pytest.mark.parametrize(
    ("marks", "kind", "detail"),
    [
        ({"error": "rate_limit"}, EventKind.API_ERROR, "rate_limit"),
        (
            {"error": "unknown", "apiErrorType": "invalid_request_error", "apiErrorStatus": 400},
            EventKind.API_ERROR,
            "invalid_request_error",
        ),
        ({"error": "unknown", "apiErrorStatus": 503}, EventKind.API_ERROR, "503"),
        ({}, EventKind.API_ERROR, ""),
    ],
)
def test_an_api_error_is_no_response(marks: dict[str, Any], kind: EventKind, detail: str) -> None:
    one = assistant(text("API Error: 400 no"), model="<synthetic>", isApiErrorMessage=True, **marks)
    facts = read(one)
    assert facts.responses == {}
    (event,) = facts.events
    assert (event.kind, event.detail, event.preview) == (kind, detail, "API Error: 400 no")
    assert event.flags & Flag.ERROR


def test_nothing_requested_is_a_notice() -> None:
    event = only(assistant(text("No response requested."), model="<synthetic>"))
    assert (event.kind, event.flags) == (EventKind.NOTICE, 0)


def test_a_false_error_mark_is_none() -> None:
    assert read(assistant(text("x"), isApiErrorMessage=False)).responses


def test_usage_inside_progress_is_kept_without_its_actions() -> None:
    nested = {
        "type": "assistant",
        "uuid": "n1",
        "timestamp": "2026-11-20T09:22:00.000Z",
        "requestId": "req_9",
        "message": {
            "id": "msg_9",
            "model": "claude-haiku-4-5",
            "content": [use("Bash", "toolu_9", command="ls")],
            "usage": _usage(output_tokens=40),
        },
    }
    data = {"type": "agent_progress", "agentId": "af71", "message": nested}
    facts = read(
        assistant(use("Task", "toolu_7", description="Look", subagent_type="Explore")),
        record("progress", data=data, parentToolUseID="toolu_7"),
        record("progress", data={"type": "hook_progress", "hookName": "Stop"}),
    )
    response = facts.responses[("msg_9", "req_9")]
    assert (response.agent, response.output) == ("af71", 40)
    assert set(facts.actions) == {"toolu_7"}
    assert len(facts.events) == 1
    (info,) = facts.session.subagents
    assert info == ("af71", "Explore", "Look", "toolu_7", None)


def test_a_prompt_and_a_progress_without_usage_make_no_response() -> None:
    data = {"type": "agent_progress", "message": {"type": "user", "message": {"content": "x"}}}
    assert read(user("x"), record("progress", data=data)).responses == {}
