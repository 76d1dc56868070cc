"""The turns of a session, one row each: what a prompt, or a command that the agent answers, led to,
and how long it waited.

Made from facts alone, like all sums. Whoever writes facts that a turn is made of notes since when
they matter (`changed`), in the same transaction; `refresh` makes the turns from there on anew, so
that a long session costs no more per commit than its last turn does. They wait for the prices of
its responses, which follow in the same pass. Which events a turn has is
what `her_tui.analysis.timeline.lay_out` says: file order by each file's running clock, files
merged by it.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import fsum
from operator import itemgetter
from typing import Any, NamedTuple

from peewee import SqliteDatabase

from her_tui.events.model import FAILED, HIDDEN, PLAIN_BLOCKS, EventKind, Flag
from her_tui.events.requests import Outcome, RequestKind
from her_tui.events.turns import openings

_COLUMNS = (
    "event, session, number, started, ended, model, latency_ms, ttft_ms, duration_ms, tokens, cost,"
    " errors, actions, edits, commits, thinking, images, diffs, low"
)
_INSERT = f"INSERT INTO turn ({_COLUMNS}) VALUES ({', '.join('?' * 19)})"
_FAILED = f"({', '.join(repr(status.value) for status in FAILED)})"
_CHANGED = "(added IS NOT NULL OR removed IS NOT NULL)"
_RESPONSES = (
    "SELECT id, agent, model, input + output + cache_creation + cache_read, cost"
    " FROM response WHERE"
)
#: Only those that there is something to say of.
_ACTIONS = (
    f"SELECT id, status IN {_FAILED}, kind = 'edit', {_CHANGED}, CASE WHEN commits THEN sha END"
    f" FROM action WHERE (status IN {_FAILED} OR kind = 'edit' OR {_CHANGED} OR commits) AND"
)

#: Kinds of events that stand on a timeline, each a range of its own in the index.
_SHOWN = ", ".join(str(int(kind)) for kind in EventKind if kind not in HIDDEN)

#: Longer than this no answer takes to begin: the client gives up after ten minutes.
_LONGEST_MS = 900_000

#: Where events of no file stand: after those of all files, by their time.
_NO_FILE, _LAST = 0, 1 << 62

_ERROR, _IMAGE = int(Flag.ERROR), int(Flag.IMAGE)

#: An event: (id, source, time, kind, flags, agent, action, response).
_Row = tuple[int, int, int | None, int, int, int, int | None, int | None]
#: One with its place: (clock, rank of its source, place in it, the event).
_Placed = tuple[int, int, int, _Row]
#: What a response adds: (agent, model, tokens, cost).
_Response = tuple[int, str, int, float | None]


class _Base(NamedTuple):
    """The turn from which on turns are made anew; none before it can have changed."""

    number: int
    event: int
    started: int
    low: int
    """No event of this turn or a later one has a smaller id."""


@dataclass(slots=True)
class _Turn:
    """The events of one turn, in order."""

    number: int
    rows: list[_Row]
    clocks: list[int]


@dataclass(slots=True)
class _Facts:
    """What the events of turns refer to."""

    responses: dict[int, _Response]
    failed: frozenset[int]
    """Actions that ended badly; so are the next three."""
    edits: frozenset[int]
    changed: frozenset[int]
    """Those whose change is recorded."""
    commits: dict[int, str]
    arrivals: Sequence[tuple[float, float]]
    """Of every answer on the main thread: when it began to arrive, and how long that took."""


def changed(database: SqliteDatabase, session: int, since: int | None) -> None:
    """Note, in the caller's transaction, that facts of ``session`` changed that stand no earlier
    than ``since`` (milliseconds since the epoch); 0: anything may have changed, None: nothing."""
    if since is not None:
        database.connection().execute(
            "INSERT INTO turnmark VALUES (?, ?) ON CONFLICT (session) DO UPDATE"
            " SET since = min(since, excluded.since)",
            (session, since),
        )


def forget(database: SqliteDatabase, session: int) -> None:
    """Drop the turns of ``session``, in the caller's transaction."""
    connection = database.connection()
    connection.execute("DELETE FROM turn WHERE session = ?", (session,))
    connection.execute("DELETE FROM turnmark WHERE session = ?", (session,))


def refresh(database: SqliteDatabase, session: int) -> None:
    """Make the turns of ``session`` anew from its facts, in the caller's transaction, as far as
    they may have changed."""
    connection = database.connection()
    mark = connection.execute("SELECT since FROM turnmark WHERE session = ?", (session,)).fetchone()
    if mark is None:
        return
    base = _base(connection, session, mark[0])
    turns = _turns(_placed(connection, session, base), base)
    facts = _facts(connection, session, base, turns) if turns else None
    connection.execute(
        "DELETE FROM turn WHERE session = ? AND number >= ?", (session, base.number if base else 1)
    )
    if facts:
        connection.executemany(
            _INSERT,
            [
                _values(session, turn, after, facts)
                for turn, after in zip(turns, [*turns[1:], None], strict=True)
            ],
        )
    connection.execute("DELETE FROM turnmark WHERE session = ?", (session,))


def _base(connection: Any, session: int, since: int) -> _Base | None:
    """The last turn that began before ``since``; None if all are to be made. (One that began with
    the first is no base: events without a time stand there.) It stays one, whatever comes later in
    its file: `openings`."""
    row = connection.execute(
        "SELECT t.number, t.event, t.started, (SELECT min(l.low) FROM turn l"
        " WHERE l.session = t.session AND l.number >= t.number) FROM turn t WHERE t.session = ?1"
        " AND t.started < ?2 AND t.started > (SELECT min(f.started) FROM turn f"
        " WHERE f.session = ?1) ORDER BY t.started DESC, t.number DESC LIMIT 1",
        (session, since),
    ).fetchone()
    return _Base(*row) if row else None


# Which event stands in which turn


def _placed(connection: Any, session: int, base: _Base | None) -> list[_Placed]:
    """The events of ``session`` in the order of the timeline, those before ``base`` left out."""
    rows = connection.execute(
        "SELECT id, source, ts, kind, flags, agent, action, response FROM event"
        f" WHERE session = ? AND kind IN ({_SHOWN}) AND id >= ?",
        (session, base.low if base else 0),
    ).fetchall()
    rows.sort(key=itemgetter(0))  # they come kind by kind, each in order: faster here than there
    ranks = _ranks(connection, session)
    files: dict[int, list[_Row]] = {}
    for row in rows:
        files.setdefault(ranks.get(row[1], row[1]), []).append(row)
    if _LAST in files:
        files[_LAST].sort(key=lambda row: row[2] or 0)
    if base:
        own = next(ranks.get(row[1], row[1]) for row in rows if row[0] == base.event)
        placed = list(_placed_after(files, base, own))
    else:
        placed = _dated([each for rank in sorted(files) for each in _clocked(rank, files[rank])])
    if len(files) > 1:
        placed.sort(key=itemgetter(0, 1, 2))
    return placed


def _ranks(connection: Any, session: int) -> dict[int, int]:
    """Source -> where its events stand among those of the same moment: the main file's first."""
    found = connection.execute(
        "SELECT id, role FROM source WHERE session = ? ORDER BY path, id", (session,)
    )
    ranks = {
        source: 0 if role == "main" else rank for rank, (source, role) in enumerate(found, start=1)
    }
    return {**ranks, _NO_FILE: _LAST}


def _clocked(rank: int, rows: Iterable[_Row], clock: int = 0) -> Iterator[_Placed]:
    """The events of one file with its clock, which is never set back."""
    for order, row in enumerate(rows):
        if row[2] is not None and row[2] > clock:
            clock = row[2]
        yield clock, rank, order, row


def _dated(placed: list[_Placed]) -> list[_Placed]:
    """``placed`` with those before the first time in their file set to the first time of all."""
    first = min((each[0] for each in placed if each[0]), default=0)
    return [each if each[0] else (first, *each[1:]) for each in placed]


def _placed_after(files: dict[int, list[_Row]], base: _Base, own: int) -> Iterator[_Placed]:
    """Events from the first of ``base`` on, which is in the file with the rank ``own``.

    Of another file not all is there; but what is missing stands before ``base``, so that wherever
    the clock of the rest has come past the start of ``base``, it is what it would be with all.
    """
    for rank in sorted(files):
        if rank == own:
            rows = [row for row in files[rank] if row[0] >= base.event]
            yield from _clocked(rank, rows, base.started)
        else:
            start = (base.started, own)
            yield from (each for each in _clocked(rank, files[rank]) if each[:2] > start)


def _turns(placed: Sequence[_Placed], base: _Base | None) -> list[_Turn]:
    """The events turn by turn; what precedes the first is in none."""
    rows = [each[3] for each in placed]
    clocks = [each[0] for each in placed]
    kinds = bytes([row[3] for row in rows])
    starts = openings(kinds, [row[4] for row in rows], [row[5] for row in rows])
    first = base.number if base else 1
    return [
        _Turn(number, rows[start:end], clocks[start:end])
        for number, (start, end) in enumerate(pairwise((*starts, len(rows))), first)
    ]


# What a turn comes to


def _facts(connection: Any, session: int, base: _Base | None, turns: Sequence[_Turn]) -> _Facts:
    """What the events of ``turns`` refer to; without ``base``, all there is of the session."""

    def select(column: int, sql: str) -> list[Any]:
        if base is None:
            found = connection.execute(f"{sql} session = ?", (session,))
        else:
            wanted = {row[column] for turn in turns for row in turn.rows} - {None}
            rows = json.dumps(list(wanted))
            found = connection.execute(f"{sql} id IN (SELECT value FROM json_each(?))", (rows,))
        return list(found.fetchall())

    actions = select(6, _ACTIONS)
    return _Facts(
        responses={row[0]: row[1:] for row in select(7, _RESPONSES)},
        failed=frozenset(row[0] for row in actions if row[1]),
        edits=frozenset(row[0] for row in actions if row[2]),
        changed=frozenset(row[0] for row in actions if row[3]),
        commits={row[0]: row[4] for row in actions if row[4] is not None},
        arrivals=_arrivals(connection, session, base.started if base else 0),
    )


def _arrivals(connection: Any, session: int, since: int) -> list[tuple[float, float]]:
    """(when, after how many milliseconds) each answer on the main thread began to arrive, from
    ``since`` on, in order."""
    found = connection.execute(
        "SELECT started + ttft_ms, ttft_ms FROM request WHERE session = ? AND started >= ?"
        " AND ttft_ms IS NOT NULL AND agent = 0 AND kind IN ('', ?)"
        " AND (message_id IS NOT NULL OR outcome = ?) ORDER BY started, started + ttft_ms, id",
        (session, since - _LONGEST_MS, RequestKind.MAIN.value, Outcome.OK.value),
    ).fetchall()
    return sorted(found)


def _values(session: int, turn: _Turn, after: _Turn | None, facts: _Facts) -> tuple[Any, ...]:
    """The row of ``turn``, in the order of the columns."""
    rows, started, last = turn.rows, turn.clocks[0], turn.clocks[-1]
    ended = after.clocks[0] if after else None
    begun = {row[6] for row in rows if row[3] == EventKind.TOOL_USE and row[6] is not None}
    done = {row[6] for row in rows if row[3] == EventKind.TOOL_RESULT and row[6] is not None}
    used = _used(rows, facts)
    costs = [response[3] for response in used if response[3] is not None]
    return (
        rows[0][0],
        session,
        turn.number,
        started or None,
        ended or last or None,
        _model(used),
        *_waited(turn, ended, facts.arrivals),
        last - started,
        sum(response[2] for response in used),
        fsum(costs) if costs else None,  # whatever their order
        _errors(rows, facts.failed),
        len(begun),
        len(begun & facts.edits),
        len({facts.commits[action] for action in done & facts.commits.keys()}),
        int(any(row[3] == EventKind.THINKING for row in rows)),
        int(any(row[4] & _IMAGE for row in rows)),
        int(not done.isdisjoint(facts.changed)),
        min(row[0] for row in rows),
    )


def _waited(
    turn: _Turn, until: int | None, arrivals: Sequence[tuple[float, float]]
) -> tuple[int | None, int | None]:
    """How long the first answer to ``turn`` took to begin to arrive, counted from its prompt and
    from its request; None where that is not known. Where the start of no answer was seen, its first
    block tells, which is written down when it is complete."""
    started = turn.clocks[0]
    if not started:
        return None, None
    first = next(
        (
            clock
            for clock, row in zip(turn.clocks, turn.rows, strict=True)
            if row[3] in PLAIN_BLOCKS and not row[5]
        ),
        None,
    )
    at = bisect_left(arrivals, (started, 0.0))
    if at < len(arrivals) and (until is None or arrivals[at][0] < until):
        moment, ttft = arrivals[at]
        return round(min(moment, first or moment)) - started, round(ttft)
    return None if first is None else first - started, None


def _used(rows: Sequence[_Row], facts: _Facts) -> list[_Response]:
    numbers = {row[7] for row in rows if row[7] is not None}
    return [facts.responses[number] for number in numbers & facts.responses.keys()]


def _model(used: Sequence[_Response]) -> str:
    """The model on the main thread, else any; of several the greatest name."""
    own = max((model for agent, model, *_ in used if not agent), default="")
    return own or max((model for _, model, *_ in used), default="")


def _errors(rows: Sequence[_Row], failed: frozenset[int]) -> int:
    """Actions that failed, each once, and other errors; the prompt itself is none."""
    opened: set[int | None] = set()
    errors = 0
    for row in rows[1:]:
        action = row[6]
        if row[3] == EventKind.TOOL_RESULT and action is not None and action in opened:
            continue
        opened.add(action)
        errors += bool(row[4] & _ERROR) or action in failed
    return errors
