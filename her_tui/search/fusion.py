"""One order out of two: what the words say and what the meaning says of the same documents.

Both are made comparable first, and then added. Ranks alone (reciprocal rank fusion) would not do: a
question in other words than its answer always has some documents that share a word or two with it,
and their ranks are as good as those of words that were really meant. SEARCH.md has the figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

#: FTS5's bm25 gives a term at most its idf times this, however often it occurs: k1 + 1, k1 = 1.2.
_MOST = 2.2

#: What a document gets that has all a query's words as densely as can be, in cosines. Chosen with
#: the three numbers below on the tuning half of the questions in ``scripts/search_quality``.
WEIGHT = 3.5

#: To have all the words matters more than to have some of them often: what a document has of them
#: counts by its cube, how dense they are by its root.
COVERAGE_POWER = 3.0
SHARE_POWER = 0.5

#: Of what has no vector, nothing is known but its words: it is taken for as near as the document
#: with this place in the order of meaning.
UNKNOWN_PLACE = 20


class Fused(NamedTuple):
    """A document with what each said."""

    document: int
    score: float
    words: float
    """`worth` of its words, 0 to 1; 0: it has none of them."""
    meaning: float
    """Cosine; 0: not near, or without a vector."""


def lexical(bm25: float, idfs: float) -> float:
    """FTS5's bm25 (negative, the less the better) as 0 to 1: its share of what a document could
    have that is full of the query's terms, the sum of whose idf is ``idfs``."""
    if idfs <= 0:
        return 0.0
    return min(1.0, max(0.0, -bm25 / (_MOST * idfs)))


def worth(share: float, coverage: float) -> float:
    """What the words of a document are worth, 0 to 1. ``share``: `lexical`; ``coverage``: how much
    of the query it has, as the part of ``idfs`` that its words make up."""
    return float(share**SHARE_POWER * min(1.0, coverage) ** COVERAGE_POWER)


def fuse(words: Mapping[int, float], meaning: Mapping[int, float]) -> list[Fused]:
    """All documents of both, best first, equal ones by document, the newest (greatest) first.

    ``words``: `worth` of those that have any. ``meaning``: cosine of the nearest, and of all of
    ``words`` that have a vector: one that is not in it counts as unknown.
    """
    unknown = _unknown(meaning)
    fused = [
        Fused(
            document,
            meaning.get(document, unknown) + WEIGHT * words.get(document, 0.0),
            words.get(document, 0.0),
            meaning.get(document, 0.0),
        )
        for document in words.keys() | meaning.keys()
    ]
    fused.sort(key=lambda each: (-each.score, -each.document))
    return fused


def _unknown(meaning: Mapping[int, float]) -> float:
    cosines = sorted(meaning.values(), reverse=True)[:UNKNOWN_PLACE]
    return max(0.0, cosines[-1]) if cosines else 0.0
