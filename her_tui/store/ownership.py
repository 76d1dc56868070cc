"""Copied histories: of all rows that stand for one fact, one owns it.

Forks and resumes copy records into another session's file. Each session keeps a row for everything
its own files hold, and exactly one of the rows that stand for the same fact is the owner's: the
only one that sums over the library count. The owner is the row that knows most (a copy may be cut
off in the middle of a response); among those, one whose records do not say they are copies; among
those, the one with the smallest session id. The rule looks at nothing but the rows, so that every
order of imports ends with the same owners.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from peewee import SqliteDatabase

from her_tui.events.model import EventKind, Flag

_RESPONSES = (
    "SELECT r.id, r.session, r.copied, r.message_id, r.request_id"
    " FROM json_each(?) j JOIN response r ON r.message_id = j.value"
    " JOIN session s ON s.id = r.session"
    " ORDER BY 4, 5, r.output DESC, r.stop_reason IS NULL, r.marked, s.session_id"
)
_ACTIONS = (
    "SELECT a.id, a.session, a.copied, a.tool_use_id"
    " FROM json_each(?) j JOIN action a ON a.tool_use_id = j.value"
    " JOIN session s ON s.id = a.session"
    " ORDER BY 4, a.status IS NULL, a.name IS NULL, a.marked, s.session_id"
)
#: Kinds of what the human said. No response or action tells whether one is a copy.
SAID = frozenset({EventKind.PROMPT, EventKind.COMMAND, EventKind.SHELL})

_SAID = (
    f"SELECT e.id, e.session, (e.flags & {int(Flag.COPIED)}) <> 0 FROM event e"
    " JOIN session s ON s.id = e.session WHERE e.key = ? AND e.block = ?"
    f" ORDER BY e.flags & {int(Flag.MARKED_COPY)}, s.session_id"
)


def elect_responses(database: SqliteDatabase, message_ids: Iterable[str]) -> set[int]:
    """Settle who owns the responses with these message ids; the sessions whose sums changed."""
    rows = database.connection().execute(_RESPONSES, (json.dumps(list(message_ids)),)).fetchall()
    return _settle(database, "response", rows)


def elect_actions(database: SqliteDatabase, tool_use_ids: Iterable[str]) -> set[int]:
    """Settle who owns the actions with these tool-use ids; the sessions whose sums changed."""
    rows = database.connection().execute(_ACTIONS, (json.dumps(list(tool_use_ids)),)).fetchall()
    return _settle(database, "action", rows)


def elect_said(database: SqliteDatabase, keys: Iterable[tuple[bytes, int]]) -> set[int]:
    """Settle who owns what the human said (`SAID`) in these (record key, block); the sessions whose
    sums changed."""
    connection = database.connection()
    rows = [
        (*row, key, block)
        for key, block in keys
        for row in connection.execute(_SAID, (key, block)).fetchall()
    ]
    return _settle(database, "event", rows)


def _settle(database: SqliteDatabase, table: str, rows: Iterable[Any]) -> set[int]:
    """Make the first row of each key its owner; rows are (id, session, copied, key…)."""
    seen: set[tuple[Any, ...]] = set()
    changes: list[tuple[int, int]] = []
    sessions: set[int] = set()
    for number, session, copied, *key in rows:
        wanted = int(tuple(key) in seen)
        seen.add(tuple(key))
        if bool(copied) != bool(wanted):
            changes.append((wanted, number))
            sessions.add(session)
    bit = int(Flag.COPIED)
    change = f"flags = (flags & ~{bit}) | (? * {bit})" if table == "event" else "copied = ?"
    database.connection().executemany(f"UPDATE {table} SET {change} WHERE id = ?", changes)
    if not all(wanted for wanted, _ in changes):
        _note_new_owners(database)
    return sessions


def _note_new_owners(database: SqliteDatabase) -> None:
    """Count that copies became originals: what is made of originals alone, and knows its events by
    their ids, has to look at old ones again (`her_tui.queries.encoding.Mark`)."""
    database.connection().execute(
        "INSERT INTO setting VALUES ('owners', '1')"
        " ON CONFLICT (name) DO UPDATE SET value = value + 1"
    )


class Held:
    """The facts a session holds, noted before its rows go, to settle their ownership after."""

    def __init__(self, database: SqliteDatabase, session: int) -> None:
        connection = database.connection()
        self._database = database
        self._responses = [
            row[0]
            for row in connection.execute(
                "SELECT DISTINCT message_id FROM response WHERE session = ?", (session,)
            )
        ]
        self._actions = [
            row[0]
            for row in connection.execute(
                "SELECT tool_use_id FROM action WHERE session = ?", (session,)
            )
        ]
        self._said = [
            (bytes(row[0]), row[1])
            for row in connection.execute(
                "SELECT key, block FROM event WHERE session = ? AND key IS NOT NULL"
                f" AND kind IN ({', '.join(str(int(kind)) for kind in SAID)})",
                (session,),
            )
        ]

    def settle(self) -> set[int]:
        """Elect the owners of these facts among the rows there are now; the sessions changed."""
        return (
            elect_responses(self._database, self._responses)
            | elect_actions(self._database, self._actions)
            | elect_said(self._database, self._said)
        )
