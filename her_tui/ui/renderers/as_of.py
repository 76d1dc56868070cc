"""A turn as of a moment in it: what there was, what was under way, what was still ahead. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection
from dataclasses import replace
from typing import NamedTuple

from her_tui.events.model import Status
from her_tui.queries.turns import ActionDetail, ActionLine, Item, Turn
from her_tui.ui.renderers.line import BLANK, Block, line


class Cut(NamedTuple):
    """Where a moment cuts a turn."""

    shown: int
    """Items that had begun by then: the first so many."""
    running: frozenset[int]
    """Of these, actions whose outcome was not there yet."""
    ahead: int
    """Items that had not begun."""
    waiting: frozenset[int] = frozenset()
    """Of those that run, the ones that wait for the human."""

    def doing(self, index: int) -> str:
        """What the item ``index`` is doing; nothing if it is over."""
        if index not in self.running:
            return ""
        return "waits for you" if index in self.waiting else "running"


class Course:
    """How a turn went: when each of its items begins, and when an action's outcome is there."""

    def __init__(self, turn: Turn) -> None:
        self._items = turn.items
        self._starts = [item.position for item in turn.items]
        last = dict(zip(turn.index.values(), turn.index.keys(), strict=True))
        for position, index in turn.index.items():
            last[index] = max(last[index], position)
        self._ends = {
            index: last.get(index, item.position)
            if last.get(index, item.position) > item.position
            else turn.end  # its outcome is in a later turn
            for index, item in enumerate(turn.items)
            if item.action is not None and item.action.status is not Status.PENDING
        }

    def cut(self, position: int, time: int, asking: Collection[int] = ()) -> Cut:
        """What there was at ``position`` and the time ``time``, which counts for answers that have
        no place of their own on the timeline; the actions ``asking`` (row ids) wait for the human.
        """
        shown = bisect_right(self._starts, position)
        while shown and self._items[shown - 1].untold and self._items[shown - 1].time > time:
            shown -= 1
        running = frozenset(
            index for index, end in self._ends.items() if index < shown and end > position
        )
        waiting = frozenset(index for index in running if self._is_asking(index, asking))
        return Cut(shown, running, len(self._items) - shown, waiting)

    def _is_asking(self, index: int, asking: Collection[int]) -> bool:
        action = self._items[index].action
        return action is not None and action.id in asking


def unfinished(item: Item, doing: str) -> Item:
    """An action as it was before its outcome, ``doing`` something; nothing: as it is."""
    if item.action is None or not doing:
        return item
    return replace(item, action=_unfinished(item.action, doing), error=False)


def unfinished_detail(detail: ActionDetail) -> ActionDetail:
    """The same, opened: what went in."""
    return replace(
        detail,
        line=_unfinished(detail.line, "running"),
        output="",
        stderr="",
        patch=None,
        images=(),
    )


def _unfinished(action: ActionLine, doing: str) -> ActionLine:
    return replace(
        action,
        status=Status.PENDING,
        added=None,
        removed=None,
        duration_ms=None,
        sha="",
        subject="",
        output_chars=0,
        doing=doing,
    )


def ahead_block(count: int) -> Block:
    """The last row of a turn that goes on: how much of it is still ahead."""
    said = f"┈ {count:,} more in this turn"
    return Block(("ahead",), (BLANK, line(said, "dim", wrap=False)), lead=1)
