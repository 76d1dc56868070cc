"""The files that agents read and changed, found by a part of their path."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from her_tui.events.model import ActionKind, EventKind
from her_tui.queries.conditions import escaped
from her_tui.queries.library import Library


@dataclass(frozen=True, slots=True)
class FileHit:
    """One file that was found."""

    path: str
    """As the tool was given it: show it through ``literal``."""
    project: str
    """That of the last session that touched it."""
    edits: int
    """How often it was changed; 0: only read."""
    session: int
    """Row id of the session that touched it last …"""
    event: int
    """… and the event at which it did."""
    ts: int | None
    """When that was."""


#: Of each path the last action; SQLite takes the other columns from the row that has the maximum.
_SELECT = (
    "SELECT a.target, sum(a.kind = 'edit'), a.session, a.id, max(ifnull(a.started, a.ended)),"
    " s.project FROM action a JOIN session s ON s.id = a.session"
    f" WHERE a.kind IN ('{ActionKind.EDIT}', '{ActionKind.READ}') AND a.target <> ''"
    " AND NOT a.copied"
)

#: What no path has, and no database takes.
_UNTYPEABLE = re.compile("[\x00\ud800-\udfff]")

#: Paths that are ranked; of more, those touched last.
_RANKED = 1000


def files(library: Library, text: str, limit: int = 50) -> list[FileHit]:
    """The files with all words of ``text`` in their paths, whatever the case of their letters: the
    best name first (it is what was typed, starts with it, has it in it, or only its folder has),
    equally good ones the last touched first."""
    words = _UNTYPEABLE.sub("\N{REPLACEMENT CHARACTER}", text.lower()).split()
    conditions = "".join(" AND a.target LIKE ? ESCAPE '!'" for _ in words)
    found = library.rows(
        f"{_SELECT}{conditions} GROUP BY a.target ORDER BY 5 DESC LIMIT {_RANKED}",
        tuple(f"%{escaped(word)}%" for word in words),
    )
    found.sort(key=lambda row: _fit(row[0].lower(), words))
    return [_hit(library, row) for row in found[:limit]]


def _fit(path: str, words: list[str]) -> int:
    """How well a path fits, 0 best."""
    name = PurePosixPath(path).name
    if not words:
        return 0
    if name in words:
        return 0
    if any(name.startswith(word) for word in words):
        return 1
    return 2 if any(word in name for word in words) else 3


def _hit(library: Library, row: tuple[Any, ...]) -> FileHit:
    path, edits, session, action, ts, project = row
    events = library.rows(
        f"SELECT id FROM event WHERE session = ? AND kind = {EventKind.TOOL_USE:d} AND action = ?",
        (session, action),
    )
    return FileHit(path, project, edits or 0, session, events[0][0] if events else 0, ts)
