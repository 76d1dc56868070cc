"""BERT's tokenizer in plain Python: the tokens of a text, and which of its characters they are.

In: any text. Out: the very numbers that the model's own tokenizer (``tokenizer.json``: uncased,
WordPiece) gives, which the parity tests compare for every assigned character. It needs the list of
pieces, ``vocab.txt``, only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from her_tui.errors import HerError

#: Longer words are unknown (``max_input_chars_per_word`` of BERT's tokenizer).
_LONGEST = 100
#: Words whose pieces are remembered; beyond, all are forgotten. A few megabytes.
_REMEMBERED = 20_000

#: The model's own marks stand for themselves, as they do to its tokenizer.
_MARKS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
_MARK = re.compile("|".join(map(re.escape, _MARKS)))
#: Words of a chunk that is plain ASCII.
_PLAIN = re.compile(rf"{_MARK.pattern}|[0-9A-Za-z]+|[^0-9A-Za-z]")
_CHUNK = re.compile(r"[^ \t\n\r\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
#: ASCII without what is dropped.
_CLEAN = re.compile(r"[!-~]+")

#: What becomes a word by itself (first and last of each block). The gap before 2B920 is BERT's own.
_IDEOGRAPHS = (
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B920, 0x2CEAF),
    (0x2F800, 0x2FA1F),
)

#: The tokenizer was built with Unicode tables of 2015. Marks, format characters and punctuation
#: that came later are letters to it; found by giving it every character that Unicode 15.1 knows.
_YOUNG = """
61d 7fd 890-891 898-89f 8ca-8e2 9fd-9fe a76 afa-aff b55 c04 c3c c77 c84 d00 d3b-d3c d81 eba
ece 180f 1885-1886 1abf-1ace 1b7d-1b7e 1df6-1dfb 2e43-2e4f 2e52-2e5d a82c a8c5 a8ff a9bd
10d24-10d27 10eab-10ead 10efd-10eff 10f46-10f50 10f55-10f59 10f82-10f89 11070 11073-11074
110c2 110cd 111cf 1123e 11241 1133b 11438-1143f 11442-11444 11446 1144b-1144f
1145a-1145b 1145d-1145e 11660-1166c 116b9 1182f-11837 11839-1183b 11938 1193b-1193c 1193e
11943-11946 119d4-119d7 119da-119db 119e0 119e2 11a01-11a0a 11a33-11a38 11a3b-11a47
11a51-11a56 11a59-11a5b 11a8a-11a96 11a98-11a9c 11a9e-11aa2 11b00-11b09 11c30-11c36
11c38-11c3d 11c3f 11c41-11c45 11c70-11c71 11c92-11ca7 11caa-11cb0 11cb2-11cb3 11cb5-11cb6
11d31-11d36 11d3a 11d3c-11d3d 11d3f-11d45 11d47 11d90-11d91 11d95 11d97 11ef3-11ef4
11ef7-11ef8 11f00-11f01 11f36-11f3a 11f40 11f42-11f4f 11fff 12ff1-12ff2 13430-13440
13447-13455 16e97-16e9a 16f4f 16fe2 16fe4 1cf00-1cf2d 1cf30-1cf46 1e000-1e006 1e008-1e018
1e01b-1e021 1e023-1e024 1e026-1e02a 1e08f 1e130-1e136 1e2ae 1e2ec-1e2ef 1e4ec-1e4ef
1e944-1e94a 1e95e-1e95f
"""
#: Those that were punctuation then, and one that was a mark.
_OLD_PUNCTUATION = "\u166d\U000111c9"
_OLD_MARK = "\u1734"


class Word(NamedTuple):
    """A word of a text, as the model sees words: a run of letters, or one punctuation mark."""

    start: int
    """In characters of the text, as is ``end``."""
    end: int
    ids: tuple[int, ...]
    """Its pieces; one (unknown) if it cannot be put together."""


class WordPiece:
    """The tokenizer of one vocabulary. May be used by several threads."""

    def __init__(self, vocabulary: Path) -> None:
        """Reads ``vocab.txt``: one piece a line, its number the line's. Raises `HerError`."""
        try:
            pieces = vocabulary.read_text(encoding="utf-8").split("\n")
            self._pieces = {piece: number for number, piece in enumerate(pieces) if piece}
            self._marks = {mark: self._pieces[mark] for mark in _MARKS}
        except (OSError, UnicodeDecodeError, KeyError) as error:
            raise HerError(
                f"Cannot read the model's vocabulary {vocabulary}",
                "her-tui semantic enable checks the files and says what to do.",
            ) from error
        self.unknown = self._marks["[UNK]"]
        self.first = self._marks["[CLS]"]
        self.last = self._marks["[SEP]"]
        self._known: dict[str, tuple[int, ...]] = {}

    def words(self, text: str) -> Iterator[Word]:
        """The words of ``text`` in order; what is neither white nor in one of them is dropped."""
        for chunk in _CHUNK.finditer(text):
            at, run = chunk.start(), chunk[0]
            if _CLEAN.fullmatch(run):
                for plain in _PLAIN.finditer(run):
                    yield Word(at + plain.start(), at + plain.end(), self._ids(plain[0]))
            else:
                yield from self._odd_words(run, at)

    def encode(self, text: str, limit: int) -> list[int]:
        """At most ``limit`` tokens of ``text``, the mark before and the mark after it included.
        Reads no further than it has to."""
        ids = [self.first]
        for word in self.words(text):
            ids.extend(word.ids)
            if len(ids) >= limit:
                del ids[limit - 1 :]
                break
        ids.append(self.last)
        return ids

    def _odd_words(self, run: str, at: int) -> Iterator[Word]:
        done = 0
        for mark in _MARK.finditer(run):
            yield from self._folded_words(run[done : mark.start()], at + done)
            yield Word(at + mark.start(), at + mark.end(), (self._marks[mark[0]],))
            done = mark.end()
        yield from self._folded_words(run[done:], at + done)

    def _folded_words(self, run: str, at: int) -> Iterator[Word]:
        for start, end, word in _split(run):
            yield Word(at + start, at + end, self._ids(word))

    def _ids(self, word: str) -> tuple[int, ...]:
        ids = self._known.get(word)
        if ids is None:
            ids = self._cut(word)
            if len(word) <= _LONGEST:
                if len(self._known) >= _REMEMBERED:
                    self._known.clear()
                self._known[word] = ids
        return ids

    def _cut(self, word: str) -> tuple[int, ...]:
        """Always the longest piece that fits."""
        if word in self._marks:
            return (self._marks[word],)
        if len(word) > _LONGEST:
            return (self.unknown,)
        word = word.lower()
        ids: list[int] = []
        start, length = 0, len(word)
        while start < length:
            for end in range(length, start, -1):
                piece = self._pieces.get("##" + word[start:end] if start else word[start:end])
                if piece is not None:
                    ids.append(piece)
                    start = end
                    break
            else:
                return (self.unknown,)
        return tuple(ids)


def _split(run: str) -> Iterator[tuple[int, int, str]]:
    """The words of a run without white: where each is in it, and what it is folded to."""
    start = end = 0
    letters: list[str] = []
    alone = False
    for index, character in enumerate(run):
        folded = _fold(character)
        for letter, by_itself in folded:
            if letters and (alone or by_itself):
                yield start, max(end, start + 1), "".join(letters)
                letters = []
            if not letters:
                start = index
            letters.append(letter)
            alone = by_itself
        end = index + 1  # what is dropped belongs to the word before it
    if letters:
        yield start, end, "".join(letters)


@cache
def _fold(character: str) -> tuple[tuple[str, bool], ...]:
    """What becomes of a character: lower case without marks, or nothing; and whether that is a
    word by itself."""
    if character in _young():
        return ((character, False),)
    category = unicodedata.category(character)
    if category in {"Cc", "Cf", "Co", "Cs"} or character in {"\ufffd", _OLD_MARK}:
        return ()
    parts = unicodedata.normalize("NFD", character)
    # One letter at a time: a whole word in lower case would end in another sigma.
    kept = [part.lower() for part in parts if unicodedata.category(part) != "Mn"]
    if character in _OLD_PUNCTUATION:
        return ((character, True),)
    if _is_ideograph(character):
        return (("".join(kept), True),)
    return tuple((letter, _is_punctuation(letter)) for letter in kept)


def _is_punctuation(letter: str) -> bool:
    if letter.isascii():
        return not letter.isalnum()
    return unicodedata.category(letter)[0] == "P" and letter not in _young()


def _is_ideograph(character: str) -> bool:
    code = ord(character)
    return any(first <= code <= last for first, last in _IDEOGRAPHS)


@cache
def _young() -> frozenset[str]:
    spans = (span.partition("-") for span in _YOUNG.split())
    return frozenset(
        chr(code)
        for first, _, last in spans
        for code in range(int(first, 16), int(last or first, 16) + 1)
    )
