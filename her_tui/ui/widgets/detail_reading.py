"""Turns and actions read in worker threads, ready to be drawn when they arrive."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from textual.cache import LRUCache
from textual.message import Message
from textual.worker import get_current_worker

from her_tui.analysis.timeline import Timeline
from her_tui.errors import HerError
from her_tui.queries import turns
from her_tui.queries.library import Library
from her_tui.ui.renderers.flow import Flow, Folding, Opened, open_action, unreadable

TurnKey = tuple[int, int, int, int, int]
"""Session, turn number, row id of the first event (-1: there is none), position after the last,
first position: a turn that grew is another, though its first three are the same."""

_KEPT_TURNS = 12
#: Actions read at a time when many are open: the first appear while the rest is read.
_BATCH = 12
#: Actions of a turn whose output is searched.
_SEARCHED = 1_000


@dataclass(slots=True)
class View:
    """A turn that was read, and what was read of its actions since."""

    key: TurnKey
    flow: Flow
    opened: dict[int, Opened] = field(default_factory=dict)
    """By row id of the action."""

    def unread(self) -> list[int]:
        """The actions that were not read, as many as are searched."""
        actions = (item.action for item in self.flow.turn.items)
        return [each.id for each in actions if each and each.id not in self.opened][:_SEARCHED]

    def shows(self, folding: Folding, actions: Collection[int]) -> bool:
        """Whether any of ``actions`` is open in the flow."""
        items = self.flow.turn.items
        return any(
            item.action.id in actions and folding.is_open(item) for item in items if item.action
        )

    def missing(self, folding: Folding, shown: int | None) -> list[int]:
        """The next actions to read: the one that is ``shown`` by itself, then what is open."""
        wanted = [shown] if shown is not None and shown not in self.opened else []
        for item in self.flow.turn.items:
            if len(wanted) >= _BATCH:
                break
            action = item.action
            if action is None or action.id in self.opened or action.id == shown:
                continue
            if folding.is_open(item):
                wanted.append(action.id)
        return wanted


Views = LRUCache[TurnKey, View]


def no_views() -> Views:
    """An empty store of the turns last looked at."""
    return LRUCache(_KEPT_TURNS)


class TurnRead(Message):
    """A turn was read, or could not be."""

    def __init__(self, key: TurnKey, flow: Flow | None, error: HerError | None) -> None:
        super().__init__()
        self.key = key
        self.flow = flow
        self.error = error


class ActionsRead(Message):
    """Actions of a turn were read."""

    def __init__(self, key: TurnKey, opened: Mapping[int, Opened]) -> None:
        super().__init__()
        self.key = key
        self.opened = opened


class ActionsSearched(Message):
    """Actions of a turn that are not on screen were searched."""

    def __init__(self, key: TurnKey, pattern: re.Pattern[str], found: frozenset[int]) -> None:
        super().__init__()
        self.key = key
        self.pattern = pattern
        self.found = found


def key_of(timeline: Timeline, number: int) -> TurnKey:
    """The key of turn ``number``."""
    start, end = timeline.turn_span(number)
    first = timeline.ids[start] if start < len(timeline) else -1
    return timeline.session, number, first, end, start


def read_turn(
    library: Library, timeline: Timeline, key: TurnKey, folding: Folding, base: str
) -> TurnRead:
    """Turn ``key`` with the lines that ``folding`` shows, paths as seen from ``base``."""
    try:
        flow = Flow(turns.load_turn(library, timeline, key[1]), base)
    except HerError as error:
        return TurnRead(key, None, error)
    flow.blocks(folding, {})
    return TurnRead(key, flow, None)


def read_actions(library: Library, key: TurnKey, ids: Sequence[int]) -> ActionsRead:
    """The actions ``ids``."""
    opened: dict[int, Opened] = {}
    for action in ids:
        try:
            opened[action] = open_action(turns.load_action(library, action))
        except HerError as error:
            opened[action] = unreadable(error.title, error.hint)
    return ActionsRead(key, opened)


def search_actions(
    library: Library, key: TurnKey, ids: Sequence[int], pattern: re.Pattern[str]
) -> ActionsSearched:
    """Which of the actions ``ids`` would show what ``pattern`` matches, if they were opened."""
    worker = get_current_worker()
    found: set[int] = set()
    for action in ids:
        if worker.is_cancelled:
            break
        try:
            lines = open_action(turns.load_action(library, action)).lines
        except HerError:
            continue
        if any(pattern.search(line.text) for line in lines):
            found.add(action)
    return ActionsSearched(key, pattern, frozenset(found))
