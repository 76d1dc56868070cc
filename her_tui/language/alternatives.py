"""A query taken apart into what is looked for in texts and what is asked of rows.

Words are found by an index, filters by conditions on rows. ``oauth (project:a OR is:error)`` asks
both of the same thing; ``oauth OR is:error`` is two questions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from her_tui.language.parser import QueryError
from her_tui.language.tree import And, Filter, Node, Not, Or, Phrase, Word

#: More questions than anybody means at once.
MOST = 16


@dataclass(frozen=True, slots=True)
class Alternative:
    """What fits has both: the text and the filters. None: nothing is asked of that side."""

    text: Node | None = None
    """Words and phrases only."""
    filters: Node | None = None
    """Filters only."""


def alternatives(node: Node | None) -> tuple[Alternative, ...]:
    """``node`` as alternatives, at least one, of which any has to fit; raises `QueryError` where
    there are more than `MOST`."""
    if node is None:
        return (Alternative(),)
    return tuple(_apart(node, wanted=True))


def words_of(node: Node | None) -> tuple[Word | Phrase, ...]:
    """The words and phrases that are looked for, in order: none that are excluded."""
    return tuple(dict.fromkeys(_wanted(node))) if node is not None else ()


def has_filters(node: Node | None) -> bool:
    """Whether there is a filter in it."""
    return node is not None and any(isinstance(leaf, Filter) for leaf in leaves(node))


def has_words(node: Node | None) -> bool:
    """Whether there is a word or a phrase in it, be it excluded."""
    return node is not None and any(not isinstance(leaf, Filter) for leaf in leaves(node))


def leaves(node: Node) -> Iterator[Word | Phrase | Filter]:
    """All words, phrases and filters of it, in order."""
    if isinstance(node, Not):
        yield from leaves(node.node)
    elif isinstance(node, And | Or):
        for part in node.nodes:
            yield from leaves(part)
    else:
        yield node


def all_of(nodes: Iterable[Node | None]) -> Node | None:
    """All of ``nodes``, as plain as the parser makes it."""
    parts: list[Node] = []
    for node in nodes:
        if node is not None:
            parts.extend(node.nodes if isinstance(node, And) else (node,))
    if len(parts) < 2:
        return parts[0] if parts else None
    return And(tuple(parts))


def any_of(nodes: Iterable[Node]) -> Node | None:
    """Any of ``nodes``, as plain as the parser makes it."""
    parts: list[Node] = []
    for node in nodes:
        parts.extend(node.nodes if isinstance(node, Or) else (node,))
    if len(parts) < 2:
        return parts[0] if parts else None
    return Or(tuple(parts))


def none_of(node: Node) -> Node:
    """Not ``node``, as plain as the parser makes it."""
    return node.node if isinstance(node, Not) else Not(node)


def _wanted(node: Node) -> Iterator[Word | Phrase]:
    if isinstance(node, Word | Phrase):
        yield node
    elif isinstance(node, And | Or):
        for part in node.nodes:
            yield from _wanted(part)


def _apart(node: Node, wanted: bool) -> list[Alternative]:
    """The alternatives of ``node``, or (not ``wanted``) of its opposite."""
    if not has_filters(node):
        return [Alternative(text=node if wanted else none_of(node))]
    if not has_words(node):
        return [Alternative(filters=node if wanted else none_of(node))]
    if isinstance(node, Not):
        return _apart(node.node, not wanted)
    assert isinstance(node, And | Or)
    # Not all of them: any is not. Not any of them: all are not.
    if isinstance(node, And) == wanted:
        return _product(node.nodes, wanted)
    return _sum(node.nodes, wanted)


def _product(nodes: Iterable[Node], wanted: bool) -> list[Alternative]:
    found = [Alternative()]
    for node in nodes:
        found = [
            Alternative(all_of((one.text, two.text)), all_of((one.filters, two.filters)))
            for one in found
            for two in _apart(node, wanted)
        ]
        _check(found)
    return found


def _sum(nodes: Iterable[Node], wanted: bool) -> list[Alternative]:
    """One for all texts, one for all filters, and those of each that mixes both."""
    found = [part for node in nodes for part in _apart(node, wanted)]
    texts = any_of(part.text for part in found if part.text and not part.filters)
    filters = any_of(part.filters for part in found if part.filters and not part.text)
    merged = [Alternative(text=texts)] if texts else []
    merged += [Alternative(filters=filters)] if filters else []
    merged += [part for part in found if part.text and part.filters]
    _check(merged)
    return merged


def _check(found: list[Alternative]) -> None:
    if len(found) > MOST:
        raise QueryError(
            "Words and filters are mixed in too many ways",
            "Write less with OR between words and filters.",
            0,
            0,
        )
