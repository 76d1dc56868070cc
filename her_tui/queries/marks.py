"""The marks of a session: what its events say, and what only the library knows beside them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from her_tui.analysis.marks import ASKING, Marks, Wait, asked, find_marks
from her_tui.analysis.timeline import Timeline
from her_tui.events.model import ActionKind, EventKind, Status
from her_tui.queries import bookmarks, texts
from her_tui.queries.library import Library
from her_tui.queries.requests import of_session

#: Refusals of which it is looked up whether the human said something; each is a record to read.
_REFUSALS_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Marked:
    """The marks of one session (or of one subagent of it)."""

    marks: Marks = ()
    waits: tuple[Wait, ...] = ()
    """Sorted by start."""


class _Asked(NamedTuple):
    """An action that may have waited for the human."""

    id: int
    name: str | None
    kind: str | None
    status: str | None
    permission: str | None
    duration: int | None


def load(library: Library, timeline: Timeline) -> Marked:
    """The marks of the session (or subagent) that ``timeline`` is of."""
    found = _actions(library, timeline)
    ends = _ends(library, timeline, [each.id for each in found])
    waits = sorted(_waits(timeline, found, ends), key=lambda wait: (wait.start, wait.position))
    refused = {
        ends[each.id][1] for each in found if each.status == Status.REJECTED and each.id in ends
    }
    refusals = _with_words(library, timeline, [at for at in refused if at is not None])
    own = bookmarks.marks(bookmarks.of_session(library, timeline.session), timeline)
    return Marked(find_marks(timeline, waits, refusals, own), tuple(waits))


def _actions(library: Library, timeline: Timeline) -> list[_Asked]:
    """The actions that were up to the human."""
    where, values = of_session(library, timeline.session, "a")
    names = ", ".join(f"'{name}'" for name in sorted(ASKING))
    rows = library.rows(
        "SELECT a.id, a.name, a.kind, a.status, a.permission, a.duration_ms FROM action a"
        f" WHERE {where} AND (a.permission LIKE '%:user%' OR a.status = ?"
        f" OR a.name IN ({names}))",
        (*values, Status.REJECTED.value),
    )
    return [_Asked._make(row) for row in rows]


def _ends(
    library: Library, timeline: Timeline, actions: Sequence[int]
) -> dict[int, tuple[int, int | None]]:
    """Action -> positions of its start and its outcome (None: there is none)."""
    if not actions:
        return {}
    where, values = of_session(library, timeline.session, "e")
    uses, results = int(EventKind.TOOL_USE), int(EventKind.TOOL_RESULT)
    rows: list[tuple[Any, ...]] = library.rows(
        f"SELECT e.id, e.kind, e.action FROM event e WHERE {where}"
        f" AND e.kind IN ({uses}, {results}) AND e.action IN (SELECT value FROM json_each(?))",
        (*values, json.dumps(list(actions))),
    )
    at = _positions(timeline, (row[0] for row in rows))
    starts = {row[2]: at[row[0]] for row in rows if row[1] == uses and row[0] in at}
    ends = {row[2]: at[row[0]] for row in rows if row[1] == results and row[0] in at}
    return {action: (start, ends.get(action)) for action, start in starts.items()}


def _positions(timeline: Timeline, events: Iterable[int]) -> dict[int, int]:
    """Where ``events`` are on the timeline."""
    places = timeline.places
    return {event: places[event] for event in events if event in places}


def _waits(
    timeline: Timeline, found: Sequence[_Asked], ends: dict[int, tuple[int, int | None]]
) -> Iterator[Wait]:
    times = timeline.times
    for each in found:
        if each.id not in ends:
            continue
        start, end = ends[each.id]
        span = asked(
            each.name,
            ActionKind(each.kind) if each.kind else None,
            Status(each.status) if each.status else None,
            each.permission,
            (times[start], None if end is None else times[end]),
            each.duration,
        )
        if span is not None:
            yield Wait(start, span[0], times[-1] if span[1] is None else span[1])


def _with_words(library: Library, timeline: Timeline, refused: Sequence[int]) -> set[int]:
    """Those of the outcomes at ``refused`` in which the human said what to do instead."""
    from her_tui.capture.agents import adapter_for  # deferred: a session without any reads none

    if not refused:
        return set()
    kept = sorted(refused)[-_REFUSALS_LIMIT:]
    said = texts.texts(library, [timeline.ids[at] for at in kept])
    (agent,) = library.rows("SELECT agent FROM session WHERE id = ?", (timeline.session,))[0]
    correction = adapter_for(agent).correction
    return {at for at in kept if correction(said.get(timeline.ids[at], ""))}
