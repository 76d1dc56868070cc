"""A session's sums, made anew from its facts whenever they changed: they cannot drift."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from peewee import SqliteDatabase

from her_tui.events.model import FAILED, EventKind, Flag, Title
from her_tui.store import turns

_FAILED = f"status IN ({', '.join(repr(status.value) for status in FAILED)})"

_STALE = "stale:"

#: Which sum of responses is the number of those without a price yet.
_UNPRICED = 8

EMPTY, ONE_SHOT = 1, 2
"""Values of ``session.brief``."""


def refresh(database: SqliteDatabase, session: int) -> None:
    """Make the row of ``session``, of its subagents, its days and its turns anew."""
    connection = database.connection()
    agents = [0] + [
        row[0] for row in connection.execute("SELECT id FROM session WHERE parent = ?", (session,))
    ]
    responses = _by_agent(
        connection.execute(
            "SELECT agent, sum(kind = ''), sum(input), sum(output), sum(cache_creation),"
            " sum(cache_read), sum(cost), sum(priced = 2),"
            " max(CASE WHEN kind = '' THEN printf('%015d %s', ended, model) END),"
            " sum(priced = 0), min(started), max(ended)"
            " FROM response WHERE session = ? GROUP BY agent",
            (session,),
        )
    )
    actions = _by_agent(
        connection.execute(
            f"SELECT agent, count(name), sum(kind = 'edit'), sum({_FAILED}),"
            " min(started), max(ended) FROM action WHERE session = ? GROUP BY agent",
            (session,),
        )
    )
    api_errors = dict(
        connection.execute(
            "SELECT agent, count(*) FROM event WHERE session = ? AND kind = ? GROUP BY agent",
            (session, EventKind.API_ERROR),
        )
    )
    for agent in agents:
        if agent:
            own = responses.get(agent), actions.get(agent), api_errors.get(agent, 0)
            _write_subagent(connection, agent, *own)
    _write_session(connection, session, responses, actions, sum(api_errors.values()))
    _write_days(connection, session)
    connection.execute(
        "UPDATE session SET (spent, spent_tokens) ="
        " (SELECT sum(cost), ifnull(sum(tokens), 0) FROM sessionday WHERE session = ?1)"
        " WHERE id = ?1",
        (session,),
    )
    if not _add(list(responses.values()), _UNPRICED):  # else prices follow: turns are made then
        turns.refresh(database, session)
    connection.execute("DELETE FROM setting WHERE name = ?", (f"{_STALE}{session}",))


def note_stale(database: SqliteDatabase, changed: Iterable[int]) -> None:
    """Note, in the caller's transaction, that the sums of the sessions ``changed`` are to be made
    anew: whoever writes next does, should the caller be killed."""
    database.connection().executemany(
        "INSERT OR IGNORE INTO setting VALUES (?, '')",
        [(f"{_STALE}{session}",) for session in changed],
    )


def stale(database: SqliteDatabase) -> set[int]:
    """The sessions whose sums are to be made anew."""
    rows = database.connection().execute(
        "SELECT s.id FROM setting n JOIN session s ON s.id = CAST(substr(n.name, ?) AS INTEGER)"
        " WHERE n.name GLOB ?",
        (len(_STALE) + 1, f"{_STALE}*"),
    )
    return {row[0] for row in rows}


def _by_agent(rows: Iterable[Any]) -> dict[int, tuple[Any, ...]]:
    return {row[0]: tuple(row[1:]) for row in rows}


def _add(rows: list[tuple[Any, ...]], column: int) -> int:
    return sum(row[column] or 0 for row in rows)


def _latest_model(row: tuple[Any, ...] | None) -> str:
    """The model of the last response: sums carry it behind its time, so that the greatest wins."""
    return str(row[7] or "").partition(" ")[2] if row else ""


def _cost(rows: list[tuple[Any, ...]]) -> float | None:
    known = [row[5] for row in rows if row[5] is not None]
    return sum(known) if known else None


def _write_subagent(
    connection: Any,
    agent: int,
    response: tuple[Any, ...] | None,
    action: tuple[Any, ...] | None,
    api_errors: int,
) -> None:
    responses, actions = [response] if response else [], [action] if action else []
    starts = [row[-2] for row in (*responses, *actions) if row[-2] is not None]
    ends = [row[-1] for row in (*responses, *actions) if row[-1] is not None]
    _update(
        connection,
        agent,
        {
            **_volume(responses, actions),
            "model": _latest_model(response),
            "started": min(starts, default=None),
            "ended": max(ends, default=None),
            "errors": _add(actions, 2) + api_errors,
        },
    )


def _volume(responses: list[tuple[Any, ...]], actions: list[tuple[Any, ...]]) -> dict[str, Any]:
    return {
        "responses": _add(responses, 0),
        "input": _add(responses, 1),
        "output": _add(responses, 2),
        "cache_creation": _add(responses, 3),
        "cache_read": _add(responses, 4),
        "cost": _cost(responses),
        "unpriced": _add(responses, 6),
        "actions": _add(actions, 0),
        "edits": _add(actions, 1),
    }


def _write_session(
    connection: Any,
    session: int,
    responses: dict[int, tuple[Any, ...]],
    actions: dict[int, tuple[Any, ...]],
    api_errors: int,
) -> None:
    def one(sql: str, *parameters: Any) -> Any:
        return connection.execute(sql, (session, *parameters)).fetchone()

    prompts = one(
        "SELECT count(*) FROM event WHERE session = ? AND kind = ? AND agent = 0", EventKind.PROMPT
    )[0]
    files = one(
        "SELECT sum(damaged + torn), max(mtime_ns) / 1000000 FROM source"
        " WHERE session = ? AND state <= 1"
    )
    main = one(
        "SELECT path, state FROM source WHERE session = ? AND role = 'main' AND state <= 1"
        " ORDER BY state, id DESC LIMIT 1"
    )
    volume = _volume(list(responses.values()), list(actions.values()))
    _update(
        connection,
        session,
        {
            **volume,
            "prompts": prompts,
            "prompts_queue_only": _queue_only(connection, session),
            "errors": _add(list(actions.values()), 2) + api_errors,
            "commits": one(
                "SELECT count(DISTINCT sha) FROM action"
                " WHERE session = ? AND commits AND sha IS NOT NULL"
            )[0],
            "subagents": one("SELECT count(*) FROM session WHERE parent = ?")[0],
            "model": _latest_model(responses.get(0)),
            "damaged": files[0] or 0,
            "mtime": files[1] or 0,
            "path": main[0] if main else "",
            "gone": int(bool(main and main[1])),
            "title": _title(connection, session),
            "brief": _brief(prompts, volume),
        },
    )


def _brief(prompts: int, volume: dict[str, Any]) -> int:
    """Whether a session is empty or one-shot: nothing asked twice, nothing changed."""
    if not volume["responses"] and not prompts:
        return EMPTY
    if prompts <= 1 and volume["responses"] <= 2 and not volume["edits"]:
        return ONE_SHOT
    return 0


def _title(connection: Any, session: int) -> str:
    row = connection.execute("SELECT titles FROM session WHERE id = ?", (session,)).fetchone()
    titles = {int(origin): text for origin, text in json.loads(row[0]).items() if text}
    if max(titles, default=0) <= Title.SUMMARY:
        titles |= _summary(connection, session)
    if titles:
        return str(titles[max(titles)])
    opening = connection.execute(
        "SELECT preview FROM event WHERE session = ? AND kind IN (?, ?, ?) AND preview <> ''"
        " ORDER BY id LIMIT 1",
        (session, EventKind.COMMAND, EventKind.SHELL, EventKind.TASK),
    ).fetchone()
    return str(opening[0]) if opening else ""


def _summary(connection: Any, session: int) -> dict[int, str]:
    """The title that an old client gave the session, wherever it did."""
    events = "SELECT count(*) FROM event WHERE session = ?1"
    fewer = f"SELECT ({events}) < (SELECT count(*) FROM summary)"
    few = connection.execute(fewer, (session,)).fetchone()[0]
    one, other = ("event e", "summary s") if few else ("summary s", "event e")
    found = connection.execute(
        f"SELECT s.title FROM {one} CROSS JOIN {other} ON e.key = s.key"
        " WHERE e.session = ? ORDER BY e.ts DESC, s.title DESC LIMIT 1",
        (session,),
    ).fetchone()
    return {Title.SUMMARY: found[0]} if found else {}


def _queue_only(connection: Any, session: int) -> int:
    """Prompts of which only the queue tells: typed while the agent was busy, delivered in the
    middle of a turn, and kept by that client version nowhere else."""
    queued = connection.execute(
        "SELECT source, digest, detail FROM event WHERE session = ? AND kind = ?"
        " ORDER BY source, id",
        (session, EventKind.QUEUE),
    ).fetchall()
    if not queued:
        return 0
    delivered = {
        row[0]
        for row in connection.execute(
            "SELECT digest FROM event WHERE session = ? AND kind IN (?, ?, ?)",
            (session, EventKind.PROMPT, EventKind.COMMAND, EventKind.SHELL),
        )
    }
    only: set[tuple[int, int]] = set()
    for order, (source, digest, detail) in enumerate(queued):
        if detail == "enqueue" and digest and digest not in delivered:
            only.add((source, order))
        elif detail == "popAll":
            # Given back to the input box: what was waiting was not sent.
            only = {entry for entry in only if entry[0] != source}
    return len(only)


def _write_days(connection: Any, session: int) -> None:
    connection.execute("DELETE FROM sessionday WHERE session = ?", (session,))
    # Quarters of an hour first: every time zone's days start on one, and asking for the local day
    # of each response would cost more than all the rest.
    connection.execute(
        "INSERT INTO sessionday (session, day, cost, tokens, prompts)"
        " SELECT ?1, date(quarter * 900, 'unixepoch', 'localtime') AS day, sum(cost), sum(tokens),"
        " sum(prompts) FROM ("
        "  SELECT ifnull(ended, started) / 900000 AS quarter, sum(cost) AS cost,"
        "   sum(input + output + cache_creation + cache_read) AS tokens, 0 AS prompts"
        "  FROM response WHERE session = ?1 AND copied = 0 AND ifnull(ended, started) IS NOT NULL"
        "  GROUP BY 1 UNION ALL"
        "  SELECT ts / 900000, NULL, 0, count(*) FROM event WHERE session = ?1 AND kind = ?2"
        "   AND agent = 0 AND NOT flags & ?3 AND ts IS NOT NULL GROUP BY 1"
        " ) WHERE day IS NOT NULL GROUP BY day",
        (session, int(EventKind.PROMPT), int(Flag.COPIED)),
    )


def _update(connection: Any, session: int, values: dict[str, Any]) -> None:
    columns = ", ".join(f"{name} = ?" for name in values)
    connection.execute(f"UPDATE session SET {columns} WHERE id = ?", (*values.values(), session))
