"""One order out of two: what the words say and what the meaning says of the same documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Fused(NamedTuple):
    """A document with what each said."""

    document: int
    score: float
    words: float
    """0 to 1; 0: none of the words."""
    meaning: float
    """Cosine; 0: not near."""


def lexical(bm25: float, idfs: float) -> float:
    """FTS5's bm25 (negative, the less the better) as 0 to 1: its share of what a document could
    have that is full of the query's terms, the sum of whose idf is ``idfs``."""
    raise NotImplementedError


def fuse(words: Mapping[int, float], meaning: Mapping[int, float]) -> list[Fused]:
    """All documents of both, best first, equal ones by document, the newest (greatest) first."""
    raise NotImplementedError
