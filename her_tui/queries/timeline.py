"""Where a session's events stand in time."""

from __future__ import annotations

from her_tui.analysis.timeline import Row, Timeline, lay_out
from her_tui.events.model import EventKind, Flag
from her_tui.queries.library import Library


def load(library: Library, session: int) -> Timeline:
    """The whole timeline of a session, or of a subagent, by its row id."""
    parent = library.rows("SELECT parent FROM session WHERE id = ?", (session,))
    if parent and parent[0][0] is not None:
        rows = _rows(library, parent[0][0], session)
        return lay_out(session, [(*row[:5], 0) for row in rows], EventKind.TASK)
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
        "SELECT id, source, ts, kind, flags, agent, action FROM event"
        f" WHERE session = ? AND kind <> ?{of_agent} ORDER BY source, id",
        (session, EventKind.QUEUE),
    )
    commit, result = int(Flag.COMMIT), int(EventKind.TOOL_RESULT)
    rows: list[Row] = [
        (
            row[0],
            ranks.get(row[1], row[1]),
            row[2],
            row[3],
            row[4] | commit if row[6] in commits and row[3] == result else row[4],
            row[5],
        )
        for row in found
    ]
    rows.sort(key=lambda row: (row[1], row[0]))
    return rows
