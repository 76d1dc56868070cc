"""Attempts on the API, made up in a few words, and a way to put them into a library."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from her_tui.capture.api.body import conversation_digest
from her_tui.events.requests import Attempt, Channel, Outcome, RequestKind, Tokens
from her_tui.recorder.accept import Accept
from her_tui.recorder.exclusion import Exclusion
from her_tui.store.writer import Writer


def put(home: Path, attempts: Iterable[Attempt], gaps: Sequence[tuple[str, int, int]] = ()) -> None:
    """Record ``attempts`` in the library below ``home``, and that telemetry is missing: (session,
    how many events, time)."""
    writer = Writer(home)
    try:
        accept = Accept(writer, Exclusion(()))
        with writer.transaction():
            for attempt in attempts:
                assert accept.attempt(attempt)
            for session, events, time in gaps:
                accept.lost(session, 1, events, time)
            writer.refresh()
    finally:
        writer.close()


def sent(*texts: str, model: str = "claude-opus-4-5-20251101") -> bytes:
    """The body of a request with these turns, the human's first."""
    roles = ("user", "assistant")
    messages = [
        {"role": roles[at % 2], "content": [{"type": "text", "text": text}]}
        for at, text in enumerate(texts)
    ]
    system = [{"type": "text", "text": "You help."}]
    tools = [{"name": name, "description": "Does it."} for name in ("Read", "Bash", "Edit")]
    body = {"model": model, "messages": messages, "system": system, "tools": tools}
    return json.dumps(body).encode()


def streamed(message: str, text: str, stop: str | None = "end_turn") -> bytes:
    """An answer as it is streamed; one without ``stop`` breaks off."""
    start = {"id": message, "model": "m", "role": "assistant", "usage": {"input_tokens": 3}}
    events: list[dict[str, Any]] = [
        {"type": "message_start", "message": start},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {
            "type": "content_block_delta",
            "index": 0,
            "delta": {"type": "text_delta", "text": text},
        },
    ]
    if stop:
        events.append({"type": "content_block_stop", "index": 0})
        events.append({"type": "message_delta", "delta": {"stop_reason": stop}, "usage": {}})
        events.append({"type": "message_stop"})
    return b"".join(
        f"event: {each['type']}\ndata: {json.dumps(each)}\n\n".encode() for each in events
    )


def wire(session: str, number: int, start: int, body: bytes, **more: Any) -> Attempt:
    """An attempt that was answered, as the wire saw it."""
    values: dict[str, Any] = {
        "session_id": session,
        "kind": RequestKind.MAIN,
        "model": "claude-opus-4-5-20251101",
        "started": start,
        "ttft_ms": 500.0,
        "duration_ms": 1500.0,
        "status": 200,
        "outcome": Outcome.OK,
        "streamed": True,
        "request_id": f"req_wire_{number}",
        "message_id": f"msg_wire_{number}",
        "tokens": Tokens(3, 20, 100, 0, 1000),
        "request_body": body,
        "conversation": conversation_digest(body),
        **more,
    }
    return Attempt(Channel.WIRE, f"wire-1.spool:{number}", **values)


def failed(session: str, number: int, start: int, body: bytes, **more: Any) -> Attempt:
    """An attempt that the API refused."""
    values: dict[str, Any] = {
        "status": 529,
        "outcome": Outcome.ERROR,
        "error": "overloaded_error: Overloaded",
        "message_id": None,
        "tokens": None,
        "ttft_ms": 80.0,
        "duration_ms": 81.0,
        **more,
    }
    return wire(session, number, start, body, **values)
