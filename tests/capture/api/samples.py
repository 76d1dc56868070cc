"""Requests and answers of the shape the client and the API send, made up."""

from __future__ import annotations

import json
from typing import Any

SESSION = "11111111-2222-4333-8444-555555555555"
DEVICE = "d" * 64
ACCOUNT = "99999999-8888-4777-8666-555555555555"

#: How the client compacts JSON.
COMPACT = (",", ":")


def encoded(value: Any) -> bytes:
    """``value`` as the client writes JSON."""
    return json.dumps(value, separators=COMPACT, ensure_ascii=False).encode()


def user_id(session: str = SESSION) -> str:
    """What the client puts into ``metadata.user_id``."""
    ids = {"device_id": DEVICE, "account_uuid": ACCOUNT, "session_id": session}
    return json.dumps(ids, separators=COMPACT)


def request(*messages: dict[str, Any], betas: list[str] | None = None, **more: Any) -> bytes:
    """The body of a request; with ``betas`` as telemetry copies it."""
    body: dict[str, Any] = {
        "model": "claude-opus-5-5",
        "messages": list(messages) or [{"role": "user", "content": "hello"}],
        "system": [
            {"type": "text", "text": "x-anthropic-billing-header: cc_version=2.1.328.abc;"},
            {"type": "text", "text": "Be kind.", "cache_control": {"type": "ephemeral"}},
        ],
        "tools": [{"name": "Bash", "description": "runs", "input_schema": {"type": "object"}}],
    }
    if betas is not None:
        body["betas"] = betas
    body |= {
        "metadata": {"user_id": user_id()},
        "max_tokens": 128000,
        "output_config": {"effort": "medium"},
        "stream": True,
    }
    return encoded({key: value for key, value in (body | more).items() if value is not None})


def usage(**more: Any) -> dict[str, Any]:
    """Usage as a message reports it."""
    return {
        "input_tokens": 3,
        "cache_creation_input_tokens": 120,
        "cache_read_input_tokens": 40,
        "cache_creation": {"ephemeral_5m_input_tokens": 100, "ephemeral_1h_input_tokens": 20},
        "output_tokens": 1,
        "service_tier": "standard",
        **more,
    }


def event(kind: str, **values: Any) -> bytes:
    """One Server-Sent Event of the API."""
    return b"event: %s\ndata: %s\n\n" % (kind.encode(), encoded({"type": kind, **values}))


def opening(message_id: str = "msg_1") -> bytes:
    """How a streamed message begins."""
    message = {"id": message_id, "model": "claude-opus-5-5", "role": "assistant", "usage": usage()}
    return event("message_start", message=message) + event("ping")


def block(index: int, start: dict[str, Any], *deltas: dict[str, Any]) -> bytes:
    """One streamed content block."""
    parts = [event("content_block_start", index=index, content_block=start)]
    parts += [event("content_block_delta", index=index, delta=delta) for delta in deltas]
    return b"".join((*parts, event("content_block_stop", index=index)))


def text_block(index: int, *pieces: str) -> bytes:
    """A streamed text in ``pieces``."""
    deltas = [{"type": "text_delta", "text": piece} for piece in pieces]
    return block(index, {"type": "text", "text": ""}, *deltas)


def closing(stop_reason: str = "end_turn", output: int = 57) -> bytes:
    """How a streamed message ends."""
    delta = {"stop_reason": stop_reason, "stop_sequence": None}
    late = {"output_tokens": output, "input_tokens": None}
    return event("message_delta", delta=delta, usage=late) + event("message_stop")


def stream(*pieces: str) -> bytes:
    """A whole streamed answer: a thought, a text in ``pieces``, and a call."""
    thought = [
        {"type": "thinking_delta", "thinking": "hm"},
        {"type": "signature_delta", "signature": "c2ln"},
    ]
    call = [
        {"type": "input_json_delta", "partial_json": piece}
        for piece in ("", '{"a"', ': "b\u00fc"}')
    ]
    return b"".join(
        (
            opening(),
            block(0, {"type": "thinking", "thinking": ""}, *thought),
            text_block(1, *(pieces or ("Hello", ", you"))),
            block(2, {"type": "tool_use", "id": "toolu_1", "name": "Bash", "input": {}}, *call),
            closing("tool_use"),
        )
    )


def whole(**more: Any) -> bytes:
    """An answer that was not streamed."""
    message = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-opus-5-5",
        "content": [
            {"type": "thinking", "thinking": "hm", "signature": "c2ln"},
            {"type": "text", "text": "Hello, you"},
            {"type": "tool_use", "id": "toolu_1", "name": "Bash", "input": {"a": "bü"}},
        ],
        "stop_reason": "tool_use",
        "usage": usage(output_tokens=57),
    }
    return encoded(message | more)


def failure(kind: str = "overloaded_error", message: str = "Overloaded") -> bytes:
    """The body of an error."""
    told = {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_9"}
    return encoded(told)
