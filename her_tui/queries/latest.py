"""The newest that fit, unranked: what is there at once while the user is typing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import NamedTuple

from her_tui.events.documents import DocumentKind
from her_tui.language.tree import Node
from her_tui.queries import fitting, texts
from her_tui.queries.hits import WIDTH, Candidate
from her_tui.queries.legs import LEAST, Asked, check
from her_tui.queries.library import Library
from her_tui.queries.minds import mind
from her_tui.search.lexemes import CJK, split_name
from her_tui.search.matching import mark
from her_tui.store.word_reader import Posting

#: Documents read at a time, the first time and later.
_PAGE, _LARGEST_PAGE = 100, 4000

#: Filters that keep so few events are asked first, and the words of these alone.
_FEW = 20_000

#: Words side by side, in one name perhaps.
_COMPOUND = re.compile(r"\w[\W_]+\w")


class Latest(NamedTuple):
    """One that fits."""

    tier: int
    """0: it has all the words; 1: some; 2: a tool printed them. Lower ones come first."""
    ts: int
    """Milliseconds since the epoch, to the second at least; 0: not known."""
    candidate: Candidate


def latest(
    library: Library, asked: Asked, filters: Node | None, limit: int, *, some: bool = True
) -> list[Latest]:
    """The ``limit`` newest: those with all words, then, if these are fewer, those with ``some``,
    then what tools printed. Without words, the newest of all. Raises `LibraryMissing` where there
    are words and no index of them."""
    if not asked.terms.all:
        return _without_words(library, asked, filters, limit)
    terms = asked.terms
    found = [
        _latest(0, posting)
        for posting in _matching(library, asked, filters, terms.all, limit, frozenset())
    ]
    if some and len(found) < limit and len(terms.wanted) > 1:
        any_of = f"({terms.any}) NOT ({terms.excluded})" if terms.excluded else terms.any
        any_of = f"({any_of}) AND ({terms.required})" if terms.required else any_of
        known = {each.candidate.event for each in found}
        more = _matching(library, asked, filters, any_of, limit - len(found), known)
        found += [_latest(1, posting) for posting in more]
    if len(found) < limit:
        known = {each.candidate.event for each in found}
        found += printed(library, asked, filters, limit - len(found), known)
    return found


def printed(
    library: Library, asked: Asked, filters: Node | None, limit: int, known: Collection[int]
) -> list[Latest]:
    """The newest outputs of tools that have all the words, but for events ``known`` already."""
    if DocumentKind.OUTPUT not in asked.kinds or not asked.terms.all:
        return []
    found = _matching(library, asked, filters, asked.terms.all, limit, known, outputs=True)
    words = tuple(word for word in asked.terms.words if _is_compound(word))
    if words and found:
        said = texts.texts(library, [posting.event for posting in found])
        enough = any if asked.alternatives else all
        found = [
            posting
            for posting in found
            if enough(_has(said.get(posting.event, ""), word) for word in words)
        ]
    return [_latest(2, posting) for posting in found]


def _is_compound(word: str) -> bool:
    """Whether it is more than one word to the index of what tools printed, which does not know
    where words stand: a phrase, a name with parts, East Asian text."""
    word = word.rstrip("*")
    return bool(_COMPOUND.search(word) or CJK.search(word)) or split_name(word) != word


def _has(text: str, word: str) -> bool:
    return bool(mark(text, (word,), WIDTH)[1])


def _latest(tier: int, posting: Posting) -> Latest:
    candidate = Candidate(posting.event, posting.kind, words=LEAST)
    return Latest(tier, posting.ts or 0, candidate)


def _matching(
    library: Library,
    asked: Asked,
    filters: Node | None,
    match: str,
    limit: int,
    known: Collection[int],
    *,
    outputs: bool = False,
) -> list[Posting]:
    """The newest documents that match and that the filters keep, each event once."""
    kinds = asked.kinds - {DocumentKind.OUTPUT}
    if not outputs and not kinds:
        return []
    kept: dict[int, Posting] = {}
    allowed: Collection[int] | None = None
    below, page = None, max(_PAGE, 2 * limit)
    with mind(asked.home).words(asked.over) as reader:
        while len(kept) < limit:
            found = reader.newest(
                match, kinds=kinds, events=allowed, below=below, limit=page, outputs=outputs
            )
            fresh = [posting for posting in found if posting.event not in known]
            fits = fitting.fitting(library, [posting.event for posting in fresh], filters)
            for posting in fresh:
                if posting.event in fits:
                    kept.setdefault(posting.event, posting)
            if len(found) < page:
                break
            check(asked.over)
            below, page = found[-1].row, min(page * 4, _LARGEST_PAGE)
            if filters is not None and allowed is None:
                every = fitting.every(library, filters, asked.kinds)
                allowed = every if len(every) <= _FEW else None
    return list(kept.values())[:limit]


def _without_words(
    library: Library, asked: Asked, filters: Node | None, limit: int
) -> list[Latest]:
    excluded = asked.terms.excluded

    def unwanted(events: Collection[int]) -> Collection[int]:
        with mind(asked.home).words(asked.over) as reader:
            return reader.having(excluded, events)

    found = fitting.newest(library, filters, asked.kinds, limit, unwanted if excluded else None)
    return [Latest(0, ts, Candidate(event, kind)) for ts, event, kind in found]


def in_order(found: Iterable[Latest]) -> list[Candidate]:
    """The answers to several questions as one, each event once."""
    order = sorted(found, key=lambda each: (each.tier, -(each.ts // 1000)))
    once = {each.candidate.event: each.candidate for each in reversed(order)}
    return list(dict.fromkeys(once[each.candidate.event] for each in order))
