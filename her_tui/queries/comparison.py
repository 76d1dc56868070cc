"""Two sessions, or two branches of one, read to be compared."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from her_tui.analysis import compare as comparing
from her_tui.analysis.branches import Branch, elapsed, find_branches
from her_tui.analysis.compare import COMPARED, Comparison, Side, Trace, settled
from her_tui.analysis.timeline import Timeline
from her_tui.errors import NotFound, UsageError
from her_tui.events.model import EventKind
from her_tui.queries import sessions
from her_tui.queries import timeline as timelines
from her_tui.queries.library import Library
from her_tui.queries.reckoning import Reckoning
from her_tui.queries.sessions import SessionRow

if TYPE_CHECKING:
    from her_tui.store.raw import Records

#: Characters of a text that are kept with its event.
_PREVIEW = 200

_BRANCH = "#branch="


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be compared."""

    row: SessionRow
    branch: int | None = None
    """Number of a branch; None: the one that goes on."""


class _Place(NamedTuple):
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
    places: Mapping[int, _Place]
    """By position, of the events that are compared."""


@dataclass(frozen=True, slots=True)
class Ending:
    """Where in the other transcript one ends.

    A *record* is a line that has an identity (a uuid) in the client's file: lines without one are
    the client's own bookkeeping, which a copy has others of. They are counted from 1, each once,
    over the whole file, so that record N of a session that was forked there is record N of the fork
    as well.
    """

    record: int
    """The number of the last record that both have."""
    line: int
    """The line of the file it is on, from 1."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison, and where its sides come from."""

    result: Comparison
    left: Read
    right: Read
    ending: Ending | None
    """Where the side that ends does so in the other; None where none ends first."""


def wanted(library: Library, reference: str) -> Wanted:
    """What ``SESSION`` or ``SESSION#branch=N`` names. Raises `NotFound` or `UsageError`."""
    session, marked, number = reference.partition(_BRANCH)
    if not marked:
        return Wanted(sessions.find(library, session))
    if not number.isdecimal() or not int(number):
        raise UsageError(f"{number!r} is not the number of a branch", f"Write SESSION{_BRANCH}1.")
    return Wanted(sessions.find(library, session), int(number))


def compare(library: Library, left: Wanted, right: Wanted) -> Compared:
    """Hold the two side by side. Raises `NotFound` where a branch does not exist."""
    one = read_side(library, left)
    other = one if left == right else read_side(library, right)
    texts = _Texts(library.records(), one, other)
    result = comparing.compare(one.side, other.side, texts.equal)
    ending = None
    if result.ends and result.shared:
        ended, longer = (one, other) if result.ends == "left" else (other, one)
        ending = _ending(library, ended, longer, result.shared)
    return Compared(result, one, other, ending)


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
        " size FROM event WHERE session = ? AND kind <> ?",
        (session, EventKind.QUEUE),
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
    actions: Mapping[int, Any],
    folder: str,
) -> tuple[list[Trace], dict[int, _Place]]:
    """What is compared of the events at ``positions``, and where their records are."""
    traces: list[Trace] = []
    places: dict[int, _Place] = {}
    for position in positions:
        kind = EventKind(line.kinds[position])
        event = events.get(line.ids[position])
        if kind not in COMPARED or line.agents[position] or event is None:
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
                event[_CHARS] <= _PREVIEW and kind is not EventKind.TOOL_USE,
            )
        )
        places[position] = _Place(event[_SOURCE], event[_AT], event[_SIZE])
    return traces, places


class _Texts:
    """Whole texts, read where the starts of two do not decide."""

    def __init__(self, records: Records, left: Read, right: Read) -> None:
        from her_tui.capture.agents import adapter_for  # deferred: a list reads no records

        self._records = records
        self._left, self._right = left, right
        self._adapter_for: Callable[[str], Any] = adapter_for

    def equal(self, one: Trace, other: Trace) -> bool:
        """Whether an event of the left and one of the right say the same."""
        return self._text(self._left, one) == self._text(self._right, other)

    def _text(self, read: Read, trace: Trace) -> str:
        record = self._records.record(*read.places[trace.position])
        if record is None:
            return trace.head
        content = self._adapter_for(read.agent).content(record, trace.kind, trace.block)
        text = f"{content.text}\n{content.stderr}"
        if content.input is not None:
            text = json.dumps(content.input, sort_keys=True, ensure_ascii=False)
        return settled(text, read.folder, trace.kind is EventKind.TOOL_RESULT)


def _ending(library: Library, ended: Read, longer: Read, shared: int) -> Ending | None:
    """Where in ``longer`` the records that ``ended`` consists of come to an end."""
    last = ended.places[ended.side.traces[shared - 1].position]
    here = longer.places[longer.side.traces[shared - 1].position]
    records = _identities(library, here.source)
    found = [
        Ending(number, line) for number, (_, at, line) in enumerate(records, 1) if at == here.at
    ]
    if ended.side.branches == 1:  # else its last records need not be its own
        known = _identities(library, last.source)
        order = {identity: place for place, (identity, _, _) in enumerate(known)}
        copies = [
            (order[identity], Ending(number, line))
            for number, (identity, _, line) in enumerate(records, 1)
            if identity in order
        ]
        found += [max(copies, key=lambda copy: copy[0])[1]] if copies else []
    return max(found, key=lambda ending: ending.record, default=None)


def _identities(library: Library, source: int) -> list[tuple[str, int, int]]:
    """(identity, offset, line) of each record of a transcript that has an identity, each once."""
    from her_tui.capture.lines import Lines

    data = b"".join(library.stream(source))
    seen: set[str] = set()
    found: list[tuple[str, int, int]] = []
    line, counted = 1, 0
    for at, _, value in Lines(data, True, lambda value: "uuid" in value):
        line += data.count(b"\n", counted, at)
        counted = at
        identity = value.get("uuid")
        origin = value.get("forkedFrom")
        if isinstance(origin, dict):
            identity = origin.get("messageUuid") or identity
        if isinstance(identity, str) and identity not in seen:
            seen.add(identity)
            found.append((identity, at, line))
    return found
