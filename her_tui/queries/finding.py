"""Finding: what was asked, answered and done, by words and by meaning."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from her_tui.errors import HerError, LibraryMissing
from her_tui.events.documents import WITH_MEANING, DocumentKind
from her_tui.language.alternatives import alternatives
from her_tui.language.tree import And, Node, Or, Query
from her_tui.queries import fitting, hits, latest, meaning, texts
from her_tui.queries.hits import Candidate, Hit
from her_tui.queries.legs import PASSAGES, Asked, check, ranked
from her_tui.queries.library import Library
from her_tui.queries.meaning import MeaningState, Readiness
from her_tui.queries.minds import Superseded, mind
from her_tui.search.matching import terms

__all__ = ["MOST", "Found", "Hit", "Mode", "Superseded", "Where", "find", "newest", "similar"]

#: More hits than these are not given at a time.
MOST = 50

#: Hits whose whole text is searched for the words while the user is typing: a screenful.
_READ = 20

#: Documents of the words that are looked at where copies took the place of what may be shown.
_DEEP = 500

#: Events that may not be indexed yet without a word about it: the recorder is that far behind now
#: and then.
_BEHIND = 2_000


#: Cosine from which on prompts are called alike. Of two that have nothing to do with each other it
#: is seldom more than 0.3; of two that ask for the same in other words, about 0.5.
ALIKE = 0.35


class Mode(StrEnum):
    """By what to find."""

    HYBRID = "hybrid"
    WORDS = "words"
    MEANING = "meaning"


class Where(StrEnum):
    """In what to find."""

    ALL = "all"
    PROMPTS = "prompts"
    RESPONSES = "responses"
    ACTIONS = "actions"
    COMMITS = "commits"


_KINDS = {
    Where.ALL: frozenset(DocumentKind),
    Where.PROMPTS: frozenset({DocumentKind.PROMPT}),
    Where.RESPONSES: frozenset({DocumentKind.RESPONSE, DocumentKind.THINKING}),
    Where.ACTIONS: frozenset(
        {DocumentKind.ACTION, DocumentKind.OUTPUT, DocumentKind.TASK, DocumentKind.COMMAND}
    ),
    Where.COMMITS: frozenset({DocumentKind.COMMIT}),
}


@dataclass(frozen=True, slots=True)
class Found:
    """An answer."""

    hits: tuple[Hit, ...] = ()
    meaning: MeaningState = field(default_factory=MeaningState)
    more: bool = False
    """There are more than were asked for."""
    remarks: tuple[str, ...] = ()


def newest(
    library: Library,
    query: Query,
    where: Where = Where.ALL,
    limit: int = MOST,
    over: threading.Event | None = None,
) -> Found:
    """What has all the words, the newest first, unranked: the answer while the user is typing.
    Where meaning is not to be had and that is less than was asked for, then what has some of them;
    else that is left to `find`, which knows better what of it is meant. What tools printed comes
    last. A query without words gives the newest of all, of everything the newest prompts.

    Raises `Superseded` once ``over`` is set.
    """
    check(over)
    limit = max(1, min(limit, MOST))
    indexed, remarks = _index(library)
    asked = _asked(library, query, where, over)
    state = meaning.state(library.home)
    some = not state.usable
    found = [
        each
        for asks, filters in asked
        if indexed or not asks.terms
        for each in latest.latest(library, asks, filters, limit + 1, some=some)
    ]
    chosen = latest.in_order(found)
    check(over)
    return Found(
        tuple(hits.read(library, chosen[:limit], _words(asked), full=_READ)),
        state,
        len(chosen) > limit,
        (*query.remarks, *remarks),
    )


def find(
    library: Library,
    query: Query,
    where: Where = Where.ALL,
    limit: int = MOST,
    mode: Mode = Mode.HYBRID,
    over: threading.Event | None = None,
) -> Found:
    """What fits ``query`` best, ranked; of a query without words, the newest. Where meaning is not
    to be had, by words alone, and `Found.meaning` says why.

    Raises `Superseded` once ``over`` is set.
    """
    check(over)
    limit = max(1, min(limit, MOST))
    indexed, remarks = _index(library)
    asked = _asked(library, query, where, over)
    state = _ready(library, asked, mode)
    known = state.usable and mode is not Mode.WORDS and mind(library.home).knows(library)
    best: dict[int, Candidate] = {}
    for asks, filters in asked:
        asks = replace(
            asks,
            by_words=indexed and not (mode is Mode.MEANING and state.usable),
            by_meaning=known,
        )
        for candidate in _best(library, asks, filters, limit + 1):
            other = best.get(candidate.event)
            if other is None or other.score < candidate.score:
                best[candidate.event] = candidate
    chosen = sorted(best.values(), key=lambda each: -each.score)
    check(over)
    passage = mind(library.home).passage if state.usable else None
    return Found(
        tuple(hits.read(library, chosen[:limit], _words(asked), passage)),
        state,
        len(chosen) > limit,
        (*query.remarks, *remarks),
    )


def similar(
    library: Library, event: int, limit: int = MOST, over: threading.Event | None = None
) -> Found:
    """The prompts that mean what the prompt ``event`` means, itself left out. Needs no encoder
    where the prompt is encoded. Raises `Superseded` once ``over`` is set."""
    check(over)
    limit = max(1, min(limit, MOST))
    state = meaning.state(library.home)
    kept = mind(library.home)
    if not state.usable or not kept.knows(library):
        return Found(meaning=state)
    try:
        vector = kept.stored(event)
        if vector is None:
            vector = kept.vector(texts.texts(library, [event]).get(event, ""))
    except HerError as error:
        return Found(meaning=_unusable(state, error))
    check(over)
    near: dict[int, Candidate] = {}
    kinds = _KINDS[Where.PROMPTS]
    for place, cosine in kept.nearest(vector, PASSAGES, kinds=kinds):
        if cosine >= ALIKE and place.event != event and place.event not in near:
            near[place.event] = Candidate(
                place.event, DocumentKind.PROMPT, cosine, meaning=cosine, ordinal=place.ordinal
            )
    fits = fitting.fitting(library, list(near), None)
    chosen = [candidate for candidate in near.values() if candidate.event in fits]
    check(over)
    return Found(
        tuple(hits.read(library, chosen[:limit], (), kept.passage)), state, len(chosen) > limit
    )


_Asked = Sequence[tuple[Asked, Node | None]]
"""What is looked for in texts, and the filters of it: any of them."""


def _asked(library: Library, query: Query, where: Where, over: threading.Event | None) -> _Asked:
    """``query`` taken apart; what says nothing that can be found (emoji alone) is left out."""
    asked: list[tuple[Asked, Node | None]] = []
    for part in alternatives(query.node):
        wanted = terms(part.text)
        if part.text is not None and not wanted:
            continue
        kinds = _KINDS[where]
        if where is Where.ALL and not wanted.all:
            kinds = _KINDS[Where.PROMPTS]
        asks = Asked(library.home, wanted, kinds, over=over, alternatives=_has_or(part.text))
        asked.append((asks, part.filters))
    return asked


def _has_or(node: Node | None) -> bool:
    if isinstance(node, And):
        return any(map(_has_or, node.nodes))
    return isinstance(node, Or)


def _words(asked: _Asked) -> tuple[str, ...]:
    """What is to be marked."""
    return tuple(dict.fromkeys(word for asks, _ in asked for word in asks.terms.words))


def _best(library: Library, asked: Asked, filters: Node | None, limit: int) -> list[Candidate]:
    """The best of one question, filtered; what tools printed comes last."""
    if not asked.terms.wanted:
        return [each.candidate for each in latest.latest(library, asked, filters, limit)]
    found = ranked(asked)
    fits = fitting.fitting(library, [candidate.event for candidate in found], filters)
    kept = [candidate for candidate in found if candidate.event in fits]
    if len(kept) < limit and len(kept) < len(found):
        # What fits may be further down than was looked.
        check(asked.over)
        if filters is None:
            kept = _fitting(library, ranked(asked, depth=_DEEP))
        else:
            kept = ranked(asked, fitting.every(library, filters, asked.kinds))
    if len(kept) < limit and asked.by_words:
        known = {candidate.event for candidate in kept}
        kept += [
            each.candidate
            for each in latest.printed(library, asked, filters, limit - len(kept), known)
        ]
    return kept


def _fitting(library: Library, found: list[Candidate]) -> list[Candidate]:
    fits = fitting.fitting(library, [candidate.event for candidate in found], None)
    return [candidate for candidate in found if candidate.event in fits]


def _index(library: Library) -> tuple[bool, tuple[str, ...]]:
    """Whether there is an index of words, and what is to be said of it."""
    try:
        with mind(library.home).words() as reader:
            reached = reader.reached()
    except LibraryMissing as error:
        return False, (f"{error.title}: {error.hint}",)
    last = library.rows("SELECT ifnull(max(id), 0) FROM event")[0][0]
    if last - reached <= _BEHIND:
        return True, ()
    return True, ("The words are still being indexed: what was recorded last is missing.",)


def _ready(library: Library, asked: _Asked, mode: Mode) -> MeaningState:
    """Whether there is something to be found by meaning; the question is encoded."""
    state = meaning.state(library.home)
    if not state.usable or mode is Mode.WORDS:
        return state
    try:
        for asks, _ in asked:
            if asks.terms.text and asks.kinds & WITH_MEANING:
                mind(library.home).vector(asks.terms.text)
    except HerError as error:
        return _unusable(state, error)
    return state


def _unusable(state: MeaningState, error: HerError) -> MeaningState:
    message = f"{error.title}. {error.hint}".strip()
    return replace(state, readiness=Readiness.DAMAGED, message=message)
