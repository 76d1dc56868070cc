"""Forgetting a session for good: rows, raw bytes, words, vectors, and the traces in the files.

The order makes a crash harmless: the library forgets first, in one transaction that also leaves a
tombstone and the list of indexed events to drop; what remains is done by whoever writes next.
"""

from __future__ import annotations

import json
from contextlib import closing, suppress
from pathlib import Path

from peewee import SqliteDatabase

from her_tui.errors import HerError, NotFound
from her_tui.paths import CLIPBOARD_NAME
from her_tui.store import kept, raw, requests, sources, turns, vectors
from her_tui.store.annotations import Annotations
from her_tui.store.ownership import Held
from her_tui.store.sources import State
from her_tui.store.words import WordIndex
from her_tui.store.writer import Writer

_PENDING = "forget-words"
_PENDING_OWN = "forget-own"


def forget(writer: Writer, session: int, now_ms: int) -> bool:
    """Delete a session and its subagents, so that no import brings it back; whether nothing is left
    of it, as `finish` says. Raises `NotFound`."""
    database = writer.database
    with writer.transaction():
        connection = database.connection()
        row = connection.execute(
            "SELECT agent, session_id FROM session WHERE id = ?", (session,)
        ).fetchone()
        if row is None:
            raise NotFound("This session is no longer in the library")
        agent, session_id = row
        erase(writer, session, State.FORGOTTEN)
        connection.execute(
            "INSERT OR REPLACE INTO tombstone VALUES (?, ?, ?)", (agent, session_id, now_ms)
        )
        needle = session_id.encode()
        for (history,) in connection.execute(
            "SELECT id FROM source WHERE role = 'history'"
        ).fetchall():
            raw.drop_lines(database, history, needle)
            if needle in sources.tail(database, history):
                connection.execute("UPDATE source SET tail = NULL WHERE id = ?", (history,))
        writer.refresh()
    return finish(writer)


def erase(writer: Writer, session: int, state: State) -> None:
    """Take everything of a session and its subagents out of the library, in the caller's
    transaction; its files become sources in ``state``. `finish` does the rest."""
    database = writer.database
    connection = database.connection()
    agent, session_id = connection.execute(
        "SELECT agent, session_id FROM session WHERE id = ?", (session,)
    ).fetchone()
    events = [
        row[0] for row in connection.execute("SELECT id FROM event WHERE session = ?", (session,))
    ]
    remember_words(database, events)
    _remember_own(database, session, agent, session_id)
    owners = _drop_rows(database, session)
    files = [
        row[0] for row in connection.execute("SELECT id FROM source WHERE session = ?", (session,))
    ]
    raw.drop(database, files)
    requests.forget(database, session)
    kept.forget(database, agent, session_id)
    connection.execute(
        "DELETE FROM source WHERE session = ? AND state = ?", (session, int(State.CHANNEL))
    )
    connection.execute(
        "UPDATE source SET state = ?, tail = NULL, session = NULL, consumed = 0, head = x'',"
        " head_size = 0, joint = x'', unknown = '{}', records = 0, damaged = 0, torn = 0"
        " WHERE session = ?",
        (int(state), session),
    )
    connection.execute("DELETE FROM session WHERE id = ? OR parent = ?", (session, session))
    raw.drop_orphan_blobs(database)
    writer.untouch(session)
    for owner in owners - {session}:
        writer.touch(owner)


def finish(writer: Writer) -> bool:
    """Do what deletions left: drop the words, the vectors, what the user said or copied, and the
    traces in the files. False: something is in the way, and it is to be called again."""
    own_forgotten = _forget_own(writer)
    connection = writer.database.connection()
    pending = connection.execute(
        "SELECT value FROM setting WHERE name GLOB ?", (f"{_PENDING}:*",)
    ).fetchall()
    if not pending:
        return own_forgotten
    events = [event for (noted,) in pending for event in json.loads(noted)]
    forgotten = _forget_words(writer.home, events)
    forgotten = _forget_vectors(writer.home, events) and forgotten
    connection.execute("PRAGMA incremental_vacuum").fetchall()
    blocked = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    if blocked or not forgotten:
        return False  # a log still has what was deleted: the next one tries again
    connection.execute("DELETE FROM setting WHERE name GLOB ?", (f"{_PENDING}:*",))
    return own_forgotten


def _forget_words(home: Path, events: list[int]) -> bool:
    """Drop the words of ``events``; whether nothing is left of them. An index that cannot be
    written is no reason to record nothing."""
    try:
        index = WordIndex(home)
        try:
            return index.forget(events)
        finally:
            index.close()
    except HerError:
        return False


def _forget_vectors(home: Path, events: list[int]) -> bool:
    """Drop the vectors of ``events``; whether nothing is left of them. An encoder that writes does
    it with the library's rows before its eyes (`her_tui.recorder.backfill`): it adds nothing of
    these any more, but may hold the file for longer than we wait."""
    try:
        return vectors.forget(home, events)
    except HerError:
        return False


def remember_words(database: SqliteDatabase, events: list[int]) -> None:
    """Note, in the caller's transaction, events whose words `finish` must drop."""
    name = f"{_PENDING}:{min(events, default=0)}"  # events have their ids for good
    database.connection().execute(
        "INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, json.dumps(events))
    )


def _remember_own(database: SqliteDatabase, session: int, agent: str, session_id: str) -> None:
    """Note, in the caller's transaction, a session whose stars, tags and notes `finish` must
    drop."""
    database.connection().execute(
        "INSERT OR REPLACE INTO setting VALUES (?, ?)",
        (f"{_PENDING_OWN}:{session}", json.dumps([agent, session_id])),
    )


def _forget_own(writer: Writer) -> bool:
    """Drop what was said of deleted sessions, and what was copied last, which may be of one. Where
    that cannot be done now, because a reader or damage is in the way, the next one tries again:
    nothing else waits for it."""
    connection = writer.database.connection()
    pending = connection.execute(
        "SELECT name, value FROM setting WHERE name GLOB ?", (f"{_PENDING_OWN}:*",)
    ).fetchall()
    if not pending:
        return True
    left = len(pending)
    with suppress(HerError, OSError):
        for copied in writer.home.glob(f"{CLIPBOARD_NAME}*"):
            copied.unlink(missing_ok=True)
        with closing(Annotations(writer.home)) as said:
            for name, value in pending:
                if said.forget(*json.loads(value)):
                    connection.execute("DELETE FROM setting WHERE name = ?", (name,))
                    left -= 1
    return not left


def _drop_rows(database: SqliteDatabase, session: int) -> set[int]:
    """Delete the facts of ``session``; the sessions that own facts it owned until now."""
    connection = database.connection()
    connection.execute(
        "DELETE FROM summary WHERE key IN (SELECT key FROM event WHERE session = ?1)"
        " AND NOT EXISTS (SELECT 1 FROM event e WHERE e.key = summary.key AND e.session <> ?1)",
        (session,),
    )
    held = Held(database, session)
    for table in ("event", "response", "action", "sessionday"):
        connection.execute(f"DELETE FROM {table} WHERE session = ?", (session,))
    turns.forget(database, session)
    return held.settle()
