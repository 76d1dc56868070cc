"""What a query means for rows: its filters, and in the session list its words, as SQL conditions.

Negation is exact: what a query keeps and what its opposite keeps is everything there is, each once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence

from her_tui.language.alternatives import all_of
from her_tui.language.filters import BY_NAME
from her_tui.language.tree import And, Filter, Node, Not, Or, Phrase, Word
from her_tui.queries.conditions import EVENT, SESSION, Condition, escaped

__all__ = ["EVENT_FROM", "Condition", "PromptsWith", "on_events", "on_sessions"]

PromptsWith = Callable[[Node], Sequence[int] | None]
"""Words, phrases, and what is made of them with `And` and `Or` -> row ids of the sessions that have
a prompt that fits; None where there is no index."""

#: The turn of an event is the one it starts, or else the last that started before it.
EVENT_FROM = (
    "FROM event e JOIN session s ON s.id = e.session"
    " LEFT JOIN turn t ON t.event = coalesce((SELECT o.event FROM turn o WHERE o.event = e.id),"
    " (SELECT u.event FROM turn u WHERE u.session = e.session AND u.started <= e.ts"
    " ORDER BY u.started DESC, u.event DESC LIMIT 1))"
    " LEFT JOIN action a ON a.id = e.action"
)

#: What of a session is looked at for words, beside its prompts.
_ABOUT = "s.title || ' ' || s.project || ' ' || s.branch || ' ' || s.titles || ' ' || s.session_id"

_ALL = Condition("1")


def on_sessions(
    node: Node | None, now_ms: int, prompts_with: PromptsWith | None = None
) -> Condition:
    """The condition on sessions (alias ``s``) that the whole of ``node`` sets, its words too: they
    are in what the list says of a session, or all in one of its prompts."""
    if node is None:
        return _ALL
    return _on_sessions(node, True, now_ms, prompts_with or (lambda _: None))


def on_events(node: Node | None, now_ms: int) -> Condition:
    """The condition on events that the filters of ``node`` set, for a SELECT with `EVENT_FROM`:
    ``e`` the event, ``s`` its session, ``t`` its turn and ``a`` its action.

    Raises `ValueError` if there are words in ``node``: those the index answers.
    """
    return _ALL if node is None else _on_events(node, True, now_ms)


def _on_events(node: Node, wanted: bool, now_ms: int) -> Condition:
    if isinstance(node, Not):
        return _on_events(node.node, not wanted, now_ms)
    if isinstance(node, And | Or):
        parts = [_on_events(part, wanted, now_ms) for part in node.nodes]
        return _joined(parts, isinstance(node, And) == wanted)
    if not isinstance(node, Filter):
        raise ValueError(f"{node} is no filter")
    if node.value in BY_NAME[node.name].later:
        return _ALL
    return _either_way(EVENT[node.name](node, now_ms), wanted)


def _on_sessions(node: Node, wanted: bool, now_ms: int, prompts_with: PromptsWith) -> Condition:
    if _is_text(node):
        return _either_way(_with_text(node, prompts_with), wanted)
    if isinstance(node, Not):
        return _on_sessions(node.node, not wanted, now_ms, prompts_with)
    if isinstance(node, And | Or):
        nodes = _with_text_as_one(node.nodes) if isinstance(node, And) else node.nodes
        parts = [_on_sessions(part, wanted, now_ms, prompts_with) for part in nodes]
        return _joined(parts, isinstance(node, And) == wanted)
    assert isinstance(node, Filter)
    if node.value in BY_NAME[node.name].later:
        return _ALL
    return _either_way(SESSION[node.name](node, now_ms), wanted)


def _either_way(condition: Condition, wanted: bool) -> Condition:
    """``condition``, or its opposite: what is not known to fit does not."""
    sql = f"ifnull({condition.sql}, 0)"
    return Condition(sql if wanted else f"NOT {sql}", condition.parameters)


def _joined(parts: Sequence[Condition], together: bool) -> Condition:
    """All of ``parts``, or any."""
    sql = (" AND " if together else " OR ").join(part.sql for part in parts)
    return Condition(f"({sql})", tuple(value for part in parts for value in part.parameters))


# Words


def _is_text(node: Node) -> bool:
    """Whether there are only words in ``node``, and none that is excluded."""
    if isinstance(node, And | Or):
        return all(_is_text(part) for part in node.nodes)
    return isinstance(node, Word | Phrase)


def _with_text_as_one(nodes: Iterable[Node]) -> list[Node]:
    """``nodes`` with all text in one of them, so that it is looked for in one prompt."""
    parts = list(nodes)
    text = all_of(part for part in parts if _is_text(part))
    return ([] if text is None else [text]) + [part for part in parts if not _is_text(part)]


def _with_text(node: Node, prompts_with: PromptsWith) -> Condition:
    about, sessions = _about(node), prompts_with(node)
    if not sessions:
        return about
    return Condition(
        f"({about.sql} OR s.id IN (SELECT value FROM json_each(?)))",
        (*about.parameters, json.dumps(list(sessions))),
    )


def _about(node: Node) -> Condition:
    """What the list says of a session has the words of ``node`` in it."""
    if isinstance(node, And | Or):
        return _joined([_about(part) for part in node.nodes], isinstance(node, And))
    assert isinstance(node, Word | Phrase)
    words = " ".join(node.text.split())
    return Condition(f"({_ABOUT}) LIKE ? ESCAPE '!'", (f"%{escaped(words)}%",))
