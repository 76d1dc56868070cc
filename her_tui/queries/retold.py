"""An answer that no channel kept, made of what the transcript tells of it.

A client that ends at once may not have written down its last answer for telemetry; it is in the
transcript all the same, block by block.
"""

from __future__ import annotations

import json
from typing import Any

from her_tui.events.content import Content
from her_tui.events.model import PLAIN_BLOCKS, EventKind
from her_tui.queries.library import Library
from her_tui.queries.requests import AttemptRow

#: What is said of such an answer.
WHY = "made of the transcript, which has all of it but the way it was written"


def answer(library: Library, attempt: AttemptRow) -> bytes | None:
    """The answer to ``attempt`` as the API's JSON; None if the transcript has none."""
    if attempt.message_id is None:
        return None
    found = library.rows(
        "SELECT p.model, p.stop_reason, p.input, p.output, p.cache_creation, p.cache_read,"
        " e.source, e.at, e.size, e.block, e.kind, s.agent, a.tool_use_id"
        " FROM response p JOIN event e ON e.response = p.id JOIN session s ON s.id = e.session"
        " LEFT JOIN action a ON a.id = e.action WHERE p.message_id = ?"
        " AND p.session = (SELECT session FROM request WHERE id = ?)"
        f" AND e.kind IN ({', '.join('?' * len(PLAIN_BLOCKS))}) ORDER BY e.source, e.at, e.block",
        (attempt.message_id, attempt.id, *PLAIN_BLOCKS),
    )
    if not found:
        return None
    model, stop, tokens, written, made, read = found[0][:6]
    message = {
        "id": attempt.message_id,
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": _blocks(library, [row[6:] for row in found]),
        "stop_reason": stop,
        "usage": {
            "input_tokens": tokens,
            "cache_creation_input_tokens": made,
            "cache_read_input_tokens": read,
            "output_tokens": written,
        },
    }
    return json.dumps(message, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _blocks(library: Library, rows: list[tuple[Any, ...]]) -> list[dict[str, object]]:
    from her_tui.capture.agents import adapter_for  # deferred: no first paint needs it

    records = library.records()
    blocks = []
    for source, at, size, block, kind, agent, tool_use_id in rows:
        record = records.record(source, at, size)
        if record is not None:
            content = adapter_for(agent).content(record, EventKind(kind), block)
            blocks.append(_block(EventKind(kind), content, tool_use_id))
    return blocks


def _block(kind: EventKind, content: Content, tool_use_id: str | None) -> dict[str, object]:
    if kind is EventKind.TOOL_USE:
        given = dict(content.input or {})
        return {"type": "tool_use", "id": tool_use_id, "name": content.name, "input": given}
    if kind is EventKind.THINKING:
        return {"type": "thinking", "thinking": content.text}
    return {"type": "text", "text": content.text}
