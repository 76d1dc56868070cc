"""Cutting a text into the passages that are encoded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from her_tui.search.wordpiece import WordPiece


class Passage(NamedTuple):
    """A stretch of a text."""

    ordinal: int
    """From 0."""
    start: int
    """In characters of the text."""
    end: int
    text: str
    tokens: int
    """With the two marks the model adds; at most `her_tui.search.encoder.PASSAGE_TOKENS`."""


def passages(tokenizer: WordPiece, text: str) -> Iterator[Passage]:
    """The passages of ``text``, cut between words, each starting `OVERLAP_TOKENS` before the end of
    the one before; none of a text without tokens."""
    raise NotImplementedError


def digest(text: str) -> bytes:
    """What a passage's vector is known by: 8 bytes of BLAKE2b over its text."""
    raise NotImplementedError
