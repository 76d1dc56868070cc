"""Comparing from the main screen: with what, and then side by side."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from textual.message import Message

from her_tui import clock, units
from her_tui.queries import comparable
from her_tui.queries.comparable import Partner
from her_tui.queries.library import Library
from her_tui.queries.sessions import SessionRow
from her_tui.ui import loading
from her_tui.ui.screens.choose import Choose
from her_tui.ui.screens.starting import Starting

if TYPE_CHECKING:
    from her_tui.ui.screens.compare import Pick


class PartnersFound(Message):
    """What the session on screen can be compared with."""

    def __init__(self, row: SessionRow, partners: Sequence[Partner]) -> None:
        super().__init__()
        self.row = row
        self.partners = partners


class Comparing(Starting):
    """The action named ``compare.with``."""

    def action_compare(self) -> None:
        """Choose what to compare the session on screen with."""
        row, library = self.session, self.library
        if row is None or library is None:
            return
        if row.parent is not None:
            self.say_problem("A subagent is compared with its session", "Press ← to go there.")
            return
        loading.run_job(self, "sessions to compare", partial(_look, library, row))

    def on_partners_found(self, event: PartnersFound) -> None:
        """Offer them, the nearest first."""
        if not event.partners:
            self.say_problem("There is nothing to compare with", "Record another session.")
            return
        entries = [entry(partner) for partner in event.partners]

        def chosen(number: int | None) -> None:
            if number is not None:
                self.compare(event.partners[number])

        name = f"{event.row.session_id[:8]}{_own_branch(event.partners)} {event.row.title}"
        self.app.push_screen(Choose(f"Compare {name} with", entries), chosen)

    def compare(self, partner: Partner) -> None:
        """Hold them side by side: the session on screen is A, at the left."""
        from her_tui.ui.screens.compare import Compare  # deferred: not for the first paint

        if self.library is None:
            return
        screen = Compare(self.library, partner.own, partner.other, self.keys, self._demo)
        self.app.push_screen(screen, self._compared)

    def _compared(self, pick: Pick | None) -> None:
        """The comparison is over: open what was chosen."""
        if pick is not None:
            self.go_to(pick.session, pick.event)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There must be something to compare."""
        if action == "compare":
            return self.session is not None and self.timeline is not None
        return super().check_action(action, parameters)


def _look(library: Library, row: SessionRow) -> PartnersFound:
    return PartnersFound(row, comparable.partners(library, row))


def _own_branch(partners: Sequence[Partner]) -> str:
    """Which branch of the session on screen is compared, if it has several."""
    own = next((each.own.branch for each in partners if each.own.branch is not None), None)
    return f" · branch {own} of {own}" if own is not None else ""


def entry(partner: Partner) -> tuple[str, str]:
    """How a partner is offered: what it is, and which."""
    row, branch = partner.other.row, partner.other.branch
    if branch is not None:
        return str(partner.relation), f"branch {branch}  {partner.text}"
    parts = (
        row.session_id[:8],
        units.age(row.ended, clock.now_ms()),
        units.count(row.turns, "turn") + (", rewound" if partner.rewound else ""),
        units.money(row.cost, row.unpriced) if row.responses else "",
        row.title,
    )
    return str(partner.relation), "  ".join(filter(None, parts))
