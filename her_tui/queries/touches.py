"""Which files a session read and changed, and when; reads no raw record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from her_tui.analysis.timeline import Timeline
from her_tui.events.model import ActionKind, EventKind, Status
from her_tui.queries.library import Library


@dataclass(frozen=True, slots=True)
class Touch:
    """One read or edit of a file."""

    position: int
    """Where on the timeline: of its outcome, or of its call where no outcome was recorded."""
    event: int
    """Row id of that event."""
    action: int
    """Row id of the action."""
    path: str
    """As the tool was given it, on one line, the end of a very long one cut off."""
    edit: bool
    status: str
    """A `Status`; ``pending`` where no outcome was recorded."""
    added: int = 0
    removed: int = 0


_SELECT = (
    "SELECT a.id, a.kind, a.status, a.target, a.added, a.removed, e.id, e.kind"
    " FROM event e JOIN action a ON a.id = e.action"
    f" WHERE e.session = ? AND e.kind IN ({EventKind.TOOL_USE:d}, {EventKind.TOOL_RESULT:d})"
    f" AND a.kind IN ('{ActionKind.EDIT}', '{ActionKind.READ}') AND a.target <> '' ORDER BY e.kind"
)


def touches(library: Library, timeline: Timeline) -> list[Touch]:
    """Every read and edit of a file on the ``timeline``, in order of position."""
    places = timeline.places
    rows = library.rows(_SELECT, (whole_of(library, timeline.session),))
    return sorted(_touches(rows, places), key=lambda touch: touch.position)


def whole_of(library: Library, session: int) -> int:
    """The row id of the session that a session or subagent is part of."""
    found = library.rows("SELECT ifnull(parent, id) FROM session WHERE id = ?", (session,))
    return int(found[0][0]) if found else session


def _touches(rows: list[tuple[Any, ...]], places: Mapping[int, int]) -> Iterator[Touch]:
    """The actions of ``rows``, calls before outcomes, that have a place on the timeline."""
    ends: dict[int, tuple[Any, ...]] = {row[0]: row for row in rows if row[6] in places}
    for action, kind, status, target, added, removed, event, _ in ends.values():
        yield Touch(
            places[event],
            event,
            action,
            target,
            kind == ActionKind.EDIT,
            status or Status.PENDING,
            added or 0,
            removed or 0,
        )
