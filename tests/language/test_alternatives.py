"""A query taken apart into texts and filters."""

from __future__ import annotations

import pytest
from hypothesis import given

from her_tui.language.alternatives import (
    MOST,
    alternatives,
    has_filters,
    has_words,
    leaves,
    words_of,
)
from her_tui.language.parser import QueryError, parse
from her_tui.language.printer import write
from her_tui.language.tree import And, Filter, Node, Not, Or, Phrase, Word
from tests.language.test_parser import TREES


def apart(text: str) -> list[tuple[str, str]]:
    return [(write(one.text), write(one.filters)) for one in alternatives(parse(text).node)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [("", "")]),
        ("oauth", [("oauth", "")]),
        ("is:error", [("", "is:error")]),
        (
            "oauth (project:a OR is:error) -cookie",
            [("oauth -cookie", "project:a OR is:error")],
        ),
        ("oauth OR cookie -is:error", [("oauth", ""), ("cookie", "-is:error")]),
        ("a OR b OR is:error OR is:live", [("a OR b", ""), ("", "is:error OR is:live")]),
        ("-(a is:error)", [("-a", ""), ("", "-is:error")]),
        ("-(a OR is:error)", [("-a", "-is:error")]),
        ("x (a OR is:error)", [("x a", ""), ("x", "is:error")]),
        ('"a b" c* tool:bash', [('"a b" c*', "tool:bash")]),
        ("-(a (b OR is:live))", [("-a", ""), ("-b", "-is:live")]),
    ],
)
def test_apart(text: str, found: list[tuple[str, str]]) -> None:
    assert apart(text) == found


def test_too_many_ways() -> None:
    mixed = [f"(w{number} OR cost:>{number})" for number in range(60)]
    assert len(alternatives(parse(" ".join(mixed[:4])).node)) == MOST
    with pytest.raises(QueryError, match="too many ways"):
        alternatives(parse(" ".join(mixed)).node)
    with pytest.raises(QueryError):
        alternatives(parse(" OR ".join(f"w{n} cost:>{n}" for n in range(MOST + 1))).node)


def test_words_that_are_looked_for() -> None:
    node = parse('a -b "c d" (e* OR is:error) a -(f OR -g)').node
    assert words_of(node) == (Word("a"), Phrase("c d"), Word("e", prefix=True))
    assert words_of(None) == ()
    assert (has_words(node), has_filters(node)) == (True, True)
    assert (has_words(parse("is:error").node), has_filters(parse("-a").node)) == (False, False)


def fits(node: Node | None, true: set[Node]) -> bool:
    """Whether ``node`` holds where the leaves ``true`` do."""
    if node is None:
        return True
    if isinstance(node, Not):
        return not fits(node.node, true)
    if isinstance(node, And):
        return all(fits(part, true) for part in node.nodes)
    if isinstance(node, Or):
        return any(fits(part, true) for part in node.nodes)
    return node in true


@given(TREES)
def test_the_alternatives_together_are_the_query(node: Node) -> None:
    try:
        found = alternatives(node)
    except QueryError:
        return
    all_leaves = list(dict.fromkeys(leaves(node)))
    for step in range(1, 8):
        true: set[Node] = {leaf for at, leaf in enumerate(all_leaves) if (at * 7 + step) % step < 2}
        assert fits(node, true) == any(fits(a.text, true) and fits(a.filters, true) for a in found)
    for each in found:
        assert not has_filters(each.text)
        assert each.filters is None or all(
            isinstance(leaf, Filter) for leaf in leaves(each.filters)
        )
