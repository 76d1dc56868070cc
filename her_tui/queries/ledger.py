"""What the state of a session is made of, read once for all its positions."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence

from her_tui.analysis.bookkeeping import Recorded, lay_steps
from her_tui.analysis.filling import Row
from her_tui.analysis.ledger import Ledger
from her_tui.analysis.timeline import Timeline
from her_tui.events.content import Content
from her_tui.events.model import ActionKind, EventKind, Status
from her_tui.events.todos import TodoChange
from her_tui.queries import sessions
from her_tui.queries.edited_files import Edited, contents, edited_files
from her_tui.queries.library import Library
from her_tui.queries.requests import of_session
from her_tui.queries.timeline import HIDDEN_KINDS


def load(library: Library, timeline: Timeline) -> Ledger:
    """The ledger of the session (or subagent) that ``timeline`` is of."""
    from her_tui.pricing.windows import window  # deferred: the first paint needs no prices

    session = timeline.session
    said, calls = _said(library, session), _calls(library, session)
    recorded = Recorded(
        said=(row[1:] for row in said),
        answers=answers(library, session),
        calls=calls,
        launched=_launched(library, session),
        files=_files(library, session, calls),
        todos=_todos(library, session),
        modes=_modes(library, timeline, said),
        window=window,
        live=any(timeline.agents) and sessions.is_live(library, session),
    )
    return Ledger(timeline, lay_steps(timeline, recorded))


def _said(library: Library, session: int) -> list[Row]:
    """The source of each event on the timeline, and the event as `Said`."""
    where, values = of_session(library, session, "e")
    return library.rows(
        "SELECT e.source, e.id, e.chars, e.response, e.action,"
        f" e.kind = {EventKind.INJECTED:d} AND e.detail = 'compact-summary'"
        f" FROM event e WHERE {where} AND e.kind NOT IN ({HIDDEN_KINDS})",
        values,
    )


def answers(library: Library, session: int) -> list[Row]:
    """The responses of a session (or subagent), each as an `analysis.filling.Answer`."""
    where, values = of_session(library, session, "r")
    return library.rows(
        "SELECT r.id, r.kind = '' AND r.agent = ?, r.model, ifnull(r.ended, r.started), r.input,"
        " r.output, r.cache_creation, r.cache_read, r.cost, r.priced = 2"
        f" FROM response r WHERE {where} ORDER BY r.id",
        (_thread(values), *values),
    )


def _calls(library: Library, session: int) -> list[Row]:
    """The actions, each as a `Call`."""
    where, values = of_session(library, session, "a")
    return library.rows(
        "SELECT a.id, a.name, a.kind, a.target, a.status, ifnull(a.ended, a.started),"
        " a.duration_ms, a.added, a.removed, CASE WHEN a.commits THEN a.sha END, a.subject,"
        " a.permission, a.response, CASE a.agent WHEN ? THEN 0 ELSE a.agent END"
        f" FROM action a WHERE {where} ORDER BY a.id",
        (_thread(values), *values),
    )


def _thread(values: tuple[int, ...]) -> int:
    """What the column ``agent`` says on the own thread of the session with these `of_session`."""
    return values[1] if len(values) > 1 else 0


def _launched(library: Library, session: int) -> dict[int, int]:
    """Action -> row id of the subagent it launched: the subagent's own file names the action, or
    the action's outcome the subagent."""
    where, values = of_session(library, session, "a")
    agents = library.rows(
        "SELECT id, session_id, tool_use_id FROM session WHERE parent = ?", values[:1]
    )
    if not agents:
        return {}
    by_name = {name.rpartition("/")[2]: agent for agent, name, _ in agents}
    by_call = {tool_use_id: agent for agent, _, tool_use_id in agents if tool_use_id}
    rows = library.rows(
        f"SELECT a.id, a.tool_use_id, a.subagent FROM action a WHERE {where} AND"
        " (a.subagent IS NOT NULL OR a.tool_use_id IN (SELECT value FROM json_each(?)))",
        (*values, json.dumps(list(by_call))),
    )
    found = {action: by_call.get(name) or by_name.get(agent) for action, name, agent in rows}
    return {action: agent for action, agent in found.items() if agent}


def _files(library: Library, session: int, calls: Sequence[Row]) -> dict[int, Edited]:
    """Action -> the file it edits."""
    edits = ((call[0], call[3]) for call in calls if call[2] == ActionKind.EDIT and call[3])
    return edited_files(library, session, edits)


# From the raw records


def _todos(library: Library, session: int) -> dict[int, TodoChange]:
    """What each call that went well changed in the task list. A subagent writes a list of its own,
    but changes single entries of the one they all share."""
    where, values = of_session(library, session, "a")
    rows = library.rows(
        f"SELECT a.id, a.agent = ?, s.agent FROM action a JOIN session s ON s.id = a.session"
        f" WHERE {where} AND a.kind = ? AND a.status = ?",
        (_thread(values), *values, ActionKind.TODO.value, Status.OK.value),
    )
    if not rows:
        return {}
    from her_tui.capture.agents import adapter_for

    change_of = adapter_for(rows[0][2]).todo_change
    own = {action for action, on_thread, _ in rows if on_thread}
    calls: dict[int, Content] = {}
    changes: dict[int, TodoChange] = {}
    for action, content in contents(library, EventKind.TOOL_USE, [row[0] for row in rows]):
        change = change_of(content.name, content.input or {}, "")
        if change is not None and (action in own or not change.whole):
            changes[action] = change
            if not change.whole:
                calls[action] = content
    for action, result in contents(library, EventKind.TOOL_RESULT, calls) if calls else ():
        call = calls[action]
        changes[action] = change_of(call.name, call.input or {}, result.text) or changes[action]
    return changes


# The permission mode


def _modes(library: Library, timeline: Timeline, said: Sequence[Row]) -> list[tuple[int, str]]:
    """(position, permission mode from there on), in order. A mode holds from the next event of its
    file on."""
    where, values = of_session(library, timeline.session, "e")
    noted = library.rows(
        f"SELECT e.source, e.id, e.detail FROM event e WHERE {where}"
        f" AND e.kind = {EventKind.MODE:d} ORDER BY 1, 2",
        values,
    )
    if not noted or not len(timeline):
        return []
    files: defaultdict[int, list[int]] = defaultdict(list)
    for source, event, *_ in said:
        files[source].append(event)
    for events in files.values():
        events.sort()
    places = timeline.places
    found = []
    for source, event, mode in noted:
        beside = files[source]
        if beside:
            nearest = beside[min(bisect_right(beside, event), len(beside) - 1)]
            found.append((places.get(nearest, 0), event, mode))
        else:
            found.append((0, event, mode))
    modes: list[tuple[int, str]] = []
    for position, _, mode in sorted(found):
        if not modes or modes[-1][1] != mode:
            modes.append((position, mode))
    return modes
