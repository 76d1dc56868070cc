"""What a session is worth being compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from her_tui.analysis.branches import CONTINUES, REWINDS
from her_tui.events.model import Flag
from her_tui.queries import sessions
from her_tui.queries import timeline as timelines
from her_tui.queries.comparison_sides import Wanted, branches
from her_tui.queries.glimpses import glimpses
from her_tui.queries.library import Library
from her_tui.queries.sessions import SessionRow

#: Sessions of the same project that are offered, the newest first; others if there are too few.
_NEWEST = 40

#: Actions of a session from which on it is not looked into before it is compared.
_TOO_MANY = 2_000


class Relation(StrEnum):
    """What another side is to a session; the nearest first."""

    PARENT = "forked from"
    CHILD = "its fork"
    TWIN = "same beginning"
    BRANCH = "what a rewind left"
    AGAIN = "same first prompt"
    PROJECT = "same project"
    OTHER = "another project"


@dataclass(frozen=True, slots=True)
class Partner:
    """A side to be compared with the session."""

    relation: Relation
    own: Wanted
    other: Wanted
    text: str = ""
    """Of a branch: the first prompt of what was left, as captured."""
    rewound: bool = False
    """The other session has branches; the one that goes on is compared."""


def partners(library: Library, row: SessionRow) -> list[Partner]:
    """What ``row`` can be compared with: what it was forked from, its forks, sessions that begin
    with the same record, its own branches, those that were asked the same first; then others of its
    project and the rest, the newest first. A branch is compared with the one that goes on."""
    found: dict[int, Relation] = {}
    for session, relation in (
        *_of(library, "session_id = ?", row.forked_from, Relation.PARENT),
        *_of(library, "forked_from = ?", row.session_id, Relation.CHILD),
        *((one, Relation.TWIN) for one in _twins(library, row.id)),
        *((one, Relation.AGAIN) for one in _tried_again(library, row.id)),
    ):
        if session != row.id:
            found.setdefault(session, relation)
    for session, project in library.rows(
        "SELECT id, project FROM session WHERE parent IS NULL AND id <> ? AND responses"
        " ORDER BY project <> ?, ended DESC, id LIMIT ?",
        (row.id, row.project, _NEWEST),
    ):
        same = project == row.project
        found.setdefault(session, Relation.PROJECT if same else Relation.OTHER)
    rows = sessions.rows(library, list(found))
    rewound = _rewound(library, list(rows.values()))
    others = [
        Partner(found[one], Wanted(row), Wanted(rows[one]), rewound=one in rewound)
        for one in found
        if one in rows
    ]
    order = list(Relation)
    return sorted([*others, *_own(library, row)], key=lambda each: order.index(each.relation))


def _own(library: Library, row: SessionRow) -> list[Partner]:
    """What rewinds of the session left, to be compared with what goes on."""
    line = timelines.load(library, row.id)
    *left, goes_on = branches(library, row.id)
    kept = frozenset(goes_on.positions)
    found = []
    for branch in left:
        lost = next((line.ids[at] for at in branch.positions if at not in kept), 0)
        said = glimpses(library, [lost]).get(lost)
        own, other = Wanted(row, goes_on.number), Wanted(row, branch.number)
        found.append(Partner(Relation.BRANCH, own, other, said.text if said else ""))
    return found


def _rewound(library: Library, rows: Sequence[SessionRow]) -> set[int]:
    """Which of the sessions were rewound, as far as it is told before they are compared: those that
    are not too long."""
    told = [row.id for row in rows if row.turns > 1 and row.actions < _TOO_MANY]
    kinds = ", ".join(str(int(kind)) for kind in CONTINUES)
    found: set[int] = set()
    for session in told:
        continued: set[bytes] = set()
        for kind, parent in library.rows(
            f"SELECT kind, parent FROM event WHERE session = ? AND kind IN ({kinds})"
            " AND parent IS NOT NULL AND NOT flags & ? ORDER BY id",
            (session, int(Flag.LOCAL)),
        ):
            if kind in REWINDS and parent in continued:
                found.add(session)
                break
            continued.add(parent)
    return found


def _of(
    library: Library, condition: str, value: str, relation: Relation
) -> list[tuple[int, Relation]]:
    if not value:
        return []
    found = library.rows(
        f"SELECT id FROM session WHERE parent IS NULL AND {condition} ORDER BY ended DESC, id",
        (value,),
    )
    return [(row[0], relation) for row in found]


def _twins(library: Library, session: int) -> list[int]:
    """The sessions that hold the first prompt of ``session`` too."""
    return [
        row[0]
        for row in library.rows(
            "SELECT DISTINCT t.session FROM event t WHERE t.key = (SELECT e.key FROM turn o"
            " JOIN event e ON e.id = o.event WHERE o.session = ?1 AND o.number = 1)"
            " AND t.session <> ?1 ORDER BY t.session",
            (session,),
        )
    ]


def _tried_again(library: Library, session: int) -> list[int]:
    """The sessions whose first prompt has the text of that of ``session``."""
    return [
        row[0]
        for row in library.rows(
            "SELECT t.session FROM turn t JOIN event e ON e.id = t.event WHERE t.number = 1"
            " AND e.digest = (SELECT f.digest FROM turn o JOIN event f ON f.id = o.event"
            " WHERE o.session = ?1 AND o.number = 1 AND f.digest <> 0) AND t.session <> ?1"
            " ORDER BY e.ts DESC, t.session",
            (session,),
        )
    ]
