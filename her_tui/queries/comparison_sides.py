"""One side of a comparison: a session, or a branch of one, read whole."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from her_tui.analysis.branches import Branch, elapsed, find_branches
from her_tui.analysis.compare import COMPARED, Side, Trace, settled
from her_tui.analysis.timeline import Timeline
from her_tui.errors import NotFound, UsageError
from her_tui.events.model import PREVIEW, EventKind
from her_tui.queries import sessions
from her_tui.queries import timeline as timelines
from her_tui.queries.library import Library
from her_tui.queries.reckoning import Act, Reckoning
from her_tui.queries.sessions import SessionRow

#: In a preview: what may stand for something else (`her_tui.plaintext.one_line`).
_FOLDED = re.compile("[ \u2400-\u2421\ufffd]")

_BRANCH = "#branch="
#: By number: an enum is slow to ask a hundred thousand times.
_COMPARED = {int(kind): kind for kind in COMPARED}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be compared."""

    row: SessionRow
    branch: int | None = None
    """Number of a branch; None: the one that goes on."""


class Place(NamedTuple):
    """Where the record of an event is kept."""

    source: int
    at: int
    size: int


@dataclass(frozen=True, slots=True)
class Read:
    """A side with what is needed to read its texts in full."""

    side: Side
    agent: str
    folder: str
    places: Mapping[int, Place]
    """By position, of the events that are compared."""


def wanted(library: Library, reference: str) -> Wanted:
    """What ``SESSION`` or ``SESSION#branch=N`` names. Raises `NotFound` or `UsageError`."""
    session, marked, number = reference.partition(_BRANCH)
    if not marked:
        return Wanted(sessions.find(library, session))
    if not number.isdecimal() or not int(number):
        raise UsageError(f"{number!r} is not the number of a branch", f"Write SESSION{_BRANCH}1.")
    return Wanted(sessions.find(library, session), int(number))


def two_branches(library: Library, row: SessionRow) -> tuple[Wanted, Wanted]:
    """The two branches of a session that was rewound once: what was left, and what goes on. Raises
    `UsageError` where it has one or more than two."""
    number = len(branches(library, row.id))
    if number == 1:
        raise UsageError(
            "This session was never rewound: it has one branch", "Name a second session."
        )
    if number > 2:
        raise UsageError(
            f"This session has {number} branches",
            f"Name two of them: {row.session_id[:8]}{_BRANCH}1 {row.session_id[:8]}{_BRANCH}2.",
        )
    return Wanted(row, 1), Wanted(row, 2)


def branches(library: Library, session: int) -> tuple[Branch, ...]:
    """The branches of a session, by its row id."""
    line = timelines.load(library, session)
    return find_branches(line, _parents(line, _events(library, session)))


_Event = tuple[Any, ...]
#: After the id, which is the key: in the order of the SELECT of `_events`.
_KEY, _PARENT, _BLOCK, _KIND, _RESPONSE, _ACTION, _CHARS, _TEXT, _DETAIL, _SOURCE, _AT, _SIZE = (
    range(12)
)


def _events(library: Library, session: int) -> dict[int, _Event]:
    found = library.rows(
        "SELECT id, key, parent, block, kind, response, action, chars, preview, detail, source, at,"
        f" size FROM event WHERE session = ? AND kind NOT IN ({timelines.HIDDEN_KINDS})",
        (session,),
    )
    return {row[0]: row[1:] for row in found}


def _parents(line: Timeline, events: Mapping[int, _Event]) -> list[bytes | None]:
    return [_bytes(events[event][_PARENT]) if event in events else None for event in line.ids]


def _bytes(value: object) -> bytes | None:
    if value is None:
        return None
    return value.encode() if isinstance(value, str) else bytes(value)  # type: ignore[call-overload]


def read_side(library: Library, what: Wanted) -> Read:
    """A side, whole. Raises `NotFound` where the branch does not exist."""
    row = what.row
    line = timelines.load(library, row.id)
    events = _events(library, row.id)
    every = find_branches(line, _parents(line, events))
    if what.branch is not None and what.branch > len(every):
        raise NotFound(
            f"There is no branch {what.branch} of session {row.session_id}",
            f"It has {len(every)}." if len(every) > 1 else "It was never rewound.",
        )
    branch = every[(what.branch or len(every)) - 1]
    positions = branch.positions
    clock = elapsed(line, branch.spans)
    folder = row.cwd or row.project
    reckoning = Reckoning(library, line, events, positions, clock, folder)
    traces, places = _traces(line, events, positions, reckoning.actions, folder)
    side = Side(
        session=row.id,
        session_id=row.session_id,
        title=row.title,
        timeline=line,
        branch=branch,
        branches=len(every),
        chosen=what.branch is not None,
        positions=positions,
        clock=clock,
        traces=traces,
        turns=reckoning.turns(),
        figures=reckoning.whole(),
        rest=reckoning.rest(),
    )
    return Read(side, row.agent, folder, places)


def _traces(
    line: Timeline,
    events: Mapping[int, _Event],
    positions: list[int],
    actions: Mapping[int, Act],
    folder: str,
) -> tuple[list[Trace], dict[int, Place]]:
    """What is compared of the events at ``positions``, and where their records are."""
    traces: list[Trace] = []
    places: dict[int, Place] = {}
    for position in positions:
        kind = _COMPARED.get(line.kinds[position])
        event = events.get(line.ids[position])
        if kind is None or line.agents[position] or event is None:
            continue
        action = actions.get(event[_ACTION])
        outcome = kind is EventKind.TOOL_RESULT
        name = event[_DETAIL] if kind in (EventKind.COMMAND, EventKind.TOOL_USE) else ""
        traces.append(
            Trace(
                position,
                kind,
                _bytes(event[_KEY]) or b"",
                event[_BLOCK],
                (action.name if action else "") or name,
                action.status if action and outcome else "",
                settled(event[_TEXT], folder, outcome),
                event[_CHARS] <= PREVIEW and kind is not EventKind.TOOL_USE,
                event[_CHARS] != len(event[_TEXT]) or _FOLDED.search(event[_TEXT]) is not None,
            )
        )
        places[position] = Place(event[_SOURCE], event[_AT], event[_SIZE])
    return traces, places
