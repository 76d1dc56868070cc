"""What channels leave in the spool, made up: telemetry exports, frames of a wire, bodies."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from her_tui.spool import frames
from her_tui.spool.files import SpoolFile

#: When made-up events happen: milliseconds since the epoch.
START = 1_795_500_000_000


def attribute(key: str, value: Any) -> dict[str, Any]:
    """One attribute as OTLP writes it."""
    name = {str: "stringValue", bool: "boolValue", int: "intValue", float: "doubleValue"}
    return {"key": key, "value": {name[type(value)]: value}}


def event(name: str, session: str, number: int, ms: int, **values: Any) -> dict[str, Any]:
    """A log record of the client; ``__`` in a keyword stands for a dot."""
    told = {
        "event.name": name,
        "session.id": session,
        "event.sequence": number,
        "event.timestamp": iso(ms),
        **{key.replace("__", "."): value for key, value in values.items()},
    }
    return {
        "timeUnixNano": str(ms * 1_000_000),
        "body": {"stringValue": f"claude_code.{name}"},
        "attributes": [attribute(key, value) for key, value in told.items()],
    }


def iso(ms: int) -> str:
    """A time as the client writes it."""
    seconds = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(ms // 1000))
    return f"{seconds}.{ms % 1000:03d}Z"


def export(*records: dict[str, Any]) -> bytes:
    """An export of these records."""
    scope = {"scope": {"name": "events"}, "logRecords": list(records)}
    return json.dumps({"resourceLogs": [{"resource": {}, "scopeLogs": [scope]}]}).encode()


def answered(session: str, number: int, ms: int, sequence: int) -> list[dict[str, Any]]:
    """The records of one request that was answered."""
    common = {"model": "claude-opus-4-5", "query_source": "sdk"}
    request, body = f"req_{session[-4:]}_{number}", f"body-{session[-4:]}-{number}"
    return [
        event("api_request_body", session, sequence, ms, request_body_id=body, **common),
        event("api_request", session, sequence + 1, ms + 40, request_id=request, input_tokens=3,
              output_tokens=20 + number, cache_read_tokens=0, cache_creation_tokens=10,
              cost_usd=0.01, duration_ms=40, ttft_ms=12, **common),
        event("api_response_body", session, sequence + 2, ms + 40, request_id=request,
              request_body_id=body, message__id=f"msg_{session[-4:]}_{number}", **common),
    ]  # fmt: skip


def request_body(session: str, text: str, **more: Any) -> bytes:
    """What a client sends."""
    ids = {"device_id": "d" * 64, "account_uuid": "", "session_id": session}
    body = {
        "model": "claude-opus-4-5",
        "messages": [{"role": "user", "content": [{"type": "text", "text": text}]}],
        "system": [{"type": "text", "text": "You help. Primary working directory: /src/demo"}],
        "tools": [{"name": "Read", "description": "Reads.", "input_schema": {}}],
        "metadata": {"user_id": json.dumps(ids, separators=(",", ":"))},
        "max_tokens": 32000,
        "stream": True,
        **more,
    }
    return json.dumps(body, separators=(",", ":")).encode()


def sse(message_id: str, text: str, output: int = 20, cut: bool = False) -> bytes:
    """An answer, as it is streamed; ``cut`` off before its end."""
    usage = {"input_tokens": 3, "cache_creation_input_tokens": 10, "output_tokens": 1}
    message = {"id": message_id, "type": "message", "role": "assistant",
               "model": "claude-opus-4-5", "content": [], "usage": usage}  # fmt: skip
    events: list[dict[str, Any]] = [
        {"type": "message_start", "message": message},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        *(
            {"type": "content_block_delta", "index": 0,
             "delta": {"type": "text_delta", "text": word}}
            for word in text.split(" ")
        ),
    ]  # fmt: skip
    if not cut:
        events += [
            {"type": "content_block_stop", "index": 0},
            {"type": "message_delta", "delta": {"stop_reason": "end_turn"},
             "usage": {"output_tokens": output}},
            {"type": "message_stop"},
        ]  # fmt: skip
    return b"".join(
        f"event: {each['type']}\ndata: {json.dumps(each)}\n\n".encode() for each in events
    )


class Wire:
    """A wire's spool file, written as a pipe would."""

    def __init__(self, home: Path) -> None:
        self.file = SpoolFile(str(home), "wire", upstream="https://api.example", run="r")
        self.numbers = 0

    def put(self, kind: int, exchange: int, payload: bytes | dict[str, Any] = b"") -> None:
        """One frame, now."""
        data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        self.file.append(frames.pack(kind, exchange, time.monotonic_ns(), data))

    def ask(self, session: str, text: str, **more: Any) -> int:
        """A request; the number of its exchange."""
        self.numbers += 1
        body = request_body(session, text, **more)
        headers = {"x-claude-code-session-id": session, "content-length": str(len(body))}
        head = {"method": "POST", "path": "/v1/messages?beta=true", "headers": headers}
        self.put(frames.REQUEST, self.numbers, head)
        self.put(frames.REQUEST_BODY, self.numbers, body)
        self.put(frames.REQUEST_END, self.numbers)
        return self.numbers

    def begin(self, exchange: int, request_id: str, data: bytes, status: int = 200) -> None:
        """The beginning of an answer."""
        kind = "text/event-stream" if status == 200 else "application/json"
        headers = {"request-id": request_id, "content-type": kind}
        self.put(frames.RESPONSE, exchange, {"status": status, "headers": headers})
        self.put(frames.RESPONSE_BODY, exchange, data)

    def end(self, exchange: int, outcome: str = "ok") -> None:
        """The end of an exchange."""
        told = {"outcome": outcome, "error": "", "sent": 1, "received": 1}
        self.put(frames.END, exchange, told)

    def answer(self, session: str, number: int, text: str = "Done it") -> None:
        """A whole exchange."""
        exchange = self.ask(session, f"Do {number}")
        self.begin(exchange, f"req_w{number}", sse(f"msg_w{number}", text, 20 + number))
        self.end(exchange)

    def close(self) -> None:
        """The pipe ends."""
        self.file.close()
