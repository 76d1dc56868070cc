"""Asking the questions, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from her_tui.language.tree import And, Query, Word
from her_tui.queries.finding import Mode, find
from her_tui.queries.library import Library
from search_quality.questions import Question

#: How far down an answer is looked for.
DEEPEST = 10


@dataclass(frozen=True, slots=True)
class Quality:
    """How well one way of finding did on one set."""

    first: float
    """Share of the questions whose document came first (R@1) …"""
    five: float
    ten: float
    """… and was among the first ten (R@10)."""
    rank: float
    """Mean of 1/rank, 0 beyond ten (MRR@10)."""

    @classmethod
    def of(cls, ranks: Sequence[int]) -> Quality:
        """From the ranks at which the documents were found, 0: not at all."""

        def within(limit: int) -> float:
            return sum(0 < rank <= limit for rank in ranks) / len(ranks)

        return cls(
            within(1),
            within(5),
            within(DEEPEST),
            sum(1 / rank for rank in ranks if 0 < rank <= DEEPEST) / len(ranks),
        )


#: How far down ranks are looked at, and what is added to each, as is usual.
_RANKED, _ADDED = 50, 60


def ask(
    library: Library, placed: Mapping[bytes, int], questions: Iterable[Question], mode: Mode
) -> Quality:
    """Ask ``questions``; ``placed`` tells which record is which document."""
    return Quality.of(
        [_rank(_order(library, placed, question, mode), question.answer) for question in questions]
    )


def ask_by_ranks(
    library: Library, placed: Mapping[bytes, int], questions: Iterable[Question]
) -> Quality:
    """The same of what Her does not do: adding up 1/(60 + rank) of words and of meaning."""
    ranks = []
    for question in questions:
        scores: dict[int, float] = {}
        for mode in (Mode.WORDS, Mode.MEANING):
            for rank, number in enumerate(_order(library, placed, question, mode, _RANKED), 1):
                scores[number] = scores.get(number, 0.0) + 1 / (_ADDED + rank)
        ranks.append(_rank(sorted(scores, key=lambda each: -scores[each]), question.answer))
    return Quality.of(ranks)


def _order(
    library: Library,
    placed: Mapping[bytes, int],
    question: Question,
    mode: Mode,
    limit: int = DEEPEST,
) -> list[int]:
    """The documents that are found, best first."""
    # Words as they are: a dash or a colon in a question is no sign of the query language.
    words = tuple(Word(word) for word in question.text.split())
    query = Query(And(words) if len(words) > 1 else words[0])
    found: dict[int, None] = {}
    for hit in find(library, query, limit=limit, mode=mode).hits:
        number = placed.get(hit.key or b"")
        if number is not None:
            found[number] = None
    return list(found)


def _rank(order: Sequence[int], answer: int) -> int:
    return order.index(answer) + 1 if answer in order[:DEEPEST] else 0


def table(rows: Mapping[tuple[str, str], Quality], sets: Mapping[str, int]) -> str:
    """(set, way) -> quality as a Markdown table, with the mean over the sets."""
    lines = ["| questions | found by | R@1 | R@5 | R@10 | MRR |", "|---|---|---|---|---|---|"]
    ways = list(dict.fromkeys(way for _, way in rows))
    for name, count in sets.items():
        best = max(rows[name, way].ten for way in ways)
        for way in ways:
            label = f"{name} ({count})" if way == ways[0] else ""
            lines.append(_line(label, way, rows[name, way], best))
    means = {way: _mean([rows[name, way] for name in sets]) for way in ways}
    best = max(mean.ten for mean in means.values())
    lines += [_line("mean" if way == ways[0] else "", way, means[way], best) for way in ways]
    return "\n".join(lines)


def _line(label: str, way: str, quality: Quality, best: float) -> str:
    ten = f"**{quality.ten:.3f}**" if quality.ten == best else f"{quality.ten:.3f}"
    first, five, rank = (f"{share:.3f}" for share in (quality.first, quality.five, quality.rank))
    return f"| {label} | {way} | {first} | {five} | {ten} | {rank} |"


def _mean(qualities: Sequence[Quality]) -> Quality:
    return Quality(
        *(
            sum(getattr(each, name) for each in qualities) / len(qualities)
            for name in ("first", "five", "ten", "rank")
        )
    )
