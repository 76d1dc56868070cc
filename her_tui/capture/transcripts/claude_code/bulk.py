"""Which parts of a record other sessions repeat word for word.

System prompts, tool descriptions and listings make up most of a short session (client ≥ 2.1.282)
and are the same in the next one; the store keeps each once.
"""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from her_tui.capture.transcripts.claude_code.records import Json, dict_or_empty

#: Bytes from which sharing a span is worth its entry.
WORTH = 2048

#: Types of records that hold what repeats.
BULKY_TYPES = frozenset({"attachment", "api-request-blob", "api-request-shape"})

#: Attachments that are the session's own.
_UNIQUE = frozenset(
    {"edited_text_file", "file", "hook_success", "queued_command", "task_reminder", "todo_reminder"}
)


def repeated_spans(raw: bytes, record: Json) -> list[tuple[int, int]]:
    """Spans (start, length) of ``raw``, the bytes of ``record``, likely to be repeated elsewhere:
    in order, apart, each the whole of one JSON value of at least 2 KB."""
    spans = []
    end = 0
    for value in _repeated(record):
        try:
            text = orjson.dumps(value)
        except orjson.JSONEncodeError:  # a number only the standard library reads
            continue
        if len(text) < WORTH:
            continue
        at = raw.find(text, end)
        if at >= 0:
            end = at + len(text)
            spans.append((at, len(text)))
    return spans


def _repeated(record: Json) -> Iterator[object]:
    """The values of ``record`` to look for, in the order they are written."""
    for key, value in record.items():
        if key == "attachment":
            attachment = dict_or_empty(value)
            if attachment.get("type") in _UNIQUE:
                return
            for part in attachment.values():
                yield from _parts(part)
        elif key == "rendered" and isinstance(value, list):
            for part in value:
                yield from _parts(dict_or_empty(part).get("content"))
        elif key == "message" and record.get("type") == "api-request-blob":
            yield value
        elif key == "shape":
            shape = dict_or_empty(value)
            for name, part in shape.items():
                yield from [part] if name == "tools" else _parts(part)


def _parts(value: object) -> Iterator[object]:
    """A value that repeats as one; of a list each item, since one of them may name the folder."""
    if isinstance(value, list):
        yield from value
    elif isinstance(value, (str, dict)):
        yield value
