"""Made-up records of a Claude Code transcript, and short ways to read them."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path
from typing import Any

from her_tui.capture.adapter import Found, Role
from her_tui.capture.transcripts.claude_code import ClaudeCode
from her_tui.events.content import Content
from her_tui.events.model import Event, EventKind, Facts

Json = dict[str, Any]

SESSION = "5f0c7a52-3b1e-4c59-9a3d-0d9f5b1c2e77"
MAIN = Found(f"{SESSION}.jsonl", Role.MAIN, SESSION)
FIXTURES = Path(__file__).parents[3] / "data" / "transcripts"

adapter = ClaudeCode()
_numbers = count()


def record(type_: str, **more: Any) -> Json:
    """A record with the envelope all message records have; ``more`` replaces and adds keys."""
    number = next(_numbers)
    return {
        "parentUuid": None,
        "isSidechain": False,
        "type": type_,
        "uuid": f"00000000-0000-4000-8000-{number:012d}",
        "timestamp": "2026-11-20T09:21:59.515Z",
        "cwd": "/home/dev/project",
        "sessionId": SESSION,
        "version": "2.1.328",
        "gitBranch": "main",
        **more,
    }


def user(content: object, **more: Any) -> Json:
    """A user record."""
    return record("user", message={"role": "user", "content": content}, **more)


def assistant(*blocks: Json, usage: Json | None = None, **more: Any) -> Json:
    """An assistant record; keys of its message (``id``, ``model`` …) may be among ``more``."""
    message = {
        "id": more.pop("id", "msg_1"),
        "model": more.pop("model", "claude-opus-5-5"),
        "role": "assistant",
        "content": list(blocks),
        "stop_reason": more.pop("stop_reason", None),
        "usage": usage or {"input_tokens": 1, "output_tokens": 1},
    }
    return record("assistant", **{"message": message, "requestId": "req_1", **more})


def use(name: str, identity: str = "toolu_1", **arguments: Any) -> Json:
    """A tool call."""
    return {"type": "tool_use", "id": identity, "name": name, "input": arguments}


def result(content: object, identity: str = "toolu_1", **more: Any) -> Json:
    """A tool result block."""
    return {"type": "tool_result", "tool_use_id": identity, "content": content, **more}


def text(content: str) -> Json:
    """A text block."""
    return {"type": "text", "text": content}


def encode(*records: Json) -> bytes:
    """The records as the client writes them."""
    lines = (json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in records)
    return "".join(line + "\n" for line in lines).encode()


def read(*records: Json, found: Found = MAIN) -> Facts:
    """The facts of a file that holds ``records``."""
    return adapter.read(found, encode(*records), 0, True)


def only(*records: Json, found: Found = MAIN) -> Event:
    """The one event of ``records``."""
    (event,) = read(*records, found=found).events
    return event


def contents(data: bytes, events: list[Event]) -> list[tuple[EventKind, Content]]:
    """The full content of each of ``events``, read from ``data``."""
    return [
        (
            event.kind,
            adapter.content(data[event.at : event.at + event.size], event.kind, event.block),
        )
        for event in events
    ]
