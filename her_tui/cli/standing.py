"""``her-tui show --at``: the state of a session at one moment, as an object or as text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from her_tui import units
from her_tui.analysis.moments import parse
from her_tui.analysis.state import PARTS, Pending, State
from her_tui.analysis.timeline import Timeline
from her_tui.cli.describe import Json, timestamp
from her_tui.events.model import EventKind
from her_tui.plaintext import one_line
from her_tui.queries import ledger, moments, references, timeline
from her_tui.queries.library import Library
from her_tui.queries.sessions import SessionRow

_TARGET_LIMIT = 100
_NAME = 9
_PART = 18
_MARKS = {"completed": "✓", "in_progress": "▸"}


@dataclass(frozen=True, slots=True)
class Standing:
    """A session as of one moment, and what is to be said of it beside its state."""

    row: SessionRow
    timeline: Timeline
    state: State
    time: int
    """The moment, in milliseconds since the epoch; 0: the records have no times."""
    event: str | None
    """The uuid of the record of the last event so far, or a tool-use id."""
    error: str | None
    """The first words of the last error so far."""
    agents: dict[int, tuple[str, str]]
    """Row of a subagent -> the client's id of it, and what it does."""


def standing(library: Library, session: str, at: str) -> Standing:
    """How things stood in a session (or subagent) at a moment. Raises `UsageError`, `NotFound`."""
    moment = parse(at)
    row = references.session(library, session)
    laid = timeline.load(library, row.id)
    position = moments.position(library, laid, moment)
    state = ledger.load(library, laid).at(position)
    error = None
    if state.error is not None:
        event = laid.ids[state.error]
        found = library.rows("SELECT preview, detail FROM event WHERE id = ?", (event,))
        error = (found[0][0] or found[0][1]) if found else ""
    return Standing(
        row=row,
        timeline=laid,
        state=state,
        time=moments.when(laid, position, moment),
        event=_identity(library, laid.ids[position]),
        error=error,
        agents=_agents(library, state),
    )


def _identity(library: Library, event: int) -> str | None:
    found = library.rows(
        "SELECT e.key, a.tool_use_id FROM event e LEFT JOIN action a ON a.id = e.action"
        " WHERE e.id = ?",
        (event,),
    )
    key, tool_use_id = found[0] if found else (None, None)
    return (moments.key_text(bytes(key)) if key else "") or tool_use_id


def _agents(library: Library, state: State) -> dict[int, tuple[str, str]]:
    rows = {*state.agents, *(each.agent for each in state.pending)} - {0}
    found = library.rows(
        "SELECT id, session_id, title FROM session WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(rows)),),
    )
    return {row: (name.rpartition("/")[2], title) for row, name, title in found}


def as_json(found: Standing) -> Json:
    """The state as an object; null is what is not known."""
    state, spent = found.state, found.state.spent
    return {
        "session_id": found.row.session_id,
        "at": timestamp(found.time or None),
        "event": found.event,
        "event_at": timestamp(state.time or None),
        "kind": EventKind(found.timeline.kinds[state.position]).name.lower(),
        "position": state.position,
        "event_number": state.position + 1,
        "turn": state.turn,
        "context_tokens": state.context.tokens,
        "context_window": state.context.window,
        "context_parts": {
            part.replace(" ", "_"): state.context.parts.get(part, 0) for part in PARTS
        },
        "tokens": {
            "input": spent.input,
            "output": spent.output,
            "cache_creation": spent.cache_creation,
            "cache_read": spent.cache_read,
        },
        "cost_usd": spent.cost,
        "responses_unpriced": spent.unpriced,
        "files": [
            {"path": file.path, "added": file.added, "removed": file.removed, "edits": file.edits}
            for file in state.files.values()
        ],
        "todo": [{"text": todo.text, "status": todo.status} for todo in state.todo],
        "model": state.model or None,
        "mode": state.mode or None,
        "last_commit": {"sha": state.commit.sha, "subject": state.commit.subject}
        if state.commit
        else None,
        "pending": [_pending(found, each) for each in state.pending],
        "agents": [
            {"agent_id": name, "title": title}
            for name, title in (found.agents[each] for each in state.agents if each in found.agents)
        ],
        "last_error": None
        if state.error is None
        else {
            "at": timestamp(found.timeline.times[state.error] or None),
            "event_number": state.error + 1,
            "text": found.error,
        },
        "errors": state.errors,
    }


def _pending(found: Standing, each: Pending) -> Json:
    return {
        "kind": str(each.kind),
        "name": each.name,
        "target": each.target,
        "since": timestamp(each.since or None),
        "waiting_for_permission": found.time < each.asked_until,
        "agent_id": found.agents[each.agent][0] if each.agent in found.agents else None,
    }


def as_text(found: Standing) -> Iterator[str]:
    """The state line by line; captured text is made safe."""
    state, row = found.state, found.row
    yield f"# {one_line(row.title) or row.session_id}"
    turn = f"turn {state.turn:,}" if state.turn else "before the first prompt"
    number = f"event {state.position + 1:,} of {len(found.timeline):,}"
    day = f"{units.moment(found.time)[:10]} {units.clock(found.time)}" if found.time else ""
    yield " · ".join(filter(None, (f"as of {day}" if day else "", turn, number)))
    yield ""
    yield from _context(state)
    yield _fact("Spent", _spent(state))
    yield _fact("Model", one_line(state.model) or "not known yet")
    if state.mode:
        yield _fact("Mode", one_line(state.mode))
    yield from _list("Under way", [_under_way(found, each) for each in state.pending])
    titles = [found.agents[each] for each in state.agents if each in found.agents]
    yield from _list("Agents", [one_line(title or name) for name, title in titles])
    yield from _tasks(state)
    files = [
        f"+{file.added:,} −{file.removed:,}  {one_line(file.path)}" for file in state.files.values()
    ]
    yield from _list("Files", files)
    if state.commit:
        yield _fact("Commit", f"{one_line(state.commit.sha)} {one_line(state.commit.subject)}")
    if state.error is not None:
        clock = units.clock(found.timeline.times[state.error] or None)
        last = " · ".join(filter(None, (clock, one_line(found.error or "", _TARGET_LIMIT))))
        yield _fact("Errors", f"{state.errors:,}; the last: {last}")


def _fact(name: str, value: str) -> str:
    return f"{name:<{_NAME}}  {value}".rstrip()


def _list(name: str, values: list[str]) -> Iterator[str]:
    """Values below each other, the first beside the name."""
    yield from (_fact("" if at else name, value) for at, value in enumerate(values))


def _context(state: State) -> Iterator[str]:
    context = state.context
    if not context.tokens:
        yield _fact("Context", "not known yet")
        return
    filled = f"{units.compact(context.tokens)} tokens"
    if context.window:
        share = units.percent(context.tokens, context.window)
        filled += f" of {units.compact(context.window)} ({share}%)"
    yield _fact("Context", filled)
    for part, tokens in context.parts.items():
        yield _fact("", f"{part:<{_PART}}{units.compact(tokens):>6}")


def _spent(state: State) -> str:
    spent = state.spent
    return (
        f"{units.compact(spent.total)} tokens · {units.money(spent.cost, spent.unpriced)}"
        f" (input {units.compact(spent.input)}, output {units.compact(spent.output)},"
        f" cache written {units.compact(spent.cache_creation)},"
        f" read {units.compact(spent.cache_read)})"
    )


def _under_way(found: Standing, each: Pending) -> str:
    waits = "waits for you" if found.time < each.asked_until else ""
    lasts = units.duration(found.time - each.since) if each.since else ""
    who = found.agents.get(each.agent)
    by = f"by {one_line(who[1] or who[0])}" if who else ""
    facts = ", ".join(filter(None, (lasts, waits, by)))
    what = f"{one_line(each.name)} {one_line(each.target, _TARGET_LIMIT)}".rstrip()
    return f"{what}  ({facts})" if facts else what


def _tasks(state: State) -> Iterator[str]:
    if not state.todo:
        return
    done = sum(todo.status == "completed" for todo in state.todo)
    yield _fact("Tasks", f"{done} of {len(state.todo)} done")
    for todo in state.todo:
        yield _fact("", f"{_MARKS.get(todo.status, '○')} {one_line(todo.text)}")
