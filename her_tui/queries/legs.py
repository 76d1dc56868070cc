"""The two legs that finding stands on, words and meaning, and what both say together."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from her_tui.events.documents import WITH_MEANING, DocumentKind
from her_tui.queries.hits import Candidate
from her_tui.queries.minds import Superseded, mind
from her_tui.search.fusion import fuse, lexical, worth
from her_tui.search.matching import Terms
from her_tui.store.word_reader import Posting, WordReader

#: Documents of the words, and passages of the meaning, that are put in one order: what is further
#: down in both is not among the first fifty.
WORDS, PASSAGES = 100, 200

#: Below this cosine a text is as near as any other: it is not found by meaning alone. Of the
#: paraphrases of the tuning half, the answers of 99 in 100 are nearer.
FLOOR = 0.15

#: Words of a question that are looked for in each document that was found: of a pasted text, the
#: rarest.
_TELLING = 12

#: The worth of words that tell nothing, since most documents have them.
LEAST = 1e-6

#: Events that have what must be there: up to so many are looked at by their meaning.
_REQUIRED = 20_000


def check(over: threading.Event | None) -> None:
    """Raises `Superseded` if nobody waits any more."""
    if over is not None and over.is_set():
        raise Superseded


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for in texts."""

    home: Path
    terms: Terms
    kinds: frozenset[DocumentKind]
    by_words: bool = True
    by_meaning: bool = False
    alternatives: bool = False
    """There is an OR between its words."""
    over: threading.Event | None = None


class _Near(NamedTuple):
    """An event that is near by its meaning."""

    kind: DocumentKind
    cosine: float
    ordinal: int
    """Its nearest passage."""


def ranked(
    asked: Asked, allowed: Collection[int] | None = None, depth: int = WORDS
) -> list[Candidate]:
    """What fits best, best first, of events ``allowed`` alone; ``depth`` documents of the words.
    Raises `LibraryMissing` where there is no index of words."""
    words, kinds = _by_words(asked, allowed, depth) if asked.by_words else ({}, {})
    check(asked.over)
    near = _by_meaning(asked, words, allowed) if asked.by_meaning else {}
    check(asked.over)
    found: list[Candidate] = []
    for event, score, worths, cosine in fuse(words, {e: n.cosine for e, n in near.items()}):
        if not worths and cosine < FLOOR:
            continue
        kind = kinds[event] if event in kinds else near[event].kind
        ordinal = near[event].ordinal if event in near else 0
        found.append(Candidate(event, kind, score, worths, cosine, ordinal))
    return found


def _by_words(
    asked: Asked, allowed: Collection[int] | None, depth: int
) -> tuple[dict[int, float], dict[int, DocumentKind]]:
    """Event -> what its words are worth, by themselves or beside a meaning, and event -> as what it
    was found."""
    asks = asked.terms
    with mind(asked.home).words(asked.over) as reader:
        postings = reader.ranked(
            asks.wanted,
            required=asks.required,
            excluded=asks.excluded,
            kinds=asked.kinds,
            events=allowed,
            limit=depth,
        )
        found: dict[int, Posting] = {}
        for posting in postings:  # the best of an event comes first
            found.setdefault(posting.event, posting)
        idfs = {each: max(0.0, idf) for each, idf in reader.idf(asks.wanted).items()}
        covered = _covered(reader, idfs, found) if asked.by_meaning else {}
    words: dict[int, float] = {}
    for event, posting in found.items():
        share = lexical(posting.bm25, sum(idfs.values()))
        words[event] = max(LEAST, worth(share, covered[event]) if covered else share)
    return words, {event: posting.kind for event, posting in found.items()}


def _covered(
    reader: WordReader, idfs: Mapping[str, float], events: Collection[int]
) -> dict[int, float]:
    """How much of the query each of ``events`` has, 0 to 1: of its most telling words, each as much
    as it tells."""
    telling = sorted(idfs, key=lambda each: -idfs[each])[:_TELLING]
    whole = sum(idfs[each] for each in telling)
    covered = dict.fromkeys(events, 0.0)
    if len(telling) < 2 or not whole:
        return dict.fromkeys(events, 1.0)
    for each in telling:
        for event in reader.having(each, events):
            covered[event] += idfs[each] / whole
    return covered


def _by_meaning(
    asked: Asked, words: Collection[int], allowed: Collection[int] | None
) -> dict[int, _Near]:
    """The nearest events, and how near those with the ``words`` are."""
    kept = mind(asked.home)
    kinds = asked.kinds & WITH_MEANING
    if not kinds or not asked.terms.text:
        return {}
    vector = kept.vector(asked.terms.text)
    check(asked.over)
    within = _with_required(asked, allowed)
    near: dict[int, _Near] = {}
    passages = kept.nearest(vector, PASSAGES, kinds=kinds, events=within)
    check(asked.over)
    of_words = kept.cosines(vector, [each for each in words if each not in near])
    for place, cosine in (*passages, *of_words):
        kind = DocumentKind(place.kind)
        if kind in kinds and (place.event not in near or cosine > near[place.event].cosine):
            near[place.event] = _Near(kind, cosine, place.ordinal)
    return _without_excluded(asked, near)


def _with_required(asked: Asked, allowed: Collection[int] | None) -> Collection[int] | None:
    """The events that have what must be there, of those ``allowed``; None: any."""
    if not asked.terms.required:
        return allowed
    with mind(asked.home).words(asked.over) as reader:
        found: list[Posting] = reader.newest(
            asked.terms.required, kinds=asked.kinds, events=allowed, limit=_REQUIRED
        )
    return {posting.event for posting in found}


def _without_excluded(asked: Asked, near: dict[int, _Near]) -> dict[int, _Near]:
    if not asked.terms.excluded or not near:
        return near
    with mind(asked.home).words(asked.over) as reader:
        dropped = reader.having(asked.terms.excluded, list(near))
    return {event: each for event, each in near.items() if event not in dropped}
