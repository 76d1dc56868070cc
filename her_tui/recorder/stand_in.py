"""Sessions without a transcript: what the wire saw of them is written down as one, until there is.

A client may be told not to keep a session, or be another than Claude Code. The records made of its
requests are kept beside what else channels tell, and go as soon as the real transcript is read.
"""

from __future__ import annotations

from her_tui.capture.adapter import Found, Role
from her_tui.capture.agents import adapter_for
from her_tui.capture.wire.transcript import transcript_of
from her_tui.events.model import EventKind
from her_tui.events.requests import Attempt
from her_tui.store import forget, raw, requests, sessions, sources, turns
from her_tui.store.facts import SessionRef, record_key
from her_tui.store.writer import Writer

#: A transcript is there by then, if there will be one: the client writes it with the first prompt.
PATIENCE_MS = 20_000

#: Requests whose answers are not part of a conversation.
_KINDS = frozenset({"main", "subagent", "other"})


def write_down(writer: Writer, agent: str, session: SessionRef, attempt: Attempt) -> None:
    """Add what ``attempt`` shows of ``session`` to the records that stand in for its transcript;
    in the caller's transaction."""
    database = writer.database
    lines = b"".join(
        record.line
        for record in transcript_of(session.session_id, attempt)
        if not _has(writer, session, record.uuid)
    )
    if not lines:
        return
    source = sources.load_channel(database, agent, session.id)
    adapter = adapter_for(agent)
    found = Found("", Role.MAIN, session.session_id)
    facts = adapter.read(found, lines, source.consumed, True)
    writer.write(source, session, facts, lines, facts.bulk, leads=True)
    sources.save(database, source, None)


def catch_up(writer: Writer, now: int) -> None:
    """Write down the attempts of sessions that should have a transcript by ``now`` and have none;
    in the caller's transaction."""
    database = writer.database
    for number in requests.without_transcript(database, now - PATIENCE_MS):
        agent, session_id = sessions.identity(database, number)
        session = sessions.find(database, agent, session_id)
        if session is None:
            continue
        names = {row: name for name, row in session.agents.items()}
        for row in requests.of_session(database, number):
            if row["kind"] in _KINDS and row["outcome"] != "pending":
                write_down(writer, agent, session, requests.attempt_of(database, row, names))


def step_down(writer: Writer, session: int, agent: str) -> None:
    """The transcript of ``session`` is there: what stood in for it goes; in the caller's
    transaction."""
    database = writer.database
    source = sources.load_channel(database, agent, session)
    if not source.consumed:
        return
    connection = database.connection()
    events = [
        row[0]
        for row in connection.execute(
            "SELECT id FROM event WHERE source = ? AND kind <> ?",
            (source.id, int(EventKind.GAP)),
        )
    ]
    forget.remember_words(database, events)
    connection.executemany("DELETE FROM event WHERE id = ?", [(event,) for event in events])
    turns.changed(database, session, 0)
    raw.drop(database, [source.id])
    source.consumed = 0
    sources.save(database, source, None)


def _has(writer: Writer, session: SessionRef, uuid: str) -> bool:
    row = writer.database.connection().execute(
        "SELECT 1 FROM event WHERE key = ? AND session = ?", (record_key(uuid), session.id)
    )
    return row.fetchone() is not None
