"""What is asked: three sets of questions, each with the one document that should be found.

Derived from the collection by a fixed seed, but for the paraphrases, which are written by hand. One
half of each set, the even numbers, is for choosing weights, the other for what is reported.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from search_quality.corpus import Document, prompts

EXACT, NOISY, PARAPHRASE = "exact", "noisy", "paraphrase"

#: Questions of each kind within the sets that are derived.
_IDENTIFIERS, _KEYWORDS, _NOISY, _SUMMARIES = 60, 80, 140, 60

_SEED = 21
_IDENTIFIER = re.compile(r"\b_*[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+\b|\b[A-Za-z]+[a-z][A-Z]\w+\b")
_WORD = re.compile(r"[A-Za-z][a-z]{3,}")

#: Words that say nothing about a document; a question may have them all the same.
_STOP = """this that with from have been will when then they them than into only also some such
 which would there their what where does must should could each other these those your about were
 because being more most very just like same make made using used uses none true false self return
 returns called calls call given value values default argument arguments"""
_EMPTY = frozenset(_STOP.split())

#: What people add that is not in what they look for.
_ADDED = ("issue", "example", "problem", "python", "change", "how", "fix", "code", "bug", "wrong")


class Question(NamedTuple):
    """One question."""

    set: str
    text: str
    answer: int
    """The number of the document that should be found."""


def questions(documents: Sequence[Document]) -> dict[str, list[Question]]:
    """The three sets."""
    return {
        EXACT: _exact(documents),
        NOISY: _noisy(documents),
        PARAPHRASE: _paraphrases(documents),
    }


def halves(asked: Sequence[Question]) -> tuple[list[Question], list[Question]]:
    """(for choosing weights, for reporting)."""
    return list(asked[::2]), list(asked[1::2])


def _exact(documents: Sequence[Document]) -> list[Question]:
    """Names and pairs of words that stand in one document only."""
    chance = random.Random(_SEED)
    found: list[Question] = []
    for sort in ("answer", "code"):
        named = _unique_names(documents, sort, chance)
        found += [Question(EXACT, *pair) for pair in chance.sample(named, _IDENTIFIERS)]
    pairs = _unique_pairs(documents, chance)
    found += [Question(EXACT, *pair) for pair in chance.sample(pairs, _KEYWORDS)]
    chance.shuffle(found)
    return found


def _unique_names(
    documents: Sequence[Document], sort: str, chance: random.Random
) -> list[tuple[str, int]]:
    """(name, document): of each document of one ``sort`` a name that no other document has."""
    everything = [document.text.lower() for document in documents]
    found: list[tuple[str, int]] = []
    for document in documents:
        if document.sort != sort:
            continue
        names = sorted({name for name in _IDENTIFIER.findall(document.text) if len(name) > 6})
        for name in chance.sample(names, len(names)):
            if sum(name.lower() in text for text in everything) == 1:
                found.append((name, document.number))
                break
    return found


def _unique_pairs(documents: Sequence[Document], chance: random.Random) -> list[tuple[str, int]]:
    """Two words each, neither rare nor common, that stand together in one document only."""
    words = {document.number: set(_content(document.text)) for document in documents}
    among = Counter(word for each in words.values() for word in each)
    found: list[tuple[str, int]] = []
    for document in documents:
        if document.sort not in ("prompt", "comment", "prose"):
            continue
        usable = sorted(word for word in words[document.number] if 2 <= among[word] <= 30)
        if len(usable) < 2:
            continue
        pair = chance.sample(usable, 2)
        if sum(set(pair) <= each for each in words.values()) == 1:
            found.append((" ".join(pair), document.number))
    return found


def _noisy(documents: Sequence[Document]) -> list[Question]:
    """A few words of a document, as somebody types them who remembers it roughly."""
    chance = random.Random(_SEED)
    prose = [each for each in documents if each.sort in ("prompt", "comment", "prose")]
    code = [each for each in documents if each.summary]
    found: list[Question] = []
    for document in chance.sample(prose, _NOISY):
        words = list(dict.fromkeys(_content(document.text)))
        picked = sorted(chance.sample(range(len(words)), min(5, len(words))))
        found.append(_roughly([words[at] for at in picked], document, chance))
    # What code does, while its docstring is not in the library: half of the words are elsewhere.
    found += [
        _roughly(_content(document.summary)[:7], document, chance)
        for document in chance.sample(code, _SUMMARIES)
    ]
    chance.shuffle(found)
    return found


def _roughly(words: list[str], document: Document, chance: random.Random) -> Question:
    """``words`` with a typing error in one, another form of another, and one added."""
    changed = list(words)
    order = chance.sample(range(len(words)), len(words))
    for at, change in zip(order, (_mistyped, _inflected), strict=False):
        changed[at] = change(words[at], chance)
    changed.insert(chance.randrange(len(changed) + 1), chance.choice(_ADDED))
    return Question(NOISY, " ".join(changed), document.number)


def _mistyped(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word) - 1)
    kind = chance.choice(("swap", "drop", "double"))
    if kind == "swap":
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + word[at + 1 :] if kind == "drop" else word[:at] + word[at] + word[at:]


def _inflected(word: str, chance: random.Random) -> str:
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    stem = word[:-1] if word.endswith("e") else word
    return chance.choice((word + "s", stem + "ing", stem + "ed"))


def _content(text: str) -> list[str]:
    """The words of ``text`` that say something, in order."""
    return [word for word in (each.lower() for each in _WORD.findall(text)) if word not in _EMPTY]


def _paraphrases(documents: Iterable[Document]) -> list[Question]:
    numbers = {document.text: document.number for document in documents}
    return [
        Question(PARAPHRASE, asked, numbers[prompt.text])
        for prompt in prompts()
        for asked in prompt.paraphrases
    ]
