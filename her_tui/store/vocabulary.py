"""What the keyword index knows of single words: how many documents have them, and how much that
tells; and what FTS5 makes words of.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Sequence
from typing import Any

from her_tui.events.documents import TOKENIZER, DocumentKind

#: Documents that are ranked: so many, or a tenth of all, whichever is more.
_RANKED = 20_000

#: FTS5's own floor of an idf.
_LEAST_IDF = 1e-6

#: Letters from which on an unknown word is taken for the start of one.
_START = 3

#: A quoted word or phrase of an expression, and its star.
_QUOTED = re.compile(r'"([^"]*)"(\*?)')

Rows = Callable[[str, tuple[Any, ...]], list[Any]]
"""Runs a statement on the connection of the index."""


class Vocabulary:
    """The words of an index, as long as it does not change (`forget`)."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._counts: dict[str, int] = {}
        self._totals: dict[DocumentKind, int] | None = None
        for statement in (
            "CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, words, row)",
            f"CREATE VIRTUAL TABLE temp.stemmed USING fts5(text, tokenize='{TOKENIZER}')",
            "CREATE VIRTUAL TABLE temp.stems USING fts5vocab(temp, stemmed, instance)",
            "CREATE VIRTUAL TABLE temp.plain USING"
            f" fts5(text, tokenize='{TOKENIZER.removeprefix('porter ')}')",
            "CREATE VIRTUAL TABLE temp.tokens USING fts5vocab(temp, plain, instance)",
        ):
            rows(statement, ())

    def forget(self) -> None:
        """The index has changed."""
        self._counts.clear()
        self._totals = None

    def totals(self) -> dict[DocumentKind, int]:
        """How many documents there are of each kind."""
        if self._totals is None:
            found = self._rows("SELECT kind, documents FROM total WHERE documents > 0", ())
            self._totals = {DocumentKind(kind): count for kind, count in found}
        return self._totals

    def documents(self) -> int:
        """How many there are in ``words``."""
        totals = self.totals()
        return sum(totals.values()) - totals.get(DocumentKind.OUTPUT, 0)

    def most(self) -> int:
        """How many documents are ranked at most."""
        return max(_RANKED, self.documents() // 10)

    def count(self, expression: str) -> int:
        """How many documents match; of what is no single word, one more than `most` is enough."""
        if expression not in self._counts:
            quoted = _QUOTED.fullmatch(expression)
            tokens = self._tokens(quoted[1], stems=True) if quoted and not quoted[2] else ()
            if len(tokens) == 1:
                found = self._rows("SELECT doc FROM temp.vocabulary WHERE term = ?", (tokens[0],))
            else:
                found = self._rows(
                    "SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT ?)",
                    (expression, self.most() + 1),
                )
            self._counts[expression] = found[0][0] if found else 0
        return self._counts[expression]

    def idf(self, expression: str) -> float:
        """How much a word or phrase tells. One of several spellings tells as much as the rarest of
        them that there is; one that no document has, ln N."""
        documents = self.documents()
        counts = [self.count(f'"{text}"{star}') for text, star in _QUOTED.findall(expression)]
        least = min(filter(None, counts), default=0)
        if not least:
            return math.log(max(2, documents))
        return max(_LEAST_IDF, math.log(max(1, documents - least + 0.5) / (least + 0.5)))

    def bounded(
        self, wanted: Sequence[str], required: str, kinds: Collection[DocumentKind] | None
    ) -> tuple[str, bool]:
        """What has any of ``wanted`` and all of ``required``, the commonest of ``wanted`` left out
        if there are too many; and whether there may be too many still."""
        words = list(dict.fromkeys(wanted))
        if words and (start := _start_of(words[-1])) and not self.count(words[-1]):
            words[-1] = start
        if required:
            matching = f"({required}) AND ({' OR '.join(words)})" if words else required
            return matching, self.count(required) > self.most()
        room = self.most() / self._share(kinds)
        kept: list[str] = []
        matching_at_most = 0
        for expression in sorted(words, key=self.count):
            if kept and matching_at_most + self.count(expression) > room:
                break
            kept.append(expression)
            matching_at_most += self.count(expression)
        return " OR ".join(kept), matching_at_most > self.most()

    def _share(self, kinds: Collection[DocumentKind] | None) -> float:
        """The share of the documents that are of ``kinds``."""
        if kinds is None:
            return 1.0
        totals = self.totals()
        return max(1, sum(totals.get(kind, 0) for kind in kinds)) / max(1, self.documents())

    def apart(self, match: str) -> str:
        """``match`` with all words of a phrase, wherever they are, instead of the phrase."""

        def words(quoted: re.Match[str]) -> str:
            tokens = [f'"{token}"' for token in self._tokens(quoted[1], stems=False)]
            return f"({' AND '.join(tokens)}{quoted[2]})" if tokens else quoted[0]

        return _QUOTED.sub(words, match)

    def _tokens(self, text: str, *, stems: bool) -> Sequence[str]:
        """The words that FTS5 makes of ``text``: their stems, or as they are."""
        table, words = ("stemmed", "stems") if stems else ("plain", "tokens")
        self._rows(f"DELETE FROM temp.{table}", ())
        self._rows(f"INSERT INTO temp.{table} (text) VALUES (?)", (text,))
        found = self._rows(f"SELECT term FROM temp.{words} ORDER BY offset", ())
        return [row[0] for row in found]


def _start_of(expression: str) -> str:
    """A single word of an expression as the start of a word; empty for anything else."""
    quoted = _QUOTED.fullmatch(expression)
    return f"{expression}*" if quoted and not quoted[2] and len(quoted[1]) >= _START else ""
