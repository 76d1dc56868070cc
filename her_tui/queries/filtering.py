"""What a query means for rows: its filters as SQL conditions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from her_tui.language.tree import Node


@dataclass(frozen=True, slots=True)
class Condition:
    """A piece of SQL for a WHERE, and its parameters."""

    sql: str
    parameters: tuple[Any, ...] = ()


def on_sessions(node: Node | None, now_ms: int, home: object = None) -> Condition:
    """The condition on sessions (alias ``s``) that the whole of ``node`` sets, its words too."""
    raise NotImplementedError


def on_events(node: Node | None, now_ms: int) -> Condition:
    """The condition on events that the filters of ``node`` (which has no words) set. Aliases: ``e``
    event, ``s`` its session, ``t`` its turn (a LEFT JOIN: columns may be NULL), ``a`` its action
    (LEFT JOIN)."""
    raise NotImplementedError
