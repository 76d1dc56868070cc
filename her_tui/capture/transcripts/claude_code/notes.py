"""Attachments, system notes and queue operations: their text, and what they are."""

from __future__ import annotations

from her_tui.capture.transcripts.claude_code.prompts import Said, of_special_text
from her_tui.capture.transcripts.claude_code.records import Json, dict_or_empty, text_or
from her_tui.capture.transcripts.claude_code.texts import block_text
from her_tui.events.model import EventKind

#: Where the several types of attachment keep their text.
_TEXT_KEYS = ("content", "text", "prompt", "systemPrompt", "stdout", "stderr", "date", "model")


def attachment_text(record: Json, attachment: Json) -> str:
    """What the harness put before the model with ``attachment``: as rendered (client ≥ 2.1.282),
    else the attachment's own text."""
    rendered = record.get("rendered")
    if isinstance(rendered, list):
        parts = [block_text(dict_or_empty(part).get("content")) for part in rendered]
        if any(parts):
            return "\n".join(parts)
    for key in _TEXT_KEYS:
        text = block_text(attachment.get(key))
        if text:
            return text
    return ""


def system_text(record: Json) -> str:
    """What a system ``record`` says."""
    content = record.get("content")
    if isinstance(content, str) and content:
        return content
    error = record.get("error")
    if isinstance(error, dict):
        return text_or(error.get("formatted")) or text_or(error.get("message"))
    if isinstance(error, str):
        return error
    duration = record.get("durationMs")
    return f"{duration / 1000:.1f} s" if isinstance(duration, int) else ""


def of_system(record: Json) -> Said:
    """What a system ``record`` is on the timeline."""
    subtype = text_or(record.get("subtype"))
    text = system_text(record)
    if subtype == "compact_boundary":
        trigger = dict_or_empty(record.get("compactMetadata")).get("trigger")
        return Said(EventKind.COMPACTION, text_or(trigger, "auto"), text)
    if subtype == "api_error":
        return Said(EventKind.RETRY, _failure(record), text)
    if subtype == "local_command":
        return of_special_text(text) or Said(EventKind.INJECTED, "local-command", text)
    return Said(EventKind.NOTICE, subtype, text)


def _failure(record: Json) -> str:
    """The status, or the connection error, a request failed with."""
    error = dict_or_empty(record.get("error"))
    status = error.get("status")
    if isinstance(status, int):
        return str(status)
    connection = dict_or_empty(error.get("connection")) or dict_or_empty(record.get("cause"))
    return text_or(connection.get("code"))


def queued_text(record: Json) -> str:
    """The text of a queue operation."""
    return block_text(record.get("content"))
