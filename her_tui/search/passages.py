"""Cutting a text into the passages that are encoded."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from her_tui.search.encoder import OVERLAP_TOKENS, PASSAGE_TOKENS

if TYPE_CHECKING:
    from her_tui.search.wordpiece import Word, WordPiece

#: The model's mark before a text, and the one after it.
_MARKS = 2


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
    the one before, or as many less as whole words leave; none of a text without tokens.

    No word is longer than a passage: one of more than a hundred characters is a single token."""
    words: list[Word] = []
    tokens, ordinal = _MARKS, 0
    for word in tokenizer.words(text):
        if tokens + len(word.ids) > PASSAGE_TOKENS:
            yield _passage(text, ordinal, words, tokens)
            words = _tail(words)
            tokens = _MARKS + sum(len(kept.ids) for kept in words)
            ordinal += 1
        words.append(word)
        tokens += len(word.ids)
    if words:
        yield _passage(text, ordinal, words, tokens)


def digest(text: str) -> bytes:
    """What a passage's vector is known by: 8 bytes of BLAKE2b over its text."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()


def _passage(text: str, ordinal: int, words: list[Word], tokens: int) -> Passage:
    start, end = words[0].start, words[-1].end
    return Passage(ordinal, start, end, text[start:end], tokens)


def _tail(words: list[Word]) -> list[Word]:
    """The last words that the next passage has as well."""
    tokens, first = 0, len(words)
    while first and tokens + len(words[first - 1].ids) <= OVERLAP_TOKENS:
        first -= 1
        tokens += len(words[first].ids)
    return words[first:]
