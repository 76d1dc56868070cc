"""What a request is for."""

from __future__ import annotations

from typing import Any

import pytest

from her_tui.capture.api.body import parsed
from her_tui.capture.api.kinds import is_count, is_messages, is_openai, kind_of
from her_tui.events.requests import RequestKind
from tests.capture.api.samples import request

_PATH = "/v1/messages?beta=true"
_SUMMARY = "CRITICAL: text only. Write an <analysis> block and then a <summary> block."


def _system(text: str) -> list[dict[str, Any]]:
    return [{"type": "text", "text": "x-anthropic-billing-header: a;"}, {"text": text}]


def _asked(text: str) -> dict[str, Any]:
    return {"role": "user", "content": [{"type": "text", "text": text}]}


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (RequestKind.MAIN, request()),
        (RequestKind.MAIN, request(stream=None)),
        (RequestKind.MAIN, request(tools=None)),
        (RequestKind.OTHER, request(tools=None, stream=None)),
        (RequestKind.OTHER, b"{}"),
        (RequestKind.OTHER, b'{"system": 7, "messages": {"role": "user"}, "tools": "many"}'),
        (RequestKind.COMPACT, request(_asked("hello"), _asked(_SUMMARY))),
        (RequestKind.COMPACT, request(_asked(_SUMMARY), {"role": "system", "content": "now"})),
        (RequestKind.MAIN, request(_asked(_SUMMARY), {"role": "assistant", "content": "Well."})),
        (RequestKind.MAIN, request(_asked("What are <analysis> and <summary> for?"))),
        (RequestKind.TITLE, request(tools=[], system="You are naming a coding session.")),
        (RequestKind.MAIN, request(system="You are naming a coding session.")),
        (
            RequestKind.CLASSIFIER,
            request(tools=None, stream=None, system=_system("You are a security monitor. Judge.")),
        ),
        (
            RequestKind.SUBAGENT,
            request(system=[{"text": "x-anthropic-billing-header: a; cc_is_subagent=true;"}]),
        ),
    ],
)
def test_a_body_tells_what_it_is_for(kind: RequestKind, body: bytes) -> None:
    assert kind_of(_PATH, {}, parsed(body)) is kind


def test_headers_and_path_tell() -> None:
    body = parsed(request())
    assert kind_of(_PATH, {"x-claude-code-agent-id": "a1"}, body) is RequestKind.SUBAGENT
    assert kind_of("/x/v1/messages/count_tokens?beta=true", {}, body) is RequestKind.COUNT


def test_the_summary_of_a_subagent_is_a_summary() -> None:
    body = parsed(request(_asked(_SUMMARY)))
    assert kind_of(_PATH, {"x-claude-code-agent-id": "a1"}, body) is RequestKind.COMPACT


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("repl_main_thread", RequestKind.MAIN),
        ("repl_main_thread:outputStyle:custom", RequestKind.MAIN),
        ("sdk", RequestKind.MAIN),
        ("compact", RequestKind.COMPACT),
        ("generate_session_title", RequestKind.TITLE),
        ("agent:builtin:general-purpose", RequestKind.SUBAGENT),
        ("auto_mode_classifier", RequestKind.CLASSIFIER),
        ("something_new", RequestKind.OTHER),
    ],
)
def test_the_clients_own_word_counts(source: str, kind: RequestKind) -> None:
    assert kind_of(_PATH, {}, parsed(request()), source) is kind


def test_a_new_word_leaves_room_for_what_the_body_says() -> None:
    body = parsed(request(_asked(_SUMMARY)))
    assert kind_of(_PATH, {}, body, "something_new") is RequestKind.COMPACT


def test_paths() -> None:
    assert is_messages("/v1/messages")
    assert is_messages("/team/a/v1/messages/?beta=true")
    assert is_messages("/v1/messages/count_tokens")
    assert is_count("/v1/messages/count_tokens?a=b")
    assert not is_messages("/v1/models")
    assert not is_messages("/api/hello?/v1/messages")
    assert is_openai("/v1/responses")
    assert is_openai("/openai/chat/completions?x")
    assert not is_openai("/v1/responses/resp_1")
