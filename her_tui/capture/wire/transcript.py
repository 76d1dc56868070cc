"""A transcript where the client keeps none: what was asked and answered, in its own format.

Other clients than Claude Code, and sessions it was told not to keep, are seen on the wire alone.
Written down as records of a transcript, they are read, shown and searched like any other session.
A message has the same uuid in every request that repeats it, so that each is written once.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, NamedTuple
from uuid import UUID

from her_tui.capture.api.answer import Answer, answer_of
from her_tui.capture.api.body import dumped, essence, parsed
from her_tui.capture.api.parts import AnswerBlock
from her_tui.capture.lines import load
from her_tui.capture.values import Json, list_or_empty
from her_tui.events.requests import Attempt, Outcome


class Record(NamedTuple):
    """One record of the transcript."""

    uuid: str
    line: bytes
    """With its line feed."""


def transcript_of(session_id: str, attempt: Attempt) -> Iterator[Record]:
    """What ``attempt`` shows of its session: every message of the human or of a tool that it sent,
    those of earlier requests included, and, once it has ended, what was answered."""
    body = parsed(attempt.request_body or b"")
    asked = [
        (number, message)
        for number, message in enumerate(list_or_empty(body.get("messages")))
        if isinstance(message, dict) and message.get("role") == "user"
    ]
    for number, message in asked:
        uuid = _uuid(session_id, attempt.agent_id, number, essence(message))
        said = {"role": "user", "content": message.get("content")}
        yield _record(session_id, attempt, uuid, attempt.started, {"type": "user", "message": said})
    answer = answer_of(attempt.response_body or b"")
    whole = attempt.outcome is not Outcome.PENDING
    if asked and whole and answer.message_id and answer.blocks:
        ended = (attempt.started or 0) + round(attempt.duration_ms or 0)
        told = {
            "type": "assistant",
            "requestId": attempt.request_id or "",
            "message": _message(answer, attempt),
        }
        uuid = _uuid(session_id, attempt.agent_id, -1, answer.message_id.encode())
        yield _record(session_id, attempt, uuid, ended, told)


def _message(answer: Answer, attempt: Attempt) -> Json:
    return {
        "id": answer.message_id,
        "type": "message",
        "role": "assistant",
        "model": answer.model or attempt.model or "",
        "content": [_content(block) for block in answer.blocks],
        "stop_reason": answer.stop_reason,
        "usage": answer.usage,
    }


def _content(block: AnswerBlock) -> Json:
    if block.kind == "tool_use":
        cut = {"_cut": block.text} if block.text else {}
        arguments = load(block.text.encode("utf-8", "surrogatepass")) or cut
        return {"type": "tool_use", "id": block.id, "name": block.name, "input": arguments}
    if block.kind == "thinking":
        return {"type": "thinking", "thinking": block.text}
    return {"type": block.kind, "text": block.text}


def _record(
    session_id: str, attempt: Attempt, uuid: str, ms: int | None, told: dict[str, Any]
) -> Record:
    envelope = {
        "parentUuid": None,
        "isSidechain": attempt.agent_id is not None,
        "uuid": uuid,
        "sessionId": session_id,
        "timestamp": _timestamp(ms or 0),
        **({"agentId": attempt.agent_id} if attempt.agent_id else {}),
        **told,
    }
    return Record(uuid, dumped(envelope) + b"\n")


def _timestamp(ms: int) -> str:
    moment = datetime.fromtimestamp(ms // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{ms % 1000:03d}Z"


def _uuid(session_id: str, agent: str | None, number: int, content: bytes) -> str:
    key = f"{session_id} {agent or ''} {number} ".encode() + content
    return str(UUID(bytes=blake2b(key, digest_size=16).digest()))
