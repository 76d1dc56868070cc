"""The session list narrowed down by what the user typed."""

from __future__ import annotations

from collections.abc import Sequence

from her_tui import clock
from her_tui.errors import HerError
from her_tui.events.documents import DocumentKind
from her_tui.language.parser import parse
from her_tui.language.tree import Node
from her_tui.queries.filtering import Condition, PromptsWith, on_sessions
from her_tui.queries.library import Library


def condition(library: Library, text: str) -> Condition:
    """The condition on sessions (alias ``s``) that the query ``text`` sets; raises
    `her_tui.language.parser.QueryError`."""
    return on_sessions(parse(text).node, clock.now_ms(), prompts_with(library))


def prompts_with(library: Library) -> PromptsWith:
    """Looks words up in the keyword index of ``library``. Where that is missing or in the way,
    there are none: the list does without."""

    def find(node: Node) -> Sequence[int] | None:
        from her_tui.queries.minds import mind  # deferred: a list without words needs none of it
        from her_tui.search.matching import terms

        match = terms(node).all
        if not match:
            return None
        try:
            with mind(library.home).words() as reader:
                return reader.sessions_with(match, {DocumentKind.PROMPT})
        except HerError:
            return None

    return find
