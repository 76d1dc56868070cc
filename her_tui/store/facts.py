"""Facts into rows: every write merges, so that order, repetition and overlap do not matter."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from peewee import SqliteDatabase

from her_tui.events.model import HIDDEN, Action, Event, Facts, Response
from her_tui.store import turns
from her_tui.store.ownership import SAID, elect_actions, elect_responses, elect_said

_RESPONSE_COLUMNS = (
    "id, session, agent, message_id, request_id, model, started, ended, stop_reason, input,"
    " output, cache_creation, cache_creation_1h, cache_read, web_searches, speed, effort, kind,"
    " marked, priced, copied"
)
_INSERT_RESPONSE = f"INSERT INTO response ({_RESPONSE_COLUMNS}) VALUES ({', '.join('?' * 21)})"
_MERGE_RESPONSE = (
    "UPDATE response SET agent = min(agent, ?1), model = ?2,"
    " started = min(ifnull(started, ?3), ifnull(?3, started)),"
    " ended = max(ifnull(ended, ?4), ifnull(?4, ended)),"
    " stop_reason = ifnull(?5, stop_reason),"
    " input = max(input, ?6), output = max(output, ?7),"
    " cache_creation = max(cache_creation, ?8), cache_creation_1h = max(cache_creation_1h, ?9),"
    " cache_read = max(cache_read, ?10), web_searches = max(web_searches, ?11),"
    " speed = max(speed, ?12), effort = max(effort, ?13), kind = max(kind, ?14),"
    " marked = min(marked, ?15), priced = 0 WHERE id = ?16"
)
_ACTION_COLUMNS = (
    "id, session, agent, tool_use_id, response, name, kind, target, started, ended, duration_ms,"
    " status, added, removed, commits, sha, subject, subagent, output_chars, permission, marked,"
    " copied"
)
_INSERT_ACTION = f"INSERT INTO action ({_ACTION_COLUMNS}) VALUES ({', '.join('?' * 22)})"
_MERGE_ACTION = (
    "UPDATE action SET agent = min(agent, ?1), response = ifnull(?2, response),"
    " name = ifnull(?3, name), kind = ifnull(?4, kind), target = ifnull(?5, target),"
    " started = min(ifnull(started, ?6), ifnull(?6, started)),"
    " ended = max(ifnull(ended, ?7), ifnull(?7, ended)),"
    " duration_ms = max(ifnull(duration_ms, ?8), ifnull(?8, duration_ms)),"
    " status = ifnull(?9, status),"
    " added = ifnull(?10, added), removed = ifnull(?11, removed),"
    " commits = max(ifnull(commits, ?12), ifnull(?12, commits)),"
    " sha = ifnull(?13, sha), subject = ifnull(?14, subject),"
    " subagent = ifnull(?15, subagent), output_chars = ifnull(?16, output_chars),"
    " permission = max(ifnull(permission, ?17), ifnull(?17, permission)),"
    " marked = min(marked, ?18) WHERE id = ?19"
)
_INSERT_EVENT = (
    "INSERT OR IGNORE INTO event (id, session, agent, source, at, size, block, kind, ts, key,"
    " parent, response, action, flags, detail, chars, preview, digest)"
    f" VALUES ({', '.join('?' * 18)})"
)


def record_key(uuid: str | None) -> bytes | None:
    """A record's uuid as stored: 16 bytes, or the UTF-8 of any other identifier."""
    if uuid is None:
        return None
    if len(uuid) == 36:
        try:
            return bytes.fromhex(uuid.replace("-", ""))
        except ValueError:
            pass
    return uuid.encode("utf-8", "surrogatepass")


@dataclass(slots=True)
class SessionRef:
    """A session's row and those of its subagents."""

    id: int
    session_id: str
    agents: dict[str, int] = field(default_factory=dict)
    """Subagent id -> its row."""


class FactWriter:
    """Writes the facts of one read within the caller's transaction."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database
        self._next_event = self._sequence("event") + 1
        self._next_response = self._maximum("response") + 1
        self._next_action = self._maximum("action") + 1
        self._changed: set[int] = set()

    def write(self, session: SessionRef, source: int, facts: Facts) -> set[int]:
        """Merge ``facts`` into the rows of ``session``; the sessions that won or lost the
        ownership of a fact and need their sums made anew."""
        self._changed = set()
        responses = self._responses(session, facts.responses)
        actions = self._actions(session, facts.actions, responses)
        self._events(session, source, facts.events, responses, actions)
        turns.changed(self._database, session.id, _earliest(facts.events))
        return self._changed

    def _responses(
        self,
        session: SessionRef,
        responses: Mapping[tuple[str, str], Response],
    ) -> dict[tuple[str, str], int]:
        if not responses:
            return {}
        ids: dict[tuple[str, str], int] = {}
        shared: set[str] = set()
        for message_id, request_id, row, holder in self._lookup(
            "SELECT r.message_id, r.request_id, r.id, r.session"
            " FROM json_each(?) j JOIN response r ON r.message_id = j.value",
            {message_id for message_id, _ in responses},
        ):
            if holder == session.id:
                ids[message_id, request_id] = row
            else:
                shared.add(message_id)
        inserts, merges = [], []
        for key, response in responses.items():
            agent = session.agents.get(response.agent, 0) if response.agent else 0
            values = _response_values(response)
            if key in ids:
                merges.append((agent, *values, ids[key]))
                continue
            ids[key] = self._next_response
            self._next_response += 1
            inserts.append((ids[key], session.id, agent, *key, *values, 0, 0))
        connection = self._database.connection()
        connection.executemany(_INSERT_RESPONSE, inserts)
        connection.executemany(_MERGE_RESPONSE, merges)
        self._merged(
            session,
            "SELECT min(coalesce(r.started, r.ended, 0)) FROM json_each(?) j"
            " JOIN response r ON r.id = j.value",
            [merge[-1] for merge in merges],
        )
        if shared:
            self._changed |= elect_responses(self._database, shared)
        return ids

    def _actions(
        self,
        session: SessionRef,
        actions: Mapping[str, Action],
        responses: Mapping[tuple[str, str], int],
    ) -> dict[str, int]:
        if not actions:
            return {}
        ids: dict[str, int] = {}
        shared: set[str] = set()
        for tool_use_id, row, holder in self._lookup(
            "SELECT a.tool_use_id, a.id, a.session"
            " FROM json_each(?) j JOIN action a ON a.tool_use_id = j.value",
            actions,
        ):
            if holder == session.id:
                ids[tool_use_id] = row
            else:
                shared.add(tool_use_id)
        inserts, merges = [], []
        for key, action in actions.items():
            agent = session.agents.get(action.agent, 0) if action.agent else 0
            response = responses.get(action.response) if action.response else None
            values = _action_values(action)
            if key in ids:
                merges.append((agent, response, *values, ids[key]))
                continue
            ids[key] = self._next_action
            self._next_action += 1
            inserts.append((ids[key], session.id, agent, key, response, *values, 0))
        connection = self._database.connection()
        connection.executemany(_INSERT_ACTION, inserts)
        connection.executemany(_MERGE_ACTION, merges)
        self._merged(
            session,
            "SELECT min(ifnull(e.ts, 0)) FROM json_each(?) j JOIN event e ON e.action = j.value",
            [merge[-1] for merge in merges],
        )
        if shared:
            self._changed |= elect_actions(self._database, shared)
        return ids

    def _events(
        self,
        session: SessionRef,
        source: int,
        events: Iterable[Event],
        responses: Mapping[tuple[str, str], int],
        actions: Mapping[str, int],
    ) -> None:
        rows = []
        said = []
        agents = session.agents
        identity = self._next_event
        session_id = session.id
        for event in events:
            key = record_key(event.uuid)
            if event.kind in SAID and key is not None:
                said.append((key, event.block))
            rows.append(
                (
                    identity,
                    session_id,
                    agents.get(event.agent, 0) if event.agent else 0,
                    source,
                    event.at,
                    event.size,
                    event.block,
                    event.kind.value,
                    event.ts,
                    key,
                    record_key(event.parent),
                    responses.get(event.response) if event.response else None,
                    actions.get(event.action) if event.action else None,
                    event.flags,
                    event.detail,
                    event.chars,
                    event.preview,
                    event.digest,
                )
            )
            identity += 1
        self._next_event = identity
        self._database.connection().executemany(_INSERT_EVENT, rows)
        self._changed |= elect_said(self._database, said)

    def _merged(self, session: SessionRef, since: str, rows: list[int]) -> None:
        """Rows that events refer to already say more than before."""
        if rows:
            found = self._database.connection().execute(since, (json.dumps(rows),)).fetchone()
            turns.changed(self._database, session.id, found[0])

    def _lookup(self, sql: str, keys: Iterable[str]) -> Any:
        return self._database.connection().execute(sql, (json.dumps(list(keys)),))

    def _sequence(self, table: str) -> int:
        row = (
            self._database.connection()
            .execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,))
            .fetchone()
        )
        return int(row[0]) if row else 0

    def _maximum(self, table: str) -> int:
        row = self._database.connection().execute(f"SELECT max(id) FROM {table}").fetchone()
        return int(row[0] or 0)


def _earliest(events: Sequence[Event]) -> int | None:
    """No event of a timeline among these, of one file and in its order, stands earlier; None if
    there are none. One without a time stands where the one before it does."""
    first = next((event for event in events if event.kind not in HIDDEN), None)
    if first is None:
        return None
    if first.ts is None:
        return 0
    return min((event.ts for event in events if event.ts is not None), default=None)


def _response_values(response: Response) -> tuple[Any, ...]:
    return (
        response.model,
        response.started,
        response.ended,
        response.stop_reason,
        response.input,
        response.output,
        response.cache_creation,
        response.cache_creation_1h,
        response.cache_read,
        response.web_searches,
        response.speed,
        response.effort,
        response.kind,
        int(response.marked_copy),
    )


def _action_values(action: Action) -> tuple[Any, ...]:
    return (
        action.name,
        action.kind.value if action.kind else None,
        action.target,
        action.started,
        action.ended,
        action.duration_ms,
        action.status.value if action.status else None,
        action.added,
        action.removed,
        None if action.commits is None else int(action.commits),
        action.sha,
        action.subject,
        action.subagent,
        action.output_chars,
        action.permission,
        int(action.marked_copy),
    )
