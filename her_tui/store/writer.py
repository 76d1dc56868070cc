"""The one writer: what was read of a file goes in whole, or not at all.

Each `Writer.write` happens in the caller's transaction together with the offset it read up to, so
that a process killed at any moment leaves every record either fully in the library or not read.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from peewee import SqliteDatabase

from her_tui.events.model import Facts, SessionFacts
from her_tui.store import database as db
from her_tui.store import kept, raw, sessions, sources, summary, turns
from her_tui.store.facts import FactWriter, SessionRef, record_key
from her_tui.store.sources import SourceState, State


class Writer:
    """The library opened for writing; the caller holds the writer's lock."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.database: SqliteDatabase = db.open_writer(home)
        self._facts = FactWriter(self.database)
        self._dirty: set[int] = summary.stale(self.database)
        self._waiting = set(self._dirty)
        """Those of them whose facts are committed."""

    def transaction(self) -> AbstractContextManager[Any]:
        """All or nothing; takes the write lock at once (a deferred one cannot wait for it)."""
        return self.database.atomic("IMMEDIATE")

    def write(
        self,
        source: SourceState,
        session: SessionRef,
        facts: Facts,
        data: bytes,
        bulk: Sequence[tuple[int, int]],
        *,
        leads: bool,
    ) -> None:
        """Add what was read of ``source`` next: ``data`` (whole lines), the ``facts`` in it and the
        ``bulk`` spans of it. ``leads``: it is the session's own transcript, whose word on title,
        folder and branch counts."""
        source.session = session.id
        base = self._copied_from(source, facts) if source.consumed == 0 else None
        self.replay(source, session, facts, leads=leads)
        if data:
            raw.append(self.database, source.id, raw.Piece(source.consumed, data, bulk), base)
        source.consumed += len(data)

    def keep_raw(self, source: SourceState, data: bytes, facts: Facts) -> None:
        """Add what was read of a file that belongs to no session."""
        raw.append(self.database, source.id, raw.Piece(source.consumed, data, ()))
        source.consumed += len(data)
        source.records += facts.records
        mentions = [(whose, name) for whose, name in facts.mentions if whose]
        kept.mention(self.database, source.agent, mentions)

    def replay(
        self, source: SourceState, session: SessionRef, facts: Facts, *, leads: bool
    ) -> None:
        """Write the ``facts`` of bytes of ``source`` that the library has had all along."""
        if not leads:
            facts.session = _only_times(facts)
        sessions.merge(self.database, source.agent, session, facts)
        self._dirty |= self._facts.write(session, source.id, facts)
        source.records += facts.records
        source.damaged += facts.damaged
        self._summaries(facts)
        kept.mention(
            self.database,
            source.agent,
            [(whose or session.session_id, name) for whose, name in facts.mentions],
        )
        self._dirty.add(session.id)

    def add(self, agent: str, session: SessionRef, facts: Facts) -> None:
        """Merge ``facts`` that are in no file into the rows of ``session``, whose sums may wait:
        that they are stale is noted with the facts."""
        source = sources.channel(self.database, agent, session.id) if facts.events else 0
        sessions.merge(self.database, agent, session, facts)
        changed = self._facts.write(session, source, facts) | {session.id}
        summary.note_stale(self.database, changed)
        self._dirty |= changed
        self._waiting |= changed

    def catch_up(self) -> None:
        """Make the sums anew that were left waiting, in a transaction of their own."""
        if self._waiting:
            with self.transaction():
                for session in self._waiting & self._dirty:
                    summary.refresh(self.database, session)
            self._dirty -= self._waiting
            self._waiting = set()

    def without_deleted(self, agent: str, data: bytes) -> bytes:
        """``data`` with blanks for the lines that name a session of ``agent`` the user deleted."""
        for deleted in sessions.deleted(self.database, agent):
            data = raw.without_lines(data, deleted.encode())
        return data

    def refresh(self, *, but: int | None = None) -> None:
        """Make the sums of every session that was written to anew, those of ``but`` later."""
        later = self._dirty & {but}
        for session in self._dirty - later:
            summary.refresh(self.database, session)
        self._dirty = later

    def touch(self, session: int | None) -> None:
        """Ask for the sums of ``session`` to be made anew."""
        if session is not None:
            self._dirty.add(session)

    def untouch(self, session: int) -> None:
        """There is no such session any more."""
        self._dirty.discard(session)

    def fold(self) -> None:
        """Fold the write-ahead log into the library as far as readers allow. To be called when
        nothing waits for a commit, and before the log grows large."""
        self.database.connection().execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()

    def close(self) -> None:
        """Fold the write-ahead log into the library and close it."""
        try:
            self.fold()
        finally:
            self.database.close()

    def _summaries(self, facts: Facts) -> None:
        connection = self.database.connection()
        for uuid, title in facts.summaries:
            key = record_key(uuid)
            connection.execute("INSERT OR IGNORE INTO summary VALUES (?, ?)", (key, title))
            self._dirty.update(
                row[0]
                for row in connection.execute("SELECT session FROM event WHERE key = ?", (key,))
            )

    def _copied_from(self, source: SourceState, facts: Facts) -> raw.Base | None:
        """The chunk that most of this read was copied from, if it was: the one that holds the
        record in the middle of it."""
        keyed = [event for event in facts.events if event.uuid]
        if len(keyed) < 2:
            return None
        for event in (keyed[len(keyed) // 2], keyed[0]):
            row = (
                self.database.connection()
                .execute(
                    "SELECT source, at FROM event WHERE key = ? AND block = ? AND source <> ?",
                    (record_key(event.uuid), event.block, source.id),
                )
                .fetchone()
            )
            if row:
                return raw.base_at(self.database, row[0], row[1])
        return None


def _only_times(facts: Facts) -> SessionFacts:
    return SessionFacts(
        first_ts=facts.session.first_ts,
        last_ts=facts.session.last_ts,
        subagents=facts.session.subagents,
    )


def rebuild_rows(writer: Writer, session: int) -> None:
    """Forget every row read out of the raw records of ``session``, to read them anew."""
    connection = writer.database.connection()
    for table in ("response", "action", "sessionday"):
        connection.execute(f"DELETE FROM {table} WHERE session = ?", (session,))
    turns.forget(writer.database, session)
    turns.changed(writer.database, session, 0)
    connection.execute(
        "DELETE FROM event WHERE session = ?1 AND source NOT IN"
        " (SELECT id FROM source WHERE session = ?1 AND state = ?2)",
        (session, int(State.CHANNEL)),
    )
    connection.execute(
        "UPDATE session SET titles = '{}', cwd = '', started = NULL, ended = NULL WHERE id = ?",
        (session,),
    )
    connection.execute(
        "UPDATE source SET records = 0, damaged = 0, unknown = '{}' WHERE session = ?", (session,)
    )
