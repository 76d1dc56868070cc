"""Which events may be found at all: those of the kinds asked for that a query's filters keep, and
that are no copies of what another session shows.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache

from her_tui import clock
from her_tui.events.documents import KIND_OF, DocumentKind
from her_tui.events.model import EventKind, Flag
from her_tui.language.tree import Node
from her_tui.queries.filtering import EVENT_FROM, on_events
from her_tui.queries.library import Library

#: `Flag.COPIED` is said of prompts; of the rest, the response or the action it belongs to tells.
_NO_COPY = f"NOT e.flags & {Flag.COPIED:d} AND NOT ifnull(c.copied, 0) AND NOT ifnull(a.copied, 0)"
_FROM = f"{EVENT_FROM} LEFT JOIN response c ON c.id = e.response"

#: Sessions that are looked at first for the newest that fit.
_SESSIONS = 16

#: A slash command with arguments is a prompt (`her_tui.queries.texts.document_kind`).
_HAS_ARGUMENTS = "instr(e.preview, ' ') > 0"


def fitting(library: Library, events: Collection[int], filters: Node | None) -> set[int]:
    """Those of ``events`` that may be found."""
    condition = on_events(filters, clock.now_ms())
    found = library.rows(
        f"SELECT e.id {_FROM} WHERE e.id IN (SELECT value FROM json_each(?)) AND {_NO_COPY}"
        f" AND {condition.sql}",
        (json.dumps(list(events)), *condition.parameters),
    )
    return {row[0] for row in found}


def every(library: Library, filters: Node, kinds: frozenset[DocumentKind]) -> array[int]:
    """All events of ``kinds`` that may be found, in ascending order. Goes through the whole
    library: kept until that changes, for all threads."""
    return _every(library, library.stamp(), filters, kinds)


@lru_cache(maxsize=4)
def _every(
    library: Library, stamp: tuple[object, ...], filters: Node, kinds: frozenset[DocumentKind]
) -> array[int]:
    condition = on_events(filters, clock.now_ms())
    found = library.rows(
        f"SELECT e.id {_FROM} WHERE {_of_kinds(kinds)} AND {_NO_COPY} AND {condition.sql}"
        " ORDER BY e.id",
        condition.parameters,
    )
    return array("I", [row[0] for row in found])


def newest(
    library: Library,
    filters: Node | None,
    kinds: frozenset[DocumentKind],
    limit: int,
    unwanted: Callable[[Collection[int]], Collection[int]] | None = None,
) -> list[tuple[int, int, DocumentKind]]:
    """(time, event, kind) of the ``limit`` newest events of ``kinds`` that may be found, but for
    those that ``unwanted`` picks, the newest first. Looks at the sessions that ended last, and at
    more only where these have too few."""
    ended = library.rows(
        "SELECT id, ifnull(ended, 0) FROM session WHERE parent IS NULL ORDER BY 2 DESC"
    )
    found: list[tuple[int, int, DocumentKind]] = []
    looked, ready = 0, 0
    while looked < len(ended) and ready < limit:
        part = [session for session, _ in ended[looked : looked * 4 + _SESSIONS]]
        looked += len(part)
        rows = _in_sessions(library, filters, kinds, part)
        left_out = unwanted([row[1] for row in rows]) if unwanted and rows else ()
        found += [row for row in rows if row[1] not in left_out]
        found.sort(reverse=True)
        # What comes later in the order of sessions cannot be newer than the end of its session.
        since = ended[looked][1] if looked < len(ended) else 0
        ready = sum(1 for row in found if row[0] >= since)
    return found[:limit]


def _in_sessions(
    library: Library, filters: Node | None, kinds: frozenset[DocumentKind], sessions: Sequence[int]
) -> list[tuple[int, int, DocumentKind]]:
    """(time, event, kind) of those in ``sessions`` that may be found."""
    condition = on_events(filters, clock.now_ms())
    found = library.rows(
        f"SELECT ifnull(e.ts, 0), e.id, e.kind, a.commits AND a.subject <> '' {_FROM}"
        " WHERE e.session IN (SELECT value FROM json_each(?))"
        f" AND {_of_kinds(kinds)} AND {_NO_COPY} AND {condition.sql}",
        (json.dumps(list(sessions)), *condition.parameters),
    )
    return [(ts, event, _document_kind(kind, commit, kinds)) for ts, event, kind, commit in found]


def _of_kinds(kinds: frozenset[DocumentKind]) -> str:
    """The condition that an event is a document of one of ``kinds``."""
    parts = []
    for event in (event for event, kind in KIND_OF.items() if kind in kinds):
        more = f" AND NOT ({_HAS_ARGUMENTS})" if event is EventKind.COMMAND else ""
        parts.append(f"(e.kind = {event:d} AND e.chars > 0{more})")
    if DocumentKind.PROMPT in kinds:
        parts.append(f"(e.kind = {EventKind.COMMAND:d} AND {_HAS_ARGUMENTS})")
    if DocumentKind.COMMIT in kinds:
        parts.append(f"(e.kind = {EventKind.TOOL_RESULT:d} AND a.commits AND a.subject <> '')")
    numbers = {int(event) for event, kind in KIND_OF.items() if kind in kinds}
    numbers |= {int(EventKind.COMMAND)} if DocumentKind.PROMPT in kinds else set()
    numbers |= {int(EventKind.TOOL_RESULT)} if DocumentKind.COMMIT in kinds else set()
    among = ", ".join(map(str, sorted(numbers)))
    return f"e.kind IN ({among}) AND ({' OR '.join(parts)})"


def _document_kind(kind: int, commit: int | None, kinds: frozenset[DocumentKind]) -> DocumentKind:
    if commit and kind == EventKind.TOOL_RESULT and DocumentKind.COMMIT in kinds:
        return DocumentKind.COMMIT
    if kind == EventKind.COMMAND and DocumentKind.COMMAND not in kinds:
        return DocumentKind.PROMPT
    return KIND_OF[EventKind(kind)]
