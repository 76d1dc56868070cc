"""Where a session's events stand in time."""

from __future__ import annotations

from typing import Any

from her_tui.analysis.branches import CONTINUES, REWINDS
from her_tui.analysis.timeline import Row, Timeline, lay_out
from her_tui.events.model import HIDDEN, EventKind, Flag
from her_tui.queries.library import Library

Stamp = tuple[int, ...]


def stamp(library: Library, session: int) -> Stamp:
    """Another one whenever the session, or subagent, has other events: more of them, or the same
    made anew. A row id never comes again."""
    found = library.rows("SELECT parent FROM session WHERE id = ?", (session,))
    parent = found[0][0] if found else None
    where = "session = ?" if parent is None else "session = ? AND agent = ?"
    values = (session,) if parent is None else (parent, session)
    events, last = library.rows(f"SELECT count(*), max(id) FROM event WHERE {where}", values)[0]
    return events, last or 0


#: Kinds of events that are on no timeline, as SQL.
HIDDEN_KINDS = ", ".join(str(int(kind)) for kind in sorted(HIDDEN))


def load(library: Library, session: int) -> Timeline:
    """The whole timeline of a session, or of a subagent, by its row id."""
    parent = library.rows("SELECT parent FROM session WHERE id = ?", (session,))
    if parent and parent[0][0] is not None:
        rows = _rows(library, parent[0][0], session)
        return lay_out(session, [(*row[:5], 0) for row in rows], subagent=True)
    return lay_out(session, _rows(library, session, None))


def _rows(library: Library, session: int, agent: int | None) -> list[Row]:
    """The events of ``session`` (of one subagent of it), file by file, in file order."""
    ranks = {
        source: 0 if role == "main" else rank
        for rank, (source, role) in enumerate(
            library.rows(
                "SELECT id, role FROM source WHERE session = ? ORDER BY path, id", (session,)
            ),
            start=1,
        )
    }
    commits = {
        row[0]
        for row in library.rows(
            "SELECT id FROM action WHERE session = ? AND commits AND sha IS NOT NULL", (session,)
        )
    }
    of_agent = "" if agent is None else f" AND agent = {int(agent)}"
    found = library.rows(
        "SELECT id, source, ts, kind, flags, agent, action, parent FROM event"
        f" WHERE session = ? AND kind NOT IN ({HIDDEN_KINDS}){of_agent} ORDER BY id",
        (session,),
    )
    ranks[_NO_FILE] = _LAST
    found.sort(key=lambda row: ranks.get(row[1], row[1]))
    if found and found[-1][1] == _NO_FILE:  # they stand by their time alone
        found.sort(key=lambda row: (row[1] == _NO_FILE, (row[2] or 0) if row[1] == _NO_FILE else 0))
    continued: set[bytes] = set()
    return [
        (
            row[0],
            ranks.get(row[1], row[1]),
            row[2],
            row[3],
            row[4] | _marks(row, commits, continued),
            row[5],
        )
        for row in found
    ]


#: The source of events that no file tells of: gaps. They come after all files.
_NO_FILE, _LAST = 0, 1 << 62


def _marks(row: tuple[Any, ...], commits: set[int], continued: set[bytes]) -> int:
    """Flags that only the events around one tell: a result that made a commit, and a prompt or a
    command that continues a record which something else (in ``continued``) continues already."""
    kind, flags, action, parent = row[3], row[4], row[6], row[7]
    marks = 0
    if kind == EventKind.TOOL_RESULT and action in commits:
        marks |= Flag.COMMIT
    if parent is not None and kind in CONTINUES and not flags & Flag.LOCAL:
        if kind in REWINDS and parent in continued:
            marks |= Flag.REWIND
        continued.add(bytes(parent))
    return int(marks)
