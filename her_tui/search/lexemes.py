"""What texts and queries are made of, seen as the word indexes see them: runs of letters and
digits, the parts of camelCase names, runs of characters that are written without spaces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

#: A word to the tokenizer: everything else separates.
WORD = re.compile(r"[^\W_]+")

#: Where a camelCase name has its joints: userId, HTTPServer.
_JOINT = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")

#: Scripts written without spaces, or (Hangul) with endings put to the word: Han, kana, Hangul.
_CJK = "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff66-\uff9f"
CJK = re.compile(f"[{_CJK}\U00020000-\U0003ffff々〆〇]+")

#: Bytes of UTF-8 that no character before U+3000 has a first byte of.
_BEFORE_CJK = bytes(range(0xE3))

#: Longest camelCase name that is taken apart, in characters.
LONGEST_NAME = 80

#: Letters and digits of ASCII that stand against others.
_PLAIN = re.compile(f"[A-Za-z0-9]{{1,{LONGEST_NAME}}}")

#: What the bytes of a text are to `names`: letters and digits of ASCII, by case, and the rest.
_CLASSES = bytes(
    ord("A") if 65 <= byte <= 90 else ord("a") if chr(byte).isalnum() and byte < 128 else ord(" ")
    for byte in range(256)
)

#: Characters no expression may hold: NUL ends it, surrogates cannot be written, and private ones
#: mark the scope of a document in the index (`her_tui.store.words`).
_UNFIT = re.compile("[\x00\ud800-\udfff\ue000-\uf8ff]")

_ENGLISH = (
    "a about after again all also am an and any are as at be because been before being between"
    " both but by can could did do does doing down during each few for from further had has have"
    " having he her here hers him his how i if in into is it its itself just me more most my no nor"
    " not now of off on once only or other our ours out over own please same she should so some"
    " such than that the their theirs them then there these they this those through to too under"
    " until up us very was we were what when where which while who whom why will with would you"
    " your yours i'm i've i'd i'll it's that's there's what's where's how's who's let's you're"
    " we're they're don't doesn't didn't can't couldn't won't wouldn't isn't aren't wasn't weren't"
    " hasn't haven't hadn't shouldn't"
)
#: Words that say nothing of what is looked for.
STOP_WORDS = frozenset(_ENGLISH.split())


def fit(text: str) -> str:
    """``text`` without characters that an FTS5 expression may not hold."""
    return _UNFIT.sub(" ", text)


def is_stop_word(word: str) -> bool:
    """Whether ``word`` says nothing of what is looked for."""
    return word.strip(",.;:!?()").replace("’", "'").casefold() in STOP_WORDS


def split_name(name: str) -> str:
    """A camelCase ``name`` as the words it is made of, spaces between; others as they are."""
    return _JOINT.sub(" ", name)


def runs(text: str) -> Iterator[str]:
    """Every run of CJK characters in ``text``, in order, its characters apart, with the word of
    other letters that it stands against: to the tokenizer they are one."""
    if text.isascii() or not text.encode("utf-8", "replace").translate(None, _BEFORE_CJK):
        return
    for found in CJK.finditer(text):
        start = found.start()
        while found.start() - start < LONGEST_NAME and _is_plain(text[start - 1 : start]):
            start -= 1
        beside = _PLAIN.match(text, found.end())
        pieces = (text[start : found.start()], *found[0], beside[0] if beside else "")
        yield " ".join(filter(None, pieces))


def _is_plain(letter: str) -> bool:
    return letter.isascii() and letter.isalnum()


def names(text: str) -> Iterator[str]:
    """Every camelCase name in ``text``, in order. Names are of ASCII, and not longer than anybody
    writes: what is longer is encoded data. Fast where there are few: most texts have none."""
    data = text.encode("utf-8", "replace")
    classes = data.translate(_CLASSES)
    end = len(data)
    find, at = classes.find, 0
    joint, acronym = find(b"aA"), find(b"AAa")
    while joint >= 0 or acronym >= 0:
        first = joint if acronym < 0 or 0 <= joint < acronym else acronym
        start = classes.rfind(b" ", at, first) + 1 or at
        at = find(b" ", first)
        at = end if at < 0 else at
        if at - start <= LONGEST_NAME:
            yield data[start:at].decode("ascii")
        if 0 <= joint < at:
            joint = find(b"aA", at)
        if 0 <= acronym < at:
            acronym = find(b"AAa", at)
