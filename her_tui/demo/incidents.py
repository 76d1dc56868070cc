"""What goes wrong, or sideways, in a session: retries, interrupts, rewinds, forks, damage."""

from __future__ import annotations

import json

from her_tui.demo.outcomes import Json
from her_tui.demo.transcript import Transcript
from her_tui.demo.writer import iso

_NOTHING: Json = {
    "input_tokens": 0,
    "output_tokens": 0,
    "cache_creation_input_tokens": 0,
    "cache_read_input_tokens": 0,
}


def retry(t: Transcript, status: int, message: str, attempts: int = 1) -> None:
    """The API fails ``attempts`` times and the client tries again."""
    t.respond()
    for attempt in range(1, attempts + 1):
        t.pause(0.9)
        error: Json = {
            "message": f"{status} {message}",
            "status": status,
            "requestId": t.stage.ids.name("req"),
            "formatted": f"{status} {message}",
            "isNetworkDown": False,
        }
        wait = 500 * 2 ** (attempt - 1)
        t.chain(
            {
                "type": "system",
                "subtype": "api_error",
                "level": "error",
                "error": error,
                "retryInMs": wait,
                "retryAttempt": attempt,
                "maxRetries": 10,
                "source": "request_retry",
            }
        )
        t.pause(wait / 1000)


def break_off(t: Transcript, text: str) -> None:
    """The connection breaks in the middle of an answer, and the client asks again."""
    t.respond()
    t.pause(10.4)
    t.stage.cut.append((t.now - 20, text))
    error: Json = {
        "message": "Connection error.",
        "formatted": "Connection error (ECONNRESET)",
        "code": "ECONNRESET",
        "isNetworkDown": False,
    }
    t.chain(
        {
            "type": "system",
            "subtype": "api_error",
            "level": "error",
            "error": error,
            "retryInMs": 568,
            "retryAttempt": 1,
            "maxRetries": 10,
            "source": "connection_retry",
        }
    )
    t.pause(0.568)


def lose_telemetry(t: Transcript, events: int) -> None:
    """The recorder could not be reached for a while."""
    t.respond()
    t.stage.gaps.append((t.now, events))


def give_up(t: Transcript, status: int, kind: str, message: str) -> None:
    """A request fails for good, and the client says so in the agent's place."""
    t.respond()
    t.pause(1.1)
    reply: Json = {
        "id": t.stage.ids.uuid(),
        "model": "<synthetic>",
        "role": "assistant",
        "type": "message",
        "stop_reason": "stop_sequence",
        "usage": _NOTHING,
        "content": [{"type": "text", "text": f"API Error: {status} {message}"}],
    }
    t.chain(
        {
            "type": "assistant",
            "message": reply,
            "requestId": t.stage.ids.name("req"),
            "error": "unknown",
            "isApiErrorMessage": True,
            "apiErrorStatus": status,
            "apiErrorType": kind,
        }
    )


def interrupt(t: Transcript, partial: str) -> None:
    """The human stops the agent in the middle of a sentence."""
    t.respond()
    t.pause(3.2)
    identity = t.stage.ids.name("msg")
    usage = {
        **_NOTHING,
        "input_tokens": 4,
        "cache_read_input_tokens": t.context,
        "output_tokens": 1,
    }
    reply: Json = {
        "id": identity,
        "type": "message",
        "role": "assistant",
        "model": t.model,
        "content": [{"type": "text", "text": partial}],
        "stop_reason": None,
        "usage": usage,
    }
    t.chain({"type": "assistant", "message": reply, "requestId": t.stage.ids.name("req")})
    t.pause(0.3)
    text = "[Request interrupted by user]"
    t.user([{"type": "text", "text": text}], interruptedMessageId=identity)


def queue(t: Transcript, text: str) -> None:
    """The human types a prompt while the agent is busy; it is delivered mid-turn."""
    t.respond()
    ids = t.stage.ids
    command, delivery = ids.uuid(), ids.uuid()
    typed = t.now - 4_000
    now, t.now = t.now, typed
    _operation(t, "enqueue", content=text)
    attachment: Json = {
        "type": "queued_command",
        "prompt": text,
        "source_uuid": command,
        "delivery_id": delivery,
        "commandMode": "prompt",
        "origin": {"kind": "human"},
        "humanTurn": True,
    }
    t.now = now
    _operation(
        t,
        "remove",
        content=text,
        reason="absorbed_mid_turn",
        commandUuid=command,
        deliveryId=delivery,
    )
    t.now = typed
    t.chain({"type": "attachment", "attachment": attachment})
    t.now = now


def withdraw(t: Transcript, text: str) -> None:
    """The human types a prompt while the agent is busy; only the queue's records have it."""
    t.respond()
    _operation(t, "enqueue", content=text)
    t.pause(6)
    _operation(t, "remove", content=text)


def _operation(t: Transcript, operation: str, **extra: object) -> None:
    t.state("queue-operation", operation=operation, timestamp=iso(t.now), **extra)


def compact(t: Transcript, summary: str, trigger: str = "auto") -> None:
    """The context is full: the conversation so far is replaced by ``summary``."""
    t.end_turn()
    before, after = t.context, 4_800
    t.pause(14)
    metadata: Json = {
        "trigger": trigger,
        "preTokens": before,
        "postTokens": after,
        "durationMs": 13_600,
    }
    previous = t.head
    boundary: Json = {
        "logicalParentUuid": previous,
        "type": "system",
        "subtype": "compact_boundary",
        "content": "Conversation compacted",
        "level": "info",
        "compactMetadata": metadata,
    }
    t.chain(boundary, parent=None)
    t.forget(after + 16_400)
    text = f"This session is being continued from a previous conversation. {summary}"
    t.user(text, isVisibleInTranscriptOnly=True, isCompactSummary=True)


def rewind(t: Transcript, point: str | None) -> None:
    """The human goes back to ``point`` (an earlier `head`); the next prompt goes on there."""
    t.end_turn()
    t.head = point


def mixed(t: Transcript, command: str, output: str, text: str) -> None:
    """The human types while a tool runs, and the prompt arrives in the record of its result."""
    call = t.call("Bash", {"command": command}, None, 0)
    record = t.head
    t.pause(7)
    result: Json = {"stdout": output, "stderr": "", "interrupted": False, "isImage": False}
    blocks: list[Json] = [
        {"tool_use_id": call, "type": "tool_result", "content": output},
        {"type": "text", "text": text},
    ]
    t.user(blocks, toolUseResult=result, sourceToolAssistantUUID=record)


def damage(t: Transcript) -> None:
    """A record is cut off in the middle of the file, as a full disk leaves it."""
    t.respond()
    t.lines.append(b'{"parentUuid":"' + str(t.head).encode() + b'","isSidechain":false,"mess')


def inherit(t: Transcript, source: Transcript) -> None:
    """Start ``t`` as a branch of ``source`` after its first turn; what it copies is marked so."""
    origin = source.stage.session_id
    for line in source.lines:
        record = json.loads(line)
        if "uuid" not in record:
            continue
        record["sessionId"] = t.stage.session_id
        record["forkedFrom"] = {"sessionId": origin, "messageUuid": record["uuid"]}
        t.head = record["uuid"]
        t.note(record)
        if record.get("subtype") == "turn_duration":
            break
    t.weigh(9_000)
    t.stage.files.update(source.stage.files)
