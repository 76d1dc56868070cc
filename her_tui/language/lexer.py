"""Text to tokens: what stands where. Never fails; what tokens mean is the parser's.

A bracket groups only where a word could start, so that code (``foo(x)``) stays one word, and a
minus excludes only what it touches, so that flags (``--force``) and arrows stay words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from her_tui.language.filters import BY_NAME, MEASURES
from her_tui.language.tree import Operator


class Kind(Enum):
    """What a token is."""

    OPEN = auto()
    CLOSE = auto()
    OR = auto()
    AND = auto()
    NOT = auto()
    MINUS = auto()
    WORD = auto()
    PHRASE = auto()
    FILTER = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a query: ``text[start:end]``."""

    kind: Kind
    start: int
    end: int
    text: str
    """As typed; of a phrase and a filter's value what is in the quotes."""
    name: str = ""
    """Of a filter."""
    operator: Operator = Operator.IS


_KEYWORDS = {"OR": Kind.OR, "AND": Kind.AND, "NOT": Kind.NOT}
_NAME = re.compile(r"([a-z]+):")
_OPERATORS = (Operator.LEAST, Operator.MOST, Operator.MORE, Operator.LESS)

#: After a minus that excludes nothing: blanks (a dash), flags, arrows.
_NO_EXCLUSION = "->=)"


def tokens(text: str) -> Iterator[Token]:
    """The tokens of ``text``, in order."""
    at, depth = 0, 0
    while at < len(text):
        token = _token(text, at, depth)
        if token is None:
            at += 1
            continue
        depth += (token.kind is Kind.OPEN) - (token.kind is Kind.CLOSE and depth > 0)
        yield token
        at = token.end


def _token(text: str, at: int, depth: int) -> Token | None:
    """The token at ``at``; None: a blank."""
    character = text[at]
    if character.isspace():
        return None
    if character == "(":
        return Token(Kind.OPEN, at, at + 1, "(")
    if character == ")":
        return Token(Kind.CLOSE, at, at + 1, ")")
    if character == '"':
        inside, end = quoted(text, at)
        return Token(Kind.PHRASE, at, end, inside)
    if character == "-" and excludes(text[at + 1 : at + 2]):
        return Token(Kind.MINUS, at, at + 1, "-")
    return _filter(text, at, depth) or _word(text, at, depth)


def excludes(following: str) -> bool:
    """Whether a minus before this character excludes; an empty one is the end."""
    return bool(following) and not following.isspace() and following not in _NO_EXCLUSION


def quoted(text: str, at: int) -> tuple[str, int]:
    """What stands in the quotes that open at ``at``, two quotes in it being one; and where the text
    after them starts. A missing end quote ends at the end."""
    inside: list[str] = []
    at += 1
    while True:
        close = text.find('"', at)
        if close < 0:
            inside.append(text[at:])
            return "".join(inside), len(text)
        inside.append(text[at:close])
        if text[close + 1 : close + 2] != '"':
            return "".join(inside), close + 1
        inside.append('"')
        at = close + 2


def _filter(text: str, at: int, depth: int) -> Token | None:
    named = _NAME.match(text, at)
    if named is None or named[1] not in BY_NAME:
        return None
    value = named.end()
    # An address (file://…) or a path in code (tool::name).
    if text.startswith(("//", ":"), value):
        return None
    operator = Operator.IS
    if BY_NAME[named[1]].values in MEASURES:
        operator = next((each for each in _OPERATORS if text.startswith(each, value)), operator)
        value += len(operator)
    if text[value : value + 1] == '"':
        inside, end = quoted(text, value)
    else:
        end = _run(text, value, depth)
        inside = text[value:end]
    return Token(Kind.FILTER, at, end, inside, named[1], operator)


def _word(text: str, at: int, depth: int) -> Token:
    end = _run(text, at, depth)
    for keyword, kind in _KEYWORDS.items():
        if text.startswith(keyword, at):
            following = text[at + len(keyword) : at + len(keyword) + 1]
            if end == at + len(keyword) or following in '("':
                return Token(kind, at, at + len(keyword), keyword)
    return Token(Kind.WORD, at, end, text[at:end])


def _run(text: str, at: int, depth: int) -> int:
    """Where the characters that start at ``at`` end: at a blank, or at the bracket that closes the
    one around them. Brackets that open and close among them are theirs."""
    opened = 0
    for end in range(at, len(text)):
        character = text[end]
        if character.isspace():
            return end
        if character == "(":
            opened += 1
        elif character == ")":
            if not opened and depth:
                return end
            opened = max(0, opened - 1)
    return len(text)
