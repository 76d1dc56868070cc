"""What the turns of a session should be: as the timeline and the screen tell them."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from her_tui.analysis.timeline import Timeline
from her_tui.events.model import ActionKind, EventKind, Flag
from her_tui.queries import requests, timeline, turns
from her_tui.queries.library import Library
from her_tui.queries.turns import Turn

_BLOCKS = (EventKind.THINKING, EventKind.TEXT, EventKind.TOOL_USE)


class TurnRow(NamedTuple):
    """A row of the table ``turn``, its session and its ids of events aside."""

    number: int
    started: int | None
    ended: int | None
    model: str
    latency_ms: int | None
    ttft_ms: int | None
    duration_ms: int
    tokens: int
    cost: float | None
    errors: int
    actions: int
    edits: int
    commits: int
    thinking: int
    images: int
    diffs: int


def stored(library: Library, session: int) -> list[TurnRow]:
    """The turns as the library has them, costs to a billionth."""
    columns = ", ".join(TurnRow._fields)
    rows = library.rows(f"SELECT {columns} FROM turn WHERE session = ? ORDER BY number", (session,))
    return [_rounded(TurnRow(*row)) for row in rows]


def prompts(library: Library, session: int) -> list[int]:
    """The events they are rows of."""
    rows = library.rows("SELECT event FROM turn WHERE session = ? ORDER BY number", (session,))
    return [row[0] for row in rows]


def expected(library: Library, session: int) -> list[TurnRow]:
    """The turns as everything else has them."""
    laid = timeline.load(library, session)
    arrivals = sorted(
        (row.started + row.ttft_ms, row.ttft_ms)
        for row in requests.attempts(library, session)
        if row.ttft_ms is not None and row.started is not None
        if not row.agent and row.kind == "main" and row.message_id
    )
    return [
        _rounded(_expected(library, laid, number, arrivals))
        for number in range(1, len(laid.prompts) + 1)
    ]


def _expected(
    library: Library, laid: Timeline, number: int, arrivals: list[tuple[float, float]]
) -> TurnRow:
    turn = turns.load_turn(library, laid, number)
    span = range(turn.start, turn.end)
    began = laid.times[turn.start]
    last = turn.end == len(laid)
    until = laid.times[turn.end - 1] if last else laid.times[turn.end]
    blocks = [laid.times[at] for at in span if laid.kinds[at] in _BLOCKS and not laid.agents[at]]
    seen = [each for each in arrivals if began <= each[0] and (last or each[0] < until)]
    answers = [*blocks[:1], *(round(moment) for moment, _ in seen[:1])]
    return TurnRow(
        number=number,
        started=began or None,
        ended=until or None,
        model=turn.model,
        latency_ms=min(answers) - began if answers and began else None,
        ttft_ms=round(seen[0][1]) if seen and began else None,
        duration_ms=turn.duration_ms,
        tokens=turn.tokens.total,
        cost=turn.cost,
        errors=turn.errors,
        **_done(library, laid, turn),
        thinking=int(any(laid.kinds[at] == EventKind.THINKING for at in span)),
        images=int(any(laid.flags[at] & Flag.IMAGE for at in span)),
    )


def _done(library: Library, laid: Timeline, turn: Turn) -> dict[str, Any]:
    actions = {item.action.id: item.action for item in turn.items if item.action}
    events = library.rows(
        "SELECT kind, action FROM event WHERE action NOT NULL"
        " AND id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(laid.ids[turn.start : turn.end])),),
    )
    begun = {actions[action] for kind, action in events if kind == EventKind.TOOL_USE}
    ended = {actions[action] for kind, action in events if kind == EventKind.TOOL_RESULT}
    return {
        "actions": len(begun),
        "edits": sum(1 for action in begun if action.kind is ActionKind.EDIT),
        "commits": len({action.sha for action in ended if action.sha}),
        "diffs": int(any((action.added, action.removed) != (None, None) for action in ended)),
    }


def _rounded(row: TurnRow) -> TurnRow:
    return row._replace(cost=None if row.cost is None else round(row.cost, 9))
