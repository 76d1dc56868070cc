"""How an answer came, chunk by chunk, where the wire saw it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from her_tui.queries.library import Library


@dataclass(frozen=True, slots=True)
class Stream:
    """One answer as it came."""

    response: int
    """Row id of the response."""
    agent: int
    started: int
    """When the request was sent, in milliseconds since the epoch."""
    times: Sequence[float]
    """When each piece came, in milliseconds since the epoch; never decreasing."""
    blocks: Sequence[int]
    """Which block of the answer each piece belongs to, from 0."""
    kinds: Sequence[str]
    """``thinking``, ``text`` or ``tool_use`` of each block."""
    ends: Sequence[int]
    """Characters of its block there are after each piece."""
    texts: Sequence[str]
    """The whole text of each block."""

    def at(self, time: float) -> list[tuple[str, str]]:
        """(kind, text so far) of the blocks that have begun by ``time``."""
        raise NotImplementedError


def streams(library: Library, session: int, since: int, until: int) -> tuple[Stream, ...]:
    """The answers of a session (or subagent, by its row id) that were on their way at any time
    between two times, in order of start; only those the wire saw."""
    raise NotImplementedError
