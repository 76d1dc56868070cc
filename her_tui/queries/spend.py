"""What was spent: per day and per project, each response counted once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from her_tui import clock
from her_tui.queries.library import Library


@dataclass(frozen=True, slots=True)
class Spend:
    """Cost and volume of one day or one project, each response counted once."""

    key: str
    """``2026-11-20`` in local time, or the project's folder."""
    cost: float | None
    tokens: int
    prompts: int
    sessions: int


def by_day(library: Library, days: int) -> Sequence[Spend]:
    """Spend of the last ``days`` days, oldest first, days without any included."""
    today = date.fromtimestamp(clock.now_ms() / 1000)
    first = today - timedelta(days=days - 1)
    found = {
        row[0]: Spend(*row)
        for row in library.rows(
            "SELECT day, sum(cost), sum(tokens), sum(prompts), count(DISTINCT session)"
            " FROM sessionday WHERE day >= ? GROUP BY day",
            (first.isoformat(),),
        )
    }
    keys = [(first + timedelta(days=offset)).isoformat() for offset in range(days)]
    return [found.get(key, Spend(key, None, 0, 0, 0)) for key in keys]


def by_project(library: Library, limit: int) -> Sequence[Spend]:
    """The ``limit`` dearest projects."""
    return [
        Spend(*row)
        for row in library.rows(
            "SELECT project, sum(spent), sum(spent_tokens), sum(prompts), count(*) FROM session"
            " WHERE parent IS NULL GROUP BY project ORDER BY ifnull(sum(spent), 0) DESC,"
            " sum(spent_tokens) DESC LIMIT ?",
            (limit,),
        )
    ]
