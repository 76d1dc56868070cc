"""What the model was sent: the context of one request, block by block, and what is new in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from her_tui.events.requests import CONVERSATION, RequestKind
from her_tui.queries.library import Library
from her_tui.queries.requests import AttemptRow, attempt, body
from her_tui.queries.tokens import Tokens

if TYPE_CHECKING:
    from her_tui.capture.api.blocks import ContextBlock

#: Why there is no context where no reason was kept.
NO_BODY = "no channel that sees what is sent was on"

#: Requests that are sent the conversation, so that what is new in them can be told.
_COMPARED = frozenset((*CONVERSATION, RequestKind.COMPACT, RequestKind.COUNT))

#: Characters to a token, where the API did not say how many tokens there were.
_CHARS_PER_TOKEN = 4


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a context: system, tools or messages."""

    name: str
    blocks: int
    chars: int
    tokens: int
    """Its share of the tokens, by its length."""
    new: int
    """Blocks that were not in the request before."""


@dataclass(frozen=True, slots=True)
class Context:
    """What one request sent."""

    attempt: AttemptRow
    blocks: tuple[ContextBlock, ...]
    """In the order they were sent; empty if the body is not kept."""
    new: frozenset[int]
    """Places in ``blocks`` of what was not in the request before."""
    before: int | None
    """Row id of the request before; None if there was none to compare with."""
    why: str
    """Why there are no blocks."""

    @property
    def chars(self) -> int:
        """Length of all blocks."""
        return sum(block.chars for block in self.blocks)

    @property
    def tokens(self) -> int:
        """Tokens sent: as the API counted them, else by the length of what was sent."""
        told: Tokens | None = self.attempt.tokens
        return told.context if told and told.context else self.chars // _CHARS_PER_TOKEN

    def sections(self) -> Mapping[str, Section]:
        """The parts there are, in the order they were sent."""
        whole = max(1, self.chars)
        found: dict[str, Section] = {}
        for at, block in enumerate(self.blocks):
            old = found.get(block.section) or Section(block.section, 0, 0, 0, 0)
            chars = old.chars + block.chars
            found[block.section] = Section(
                block.section,
                old.blocks + 1,
                chars,
                round(self.tokens * chars / whole),
                old.new + (at in self.new),
            )
        return found


def context(library: Library, number: int) -> Context | None:
    """The context of the attempt with row id ``number``; None if there is no such attempt."""
    from her_tui.capture.api.blocks import (
        blocks_of,
        new_blocks,
    )  # deferred: no first paint needs it

    row = attempt(library, number)
    if row is None:
        return None
    sent = body(library, row.request_body)
    blocks = tuple(blocks_of(sent)) if sent is not None else ()
    if not blocks:
        why = row.missing.get("request_body") or (NO_BODY if sent is None else "it is no request")
        return Context(row, (), frozenset(), None, why)
    before, old = _before(library, row)
    if before is None:
        return Context(row, blocks, frozenset(), None, "")
    return Context(row, blocks, frozenset(new_blocks(blocks_of(old), blocks)), before, "")


def _before(library: Library, row: AttemptRow) -> tuple[int | None, bytes]:
    """The last request of the same agent's conversation before ``row`` that is no attempt at the
    same response, and its body."""
    if row.kind and row.kind not in _COMPARED:
        return None, b""
    kinds = ", ".join(f"'{kind}'" for kind in ("", *CONVERSATION))
    found = library.rows(
        "SELECT r.id, r.request_body FROM request r JOIN request own ON own.id = ?"
        " WHERE r.session = own.session AND r.agent = own.agent AND r.started < own.started"
        f" AND r.kind IN ({kinds}) AND r.request_body IS NOT NULL"
        " AND r.conversation <> own.conversation ORDER BY r.started DESC LIMIT 1",
        (row.id,),
    )
    sent = body(library, found[0][1]) if found else None
    return (found[0][0], sent) if sent is not None else (None, b"")
