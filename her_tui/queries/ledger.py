"""What the state of a session is made of, read once for all its positions."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from her_tui.analysis.bookkeeping import Answer, Call, Recorded, lay_steps
from her_tui.analysis.ledger import Ledger
from her_tui.analysis.timeline import Timeline
from her_tui.events.content import Content
from her_tui.events.model import HIDDEN, ActionKind, EventKind, Status
from her_tui.events.todos import TodoChange
from her_tui.queries.library import Library
from her_tui.queries.requests import of_session

_HIDDEN = ", ".join(str(int(kind)) for kind in sorted(HIDDEN))

#: Characters of a target from which on it may be cut off: what the capture keeps of one.
_CUT = 200


def load(library: Library, timeline: Timeline) -> Ledger:
    """The ledger of the session (or subagent) that ``timeline`` is of."""
    from her_tui.pricing.windows import window  # deferred: the first paint needs no prices

    session = timeline.session
    said = _said(library, session)
    calls = _whole_paths(library, _calls(library, session))
    recorded = Recorded(
        said=(row[1:] for row in said),
        answers=_answers(library, session),
        calls=calls,
        todos=_todos(library, session, calls),
        modes=_modes(library, timeline, said),
        window=window,
    )
    return Ledger(timeline, lay_steps(timeline, recorded))


def _said(library: Library, session: int) -> list[tuple[Any, ...]]:
    """The source of each event on the timeline, and the event as `Said`."""
    where, values = of_session(library, session, "e")
    return library.rows(
        "SELECT e.source, e.id, e.chars, e.response, e.action,"
        f" e.kind = {EventKind.INJECTED:d} AND e.detail = 'compact-summary'"
        f" FROM event e WHERE {where} AND e.kind NOT IN ({_HIDDEN})",
        values,
    )


def _answers(library: Library, session: int) -> list[Answer]:
    where, values = of_session(library, session, "r")
    thread = values[1] if len(values) > 1 else 0
    rows = library.rows(
        "SELECT r.id, r.kind = '' AND r.agent = ?, r.model, ifnull(r.ended, r.started), r.input,"
        " r.output, r.cache_creation, r.cache_read, r.cost, r.priced = 2"
        f" FROM response r WHERE {where} ORDER BY r.id",
        (thread, *values),
    )
    return [Answer._make(row) for row in rows]


def _calls(library: Library, session: int) -> list[Call]:
    where, values = of_session(library, session, "a")
    thread = values[1] if len(values) > 1 else 0
    rows = library.rows(
        "SELECT a.id, a.name, a.kind, a.target, a.status, ifnull(a.ended, a.started),"
        " a.duration_ms, a.added, a.removed, CASE WHEN a.commits THEN a.sha END, a.subject,"
        " a.permission, a.response, CASE a.agent WHEN ? THEN 0 ELSE a.agent END, a.subagent"
        f" FROM action a WHERE {where} ORDER BY a.id",
        (thread, *values),
    )
    names, launches = _subagents(library, values[0])
    found = []
    for row in rows:
        subagent = launches.get(row[0]) or (names.get(row[-1], 0) if row[-1] else 0)
        found.append(Call._make((*row[:-1], subagent)))
    return found


def _subagents(library: Library, session: int) -> tuple[dict[str, int], dict[int, int]]:
    """The row of each subagent of ``session`` by its id, and by the action that launched it."""
    rows = library.rows(
        "SELECT s.id, s.session_id, a.id FROM session s LEFT JOIN action a"
        " ON a.session = s.parent AND a.tool_use_id = s.tool_use_id WHERE s.parent = ?",
        (session,),
    )
    names = {name.rpartition("/")[2]: agent for agent, name, _ in rows}
    return names, {action: agent for agent, _, action in rows if action is not None}


# From the raw records


def _contents(
    library: Library, kind: EventKind, actions: Sequence[int]
) -> Iterator[tuple[int, Content]]:
    """(action, content) of the events of ``kind`` of ``actions``, in the order of their files."""
    from her_tui.capture.agents import adapter_for  # deferred: most sessions need none

    rows = library.rows(
        "SELECT e.action, e.source, e.at, e.size, e.block, s.agent FROM event e"
        " JOIN session s ON s.id = e.session"
        " WHERE e.action IN (SELECT value FROM json_each(?)) AND e.kind = ?"
        " ORDER BY e.source, e.at",
        (json.dumps(actions), kind),
    )
    records = library.records()
    for action, source, at, size, block, agent in rows:
        record = records.record(source, at, size)
        if record is not None:
            yield action, adapter_for(agent).content(record, kind, block)


def _todos(library: Library, session: int, calls: Sequence[Call]) -> dict[int, TodoChange]:
    """What each call that went well changed in the task list. A subagent writes a list of its own,
    but changes single entries of the one they all share."""
    asked = {
        call.id: call
        for call in calls
        if call.kind == ActionKind.TODO and call.status == Status.OK and call.name
    }
    if not asked:
        return {}
    from her_tui.capture.agents import adapter_for

    agent = library.rows("SELECT agent FROM session WHERE id = ?", (session,))[0][0]
    change_of = adapter_for(agent).todo_change
    inputs: dict[int, Any] = {}
    changes: dict[int, TodoChange] = {}
    for action, content in _contents(library, EventKind.TOOL_USE, list(asked)):
        change = change_of(content.name, content.input or {}, "")
        if change is not None and not (change.whole and asked[action].agent):
            changes[action], inputs[action] = change, content.input
    single = [action for action, change in changes.items() if not change.whole]
    for action, content in _contents(library, EventKind.TOOL_RESULT, single) if single else ():
        change = change_of(asked[action].name or "", inputs[action] or {}, content.text)
        changes[action] = change or changes[action]
    return changes


def _whole_paths(library: Library, calls: list[Call]) -> list[Call]:
    """``calls`` with the whole paths of the files they edit, where what was kept of one is cut."""
    cut = {
        call.id: at
        for at, call in enumerate(calls)
        if call.kind == ActionKind.EDIT and len(call.target or "") >= _CUT
    }
    for action, content in _contents(library, EventKind.TOOL_USE, list(cut)) if cut else ():
        if content.file is not None and content.file.given:
            calls[cut[action]] = calls[cut[action]]._replace(target=content.file.given)
    return calls


# The permission mode


def _modes(
    library: Library, timeline: Timeline, said: Sequence[tuple[Any, ...]]
) -> list[tuple[int, str]]:
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
    places = {event: position for position, event in enumerate(timeline.ids)}
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
