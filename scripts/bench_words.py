"""What finding by words costs: CPU of each kind of question to an index of invented documents.

    python scripts/bench_words.py [--documents 100000] [--keep FOLDER]

The vocabulary is distributed as that of a language (Zipf), with names as code has them among it:
camelCase, snake_case, paths. A third of the documents is what tools printed. Prints what the index
takes on disk and to build, and milliseconds of CPU (p50 and p95).
With ``--keep`` the index is made in FOLDER, and found there the next time.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from bisect import bisect
from collections.abc import Callable, Iterator
from itertools import accumulate
from pathlib import Path

from her_tui.events.documents import DocumentKind
from her_tui.language.parser import parse
from her_tui.paths import INDEX_NAME
from her_tui.search.matching import Terms, parts, terms
from her_tui.store.database import identity, open_writer
from her_tui.store.word_reader import WordReader
from her_tui.store.words import Entry, WordIndex

_WORDS = 60_000
_BATCH = 4000
_START = 1_760_000_000_000
_QUESTIONS = 40

#: The commonest words, most of them stop words, and the kinds of documents with their shares.
_ENGLISH = (
    "the to and a of in is it that for on with as be this are not from or an at by you we can if"
    " have will when file test error code use add run fix function return value type name data"
)
_KINDS = (
    (DocumentKind.PROMPT, 10),
    (DocumentKind.RESPONSE, 20),
    (DocumentKind.ACTION, 34),
    (DocumentKind.COMMIT, 3),
    (DocumentKind.OUTPUT, 33),
)


class Language:
    """Words, the n-th with a share of 1/n."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        syllables = [c + v + e for c in "bcdfghklmnprstvw" for v in "aeiou" for e in ("", "n", "r")]
        made = {"".join(chance.choices(syllables, k=chance.randint(2, 4))) for _ in range(_WORDS)}
        self.words = [*_ENGLISH.split(), *sorted(made, key=lambda word: chance.random())]
        self._sums = list(accumulate(1 / (rank + 3) for rank in range(len(self.words))))

    def word(self) -> str:
        """One word."""
        at = bisect(self._sums, self.chance.random() * self._sums[-1])
        return self.words[min(at, len(self.words) - 1)]

    def text(self, words: int) -> str:
        """A text of so many words, some of them names."""
        return " ".join(self._spelled() for _ in range(words))

    def _spelled(self) -> str:
        kind = self.chance.random()
        if kind < 0.86:
            return self.word()
        pieces = [self.word() for _ in range(self.chance.randint(2, 3))]
        if kind < 0.92:
            return "_".join(pieces)
        if kind < 0.97:
            return pieces[0] + "".join(map(str.title, pieces[1:]))
        return "/".join(pieces) + ".py"


def documents(count: int, language: Language) -> Iterator[Entry]:
    """Documents of some sessions, one every few seconds."""
    chance = language.chance
    kinds = chance.choices([kind for kind, _ in _KINDS], [share for _, share in _KINDS], k=count)
    for number, kind in enumerate(kinds, 1):
        words = min(400, int(chance.lognormvariate(2.9, 0.9)) + 2)
        text = language.text(words)
        beside = "" if kind is DocumentKind.OUTPUT else parts(text)
        session, ts = number // 200 + 1, _START + number * 9000 + chance.randint(0, 8999)
        yield Entry(number, session, kind, ts, text, beside)


def build(home: Path, count: int, language: Language) -> dict[str, float]:
    """Make the index; what it took."""
    library = open_writer(home)
    index = WordIndex(home)
    index.follow(identity(library))
    spent, chars = 0.0, 0
    batch: list[Entry] = []
    for entry in documents(count, language):
        batch.append(entry)
        chars += len(entry.text)
        if len(batch) == _BATCH or entry.event == count:
            started = time.process_time()
            index.add(batch, entry.event)
            spent += time.process_time() - started
            batch = []
    index.close()
    library.close()
    size = (home / INDEX_NAME).stat().st_size
    return {"text_mb": chars / 1e6, "index_mb": size / 1e6, "build_s": spent}


def measure(ask: Callable[[Terms], object], questions: list[str]) -> dict[str, float]:
    """CPU milliseconds of the questions, none asked twice."""
    spent = []
    for question in questions:
        wanted = terms(parse(question).node)
        started = time.process_time()
        ask(wanted)
        spent.append((time.process_time() - started) * 1000)
    spent.sort()
    return {f"p{part}": round(spent[len(spent) * part // 100], 2) for part in (50, 95)}


def questions(language: Language) -> dict[str, list[str]]:
    """What is asked, by kind. A dot at the end of a word says that it is typed to its end."""
    words, chance = language.words, language.chance

    def some(low: int, high: int) -> list[str]:
        return chance.sample(words[low:high], min(_QUESTIONS, high - low))

    return {
        "rare word": [f"{word}." for word in some(20_000, 50_000)],
        "mid word": [f"{word}." for word in some(300, 3000)],
        "common word": [f"{word}." for word in some(0, 40)],
        "prefix of three": [word[:3] for word in some(100, 10_000)],
        "prefix of two": [word[:2] for word in some(100, 10_000)],
        "common prefix": some(30, 44),
        "two words": [f"{a} {b}." for a, b in zip(some(50, 800), some(50, 800), strict=True)],
        "sentence": [language.text(9) for _ in range(3 * _QUESTIONS)],
    }


def report(home: Path, language: Language) -> Iterator[tuple[str, dict[str, float]]]:
    """Every measurement."""
    asked = questions(language)
    reader = WordReader(home)
    prompts = [DocumentKind.PROMPT]
    for kind, texts in asked.items():
        if kind != "sentence":
            yield f"newest, {kind}", measure(lambda t: reader.newest(t.all), texts)
            yield (
                f"newest prompts, {kind}",
                measure(lambda t: reader.newest(t.all, kinds=prompts), texts),
            )
            yield (
                f"newest output, {kind}",
                measure(lambda t: reader.newest(t.all, outputs=True), texts),
            )
        yield f"ranked, {kind}", measure(lambda t: reader.ranked(t.wanted, limit=100), texts)
    fresh = WordReader(home)
    yield "idf, sentence", measure(lambda t: fresh.idf(t.wanted), asked["sentence"])
    for kind in ("mid word", "common word"):
        yield (
            f"sessions with a prompt, {kind}",
            measure(lambda t: reader.sessions_with(t.all, prompts), asked[kind]),
        )
    newest = [posting.event for posting in reader.newest("", limit=500)]
    yield (
        "having, of 500 events",
        measure(lambda t: reader.having(t.all, newest), asked["mid word"]),
    )


def main(arguments: list[str]) -> None:
    """Build and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args(arguments)
    language = Language(random.Random(7))
    with tempfile.TemporaryDirectory() as scratch:
        home = options.keep or Path(scratch)
        if not (home / INDEX_NAME).exists():
            built = build(home, options.documents, language)
            print(json.dumps({name: round(value, 2) for name, value in built.items()}))
        for name, told in report(home, language):
            print(f"{name:36} p50 {told['p50']:8.2f} ms   p95 {told['p95']:8.2f} ms", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
