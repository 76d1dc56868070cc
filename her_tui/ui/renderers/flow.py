"""A turn as blocks, one per item, with what is folded and what is open.

`Flow` keeps the blocks it made and hands the same ones out again while nothing about them changed,
so that the view lays out only what is new. Made in a worker thread, then used by the screen's.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from her_tui.events.model import EventKind
from her_tui.queries.turns import ActionDetail, Item, Turn
from her_tui.ui.renderers.as_of import Course, Cut, unfinished, unfinished_detail
from her_tui.ui.renderers.finding import Match, matches_in
from her_tui.ui.renderers.items import (
    action_lines,
    foldable,
    item_lines,
    open_at_first,
    worth_a_row,
)
from her_tui.ui.renderers.line import BLANK, Block, Line, Span, line, prefixed, safe


@dataclass(frozen=True, slots=True)
class Folding:
    """What the user wants to see open. Survives the change to another turn."""

    thinking: bool = False
    everything: bool = False
    turned: frozenset[int] = field(default_factory=frozenset)
    """Events whose state is the opposite of what the rest says."""

    def is_open(self, item: Item) -> bool:
        """Whether ``item`` is open."""
        base = open_at_first(item) or self.everything
        base = base or (self.thinking and item.kind is EventKind.THINKING)
        return foldable(item) and base != (item.event in self.turned)

    def turn(self, item: Item) -> Folding:
        """The folding with ``item`` the other way round."""
        return replace(self, turned=self.turned ^ {item.event})


@dataclass(slots=True, eq=False)
class Opened:
    """An action that was read, and its lines, made in the thread that read it."""

    detail: ActionDetail | None
    """None: it could not be read, and the lines say why."""
    lines: tuple[Line, ...]
    _unfinished: tuple[Line, ...] | None = None

    def as_of(self, running: bool) -> tuple[Line, ...]:
        """Its lines; while it was ``running`` those that were there before its outcome."""
        if not running or self.detail is None:
            return self.lines
        if self._unfinished is None:
            self._unfinished = tuple(action_lines(unfinished_detail(self.detail)))
        return self._unfinished


def open_action(detail: ActionDetail) -> Opened:
    """``detail`` with its lines."""
    return Opened(detail, tuple(action_lines(detail)))


def unreadable(title: str, hint: str) -> Opened:
    """An action that could not be read."""
    lines = [line(safe(title), "error"), line(safe(hint), "dim")]
    return Opened(None, tuple(each for each in lines if each.text))


class Hit(NamedTuple):
    """One place where a text was found."""

    block: int
    match: Match | None
    """None: in the folded part of the block."""


class Flow:
    """The blocks of one turn."""

    def __init__(self, turn: Turn, base: str) -> None:
        """Paths are shown as seen from the folder ``base``."""
        self.turn = turn = _telling(turn)
        self.base = base
        self._positions = sorted(turn.index)
        self._course = Course(turn)
        self._made: dict[tuple[int, bool, str], tuple[Opened | None, Block]] = {}

    def blocks(
        self, folding: Folding, details: Mapping[int, Opened], cut: Cut | None = None
    ) -> tuple[Block, ...]:
        """One block per item of the turn, or of what ``cut`` leaves of it."""
        shown = len(self.turn.items) if cut is None else cut.shown
        doing = cut.doing if cut is not None else _is_over
        return tuple(
            self._block(index, self.turn.items[index], folding, details, doing(index))
            for index in range(shown)
        )

    def cut_at(self, position: int, time: int, asking: Collection[int] = ()) -> Cut:
        """Where ``position``, at the time ``time``, cuts the turn; the actions ``asking`` wait for
        the human."""
        return self._course.cut(position, time, asking)

    def index_at(self, position: int) -> int | None:
        """The item that stands at ``position``, or the last before it; None at the prompt."""
        found = bisect_right(self._positions, position)
        return self.turn.index[self._positions[found - 1]] if found else None

    def item_at(self, position: int) -> Item | None:
        """What `index_at` says, as the item itself; the prompt where there is one."""
        index = self.index_at(position)
        return self.turn.prompt if index is None else self.turn.items[index]

    def action_at(self, position: int) -> Item | None:
        """The last action at or before ``position``."""
        index = self.index_at(position)
        while index is not None and index >= 0:
            if self.turn.items[index].action is not None:
                return self.turn.items[index]
            index -= 1
        return None

    def hits(
        self,
        pattern: re.Pattern[str],
        folding: Folding,
        details: Mapping[int, Opened],
        inside: Collection[int],
        cut: Cut | None = None,
    ) -> Iterator[Hit]:
        """Every place in the turn, or in what ``cut`` leaves of it; hidden ones once per item.

        ``inside`` are actions that are known to hold the text though they were not read.
        """
        running = cut.running if cut is not None else ()
        for index, block in enumerate(self.blocks(folding, details, cut)):
            seen = False
            for match in matches_in(block.lines, pattern):
                seen = True
                yield Hit(index, match)
            item = self.turn.items[index]
            if seen or index in running:
                continue
            action = item.action.id if item.action else None
            known = action in inside and action not in details
            if known or (not folding.is_open(item) and _hidden(item, pattern, details)):
                yield Hit(index, None)

    def _block(
        self,
        index: int,
        item: Item,
        folding: Folding,
        details: Mapping[int, Opened],
        doing: str,
    ) -> Block:
        opened = folding.is_open(item)
        detail = details.get(item.action.id) if opened and item.action else None
        made = self._made.get((index, opened, doing))
        if made is not None and made[0] is detail:
            return made[1]
        inside = detail.as_of(bool(doing)) if detail else None
        block = self._make(index, unfinished(item, doing), opened, inside)
        self._made[index, opened, doing] = (detail, block)
        return block

    def _make(self, index: int, item: Item, opened: bool, inside: tuple[Line, ...] | None) -> Block:
        before = self.turn.items[index - 1] if index else None
        lines = item_lines(item, opened, inside, self._took(index, item), self.base)
        after = self.turn.items[index + 1 : index + 2]
        if len(lines) > 1 and after and EventKind.TEXT not in (item.kind, after[0].kind):
            lines.append(BLANK)
        lead: list[Line] = []
        if before is not None and EventKind.TEXT in (item.kind, before.kind):
            lead.append(BLANK)
        if item.agent:
            if before is None or before.agent != item.agent:
                lead.append(Line((Span(safe(item.agent, 60), "agent"),), wrap=False))
            lines = list(prefixed(lines, (Span("  "),)))
            lead = list(prefixed(lead, (Span("┊ ", "agent"),)))
            lines = list(prefixed(lines, (Span("┊ ", "agent"),)))
        return Block(item.event, (*lead, *lines), lead=len(lead))

    def _took(self, index: int, item: Item) -> int | None:
        """Time since the item before on the same thread, or since the prompt."""
        if item.kind is not EventKind.THINKING:
            return None
        before = self.turn.items[max(0, index - 50) : index]
        same = next((each for each in reversed(before) if each.agent == item.agent), None)
        if same is None and not item.agent:
            same = self.turn.prompt
        if same is None:
            return None
        done = same.time + (same.action.duration_ms or 0 if same.action else 0)
        return max(0, item.time - done)


def _is_over(index: int) -> str:
    """Nothing is under way in a turn that is shown whole."""
    return ""


def _telling(turn: Turn) -> Turn:
    """``turn`` without the items that say nothing."""
    kept = [at for at, item in enumerate(turn.items) if worth_a_row(item)]
    if len(kept) == len(turn.items):
        return turn
    moved = {at: to for to, at in enumerate(kept)}
    index = {position: moved[at] for position, at in turn.index.items() if at in moved}
    return replace(turn, items=tuple(turn.items[at] for at in kept), index=index)


def _hidden(item: Item, pattern: re.Pattern[str], details: Mapping[int, Opened]) -> bool:
    """Whether the folded part of ``item`` matches."""
    if pattern.search(item.text):
        return True
    opened = details.get(item.action.id) if item.action else None
    return opened is not None and any(pattern.search(each.text) for each in opened.lines)
