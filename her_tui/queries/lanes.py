"""What a session did, spent and launched, event by event: the lanes of the timeline bar."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from typing import Any

from her_tui.analysis.chart import (
    Chart,
    Fill,
    Spending,
    Subagent,
    Subagents,
    lay_fill,
    lay_spending,
    lay_subagents,
)
from her_tui.analysis.density import ACTION_LANES, LANE_OF_ACTION, Lane, Lanes, lanes_of, sort_marks
from her_tui.analysis.timeline import Timeline
from her_tui.events.model import ActionKind, EventKind
from her_tui.queries import marks
from her_tui.queries.library import Library
from her_tui.queries.requests import of_session


def load(library: Library, timeline: Timeline) -> Chart:
    """The chart of the session (or subagent) that ``timeline`` is of."""
    if not len(timeline):
        return Chart()
    marked = marks.load(library, timeline)
    where, values = of_session(library, timeline.session, "e")
    places = {event: at for at, event in enumerate(timeline.ids)}
    fill, spending = _responses(library, timeline, places, where, values)
    return Chart(
        kinds=_kinds(library, timeline, places, where, values),
        fill=fill,
        spending=spending,
        subagents=_subagents(library, timeline),
        marks=marked.marks,
        mark_lanes=sort_marks(timeline, marked.marks),
        waits=marked.waits,
        longest_wait=max((wait.end - wait.start for wait in marked.waits), default=0),
    )


def _kinds(
    library: Library,
    timeline: Timeline,
    places: Mapping[int, int],
    where: str,
    values: tuple[int, ...],
) -> Lanes:
    """The actions by what they do."""
    lanes = {str(kind): LANE_OF_ACTION[kind] for kind in ActionKind}
    found: dict[Lane, list[int]] = {lane: [] for lane in ACTION_LANES}
    for event, kind in library.rows(
        "SELECT e.id, a.kind FROM event e LEFT JOIN action a ON a.id = e.action"
        f" WHERE {where} AND e.kind = {EventKind.TOOL_USE}",
        values,
    ):
        if event in places:
            found[lanes.get(kind, Lane.OTHER)].append(places[event])
    return lanes_of(timeline, {lane: array("q", sorted(at)) for lane, at in found.items()})


def _responses(
    library: Library,
    timeline: Timeline,
    places: Mapping[int, int],
    where: str,
    values: tuple[int, ...],
) -> tuple[Fill, Spending]:
    """The context window and what was spent, at the last event of each response; a side request
    has none and stands at its own time."""
    last: dict[int, int] = {}
    for event, response in library.rows(
        f"SELECT max(e.id), e.response FROM event e WHERE {where} AND e.response IS NOT NULL"
        " GROUP BY e.response",
        values,
    ):
        if event in places:
            last[response] = places[event]
    of_response, own = of_session(library, timeline.session, "r")
    rows = library.rows(
        "SELECT r.id, r.agent, r.kind, r.started, r.input + r.cache_creation + r.cache_read,"
        f" r.output, r.cost, r.model FROM response r WHERE {of_response}",
        own,
    )
    return _fill(timeline, last, rows), _spending(timeline, last, rows)


def _fill(timeline: Timeline, last: Mapping[int, int], rows: Sequence[tuple[Any, ...]]) -> Fill:
    from her_tui.pricing.windows import window  # deferred: the first paint needs no prices

    steps = sorted(
        (last[row[0]], row[4] + row[5], row[7])
        for row in rows
        if row[0] in last and not timeline.agents[last[row[0]]] and row[4] > 0
    )
    if not steps:
        return Fill()
    times = array("q", [timeline.times[step[0]] for step in steps])
    return lay_fill(times, array("q", [step[1] for step in steps]), window(steps[-1][2]))


def _spending(
    timeline: Timeline, last: Mapping[int, int], rows: Sequence[tuple[Any, ...]]
) -> Spending:
    begun, ended = timeline.times[0], timeline.times[-1]

    def time(row: tuple[Any, ...]) -> int:
        if row[0] in last:
            return timeline.times[last[row[0]]]
        return min(max(begun, row[3] or begun), ended)

    return lay_spending((time(row), row[6] or 0.0, row[4] + row[5]) for row in rows)


def _subagents(library: Library, timeline: Timeline) -> Subagents:
    """The subagents that have events on ``timeline``, with the names that the screen shows."""
    if not any(timeline.agents):
        return Subagents()
    positions: dict[int, array[int]] = {}
    for at, agent in enumerate(timeline.agents):
        if agent:
            positions.setdefault(agent, array("q")).append(at)
    names = {
        row[0]: row[1] or row[2] or row[3].rpartition("/")[2]
        for row in library.rows(
            "SELECT id, title, entrypoint, session_id FROM session WHERE parent = ?",
            (timeline.session,),
        )
    }
    return lay_subagents(
        Subagent(
            agent, names.get(agent, ""), array("q", [timeline.times[at] for at in found]), found
        )
        for agent, found in positions.items()
    )
