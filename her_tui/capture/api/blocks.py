"""A request's body laid out for reading: every block the model saw, in the order it was sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


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
    raise NotImplementedError


def new_blocks(before: Sequence[ContextBlock], after: Sequence[ContextBlock]) -> set[int]:
    """Positions in ``after`` of blocks that were not in ``before``, repetitions counted."""
    raise NotImplementedError
