"""What a scripted API answers: steps of a play, and the messages they become on the wire."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

#: Stands for the client's working directory in a step's blocks.
CWD = "{cwd}"

_SIGNATURE = "c2lnbmVk"


def text(words: str) -> Json:
    """A text to be said."""
    return {"type": "text", "text": words}


def thinking(words: str) -> Json:
    """A thought."""
    return {"type": "thinking", "thinking": words}


def use(name: str, **arguments: Any) -> Json:
    """A call of the tool ``name``."""
    return {"type": "tool_use", "name": name, "input": arguments}


@dataclass(frozen=True)
class Step:
    """What one request is answered with."""

    blocks: tuple[Json, ...] = ()
    stop: str = ""
    """The stop reason; empty: what the blocks suggest."""
    first_ms: float = 0.0
    """Silence before anything is sent."""
    pause_ms: float = 0.0
    """Silence after each delta."""
    piece: int = 12
    """Characters per delta."""
    gzip: bool = False
    cut: int | None = None
    """Break the connection instead of sending this event."""
    fail: int | None = None
    """Send an error in place of this event, and end the stream."""
    status: int = 200
    error: str = "api_error"
    message: str = "scripted"
    headers: Mapping[str, str] = field(default_factory=dict)
    flagged: bool = False
    """The check of actions objects to every tool call of this answer."""


def say(words: str, **more: Any) -> Step:
    """A step that says one text."""
    return Step((text(words),), **more)


def refuse(status: int, error: str, message: str = "scripted", **headers: str) -> Step:
    """A step that is an error."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Step(status=status, error=error, message=message, headers=named)


def identity(kind: str) -> str:
    """A new identifier of this kind, shaped like the API's."""
    return f"{kind}_01{secrets.token_hex(11)}"


@dataclass(frozen=True)
class Answer:
    """A message ready to be sent, as events in order."""

    message_id: str
    model: str
    usage: Json
    """As the last word of the stream says it."""
    events: tuple[Json, ...]


def answer(step: Step, request: Json, size: int, cwd: str) -> Answer:
    """The message that ``step`` means for a request whose body has ``size`` bytes."""
    blocks = [_placed(block, cwd) for block in step.blocks]
    tools = [block for block in blocks if block["type"] == "tool_use"]
    usage = {
        "input_tokens": 3,
        "cache_creation_input_tokens": size // 40,
        "cache_read_input_tokens": size // 8,
        "output_tokens": 1,
    }
    final = {**usage, "output_tokens": sum(_tokens(block) for block in blocks) or 1}
    message_id, model = identity("msg"), str(request.get("model", "unknown"))
    message: Json = {
        "id": message_id,
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": usage,
    }
    stop = step.stop or ("tool_use" if tools else "end_turn")
    ending: Json = {"stop_reason": stop, "stop_sequence": None}
    if request.get("safeguards"):
        ending["safeguard_results"] = [_checked(tools, step.flagged)]
    events: list[Json] = [{"type": "message_start", "message": message}, {"type": "ping"}]
    for index, block in enumerate(blocks):
        events += _block_events(index, block, step.piece)
    events += [
        {"type": "message_delta", "delta": ending, "usage": final},
        {"type": "message_stop"},
    ]
    return Answer(message_id, model, final, tuple(events))


def as_event(event: Json) -> bytes:
    """One event of a stream."""
    data = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    return f"event: {event['type']}\ndata: {data}\n\n".encode()


def as_json(answer: Answer) -> bytes:
    """The message as a client gets it that did not ask for a stream."""
    return json.dumps(folded(answer.events)).encode()


def folded(events: Iterable[Json]) -> Json:
    """The message that the events of a stream amount to."""
    message: Json = {}
    content: list[Json] = []
    for event in events:
        match event["type"]:
            case "message_start":
                message = dict(event["message"])
            case "content_block_start":
                content.append(dict(event["content_block"]))
            case "content_block_delta":
                _fold(content[event["index"]], event["delta"])
            case "message_delta":
                message.update(event["delta"])
                message["usage"] = {**message["usage"], **event["usage"]}
    for block in content:
        if "written" in block:
            block["input"] = json.loads(block.pop("written"))
    return {**message, "content": content}


def as_error(error: str, message: str, request_id: str) -> bytes:
    """The body of an error."""
    told = {"type": error, "message": message}
    return json.dumps({"type": "error", "error": told, "request_id": request_id}).encode()


def _placed(value: Any, cwd: str) -> Any:
    if isinstance(value, str):
        return value.replace(CWD, cwd)
    if isinstance(value, dict):
        return {name: _placed(each, cwd) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_placed(each, cwd) for each in value]
    return value


def _tokens(block: Json) -> int:
    return len(json.dumps(block)) // 4


def _checked(tools: Sequence[Json], flagged: bool) -> Json:
    """The verdict on the tool calls of an answer, where the client asked for one."""
    verdict: Json = {"type": "evaluated", "outcome": "flagged" if flagged else "not_flagged"}
    if flagged:
        verdict["explanation"] = "scripted: looks dangerous"
    for tool in tools:
        tool.setdefault("id", identity("toolu"))
    told = {"type": "available", "tool_uses": {tool["id"]: verdict for tool in tools}}
    return {"type": "dangerous_tool_use", "status": told}


def _block_events(index: int, block: Json, piece: int) -> Iterator[Json]:
    start, deltas = _opened(block, piece)
    yield {"type": "content_block_start", "index": index, "content_block": start}
    for delta in deltas:
        yield {"type": "content_block_delta", "index": index, "delta": delta}
    yield {"type": "content_block_stop", "index": index}


def _opened(block: Json, piece: int) -> tuple[Json, list[Json]]:
    """How a block starts, and what follows."""
    if block["type"] == "text":
        deltas = [{"type": "text_delta", "text": part} for part in _parts(block["text"], piece)]
        return {"type": "text", "text": ""}, deltas
    if block["type"] == "thinking":
        parts = _parts(block["thinking"], piece)
        deltas = [{"type": "thinking_delta", "thinking": part} for part in parts]
        deltas.append({"type": "signature_delta", "signature": _SIGNATURE})
        return {"type": "thinking", "thinking": "", "signature": ""}, deltas
    parts = _parts(json.dumps(block["input"]), piece)
    start = {"type": "tool_use", "id": block.get("id") or identity("toolu"),
             "name": block["name"], "input": {}}  # fmt: skip
    return start, [{"type": "input_json_delta", "partial_json": part} for part in ["", *parts]]


def _parts(whole: str, piece: int) -> list[str]:
    return [whole[at : at + piece] for at in range(0, len(whole), piece)]


def _fold(block: Json, delta: Json) -> None:
    match delta["type"]:
        case "text_delta":
            block["text"] += delta["text"]
        case "thinking_delta":
            block["thinking"] += delta["thinking"]
        case "signature_delta":
            block["signature"] = delta["signature"]
        case _:
            block["written"] = block.get("written", "") + delta["partial_json"]
