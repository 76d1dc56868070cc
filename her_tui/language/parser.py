"""Text to tree. Any text is a query, except a known filter with a value it cannot have, a bracket
without its other half, and what is too long or too deep to be meant.

::

    query   = any ("OR" any)*            OR in capitals; lowest precedence
    any     = item ("AND"? item)*        side by side: all of them
    item    = ("-" | "NOT ") item | "(" query ")" | filter | phrase | word
    filter  = name ":" [">" | ">=" | "<" | "<="] (value | '"' value '"')
    phrase  = '"' characters '"'         a missing end quote ends at the end; "" in it is a quote
    word    = characters ["*"]

What has no other side (an OR at an end, empty brackets or quotes) says nothing. Trees come out
plain: no `And` in an `And`, no `Or` in an `Or`, no `Not` in a `Not`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches

from her_tui.errors import UsageError
from her_tui.language.filters import BY_NAME, INSTEAD, FilterSpec, Values
from her_tui.language.lexer import Kind, Token, tokens
from her_tui.language.tree import And, Filter, Node, Not, Or, Phrase, Query, Word
from her_tui.language.values import can_be, possible
from her_tui.plaintext import one_line

#: More characters than anybody types; a pasted text of this length is still answered.
LONGEST = 10_000

#: Words, phrases and filters of one query. SQLite nests conditions a thousand deep at most, and
#: whatever has this many words is found by the first of them.
MOST = 128

#: Brackets in brackets.
DEEPEST = 24

_UNTYPEABLE = re.compile("[\x00\ud800-\udfff]")
_NAMED = re.compile(r"([A-Za-z_]{2,}):(?!//|:)\S")
_LEAVES = (Kind.WORD, Kind.PHRASE, Kind.FILTER)

#: What no text has by accident: one without them is pasted, and its brackets are only brackets.
_MEANT = (Kind.OR, Kind.NOT, Kind.FILTER)

#: How like a filter's name something must be to be taken for a slip.
_ALIKE = 0.8

#: Other ways to say a choice.
_SPELLINGS = {
    "favorite": "favourite", "starred": "favourite", "bookmark": "bookmarked", "images": "image",
    "errors": "error",
}  # fmt: skip


class QueryError(UsageError):
    """A filter with a value it cannot have, or brackets that do not close."""

    def __init__(self, title: str, hint: str, start: int, end: int) -> None:
        super().__init__(title, hint)
        self.start = start
        """Where in the text (characters, from 0) what is wrong starts …"""
        self.end = end
        """… and ends."""


def parse(text: str) -> Query:
    """The query that ``text`` says; raises `QueryError`."""
    if len(text) > LONGEST:
        raise QueryError(
            f"A query of {len(text):,} characters is too long",
            f"It may have {LONGEST:,}.",
            LONGEST,
            len(text),
        )
    # What no database takes; one for one, so that positions stay.
    found = list(tokens(_UNTYPEABLE.sub("\N{REPLACEMENT CHARACTER}", text)))
    found, remarks = _cut(found)
    node = _Parser(found, remarks).query()
    return Query(node, tuple(dict.fromkeys(remarks)))


def _cut(found: list[Token]) -> tuple[list[Token], list[str]]:
    """The tokens as far as they are looked at: of a pasted text, its first words."""
    leaves = [at for at, token in enumerate(found) if token.kind in _LEAVES]
    if len(leaves) <= MOST:
        return found, []
    if any(token.kind in _MEANT for token in found):
        over = found[leaves[MOST]]
        raise QueryError(
            f"At character {over.start + 1:,}: more than {MOST} words and filters",
            "Leave some out.",
            over.start,
            found[-1].end,
        )
    kept = [found[at] for at in leaves[:MOST]]
    return kept, [f"Only the first {MOST} words are looked for."]


class _Parser:
    """Recursive descent over tokens; `DEEPEST` bounds the recursion."""

    def __init__(self, found: Sequence[Token], remarks: list[str]) -> None:
        self._tokens = found
        self._at = 0
        self._depth = 0
        self._remarks = remarks

    def query(self) -> Node | None:
        """The whole text."""
        node = self._any_of()
        if (token := self._next()) is not None:
            raise QueryError(
                f"At character {token.start + 1:,}: this bracket closes none",
                "Leave it out, or put quotes around the text it belongs to.",
                token.start,
                token.end,
            )
        return node

    def _next(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _any_of(self) -> Node | None:
        """Up to the end, or a closing bracket, which is left."""
        nodes: list[Node] = []
        while True:
            node = self._all_of()
            if node is not None:
                nodes.extend(node.nodes if isinstance(node, Or) else (node,))
            token = self._next()
            if token is None or token.kind is Kind.CLOSE:
                break
            self._at += 1  # an OR
        if len(nodes) < 2:
            return nodes[0] if nodes else None
        return Or(tuple(nodes))

    def _all_of(self) -> Node | None:
        """Up to the end, a closing bracket or an OR, which are left."""
        nodes: list[Node] = []
        while (token := self._next()) is not None and token.kind not in (Kind.CLOSE, Kind.OR):
            node = self._item()
            if node is not None:
                nodes.extend(node.nodes if isinstance(node, And) else (node,))
        if len(nodes) < 2:
            return nodes[0] if nodes else None
        return And(tuple(nodes))

    def _item(self) -> Node | None:
        excluded = False
        while (token := self._next()) is not None:
            if token.kind in (Kind.NOT, Kind.MINUS):
                excluded = not excluded
            elif token.kind is not Kind.AND:
                break
            self._at += 1
        if token is None or token.kind in (Kind.CLOSE, Kind.OR):
            return None
        self._at += 1
        node = self._group(token) if token.kind is Kind.OPEN else self._leaf(token)
        if not excluded or node is None:
            return node
        return node.node if isinstance(node, Not) else Not(node)

    def _group(self, opening: Token) -> Node | None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise QueryError(
                f"At character {opening.start + 1:,}: more than {DEEPEST} brackets in one another",
                "Leave some out.",
                opening.start,
                opening.end,
            )
        node = self._any_of()
        if self._next() is None:
            raise QueryError(
                f"At character {opening.start + 1:,}: this bracket does not close",
                "Close it with ), or put quotes around the text it belongs to.",
                opening.start,
                opening.end,
            )
        self._at += 1
        self._depth -= 1
        return node

    def _leaf(self, token: Token) -> Node | None:
        if token.kind is Kind.PHRASE:
            return Phrase(token.text) if token.text.strip() else None
        if token.kind is Kind.FILTER:
            return self._filter(token)
        named = _NAMED.match(token.text)
        if named:
            self._remark_unknown(named[1])
        if len(token.text) > 1 and token.text.endswith("*"):
            return Word(token.text[:-1], prefix=True)
        return Word(token.text)

    def _remark_unknown(self, name: str) -> None:
        instead = INSTEAD.get(name.lower())
        if instead:
            use, spec = " or ".join(f"{each}:" for each in instead), BY_NAME[instead[0]]
            example = f"{spec.name}:yesterday" if spec.values is Values.MOMENT else spec.example
            self._remarks.append(
                f"There is no {name}:, use {use}, as in {example}; it was taken for words."
            )
            return
        alike = get_close_matches(name.lower(), BY_NAME, 1, _ALIKE) if len(name) > 2 else []
        if alike:
            self._remarks.append(
                f"There is no filter “{name}:”, it was taken for words: did you mean “{alike[0]}:”?"
            )

    def _filter(self, token: Token) -> Node:
        spec = BY_NAME[token.name]
        value = token.text
        if spec.values is Values.CHOICE:
            value = _SPELLINGS.get(value.lower(), value.lower())
        if not possible(spec, value):
            raise _impossible(spec, token)
        if value in spec.later:
            self._remarks.append(
                f"{spec.name}:{value} needs an analysis that comes with a later version;"
                " it leaves nothing out."
            )
        return Filter(spec.name, value, token.operator)


def _impossible(spec: FilterSpec, token: Token) -> QueryError:
    text = one_line(token.text, 40)
    said = f", not “{text}”" if text else ""
    takes = f"{spec.name}: takes {can_be(spec)}"
    meant = get_close_matches(token.text.lower(), spec.choices, 1, _ALIKE)
    if meant:  # on a short line only the start of it is seen
        title = f"there is no {spec.name}:{text}, did you mean {spec.name}:{meant[0]}?"
        hint = f"{takes}."
    else:
        title, hint = f"{takes}{said}", f"For example {spec.example}."
    return QueryError(
        f"At character {token.start + 1:,}: {title}",
        hint,
        token.start,
        token.end,
    )
