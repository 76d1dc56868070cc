"""How full the context window of a session was: the rules that its states and its chart share.

A response fills it at its last event; what has no event counts by its time. A compaction empties
it, until the next response.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from her_tui.analysis.timeline import Timeline
from her_tui.events.model import EventKind


class Answer(NamedTuple):
    """A response."""

    id: int
    own: bool
    """It is one of the conversation, on the timeline's own thread: it tells model and context."""
    model: str
    time: int | None
    """When it ended, in milliseconds since the epoch."""
    input: int
    output: int
    cache_creation: int
    cache_read: int
    cost: float | None
    unpriced: int
    """1: its price is not known."""


Row = tuple[Any, ...]
"""An `Answer`, or another such thing, as a plain tuple: the garbage collector lets those alone that
hold only numbers and texts, and a session has 100,000."""

#: The longer window that some models are offered with beside their usual one.
_LONG = 1_000_000


class Filled(NamedTuple):
    """How full a context was, each time that it changed."""

    positions: list[int]
    tokens: list[int]
    windows: list[int | None]
    """Tokens it holds; None if that is not known."""


def by_time(timeline: Timeline, time: int | None) -> int:
    """Where something without an event stands; what has no time either, at the end."""
    return len(timeline) - 1 if time is None else timeline.at_time(time)


def begins_anew(timeline: Timeline, position: int, summary: bool) -> bool:
    """Whether the event at ``position``, which may be the ``summary`` that a compacted context
    begins with, empties the context of the timeline's own thread."""
    compacts = summary or timeline.kinds[position] == EventKind.COMPACTION
    return compacts and not timeline.agents[position]


def fill_steps(
    timeline: Timeline,
    answers: Sequence[Row],
    last: Mapping[int, int],
    summaries: Iterable[int],
    window: Callable[[str], int | None],
) -> Filled:
    """How full the context was, each time that it changed; ``last`` are the positions of the last
    events of responses, ``summaries`` those of what compacted contexts begin with."""
    kinds = timeline.kinds
    compacted = {at for at in summaries if begins_anew(timeline, at, summary=True)}
    at = kinds.find(EventKind.COMPACTION)
    while at >= 0:
        if begins_anew(timeline, at, summary=False):
            compacted.add(at)
        at = kinds.find(EventKind.COMPACTION, at + 1)
    windows = windows_of(answers, window)
    steps = [(at, -1, 0, "") for at in compacted]
    for order, (response, own, model, time, one, two, three, four, _, _) in enumerate(answers):
        if own and (total := one + two + three + four):
            place = last.get(response)
            place = by_time(timeline, time) if place is None else place
            steps.append((place, order, total, model))
    steps.sort()
    found = Filled([], [], [])
    before: int = 0
    held: int | None = None
    for at, _, tokens, model in steps:
        holds = windows[model] if tokens else held
        if tokens != before or holds != held:
            found.positions.append(at)
            found.tokens.append(tokens)
            found.windows.append(holds)
            before, held = tokens, holds
    return found


def windows_of(
    answers: Sequence[Row], window: Callable[[str], int | None]
) -> dict[str, int | None]:
    """Model -> what its context window holds in this session."""
    fullest: dict[str, int] = {}
    for _, own, model, _, one, two, three, four, _, _ in answers:
        if own and (total := one + two + three + four) >= fullest.get(model, 0):
            fullest[model] = total
    found = {model: window(model) for model in fullest}
    return {
        # More than fits was in it: it is a longer one, which was asked for and is told nowhere.
        model: _LONG if size is not None and size < fullest[model] <= _LONG else size
        for model, size in found.items()
    }
