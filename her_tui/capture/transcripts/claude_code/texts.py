"""The text of content blocks, their images, and the digest that recognises a text again."""

from __future__ import annotations

from hashlib import blake2b

from her_tui.capture.transcripts.claude_code.records import Json, dict_or_empty, text_or
from her_tui.events.content import Image

_SEEN_AS_IMAGE = frozenset({"image", "document"})


def block_text(content: object) -> str:
    """The text of a message's or a result's ``content``: itself, or its text blocks joined."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    if len(content) == 1:
        return _text_of(content[0])
    return "\n".join(text for block in content if (text := _text_of(block)))


def _text_of(block: object) -> str:
    if isinstance(block, str):
        return block
    if not isinstance(block, dict):
        return ""
    text = block.get("text")
    if isinstance(text, str):
        return text
    # Results of the tool search name the tools found instead of holding text.
    return text_or(block.get("tool_name"))


def has_image(content: object) -> bool:
    """An image or a document is among the blocks of ``content``."""
    return isinstance(content, list) and any(
        isinstance(block, dict) and block.get("type") in _SEEN_AS_IMAGE for block in content
    )


def images_of(content: object) -> tuple[Image, ...]:
    """The images and documents among the blocks of ``content``."""
    if not isinstance(content, list):
        return ()
    return tuple(
        _image(block)
        for block in content
        if isinstance(block, dict) and block.get("type") in _SEEN_AS_IMAGE
    )


def _image(block: Json) -> Image:
    source = dict_or_empty(block.get("source"))
    data = text_or(source.get("data"))
    size = len(data) * 3 // 4 - data[-2:].count("=")
    return Image(text_or(source.get("media_type"), "unknown"), max(size, 0))


def digest(text: str) -> int:
    """A 63-bit number that is equal for texts equal but for white space; 0 for an empty one."""
    words = " ".join(text.split())
    if not words:
        return 0
    sum8 = blake2b(words.encode("utf-8", "replace"), digest_size=8).digest()
    return (int.from_bytes(sum8) >> 1) or 1
