"""A request's body laid out for reading: every block the model saw, in the order it was sent."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from her_tui.capture.api.body import essence, parsed
from her_tui.capture.values import Json, dict_or_empty, list_or_empty, text_or
from her_tui.plaintext import one_line

_PREVIEW = 200

#: Keys of a block that hold its text, by its type.
_TEXT_KEYS = {"thinking": "thinking", "compaction": "content"}


@dataclass(frozen=True, slots=True)
class ContextBlock:
    """One block of a context."""

    section: str
    """``system``, ``tools`` or ``messages``."""
    index: int
    """Its place within the section; of messages, that of the message it belongs to."""
    role: str
    """Of messages: ``user``, ``assistant`` or ``system``; else empty."""
    kind: str
    """``text``, ``tool_use``, ``tool_result``, ``thinking``, ``image`` … or ``tool``."""
    name: str
    """Of a tool or a tool call: the tool's name; of a result: the id of the call; else empty."""
    chars: int
    """Length of ``text``; of an image, of its encoded data."""
    preview: str
    """The start of ``text`` on one line."""
    text: str
    """What it says in full; of a call its input and of a tool its definition, as JSON."""
    digest: bytes
    """8 bytes that are the same for the same block, cache marks aside."""


def blocks_of(body: bytes) -> list[ContextBlock]:
    """Every system block, tool and content block of the request ``body``; empty if it is none."""
    request = parsed(body)
    blocks = [
        _made("system", index, "", value)
        for index, value in enumerate(_contents(request.get("system", request.get("instructions"))))
    ]
    blocks += [
        _tool(index, dict_or_empty(value))
        for index, value in enumerate(list_or_empty(request.get("tools")))
    ]
    turns = request.get("messages", request.get("input"))
    for index, value in enumerate(_contents(turns)):
        turn = dict_or_empty(value)
        role = text_or(turn.get("role"))
        contents = _contents(turn["content"]) if role and "content" in turn else iter((value,))
        blocks += [_made("messages", index, role, content) for content in contents]
    return blocks


def _contents(value: object) -> Iterator[object]:
    """The blocks of a content that may be a plain text."""
    if isinstance(value, str):
        yield {"type": "text", "text": value}
    else:
        yield from list_or_empty(value)


def _made(section: str, index: int, role: str, value: object) -> ContextBlock:
    block = value if isinstance(value, dict) else {"type": "text", "text": text_or(value)}
    kind = text_or(block.get("type"), "text")
    text, chars = _said(kind, block)
    name = text_or(block.get("name")) or text_or(block.get("tool_use_id"))
    seal = essence({"role": role, "block": block})
    return _block(section, index, role, kind, name, chars, text, seal)


def _tool(index: int, tool: Json) -> ContextBlock:
    name = text_or(tool.get("name")) or text_or(dict_or_empty(tool.get("function")).get("name"))
    definition = {key: value for key, value in tool.items() if key != "cache_control"}
    text = _pretty(definition)
    return _block("tools", index, "", "tool", name, len(text), text, essence(tool))


def _block(
    section: str, index: int, role: str, kind: str, name: str, chars: int, text: str, seal: bytes
) -> ContextBlock:
    digest = blake2b(seal, digest_size=8, person=section.encode()).digest()
    preview = one_line(text, _PREVIEW)
    return ContextBlock(section, index, role, kind, name, chars, preview, text, digest)


def _said(kind: str, block: Json) -> tuple[str, int]:
    """What ``block`` says, and its length."""
    if kind in ("image", "document"):
        source = dict_or_empty(block.get("source"))
        data = text_or(source.get("data"))
        return f"{kind} {text_or(source.get('media_type'))}".rstrip(), len(data)
    if "input" in block:
        text = _pretty(block["input"])
    elif kind.endswith("_result"):
        text = _joined(block.get("content"))
    else:
        text = text_or(block.get(_TEXT_KEYS.get(kind, "text")))
        known = {"type", "cache_control", "text", "thinking", "signature"}
        if not text and not known.issuperset(block):
            text = _pretty({key: item for key, item in block.items() if key != "cache_control"})
    return text, len(text)


def _joined(content: object) -> str:
    """The text of a result: of its text blocks, and of others their kind."""
    if isinstance(content, dict):
        return _pretty(content)
    blocks = [dict_or_empty(value) for value in _contents(content)]
    return "\n".join(text_or(block.get("text")) or text_or(block.get("type")) for block in blocks)


def _pretty(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return ""


def new_blocks(before: Sequence[ContextBlock], after: Sequence[ContextBlock]) -> set[int]:
    """Positions in ``after`` of blocks that were not in ``before``, repetitions counted."""
    known = Counter(block.digest for block in before)
    new = set()
    for position, block in enumerate(after):
        if known[block.digest] > 0:
            known[block.digest] -= 1
        else:
            new.add(position)
    return new
