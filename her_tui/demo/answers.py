"""Bodies of invented requests and answers, in the shape the API has them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from her_tui.events.requests import Tokens

Json = dict[str, Any]

_PIECE = 48

_SYSTEM = (
    "You help a small team of three with the software that runs its harbour.",
    "Read before you write. Run the tests. Say what you did in plain words, and what you did not. "
    "Ask when a choice is the human's to make. " * 12,
    "Working directory: {folder}\nPlatform: linux\nThe team writes British English.",
)
_TOOLS = {
    "Bash": "Runs a command in a shell and gives back what it printed.",
    "Read": "Gives back the lines of a file, with their numbers.",
    "Edit": "Replaces a text that occurs once in a file by another.",
    "Write": "Writes a whole file.",
    "Grep": "Finds a pattern in the files of the project.",
    "Glob": "Finds files by name.",
    "Agent": "Hands a task to another agent and waits for its report.",
    "TodoWrite": "Keeps the list of what is to be done.",
    "WebFetch": "Reads a page and answers a question about it.",
    "WebSearch": "Searches the web.",
}


def request(model: str, messages: Sequence[Json], session_id: str, folder: str = "") -> bytes:
    """The body of a request that sends ``messages``."""
    tools = [
        {
            "name": name,
            "description": f"{said} " * 6,
            "input_schema": {"type": "object", "properties": {"input": {"type": "string"}}},
        }
        for name, said in _TOOLS.items()
    ]
    system = [{"type": "text", "text": text.replace("{folder}", folder)} for text in _SYSTEM]
    body = {
        "model": model,
        "messages": list(messages),
        "system": system,
        "tools": tools,
        "metadata": {"user_id": json.dumps({"session_id": session_id})},
        "max_tokens": 64_000,
        "stream": True,
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def message(identity: str, model: str, blocks: Sequence[Json], usage: Json) -> Json:
    """An answer."""
    return {
        "id": identity,
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": list(blocks),
        "stop_reason": None,
        "usage": usage,
    }


def tokens(usage: Json) -> Tokens:
    """The usage of an answer."""
    return Tokens(
        input=usage["input_tokens"],
        output=usage["output_tokens"],
        cache_creation=usage["cache_creation_input_tokens"],
        cache_read=usage["cache_read_input_tokens"],
    )


def stream(whole: Json, cut: bool = False) -> bytes:
    """``whole`` as Server-Sent Events; ``cut``: it breaks off in its last block."""
    events = [*_events(whole)]
    if cut:
        del events[-3:]
    return b"".join(
        b"event: %s\ndata: %s\n\n"
        % (event["type"].encode(), json.dumps(event, ensure_ascii=False).encode())
        for event in events
    )


def _events(whole: Json) -> Iterator[Json]:
    start = {**whole, "content": [], "stop_reason": None}
    yield {"type": "message_start", "message": start}
    for index, block in enumerate(whole["content"]):
        kind, text = _text(block)
        empty = {"id": block["id"], "name": block["name"], "input": {}} if "input" in block else {}
        content = {"type": block["type"], **empty}
        yield {"type": "content_block_start", "index": index, "content_block": content}
        for at in range(0, len(text), _PIECE):
            delta = {"type": f"{kind}_delta", _FIELDS.get(kind, kind): text[at : at + _PIECE]}
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    usage = {"output_tokens": whole["usage"].get("output_tokens", 0)}
    delta = {"stop_reason": whole["stop_reason"]}
    yield {"type": "message_delta", "delta": delta, "usage": usage}
    yield {"type": "message_stop"}


_FIELDS = {"input_json": "partial_json"}


def _text(block: Json) -> tuple[str, str]:
    """The kind of a block's deltas, and what they say together."""
    if "input" in block:
        return "input_json", json.dumps(block["input"], ensure_ascii=False)
    kind = "thinking" if block["type"] == "thinking" else "text"
    return kind, str(block.get(kind, ""))
