"""Session rows: found or made, and moved along by what records say of their session."""

from __future__ import annotations

import json
from pathlib import PurePosixPath, PureWindowsPath

from peewee import SqliteDatabase

from her_tui.events.model import Facts, SessionFacts, SubagentInfo, Title
from her_tui.store.facts import SessionRef


def find(database: SqliteDatabase, agent: str, session_id: str) -> SessionRef | None:
    """The session with this id, if the library has it."""
    connection = database.connection()
    row = connection.execute(
        "SELECT id FROM session WHERE agent = ? AND session_id = ?", (agent, session_id)
    ).fetchone()
    if row is None:
        return None
    children = connection.execute(
        "SELECT session_id, id FROM session WHERE parent = ?", (row[0],)
    ).fetchall()
    prefix = len(session_id) + 1
    return SessionRef(row[0], session_id, {child[prefix:]: number for child, number in children})


def find_or_add(database: SqliteDatabase, agent: str, session_id: str) -> SessionRef:
    """The session with this id, made if the library does not have it."""
    found = find(database, agent, session_id)
    return found or SessionRef(_insert(database, agent, session_id, None), session_id)


def is_deleted(database: SqliteDatabase, agent: str, session_id: str) -> bool:
    """Whether the user deleted this session for good."""
    row = database.connection().execute(
        "SELECT 1 FROM tombstone WHERE agent = ? AND session_id = ?", (agent, session_id)
    )
    return row.fetchone() is not None


def deleted(database: SqliteDatabase, agent: str) -> list[str]:
    """The ids of all sessions of ``agent`` that the user deleted for good."""
    rows = database.connection().execute(
        "SELECT session_id FROM tombstone WHERE agent = ?", (agent,)
    )
    return [row[0] for row in rows]


def named(database: SqliteDatabase, session: int) -> tuple[str, str]:
    """The id of a session by its row, and the folder it works in."""
    row = database.connection().execute(
        "SELECT session_id, cwd FROM session WHERE id = ?", (session,)
    )
    session_id, cwd = row.fetchone()
    return str(session_id), str(cwd)


def identity(database: SqliteDatabase, session: int) -> tuple[str, str]:
    """The agent of a session by its row, and its id."""
    row = database.connection().execute(
        "SELECT agent, session_id FROM session WHERE id = ?", (session,)
    )
    agent, session_id = row.fetchone()
    return str(agent), str(session_id)


def merge(database: SqliteDatabase, agent: str, session: SessionRef, facts: Facts) -> None:
    """Fold what ``facts`` say of the session, its subagents and others' titles into their rows."""
    for name in _agents_of(facts):
        ensure_subagent(database, agent, session, name)
    for info in facts.session.subagents:
        _describe(database, agent, session, info)
    _merge_own(database, session.id, facts.session)


def _agents_of(facts: Facts) -> set[str]:
    names = {event.agent for event in facts.events}
    names |= {response.agent for response in facts.responses.values()}
    names |= {action.agent for action in facts.actions.values()}
    return {name for name in names if name}


def ensure_subagent(database: SqliteDatabase, agent: str, session: SessionRef, name: str) -> int:
    """The row of subagent ``name`` of ``session``, made if there is none."""
    if name not in session.agents:
        session.agents[name] = _insert(database, agent, f"{session.session_id}/{name}", session.id)
    return session.agents[name]


def _describe(
    database: SqliteDatabase, agent: str, session: SessionRef, info: SubagentInfo
) -> None:
    row = ensure_subagent(database, agent, session, info.agent)
    # A description comes from two places, the call and the subagent's own file; where they differ
    # the greater one is taken, whichever was read first.
    database.connection().execute(
        "UPDATE session SET title = max(title, ?1), entrypoint = max(entrypoint, ?2),"
        " tool_use_id = max(ifnull(tool_use_id, ?3), ifnull(?3, tool_use_id)) WHERE id = ?4",
        (info.description or info.type, info.type, info.tool_use_id, row),
    )


def _insert(database: SqliteDatabase, agent: str, session_id: str, parent: int | None) -> int:
    from her_tui.store.schema import Session

    defaults = {
        field.column_name: field.default
        for field in Session._meta.sorted_fields
        if field.default is not None
    }
    values = {**defaults, "agent": agent, "session_id": session_id, "parent": parent}
    marks = ", ".join("?" * len(values))
    cursor = database.connection().execute(
        f"INSERT INTO session ({', '.join(values)}) VALUES ({marks})", tuple(values.values())
    )
    return int(cursor.lastrowid)


def _merge_own(database: SqliteDatabase, session: int, facts: SessionFacts) -> None:
    connection = database.connection()
    titles, cwd, started, ended = connection.execute(
        "SELECT titles, cwd, started, ended FROM session WHERE id = ?", (session,)
    ).fetchone()
    known = json.loads(titles)
    for origin, text in facts.titles.items():
        if origin is not Title.FIRST_PROMPT or str(int(origin)) not in known:
            known[str(int(origin))] = text
    cwd = cwd or facts.cwd or ""
    times = [time for time in (started, facts.first_ts) if time is not None]
    ends = [time for time in (ended, facts.last_ts) if time is not None]
    connection.execute(
        "UPDATE session SET titles = ?, cwd = ?, project = ?, branch = ifnull(?, branch),"
        " version = ifnull(?, version), entrypoint = ifnull(?, entrypoint),"
        " forked_from = ifnull(?, forked_from), started = ?, ended = ? WHERE id = ?",
        (
            json.dumps(known, ensure_ascii=False),
            cwd,
            project_of(cwd),
            facts.branch,
            facts.version,
            facts.entrypoint,
            facts.forked_from,
            min(times, default=None),
            max(ends, default=None),
            session,
        ),
    )


def project_of(cwd: str) -> str:
    """The folder a session counts to: its working folder, with git worktrees that live inside
    their repository (``.claude/worktrees/x``, ``.worktrees/x``) counted to the repository."""
    if not cwd:
        return ""
    path = PureWindowsPath(cwd) if "\\" in cwd and "/" not in cwd else PurePosixPath(cwd)
    parts = path.parts
    for marker in ((".claude", "worktrees"), (".worktrees",), (".git", "worktrees")):
        for start in range(1, len(parts) - len(marker)):
            if parts[start : start + len(marker)] == marker:
                return str(type(path)(*parts[:start]))
    return str(path)
