"""Reading sessions anew from their raw records: after a rewrite of a file, and when an adapter
learned better. The raw records are the truth; rows can always be made again."""

from __future__ import annotations

import json
from collections.abc import Sequence

from her_tui.capture.adapter import Adapter, Found, Role
from her_tui.capture.agents import adapter_for
from her_tui.events.model import Action, Facts, Response
from her_tui.store import forget, raw, requests, sessions, sources
from her_tui.store.facts import SessionRef
from her_tui.store.ownership import Held
from her_tui.store.sources import SourceState, State
from her_tui.store.writer import Writer, rebuild_rows

_VERSIONS = "adapter-versions"


def rebuild(writer: Writer, adapter: Adapter, session: int) -> None:
    """Read every row of ``session`` anew, in the caller's transaction."""
    database = writer.database
    connection = database.connection()
    beside = _told_beside(writer, session)
    events = [
        row[0] for row in connection.execute("SELECT id FROM event WHERE session = ?", (session,))
    ]
    forget.remember_words(database, events)
    held = Held(database, session)
    rebuild_rows(writer, session)
    session_id = connection.execute(
        "SELECT session_id FROM session WHERE id = ?", (session,)
    ).fetchone()[0]
    reference = sessions.find_or_add(database, adapter.agent, session_id)
    for source in sources.of_session(database, session):
        source.records = source.damaged = 0
        role = Role.MAIN if source.state is State.CHANNEL else Role(source.role)
        found = Found(source.path, role, session_id, source.agent_id or None)
        at = 0
        unknown: dict[str, int] = {}
        for data in raw.stream(database, source.id):
            facts = adapter.read(found, data, at, False)
            writer.replay(source, reference, facts, leads=role is Role.MAIN)
            for name, count in facts.unknown.items():
                unknown[name] = unknown.get(name, 0) + count
            at += len(data)
        sources.save(database, source, sources.tail(database, source.id), unknown)
    writer.add(adapter.agent, reference, _with_names(beside, reference))
    for owner in {session, *held.settle()}:
        writer.touch(owner)


def _told_beside(writer: Writer, session: int) -> list[tuple[int, Response | Action]]:
    """What channels beside the transcripts told of a session's responses and actions, each with
    the row of its subagent: it is in no raw record."""
    told: list[tuple[int, Response | Action]] = []
    for row in requests.of_session(writer.database, session):
        response = requests.response_of(row, None)
        if response is not None:
            told.append((row["agent"], response))
    for agent, tool_use_id, duration_ms, permission in writer.database.connection().execute(
        "SELECT agent, tool_use_id, duration_ms, permission FROM action"
        " WHERE session = ? AND permission IS NOT NULL",
        (session,),
    ):
        action = Action(tool_use_id, None)
        action.duration_ms, action.permission = duration_ms, permission
        told.append((agent, action))
    return told


def _with_names(told: list[tuple[int, Response | Action]], session: SessionRef) -> Facts:
    names = {number: name for name, number in session.agents.items()}
    facts = Facts()
    for agent, fact in told:
        fact.agent = names.get(agent)
        if isinstance(fact, Response):
            facts.responses[fact.message_id, fact.request_id] = fact
        else:
            facts.actions[fact.tool_use_id] = fact
    return facts


def reconcile(writer: Writer, source: SourceState) -> None:
    """Drop what is kept of earlier contents of the file of ``source`` once it holds all of it
    again; as long as it does not, the earlier content stays."""
    old = sources.superseded(writer.database, source)
    if not old or source.session is None:
        return
    present = {
        raw.digest(line)
        for data in raw.stream(writer.database, source.id)
        for line in data.split(b"\n")
    }
    covered = [
        earlier
        for earlier in old
        if all(
            raw.digest(line) in present
            for data in raw.stream(writer.database, earlier.id)
            for line in data.split(b"\n")
        )
    ]
    if not covered:
        return
    raw.drop(writer.database, [earlier.id for earlier in covered])
    for earlier in covered:
        writer.database.connection().execute("DELETE FROM source WHERE id = ?", (earlier.id,))
    rebuild(writer, adapter_for(source.agent), source.session)


def outdated(writer: Writer, adapters: Sequence[Adapter]) -> None:
    """Read every session of an adapter anew whose rules changed since it was read."""
    connection = writer.database.connection()
    row = connection.execute("SELECT value FROM setting WHERE name = ?", (_VERSIONS,)).fetchone()
    known = json.loads(row[0]) if row else {}
    current = {adapter.agent: adapter.version for adapter in adapters}
    if known == current:
        return
    for adapter in adapters:
        if known.get(adapter.agent, adapter.version) == adapter.version:
            continue
        stale = connection.execute(
            "SELECT id FROM session WHERE agent = ? AND parent IS NULL", (adapter.agent,)
        ).fetchall()
        for (session,) in stale:  # killed in between, it starts over: that does no harm
            with writer.transaction():
                rebuild(writer, adapter, session)
                writer.refresh()
    connection.execute(
        "INSERT OR REPLACE INTO setting VALUES (?, ?)", (_VERSIONS, json.dumps(current))
    )
