"""Two sessions, or two branches of one, held side by side as far as the library knows them.

What decides is in `her_tui.analysis.compare`; here texts are read whole where their starts do not
decide, and it is told in words where the two part.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from her_tui.analysis import compare as comparing
from her_tui.analysis.compare import Comparison, Trace, settled
from her_tui.events.model import EventKind
from her_tui.plaintext import one_line
from her_tui.queries.comparison_sides import Read, Wanted, read_side
from her_tui.queries.library import Library
from her_tui.queries.moments import key_text

if TYPE_CHECKING:
    from her_tui.events.content import Content
    from her_tui.store.raw import Records

#: Characters of a text that are told, and how many of them are before the first that differs.
_TOLD = 400
_BEFORE = 40


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
class Point:
    """One event, told in words."""

    position: int
    """On the timeline of its session."""
    event: int
    """Row id."""
    uuid: str
    """Of its record; empty where it has none."""
    turn: int
    time: int
    """Milliseconds since the epoch."""
    elapsed: int
    """Milliseconds since its side began."""
    kind: EventKind
    name: str
    """The tool, the command; else empty."""
    status: str
    text: str
    """What it says, from shortly before where it differs, on one line: show it through
    ``literal``."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison, and where its sides come from."""

    result: Comparison
    left: Read
    right: Read
    parting: tuple[Point, Point] | None
    """The events in which they differ first."""
    ending: Ending | None
    """Where the side that ends does so in the other; None where none ends first, or nothing is
    shared."""
    going_on: Point | None
    """What the other goes on with."""


def compare(library: Library, left: Wanted, right: Wanted) -> Compared:
    """Hold the two side by side. Raises `NotFound` where a branch does not exist."""
    one = read_side(library, left)
    other = one if left == right else read_side(library, right)
    texts = _Texts(library.records(), one, other)
    result = comparing.compare(one.side, other.side, texts.equal)
    parting = ending = going_on = None
    if result.divergence is not None:
        traces = one.side.traces[result.shared], other.side.traces[result.shared]
        parting = texts.parting(*traces)
    elif result.ends:
        ended, longer = (one, other) if result.ends == "left" else (other, one)
        going_on = texts.point(longer, longer.side.traces[result.shared])
        if result.shared:
            ending = _ending(library, ended, longer, result.shared)
    return Compared(result, one, other, parting, ending, going_on)


class _Texts:
    """Whole texts, read where the starts of two do not decide."""

    def __init__(self, records: Records, left: Read, right: Read) -> None:
        from her_tui.capture.agents import adapter_for  # deferred: a list reads no records

        self._records = records
        self._left, self._right = left, right
        self._adapter_for: Callable[[str], Any] = adapter_for

    def equal(self, one: Trace, other: Trace) -> bool:
        """Whether an event of the left and one of the right say the same."""
        return self._settled(self._left, one) == self._settled(self._right, other)

    def parting(self, one: Trace, other: Trace) -> tuple[Point, Point]:
        """Two events that differ, their texts from shortly before where they do."""
        texts = self._text(self._left, one), self._text(self._right, other)
        start = _common(*texts)
        start = start - _BEFORE if start > 2 * _BEFORE else 0
        return (
            _point(self._left, one, _from(texts[0], start)),
            _point(self._right, other, _from(texts[1], start)),
        )

    def point(self, read: Read, trace: Trace) -> Point:
        """An event, told from its start."""
        return _point(read, trace, _from(self._text(read, trace), 0))

    def _settled(self, read: Read, trace: Trace) -> str:
        text = self._text(read, trace)
        return settled(text, read.folder, trace.kind is EventKind.TOOL_RESULT)

    def _text(self, read: Read, trace: Trace) -> str:
        record = self._records.record(*read.places[trace.position])
        if record is None:
            return trace.head
        content: Content = self._adapter_for(read.agent).content(record, trace.kind, trace.block)
        if content.input is not None:
            return "\n".join(f"{name}: {value}" for name, value in sorted(content.input.items()))
        return f"{content.text}\n{content.stderr}".rstrip("\n")


def _common(one: str, other: str) -> int:
    """How many characters both begin with."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _from(text: str, start: int) -> str:
    """One line of ``text``, from ``start`` on."""
    return ("… " if start else "") + one_line(text[start : start + 4 * _TOLD], _TOLD)


def _point(read: Read, trace: Trace, text: str) -> Point:
    side, line = read.side, read.side.timeline
    at = bisect_right(side.positions, trace.position) - 1
    return Point(
        position=trace.position,
        event=line.ids[trace.position],
        uuid=key_text(trace.key) if trace.key else "",
        turn=line.turns[trace.position],
        time=line.times[trace.position],
        elapsed=side.clock[at],
        kind=trace.kind,
        name=trace.name,
        status=trace.status,
        text=text,
    )


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
