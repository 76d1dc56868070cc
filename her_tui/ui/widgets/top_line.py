"""The first row: the name, what all sessions amount to, and what the list is narrowed down to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from her_tui import units
from her_tui.queries.sessions import Group, ListQuery, Sort
from her_tui.queries.spend import Spend
from her_tui.ui.text import cut
from her_tui.ui.widgets.one_line import OneLine, spread, width_of
from her_tui.ui.widgets.session_line import Piece

DAYS = 14
#: Cells of a chip at least, before it is cut.
_CHIP = 24


@dataclass(frozen=True, slots=True)
class Glance:
    """What the first row says of the whole library."""

    sessions: int = 0
    hidden: int = 0
    days: Sequence[Spend] = ()
    """The last days, today at the end."""
    dearest: Spend | None = None
    """The project that cost most."""
    matching: int | None = None
    """How many sessions the list is narrowed down to; None: it is not."""


def glance_pieces(glance: Glance, room: int) -> list[Piece]:
    """As much of ``glance`` as fits into ``room`` cells, what matters most first."""
    parts: list[list[Piece]] = []
    if glance.sessions:
        noun = " session" if glance.sessions == 1 else " sessions"
        total = [(f"{glance.sessions:,}", "number"), (noun, "dim")]
        if glance.matching is not None:
            total = [(f"{glance.matching:,}", "number"), (" of ", "dim"), *total]
        parts.append(total)
    if glance.sessions and glance.days:
        today = glance.days[-1]
        parts.append([("today ", "dim"), (units.money(today.cost or 0.0), "cost")])
        costs = [day.cost or 0.0 for day in glance.days]
        if any(costs):
            parts.append([
                (f"{len(costs)} days ", "dim"),
                (units.sparkline(costs), "spark"),
                (" " + units.money(sum(costs)), "cost"),
            ])  # fmt: skip
    if glance.dearest is not None and glance.dearest.cost:
        name = cut(units.project_name(glance.dearest.key), 20)
        parts.append([
            ("dearest ", "dim"), (name + " ", "number"), (units.money(glance.dearest.cost), "cost"),
        ])  # fmt: skip
    shown: list[Piece] = []
    for part in parts:
        if width_of(shown) + width_of(part) + 3 > room:
            break
        shown += [("   ", "dim"), *part]
    return shown


def chips(query: ListQuery, hidden: int) -> list[str]:
    """What the list leaves out or does differently, one short text each."""
    found = []
    if query.text:
        found.append(f"/{query.text}")
    if query.project:
        found.append(f"only {units.project_name(query.project)}")
    if query.sort is not Sort.RECENT or query.reverse:
        found.append(f"{'▴' if query.reverse else '▾'} {query.sort}")
    if query.group is not Group.NONE:
        found.append(f"by {query.group}")
    if query.hidden:
        found.append("all shown")
    elif hidden:
        found.append(f"{units.compact(hidden)} hidden")
    return found


def chip_pieces(texts: Sequence[str], room: int) -> list[Piece]:
    """``texts`` as chips, as many as fit into ``room`` cells; a filter may take half of them."""
    shown: list[Piece] = []
    for text in texts:
        longest = max(_CHIP, room // 2)
        chip: list[Piece] = [(" " + cut(text, longest) + " ", "chip"), (" ", "dim")]
        if width_of(shown) + width_of(chip) > room:
            break
        shown += chip
    return shown


class TopLine(OneLine):
    """The first row of the main screen."""

    prefix = "top-line"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"top-line--{role}" for role in ("brand", "demo", "number", "dim", "cost", "spark", "chip")
    }

    def __init__(self, query: ListQuery, demo: bool) -> None:
        super().__init__()
        self._query = query
        self._demo = demo
        self._glance = Glance()

    def show(self, glance: Glance, query: ListQuery) -> None:
        """Show these figures, and what the list shows."""
        if (glance, query) != (self._glance, self._query):
            self._glance, self._query = glance, query
            self.redraw()

    def pieces(self, width: int) -> list[Piece]:
        """The name, the figures, the chips; the chips come before the lesser figures."""
        left: list[Piece] = [(" ● Her ", "brand")]
        if self._demo:
            left += [(" demo ", "demo")]
        texts = chips(self._query, self._glance.hidden)
        right = chip_pieces(texts, max(0, width - width_of(left) - 16))
        left += glance_pieces(self._glance, width - width_of(left) - width_of(right) - 2)
        return spread(left, right, width)
