"""Text to tree. Any text is a query, except a known filter with a value it cannot have.

::

    query   = any ("OR" any)*            OR in capitals; lowest precedence
    any     = item item*                 side by side: all of them
    item    = ("-" | "NOT ") item | "(" query ")" | filter | phrase | word
    filter  = name ":" [">" | ">=" | "<" | "<="] (value | '"' value '"')
    phrase  = '"' characters '"'         a missing end quote ends at the end
    word    = characters ["*"]
"""

from __future__ import annotations

from her_tui.errors import UsageError
from her_tui.language.tree import Query


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
    raise NotImplementedError
