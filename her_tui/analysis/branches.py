"""The branches of one session: what a rewind left, and what goes on instead.

A prompt, or a command, that continues an earlier record than the last one leaves a stretch behind
it. Read from the start, the conversation as it was before the rewind is one branch, and the
conversation as it is after it another; they share what came before. Pure functions over a timeline
and, for each event, the record that its own record continues.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from her_tui.analysis.timeline import Timeline
from her_tui.events.model import EventKind, Flag

Span = tuple[int, int]
"""First position, and the position after the last."""

#: What continues the conversation, unless it is `Flag.LOCAL`; all else stands beside it.
CONTINUES = frozenset(
    (
        EventKind.PROMPT,
        EventKind.COMMAND,
        EventKind.THINKING,
        EventKind.TEXT,
        EventKind.TOOL_USE,
    )
)

#: What may continue an earlier record than the last one.
REWINDS = frozenset((EventKind.PROMPT, EventKind.COMMAND))


@dataclass(frozen=True, slots=True)
class Branch:
    """One way through a session, from its start to where it was left, or to its end."""

    number: int
    """From 1, in the order in which they end: the last is the one that goes on."""
    spans: tuple[Span, ...]
    """The positions it consists of, in order."""
    left_at: int | None
    """Position of the prompt that went another way; None: it is the one that goes on."""

    @property
    def positions(self) -> list[int]:
        """All its positions, in order."""
        return [position for start, end in self.spans for position in range(start, end)]


def find_branches(timeline: Timeline, parents: Sequence[bytes | None]) -> tuple[Branch, ...]:
    """The branches of a session, at least one; ``parents`` has, for each position, the identity of
    the record that the event's record continues. Between two branches that were left, a stretch
    belongs to both only if both come through it."""
    first = _first_to_continue(timeline, parents)
    path: tuple[Span, ...] = ((0, 0),)
    found: list[Branch] = []
    for position in timeline.prompts:
        parent = parents[position]
        fork = first.get(parent, position) if parent is not None else position
        if not timeline.flags[position] & Flag.REWIND or fork >= position:
            continue
        path = _until(path, position)
        found.append(Branch(len(found) + 1, path, position))
        way = next((one.spans for one in reversed(found) if _holds(one.spans, fork)), path)
        path = (*_before(way, fork), (position, position))
    return (*found, Branch(len(found) + 1, _until(path, len(timeline)), None))


def _first_to_continue(
    timeline: Timeline, parents: Sequence[bytes | None]
) -> dict[bytes | None, int]:
    """Record -> the first position on the main thread that continues it."""
    first: dict[bytes | None, int] = {}
    for position, parent in enumerate(parents):
        beside = timeline.agents[position] or timeline.flags[position] & Flag.LOCAL
        if timeline.kinds[position] in CONTINUES and not beside:
            first.setdefault(parent, position)
    return first


def _until(path: tuple[Span, ...], end: int) -> tuple[Span, ...]:
    """``path``, whose last stretch goes on up to ``end``."""
    return (*path[:-1], (path[-1][0], end))


def _holds(spans: Sequence[Span], position: int) -> bool:
    return any(start <= position < end for start, end in spans)


def _before(spans: Sequence[Span], position: int) -> tuple[Span, ...]:
    """What of ``spans`` comes before ``position``, which is in one of them."""
    kept: list[Span] = []
    for start, end in spans:
        if start <= position < end:
            return (*kept, (start, position)) if position > start else tuple(kept)
        kept.append((start, end))
    return tuple(kept)


def elapsed(timeline: Timeline, spans: Sequence[Span]) -> list[int]:
    """Milliseconds since the start for each position of ``spans``, in order. The time of what lies
    between two spans is left out: the second starts when what it stands instead of did."""
    clock: list[int] = []
    shift = timeline.times[spans[0][0]] if len(timeline) and spans else 0
    after: int | None = None
    for start, end in spans:
        if start >= end:
            continue
        if after is not None:
            stood_for = timeline.times[min(after, len(timeline) - 1)]
            shift += timeline.times[start] - stood_for
        clock.extend(timeline.times[position] - shift for position in range(start, end))
        after = end
    return clock
