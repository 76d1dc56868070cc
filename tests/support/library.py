"""What a library says, in a form that two libraries can be compared by."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from her_tui.analysis.timeline import Timeline
from her_tui.queries import ledger, raw, sessions, stats, timeline
from her_tui.queries.library import Library
from tests.support.turns import stored


def contents(home: Path, *, bytes_too: bool = True) -> dict[str, Any]:
    """Everything the library below ``home`` tells, without its row ids."""
    library = Library.open(home)
    try:
        ids = [row[0] for row in library.rows("SELECT id FROM session WHERE parent IS NULL")]
        rows = sessions.rows(library, ids)
        return {
            "totals": stats.totals(library),
            **{split.value: dict(stats.by(library, split)) for split in stats.By},
            **{rows[one].session_id: _session(library, rows[one], bytes_too) for one in ids},
        }
    finally:
        library.close()


def _session(library: Library, row: sessions.SessionRow, bytes_too: bool) -> dict[str, Any]:
    laid = timeline.load(library, row.id)
    told = {name: getattr(row, name) for name in row.__slots__ if name not in ("id", "path")}
    return {
        "row": told,
        "times": list(laid.times),
        "kinds": laid.kinds,
        "flags": list(laid.flags),
        "turns": list(laid.turns),
        "summed": stored(library, row.id),
        "states": _states(library, laid),
        "previews": [
            library.rows("SELECT preview, detail FROM event WHERE id = ?", (event,))[0]
            for event in laid.ids
        ],
        "bytes": b"".join(raw.stream(library, row.id)) if bytes_too else b"",
    }


def _states(library: Library, laid: Timeline) -> list[tuple[object, ...]]:
    """What every state of a session says, without row ids."""
    found = ledger.load(library, laid)
    return [
        (
            state.context,
            state.spent.total,
            dict(state.files),
            state.todo,
            state.model,
            state.mode,
            state.commit,
            state.error,
            [(each.name, each.target, each.since) for each in state.pending],
        )
        for state in map(found.at, range(len(laid)))
    ]
