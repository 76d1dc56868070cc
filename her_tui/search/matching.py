"""Words as FTS5 sees them: what is indexed of a text, and what is asked for. No input of a user's
can become a syntax error: every word is quoted here, and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass

from her_tui.language.tree import Node

#: The tokenizer of every index.
TOKENIZER = "porter unicode61 remove_diacritics 2"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a query asks of the words."""

    all: str = ""
    """An FTS5 expression that has every word (of an OR, any): for what is typed."""
    any: str = ""
    """One that has any of them, stop words left out unless there are no others: to be ranked."""
    required: str = ""
    """One for what must be there whatever else is: phrases, words with a star. Empty: nothing."""
    excluded: str = ""
    """One for what must not be. Empty: nothing."""
    words: tuple[str, ...] = ()
    """The single words and phrases that are wanted, to be marked in a snippet."""
    text: str = ""
    """What is wanted as plain text, to be encoded."""

    def __bool__(self) -> bool:
        return bool(self.words or self.excluded)


def terms(node: Node | None) -> Terms:
    """What the words and phrases of ``node`` ask for; its filters are passed over."""
    raise NotImplementedError


def parts(text: str) -> str:
    """What is indexed of ``text`` beside itself: the parts of its camelCase names, and its CJK
    characters one by one."""
    raise NotImplementedError


def mark(text: str, words: tuple[str, ...], width: int) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The passage of ``text``, on one line and about ``width`` characters long, that has the most
    of ``words``; and where they are in it."""
    raise NotImplementedError
