"""What a session did, spent and launched, event by event: the lanes of the timeline bar."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence

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
from her_tui.analysis.filling import Row, fill_steps
from her_tui.analysis.timeline import Timeline
from her_tui.events.model import ActionKind, EventKind
from her_tui.queries import marks
from her_tui.queries.ledger import answers as read_answers
from her_tui.queries.library import Library
from her_tui.queries.requests import of_session


def load(library: Library, timeline: Timeline) -> Chart:
    """The chart of the session (or subagent) that ``timeline`` is of."""
    if not len(timeline):
        return Chart()
    marked = marks.load(library, timeline)
    where, values = of_session(library, timeline.session, "e")
    places = timeline.places
    answers = read_answers(library, timeline.session)
    last = _last_events(library, places, where, values)
    summaries = _summaries(library, places, where, values)
    return Chart(
        kinds=_kinds(library, timeline, places, where, values),
        fill=_fill(timeline, answers, last, summaries),
        spending=_spending(timeline, answers, last),
        subagents=_subagents(library, timeline),
        marks=marked.marks,
        mark_lanes=sort_marks(timeline, marked.marks),
        waits=marked.waits,
        longest_wait=max((wait.end - wait.start for wait in marked.waits), default=0),
        timeline=timeline,
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


def _last_events(
    library: Library, places: Mapping[int, int], where: str, values: tuple[int, ...]
) -> dict[int, int]:
    """Response -> position of its last event. In one file events come in the order of their ids."""
    last: dict[int, int] = {}
    for event, response in library.rows(
        f"SELECT max(e.id), e.response FROM event e WHERE {where} AND e.response IS NOT NULL"
        " GROUP BY e.response, e.source",
        values,
    ):
        at = places.get(event)
        if at is not None and at >= last.get(response, 0):
            last[response] = at
    return last


def _summaries(
    library: Library, places: Mapping[int, int], where: str, values: tuple[int, ...]
) -> list[int]:
    """Where what a compacted context begins with stands."""
    rows = library.rows(
        f"SELECT e.id FROM event e WHERE {where} AND e.kind = {EventKind.INJECTED:d}"
        " AND e.detail = 'compact-summary'",
        values,
    )
    return [places[event] for (event,) in rows if event in places]


def _fill(
    timeline: Timeline, answers: Sequence[Row], last: Mapping[int, int], summaries: Iterable[int]
) -> Fill:
    from her_tui.pricing.windows import window  # deferred: the first paint needs no prices

    positions, tokens, windows = fill_steps(timeline, answers, last, summaries, window)
    return lay_fill([timeline.times[at] for at in positions], tokens, windows)


def _spending(timeline: Timeline, answers: Sequence[Row], last: Mapping[int, int]) -> Spending:
    """What was spent, at the last event of each response; a side request has none and stands at
    its own time."""
    times, begun, ended = timeline.times, timeline.times[0], timeline.times[-1]
    found = []
    for response, _, _, time, one, two, three, four, cost, _ in answers:
        at = last.get(response)
        when = min(max(begun, time or begun), ended) if at is None else times[at]
        found.append((when, cost or 0.0, one + two + three + four))
    return lay_spending(found)


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
