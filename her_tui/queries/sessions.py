"""The session list: which sessions, in which order, and what each row says."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from her_tui import clock
from her_tui.errors import NotFound
from her_tui.queries.annotations import SAID, WIDTH, of_row
from her_tui.queries.library import Library
from her_tui.queries.tokens import Tokens

#: A file that grew this recently belongs to a session in progress.
LIVE_MS = 120_000

#: Longer than this an answer is not on its way any more, whatever was recorded: the client gives
#: up after ten minutes.
LONGEST_MS = 900_000

#: A new session is shown for this long even if it is (still) empty or one-shot.
_FRESH_MS = 600_000

_DAY_MS = 86_400_000


class Sort(StrEnum):
    """What the list is ordered by; each starts with the end one looks for (newest, most)."""

    RECENT = "recent"
    COST = "cost"
    TOKENS = "tokens"
    DURATION = "duration"
    PROMPTS = "prompts"
    ERRORS = "errors"
    TITLE = "title"


class Group(StrEnum):
    """What the list is grouped by."""

    NONE = "none"
    PROJECT = "project"
    DAY = "day"


class Origin(StrEnum):
    """Where a session is now."""

    LIVE = "live"
    """Its file grew a moment ago, or an answer to it is on its way."""
    FILE = "file"
    """Its file is still in the client's folder."""
    ONLY_HERE = "only-here"
    """The client deleted its file; Her's copy is the only one."""


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One row of the session list. All counts include subagents and copied history."""

    id: int
    """Row id: the key for every other query."""
    agent: str
    session_id: str
    parent: int | None
    """Row id of the session this is a subagent of."""
    title: str
    project: str
    """Folder of the repository it worked in (worktrees count to their repository)."""
    cwd: str
    branch: str
    model: str
    started: int | None
    """Milliseconds since the epoch."""
    ended: int | None
    prompts: int
    turns: int
    """Prompts, and commands that the agent answered."""
    responses: int
    actions: int
    edits: int
    commits: int
    errors: int
    tokens: Tokens
    cost: float | None
    """US dollars; None if nothing in it could be priced."""
    unpriced: int
    """Responses of unknown price (their cost is missing from ``cost``)."""
    subagents: int
    origin: Origin
    days_left: int | None
    """Days until the client deletes its file; None if it does not, or the file is gone."""
    damaged: int
    """Lines of its files of which something was lost."""
    path: str
    """Its transcript file."""
    forked_from: str = ""
    """Session id it says it was forked from."""
    starred: bool = False
    """What the user says of the session as a whole: a favourite, …"""
    tags: tuple[str, ...] = ()
    note: str = ""

    @property
    def duration_ms(self) -> int | None:
        """From first to last event."""
        if self.started is None or self.ended is None:
            return None
        return self.ended - self.started


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What the list should show."""

    text: str = ""
    """A query (`her_tui.language`): words are looked for in title, project, branch, id and the
    prompts of a session."""
    sort: Sort = Sort.RECENT
    reverse: bool = False
    group: Group = Group.NONE
    project: str = ""
    """Only this project."""
    hidden: bool = False
    """Also show one-shot and empty sessions."""
    expanded: frozenset[int] = field(default_factory=frozenset)
    """Sessions whose subagents are shown below them."""

    @property
    def narrowed(self) -> bool:
        """Something is left out that Esc brings back."""
        return bool(self.text or self.project)


@dataclass(frozen=True, slots=True)
class GroupHeader:
    """The line above a group of sessions."""

    label: str
    sessions: int
    cost: float | None
    tokens: int


@dataclass(frozen=True, slots=True)
class Listing:
    """The whole list as row keys: 100,000 rows cost one integer each."""

    entries: Sequence[int]
    """Row id of a session, or ``-1 - i`` for ``headers[i]``."""
    headers: tuple[GroupHeader, ...]
    sessions: int
    """How many sessions match."""
    hidden: int
    """How many one-shot and empty sessions were left out."""
    cost: float | None
    """Cost of all that match."""


#: What each order compares, and whether it starts with the greatest.
_ORDER = {
    Sort.RECENT: ("s.ended", True),
    Sort.COST: ("ifnull(s.cost, 0)", True),
    Sort.TOKENS: ("s.input + s.output + s.cache_creation + s.cache_read", True),
    Sort.DURATION: ("ifnull(s.ended - s.started, 0)", True),
    Sort.PROMPTS: ("s.prompts", True),
    Sort.ERRORS: ("s.errors", True),
    Sort.TITLE: ("s.title COLLATE NOCASE", False),
}


def _order(query: ListQuery) -> str:
    """An ORDER BY that no two rows tie in, and no order of imports changes. Days follow each other
    as days do, whatever orders the sessions of one."""
    key, descending = _ORDER[query.sort]
    order = f"{key} {'DESC' if descending != query.reverse else 'ASC'}, s.session_id"
    if query.group is not Group.DAY:
        return order
    backwards = query.sort is not Sort.RECENT or not query.reverse
    return f"{_GROUPS[Group.DAY]} {'DESC' if backwards else 'ASC'}, {order}"


def _matches(library: Library, query: ListQuery) -> tuple[str, tuple[Any, ...]]:
    """The condition on sessions that ``query`` sets, one-shot and empty ones aside; raises
    `her_tui.language.parser.QueryError`."""
    conditions = ["s.parent IS NULL"]
    parameters: list[Any] = []
    if query.text.strip():
        from her_tui.queries.narrowing import condition  # deferred: the first paint has no query

        found = condition(library, query.text)
        conditions.append(found.sql)
        parameters.extend(found.parameters)
    if query.project:
        conditions.append("s.project = ?")
        parameters.append(query.project)
    return " AND ".join(conditions), tuple(parameters)


def _shown(condition: str, query: ListQuery) -> str:
    """``condition``, on the sessions that are shown."""
    if query.hidden:
        return condition
    fresh = clock.now_ms() - _FRESH_MS
    return f"{condition} AND (s.brief = 0 OR s.mtime > {fresh})"


def _hidden(library: Library, condition: str, parameters: tuple[Any, ...], shown: int) -> int:
    """How many more sessions fit ``condition`` than are ``shown``."""
    found = library.rows(f"SELECT count(*) FROM session s WHERE {condition}", parameters)
    return int(found[0][0]) - shown


def count(library: Library, query: ListQuery) -> Listing:
    """What a listing says of ``query`` as a whole, without the sessions themselves; raises
    `her_tui.language.parser.QueryError`."""
    condition, parameters = _matches(library, query)
    sessions, cost = library.rows(
        f"SELECT count(*), sum(s.spent) FROM session s WHERE {_shown(condition, query)}", parameters
    )[0]
    return Listing((), (), sessions, _hidden(library, condition, parameters, sessions), cost)


def listing(library: Library, query: ListQuery) -> Listing:
    """The sessions that match ``query``, in order; raises
    `her_tui.language.parser.QueryError`."""
    condition, parameters = _matches(library, query)
    shown, order = _shown(condition, query), _order(query)
    children = _children(library, query.expanded)
    if query.group is Group.NONE:
        # One value instead of one row each: the first paint waits for this.
        packed, cost = library.rows(
            "SELECT json_group_array(id), sum(spent) FROM (SELECT s.id AS id, s.spent AS spent"
            f" FROM session s WHERE {shown} ORDER BY {order})",
            parameters,
        )[0]
        ids = json.loads(packed)
        hidden = _hidden(library, condition, parameters, len(ids))
        return Listing(_unfold(ids, children), (), len(ids), hidden, cost)
    found = library.rows(
        f"SELECT s.id, {_GROUPS[query.group]}, s.spent, s.spent_tokens FROM session s"
        f" WHERE {shown} ORDER BY {order}",
        parameters,
    )
    entries, headers = _grouped(found, children)
    costs = [row[2] for row in found if row[2] is not None]
    hidden = _hidden(library, condition, parameters, len(found))
    return Listing(entries, headers, len(found), hidden, sum(costs) if costs else None)


_GROUPS = {
    Group.PROJECT: "s.project",
    Group.DAY: "ifnull(date(s.ended / 1000, 'unixepoch', 'localtime'), '')",
}


def _children(library: Library, expanded: Iterable[int]) -> dict[int, list[int]]:
    wanted = list(expanded)
    children: dict[int, list[int]] = {}
    for parent, child in library.rows(
        "SELECT parent, id FROM session WHERE parent IN (SELECT value FROM json_each(?))"
        " ORDER BY started, id",
        (json.dumps(wanted),),
    ):
        children.setdefault(parent, []).append(child)
    return children


def _unfold(ids: Iterable[int], children: Mapping[int, list[int]]) -> array[int]:
    """Sessions, each followed by its subagents if they are to be shown."""
    if not children:
        return array("q", ids)
    entries: array[int] = array("q")
    for session in ids:
        entries.append(session)
        entries.extend(children.get(session, ()))
    return entries


def _grouped(
    found: Sequence[tuple[Any, ...]], children: Mapping[int, list[int]]
) -> tuple[array[int], tuple[GroupHeader, ...]]:
    """Rows (id, group, cost, tokens) under their group's header, groups in the order of their
    first row."""
    groups: dict[str, list[tuple[Any, ...]]] = {}
    for row in found:
        groups.setdefault(row[1], []).append(row)
    entries: array[int] = array("q")
    headers: list[GroupHeader] = []
    for label, members in groups.items():
        costs = [row[2] for row in members if row[2] is not None]
        tokens = sum(row[3] for row in members)
        entries.append(-1 - len(headers))
        headers.append(GroupHeader(label, len(members), sum(costs) if costs else None, tokens))
        entries.extend(_unfold((row[0] for row in members), children))
    return entries, tuple(headers)


#: Columns that a `SessionRow` takes as they are.
_PLAIN = (
    "id", "agent", "session_id", "parent", "title", "project", "cwd", "branch", "model", "started",
    "ended", "prompts", "responses", "actions", "edits", "commits", "errors", "cost", "unpriced",
    "subagents", "damaged", "path", "forked_from",
)  # fmt: skip
_COLUMNS = ", ".join((*_PLAIN, "input, output, cache_creation, cache_read, mtime, gone"))
_TURNS = "(SELECT count(*) FROM turn t WHERE t.session = s.id)"
#: Whether an answer is on its way: the request was sent after a given moment (a parameter) and did
#: not end.
ASKED = (
    "EXISTS (SELECT 1 FROM request r WHERE r.session = ifnull(s.parent, s.id) AND r.started > ?"
    " AND r.outcome = 'pending' AND (s.parent IS NULL OR r.agent = s.id))"
)


def rows(library: Library, ids: Sequence[int]) -> Mapping[int, SessionRow]:
    """The rows with these ids (at most a few hundred at a time); missing ones are left out."""
    found = library.rows(
        f"SELECT {_COLUMNS}, {_TURNS}, {ASKED}, {SAID} FROM session s"
        " WHERE id IN (SELECT value FROM json_each(?))",
        (clock.now_ms() - LONGEST_MS, json.dumps(list(ids))),
    )
    retention = _retention(library)
    return {row[0]: _row(row, retention) for row in found}


def is_live(library: Library, session: int) -> bool:
    """Whether the session still runs."""
    found = rows(library, [session]).get(session)
    return found is not None and found.origin is Origin.LIVE


def _row(row: tuple[Any, ...], retention: Mapping[str, int]) -> SessionRow:
    plain: dict[str, Any] = dict(zip(_PLAIN, row, strict=False))
    *tokens, mtime, gone, turns, asked = row[len(_PLAIN) : -WIDTH]
    said = of_row(row[-WIDTH:])
    age = clock.now_ms() - mtime
    origin = Origin.FILE
    if asked or (mtime and not gone and age < LIVE_MS):
        origin = Origin.LIVE
    elif gone:
        origin = Origin.ONLY_HERE
    kept_days = retention.get(plain["agent"])
    days_left = None
    if kept_days is not None and mtime and not gone and plain["parent"] is None:
        days_left = max(0, kept_days - age // _DAY_MS)
    return SessionRow(
        **plain,
        turns=turns,
        tokens=Tokens(*tokens),
        origin=origin,
        days_left=days_left,
        starred=said.starred,
        tags=said.tags,
        note=said.note,
    )


def _retention(library: Library) -> dict[str, int]:
    """Agent -> days its client keeps a transcript, as the recorder last read it."""
    found = library.rows("SELECT name, value FROM setting WHERE name LIKE 'retention:%'")
    return {name.partition(":")[2]: int(value) for name, value in found if value}


def find(library: Library, reference: str) -> SessionRow:
    """The session named by its id or an unambiguous start of it (4 characters or more).

    Raises `her_tui.errors.NotFound`.
    """
    found = library.rows(
        "SELECT id FROM session WHERE parent IS NULL AND session_id = ?", (reference,)
    )
    if not found and len(reference) >= 4:
        escaped = reference.replace("!", "!!").replace("%", "!%").replace("_", "!_")
        found = library.rows(
            "SELECT id FROM session WHERE parent IS NULL AND session_id LIKE ? ESCAPE '!' LIMIT 3",
            (f"{escaped}%",),
        )
    if len(found) > 1:
        raise NotFound(f"More than one session starts with {reference!r}", "Give more of its id.")
    if not found:
        raise NotFound(
            f"There is no session {reference!r} in the library",
            "her-tui sessions lists the ids; her-tui import reads new ones.",
        )
    return rows(library, [found[0][0]])[found[0][0]]
