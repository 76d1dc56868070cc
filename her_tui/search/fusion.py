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
#: the two exponents on the tuning half of the questions in ``scripts/search_quality``.
WEIGHT = 4.0

#: Few or thin words are by chance: the share of the words counts by its square.
SHARE_POWER = 2

#: And by how near it comes to the best share there is, by its square too: where one document has
#: the words and the others have some of them, it is that one.
BEST_POWER = 2

#: Of what has no vector, nothing is known but its words: it is taken for as near as the document
#: with this place in the order of meaning.
UNKNOWN_PLACE = 20


class Fused(NamedTuple):
    """A document with what each said."""

    document: int
    score: float
    words: float
    """0 to 1; 0: none of the words."""
    meaning: float
    """Cosine; 0: not near, or without a vector."""


def lexical(bm25: float, idfs: float) -> float:
    """FTS5's bm25 (negative, the less the better) as 0 to 1: its share of what a document could
    have that is full of the query's terms, the sum of whose idf is ``idfs``."""
    if idfs <= 0:
        return 0.0
    return min(1.0, max(0.0, -bm25 / (_MOST * idfs)))


def fuse(words: Mapping[int, float], meaning: Mapping[int, float]) -> list[Fused]:
    """All documents of both, best first, equal ones by document, the newest (greatest) first.

    ``words``: `lexical` of those that have any. ``meaning``: cosine of the nearest, and of all of
    ``words`` that have a vector: one that is not in it counts as unknown.
    """
    best = max(words.values(), default=0.0)
    unknown = _unknown(meaning)
    fused = [
        Fused(
            document,
            meaning.get(document, unknown) + weighed(words.get(document, 0.0), best),
            words.get(document, 0.0),
            meaning.get(document, 0.0),
        )
        for document in words.keys() | meaning.keys()
    ]
    fused.sort(key=lambda each: (-each.score, -each.document))
    return fused


def weighed(share: float, best: float) -> float:
    """What a document's share of the words is worth, in cosines, where ``best`` is the greatest
    share of all."""
    if share <= 0:
        return 0.0
    return WEIGHT * float(share**SHARE_POWER * (share / best) ** BEST_POWER)


def _unknown(meaning: Mapping[int, float]) -> float:
    cosines = sorted(meaning.values(), reverse=True)[:UNKNOWN_PLACE]
    return max(0.0, cosines[-1]) if cosines else 0.0
