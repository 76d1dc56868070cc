"""Words as FTS5 sees them: what is indexed of a text, and what is asked for. No input of a user's
can become a syntax error: every word is quoted here, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from her_tui.events.documents import TOKENIZER
from her_tui.language.tree import And, Filter, Node, Not, Or, Phrase, Word
from her_tui.search.lexemes import CJK, WORD, fit, is_stop_word, names, runs, split_name
from her_tui.search.snippets import mark
from her_tui.search.stems import is_start, unfinished

__all__ = ["TOKENIZER", "Terms", "characters", "mark", "parts", "terms"]

#: Words of a query that are looked at; what comes after them is passed over.
_WORDS = 64

#: Characters of a word, and of a phrase, that are looked at.
_CHARS = 200

#: How deep brackets may be nested: FTS5's parser gives up at about 50.
_DEPTH = 12

#: A word that no query holds: a phrase does not reach from one name to the next.
_GAP = " \ue000 "

#: What may come after a word whose stem says little of longer ones.
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a query asks of the words."""

    all: str = ""
    """An FTS5 expression that has every word (of an OR, any), the last one also where it is not
    typed to its end, and nothing that is excluded. Stop words are left out unless there are no
    others, and so is a single letter at the end: it is the start of too many. Empty: every document
    fits."""
    any: str = ""
    """One that has any of them, stop words left out unless there are no others: to be ranked."""
    wanted: tuple[str, ...] = ()
    """The expressions that ``any`` is made of, one a word or phrase, in the order of the query."""
    required: str = ""
    """One for what must be there whatever else is: phrases, words with a star. Empty: nothing."""
    excluded: str = ""
    """One for what must not be. Empty: nothing."""
    words: tuple[str, ...] = ()
    """The single words and phrases that are wanted, to be marked in a snippet; one with a star at
    its end stands for longer ones too."""
    text: str = ""
    """What is wanted as plain text, to be encoded."""

    def __bool__(self) -> bool:
        return bool(self.words or self.excluded)


def terms(node: Node | None) -> Terms:
    """What the words and phrases of ``node`` ask for; its filters are passed over. Of a query of
    nothing that has letters or digits (emoji, punctuation), nothing: such `Terms` are false."""
    if node is None:
        return Terms()
    leaves = list(_leaves(node))
    kept = _kept(leaves)
    last = leaves[-1] if leaves and _ends_with(node, leaves[-1]) else None
    whole = _Expression(kept, last)
    positive, negative = whole.of(node), _joined("OR", whole.excluded(node))
    exact = _Expression(kept, None)
    wanted = dict.fromkeys(_leaf(leaf) for leaf in kept)
    return Terms(
        all=f"({positive}) NOT ({negative})" if positive and negative else positive,
        any=_joined("OR", wanted),
        wanted=tuple(wanted),
        required=exact.required(node),
        excluded=negative,
        words=tuple(dict.fromkeys(_shown(leaf) for leaf in kept)),
        text=" ".join(fit(leaf.text) for leaf in leaves).strip() if kept else "",
    )


def parts(text: str) -> str:
    """What is indexed of ``text`` beside itself: the parts of its camelCase names, and its CJK
    characters one by one, so that a run of them is a phrase. Each name and run once."""
    found = [split_name(name) for name in dict.fromkeys(names(text))]
    return _GAP.join([*found, *_characters(text)])


def characters(text: str) -> str:
    """The part of `parts` that costs nothing for most texts: the CJK characters."""
    return _GAP.join(_characters(text))


def _characters(text: str) -> list[str]:
    return list(dict.fromkeys(runs(text)))


_Leaf = Word | Phrase


def _leaves(node: Node, depth: int = 0) -> Iterator[_Leaf]:
    """The words and phrases that are wanted, in the order of the query."""
    if isinstance(node, Word | Phrase):
        if WORD.search(fit(node.text)):
            yield node
    elif isinstance(node, And | Or) and depth < _DEPTH:
        for member in node.nodes:
            yield from _leaves(member, depth + 1)
    elif isinstance(node, Not) and isinstance(node.node, Not) and depth < _DEPTH:
        yield from _leaves(node.node.node, depth + 2)


def _kept(leaves: list[_Leaf]) -> dict[_Leaf, None]:
    """Those that say something, each once; all of them if none does."""
    telling = [leaf for leaf in leaves if isinstance(leaf, Phrase) or not is_stop_word(leaf.text)]
    return dict.fromkeys((telling or leaves)[:_WORDS])


def _ends_with(node: Node, leaf: _Leaf) -> bool:
    """Whether ``leaf`` is a word and the last thing in the query: it may still be being typed."""
    while isinstance(node, And | Or):
        node = node.nodes[-1]
    return node is leaf and isinstance(leaf, Word)


class _Expression:
    """Makes expressions out of trees that have ``kept`` words and phrases, ``last`` perhaps not
    typed to its end."""

    def __init__(self, kept: dict[_Leaf, None], last: _Leaf | None) -> None:
        self._kept = kept
        self._last = last

    def of(self, node: Node, depth: int = 0) -> str:
        """What has every word of ``node``, of an OR any. What must not be is passed over."""
        if isinstance(node, Word | Phrase):
            last = node is self._last
            if node not in self._kept or (last and _is_letter(node)):
                return ""
            return _leaf(node, last)
        if isinstance(node, Filter) or depth >= _DEPTH:
            return ""
        if isinstance(node, Not):
            return self.of(node.node.node, depth + 1) if isinstance(node.node, Not) else ""
        members = [self.of(member, depth + 1) for member in node.nodes]
        return _joined("AND" if isinstance(node, And) else "OR", members)

    def required(self, node: Node, depth: int = 0) -> str:
        """What must be there whatever else is: of an OR, something of each member."""
        if isinstance(node, Word | Phrase):
            demands = isinstance(node, Phrase) or node.prefix
            return _leaf(node) if demands and node in self._kept else ""
        if isinstance(node, Filter | Not) or depth >= _DEPTH:
            return ""
        members = [self.required(member, depth + 1) for member in node.nodes]
        if isinstance(node, And):
            return _joined("AND", members)
        return _joined("OR", members) if all(members) else ""

    def excluded(self, node: Node, depth: int = 0) -> list[str]:
        """What each NOT on the way to every word forbids. One that is about filters and words at
        once is passed over: the words alone are not what it forbids."""
        if isinstance(node, And) and depth < _DEPTH:
            return [part for member in node.nodes for part in self.excluded(member, depth + 1)]
        if not isinstance(node, Not):
            return []
        inner = node.node
        if isinstance(inner, And) and any(isinstance(member, Filter) for member in inner.nodes):
            return []
        leaves = dict.fromkeys(list(_leaves(inner))[:_WORDS])
        return [_Expression(leaves, None).of(inner)]


def _is_letter(leaf: _Leaf) -> bool:
    """Whether it is the first letter of a word that is being typed."""
    starred = isinstance(leaf, Word) and leaf.prefix
    return len(leaf.text) == 1 and not starred and not CJK.match(leaf.text)


def _leaf(leaf: _Leaf, unfinished_too: bool = False) -> str:
    """The expression for one word or phrase."""
    text = " ".join(fit(leaf.text)[:_CHARS].replace('"', " ").split())
    prefix = isinstance(leaf, Word) and (leaf.prefix or unfinished_too)
    if not CJK.search(text):
        return _joined("OR", _spellings(text, prefix))
    runs = [_quoted(" ".join(run)) for run in CJK.findall(text)]
    rest = CJK.sub(" ", text).strip()
    return _joined("AND", [*runs, *([_quoted(rest)] if WORD.search(rest) else [])])


def _spellings(text: str, prefix: bool) -> Iterable[str]:
    """What ``text`` is in the index: as it is, and as the parts of its camelCase names; or what
    starts with it."""
    split = " ".join(map(split_name, text.split()))
    if not prefix:
        return dict.fromkeys(map(_quoted, (text, split)))
    return dict.fromkeys((*_starts(text), *_starts(split)))


def _starts(text: str) -> Iterator[str]:
    """What has words that start with ``text``. The index has stems only: those of longer words
    need not start with that of a shorter one."""
    *_, end = WORD.finditer(text)
    if end.end() < len(text):  # ``C++``: what follows would be another word
        yield _quoted(text)
        return
    before, word = text[: end.start()], end[0].lower()
    if is_start(word):
        yield f"{_quoted(text)}*"
    else:
        yield _quoted(text)
        yield from (f"{_quoted(before + word + letter)}*" for letter in _LETTERS)
    yield from (_quoted(before + longer) for longer in unfinished(word))


def _shown(leaf: _Leaf) -> str:
    star = "*" if isinstance(leaf, Word) and leaf.prefix else ""
    return " ".join(fit(leaf.text)[:_CHARS].split()) + star


def _quoted(text: str) -> str:
    return f'"{text}"'


def _joined(operator: str, expressions: Iterable[str]) -> str:
    """The ``expressions`` that say something under one ``operator``, in brackets if there is more
    than one."""
    present = [expression for expression in dict.fromkeys(expressions) if expression]
    if len(present) < 2:
        return "".join(present)
    return f"({f' {operator} '.join(present)})"
