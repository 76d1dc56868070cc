"""Stems as the tokenizer of the word indexes makes them: Porter's algorithm ("An algorithm for
suffix stripping", 1980), with the two rules its author added later, as SQLite has it.

Needed beside SQLite's own to tell which words of a text a query's words have found, and what a
word may become that is not typed to its end.
"""

from __future__ import annotations

from functools import lru_cache

#: Longer and shorter words have no stem but themselves (FTS5_PORTER_MAX_TOKEN, and its minimum).
_LONGEST = 64
_SHORTEST = 3

#: Suffixes and what they become where the rest has a measure above 0. The longest that fits counts.
_STEP_2 = (
    ("ational", "ate"),
    ("tional", "tion"),
    ("enci", "ence"),
    ("anci", "ance"),
    ("izer", "ize"),
    ("logi", "log"),
    ("bli", "ble"),
    ("alli", "al"),
    ("entli", "ent"),
    ("eli", "e"),
    ("ousli", "ous"),
    ("ization", "ize"),
    ("ation", "ate"),
    ("ator", "ate"),
    ("alism", "al"),
    ("iveness", "ive"),
    ("fulness", "ful"),
    ("ousness", "ous"),
    ("aliti", "al"),
    ("iviti", "ive"),
    ("biliti", "ble"),
)
_STEP_3 = (
    ("icate", "ic"),
    ("ative", ""),
    ("alize", "al"),
    ("iciti", "ic"),
    ("ical", "ic"),
    ("ful", ""),
    ("ness", ""),
)
#: Suffixes that go where the rest has a measure above 1.
_STEP_4 = (
    "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou",
    "ism", "ate", "iti", "ous", "ive", "ize",
)  # fmt: skip

#: Endings of words that their stems do not have, at least not whole.
_ENDINGS = (  # in groups that are alike
    "ing ings ed es ies y e er ers ly ion ions ism ity ities ate ates ated ating ator ators"
    " ation ations ational ative ization izations isation ize ized izer izes izing"
    " ication ications icate icated icating ical ically icity al ally ality alize alized"
    " able ables ably ability ible ibly ibility ance ances ence ences ency encies"
    " ment ments ement ements ent ently ant antly ness ful fully fulness"
    " ive ively ivity iveness ous ously ousness"
)
_SUFFIXES = _ENDINGS.split()
_BEGUN: dict[str, list[str]] = {}
for _suffix in _SUFFIXES:
    for _end in range(1, len(_suffix) + 1):
        _BEGUN.setdefault(_suffix[:_end], []).append(_suffix)
_LONGEST_SUFFIX = max(map(len, _SUFFIXES))


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """The stem of a ``word`` in small letters."""
    if not _SHORTEST <= len(word.encode("utf-8", "replace")) <= _LONGEST:
        return word
    word = _inflection(word)
    word = _replaced(word, _STEP_2)
    word = _replaced(word, _STEP_3)
    word = _without_suffix(word)
    if word.endswith("e"):
        measure = _measure(word[:-1])
        if measure > 1 or (measure == 1 and not _ends_open(word[:-1])):
            word = word[:-1]
    if word.endswith("ll") and _measure(word[:-1]) > 1:
        word = word[:-1]
    return word


def unfinished(word: str) -> list[str]:
    """Words that ``word`` may become whose stems do not start with its own, one for each such stem:
    ``authenticat`` may become ``authentication``, whose stem is ``authent``."""
    own = stem(word)
    found: dict[str, str] = {}
    if word[-2:-1] == word[-1:]:  # ``committ``
        found.setdefault(stem(word + "ing"), word + "ing")
    for cut in range(1, min(_LONGEST_SUFFIX, len(word) - _SHORTEST) + 1):
        for suffix in _BEGUN.get(word[-cut:], ()):
            whole = word[:-cut] + suffix
            made = stem(whole)
            found.setdefault(made, whole)
    return [whole for made, whole in found.items() if not made.startswith(own)]


def is_start(word: str) -> bool:
    """Whether the stems of words that start with ``word`` start with its own stem, and few others
    do. The stem of ``key`` is ``kei``, that of ``keyboard`` is ``keyboard``; that of ``working`` is
    ``work``, and ``workspace`` starts with it."""
    own = stem(word)
    return word.startswith(own) and len(own) >= len(word) - 1


def _inflection(word: str) -> str:
    """Plurals, ``-ed``, ``-ing`` and the last ``y``: Porter's step 1."""
    if word.endswith("s"):
        if word.endswith(("sses", "ies")) and word not in ("sses", "ies"):
            word = word[:-2]
        elif not word.endswith("ss"):
            word = word[:-1]
    if word.endswith("eed"):
        word = word[:-1] if _measure(word[:-3]) else word
    elif word.endswith("ed") and _has_vowel(word[:-2]):
        word = _mended(word[:-2])
    elif word.endswith("ing") and _has_vowel(word[:-3]):
        word = _mended(word[:-3])
    if word.endswith("y") and _has_vowel(word[:-1]):
        word = word[:-1] + "i"
    return word


def _mended(word: str) -> str:
    """``word`` as it was before ``-ed`` or ``-ing`` was put to it."""
    if word.endswith(("at", "bl", "iz")):
        return word + "e"
    if len(word) > 1 and word[-1] == word[-2] and word[-1] not in "aeioulsz":
        return word[:-1]
    if _measure(word) == 1 and _ends_open(word):
        return word + "e"
    return word


def _replaced(word: str, rules: tuple[tuple[str, str], ...]) -> str:
    fitting = [rule for rule in rules if word.endswith(rule[0])]
    if not fitting:
        return word
    suffix, other = max(fitting, key=lambda rule: len(rule[0]))
    rest = word[: -len(suffix)]
    return rest + other if _measure(rest) else word


def _without_suffix(word: str) -> str:
    fitting = [suffix for suffix in _STEP_4 if word.endswith(suffix)]
    if not fitting:
        return word
    suffix = max(fitting, key=len)
    rest = word[: -len(suffix)]
    if suffix == "ion" and not rest.endswith(("s", "t")):
        return word
    return rest if _measure(rest) > 1 else word


def _shape(word: str) -> str:
    """``word`` as vowels and consonants: ``v`` and ``c``. A y after a consonant is a vowel; a
    letter that is not of ASCII is as many consonants as it has bytes."""
    shape = ""
    for letter in word.encode("utf-8", "replace").decode("latin-1"):
        vowel = letter in "aeiou" or (letter == "y" and shape.endswith("c"))
        shape += "v" if vowel else "c"
    return shape


def _measure(word: str) -> int:
    """How often a vowel is followed by a consonant."""
    return _shape(word).count("vc")


def _has_vowel(word: str) -> bool:
    return "v" in _shape(word)


def _ends_open(word: str) -> bool:
    """Whether it ends with consonant, vowel, consonant, the last none of w, x and y."""
    return _shape(word).endswith("cvc") and word[-1] not in "wxy"
