"""The passage of a text that shows best why it was found, and the words in it.

A text may be megabytes long, and many are looked at for one answer: the words are looked for with
plain string searches, and only what is near them is looked at closely.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from her_tui.search.lexemes import CJK, LONGEST_NAME, WORD, split_name
from her_tui.search.stems import stem

#: Characters of a text that are looked at.
_LOOKED_AT = 200_000

#: Places of one word that are looked at.
_PLACES = 50

#: Query words that are looked for.
_WORDS = 32

#: At most this much lies between two words of a phrase.
_BETWEEN = 40

#: Share of the width that is shown before the first word.
_BEFORE = 0.25

#: Characters cut off with the one before them: marks, joiners, variation and skin tone selectors.
_CLINGING = re.compile(
    "[\u0300-\u036f\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]"
)

_ELLIPSIS = "…"


class _Place(NamedTuple):
    """A word of the query in the text."""

    start: int
    end: int
    word: int
    """Which."""


def mark(text: str, words: tuple[str, ...], width: int) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The passage of ``text``, on one line and about ``width`` characters long, that has the most
    of ``words``; and where they are in it, in characters, in order and apart from each other. The
    start of ``text`` if it has none of them in its first `_LOOKED_AT` characters.

    A word is found as the index finds it: whatever its case, accents and ending, and within a
    camelCase name. The last word, if it is nowhere, is taken for the start of one.
    """
    text = text[:_LOOKED_AT]
    places = _places(text, words)
    start, end = _window(text, places, max(1, width))
    return _on_one_line(text, start, end, places, max(1, width))


def _places(text: str, words: tuple[str, ...]) -> list[_Place]:
    """Where the words are, by position."""
    folded = _folded(text)
    found: list[_Place] = []
    for number, word in enumerate(words[:_WORDS]):
        places = list(_of_word(text, folded, word, number))
        if not places and number == len(words) - 1:
            places = list(_of_word(text, folded, word + "*", number))
        found += places
    return sorted(found)


def _of_word(text: str, folded: str, word: str, number: int) -> Iterator[_Place]:
    """The places of one word or phrase, however it is spelled."""
    prefix = word.endswith("*")
    for tokens in _spellings(word.rstrip("*")):
        last = len(tokens) - 1
        looked, at = 0, folded.find(_seed(tokens[0]))
        while at >= 0 and looked < _PLACES:
            looked += 1
            end = _matched(text, folded, at, tokens[0], prefix and not last)
            for place, token in enumerate(tokens[1:], 1):
                if end:
                    end = _next_matched(text, folded, end, token, prefix and place == last)
            if end:
                yield _Place(at, end, number)
            at = folded.find(_seed(tokens[0]), max(at + 1, end))


@lru_cache(maxsize=256)
def _spellings(word: str) -> tuple[tuple[str, ...], ...]:
    """The ways ``word`` may stand in a text, as words that follow each other: as it is, and as the
    parts of its camelCase names. A run of CJK characters is a word."""
    found: dict[tuple[str, ...], None] = {}
    for spelling in (word, " ".join(map(split_name, word.split()))):
        spaced = CJK.sub(lambda run: f" {run[0]} ", spelling)
        if tokens := tuple(WORD.findall(_folded(spaced))):
            found[tokens] = None
    return tuple(found)


def _seed(token: str) -> str:
    """What every form of a word has in it, in small letters: its stem, less a last letter that the
    stem has changed."""
    base = stem(token)
    base = base[:-1] if len(base) > 2 and base[-1] in "ei" else base
    return base if token.startswith(base) else token[:2]


def _matched(text: str, folded: str, at: int, token: str, prefix: bool) -> int:
    """Where the word at ``at`` ends if it is ``token``; else 0. It starts where a word or a part of
    a camelCase name does."""
    if at >= len(text):
        return 0
    if CJK.match(token):
        return at + len(token) if folded.startswith(token, at) else 0
    if at and not _joint(text, at):
        return 0
    run = WORD.match(text, at)
    if run is None:
        return 0
    for end in _ends(text, at, run.end()):
        told = folded[at:end]
        if told == token or stem(told) == stem(token) or (prefix and told.startswith(token)):
            return end
    return run.end() if prefix and folded.startswith(token, at) else 0


def _next_matched(text: str, folded: str, at: int, token: str, prefix: bool) -> int:
    """As `_matched`, for the next word after ``at``."""
    start = at
    while start < len(text) and start - at < _BETWEEN and not text[start].isalnum():
        start += 1
    return _matched(text, folded, start, token, prefix)


def _joint(text: str, at: int) -> bool:
    """Whether a word, or a part of a camelCase name, starts at ``at``."""
    before, here = text[at - 1], text[at]
    if not before.isalnum() or CJK.match(before):
        return True
    if not here.isupper():
        return False
    return not before.isupper() or text[at + 1 : at + 2].islower()


def _ends(text: str, start: int, stop: int) -> Iterator[int]:
    """Where the word that starts at ``start`` may end: at each joint of a camelCase name, before
    CJK characters, and at ``stop``. The longest first."""
    stop = min(stop, start + LONGEST_NAME)
    yield stop
    for at in range(stop - 1, start, -1):
        if (text[at].isupper() and _joint(text, at)) or CJK.match(text[at]):
            yield at


def _folded(text: str) -> str:
    """``text`` in small letters without accents, character by character: places stay."""
    if text.isascii():
        return text.lower()
    folded = text.replace("İ", "I").lower()
    if len(folded) != len(text):  # a letter that has no small one of its length
        folded = "".join(
            letter if len(letter) == 1 else letter[0] for letter in map(str.lower, text)
        )
    for letter in set(folded):
        if letter > "\x7f" and (base := _base(letter)) != letter:
            folded = folded.replace(letter, base)
    return folded


@lru_cache(maxsize=4096)
def _base(letter: str) -> str:
    """``letter`` without its accents."""
    base = unicodedata.normalize("NFD", letter)[0]
    return base if base.isascii() and base.isalpha() else letter


def _window(text: str, places: Sequence[_Place], width: int) -> tuple[int, int]:
    """The stretch of ``text`` to show: the first of those that have the most different words."""
    best, chosen, last = (0, 0), 0, 0
    within: Counter[int] = Counter()
    for first, place in enumerate(places):
        while last < len(places) and (last <= first or places[last].end - place.start <= width):
            within[places[last].word] += 1
            last += 1
        score = (len(within), last - first)
        if score > best:
            best, chosen = score, place.start
        within[place.word] -= 1
        if not within[place.word]:
            del within[place.word]
    start = max(0, min(chosen - int(width * _BEFORE), len(text) - width))
    if start:
        start = _after_space(text, start, chosen)
    return start, min(len(text), start + 4 * width)


def _after_space(text: str, start: int, at_most: int) -> int:
    """The next start of a word from ``start`` on, or ``start`` if none is near; never within what
    is one character on the screen."""
    for at in range(start, at_most):
        if text[at - 1].isspace() and not text[at].isspace():
            return at
    return _whole(text, start)


def _whole(text: str, at: int) -> int:
    """``at``, or before it, where a character starts that does not cling to the one before."""
    while 0 < at < len(text) and (_CLINGING.match(text[at]) or text[at - 1] == "\u200d"):
        at -= 1
    return at


def _on_one_line(
    text: str, start: int, end: int, places: Sequence[_Place], width: int
) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The stretch from ``start`` on with every white space made one blank, cut to ``width``, and
    where the places are in it."""
    line, origin = _collapsed(text, start, end)
    cut = len(line) > width or end < len(text)
    if len(line) > width:
        stop = line.rfind(" ", max(1, width - 16), width + 1)
        stop = _whole(line, width) if stop < 0 else stop
        line, origin = line[: stop or width], origin[: stop or width]
    line = line.rstrip()
    head = _ELLIPSIS if start and text[:start].strip() else ""
    at_place = {place: number for number, place in enumerate(origin[: len(line)])}
    marks: list[tuple[int, int]] = []
    for place in places:
        first, last = at_place.get(place.start), at_place.get(place.end - 1)
        if first is None or last is None:
            continue
        if marks and first + len(head) < marks[-1][1]:
            marks[-1] = (marks[-1][0], max(marks[-1][1], last + 1 + len(head)))
        else:
            marks.append((first + len(head), last + 1 + len(head)))
    return head + line + (_ELLIPSIS if cut else ""), tuple(marks)


def _collapsed(text: str, start: int, end: int) -> tuple[str, list[int]]:
    """The characters of a stretch with every white space made one blank, none at its ends, and
    where in ``text`` each is."""
    line: list[str] = []
    origin: list[int] = []
    for at in range(start, end):
        letter = text[at]
        if letter.isspace():
            if not line or line[-1] == " ":
                continue
            letter = " "
        line.append(letter)
        origin.append(at)
    return "".join(line), origin
