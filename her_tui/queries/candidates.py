"""Which events have a meaning to be encoded: prompts, responses and commits, no copies of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from her_tui.events.model import EventKind, Flag
from her_tui.queries.encoding import EncoderStatus, Mark
from her_tui.queries.library import Library

#: The name that `her_tui.store.vectors` gives its file.
_VECTORS = "vectors.db"

#: An outcome is of interest for the subject of the commit it made. Its action tells: its own flag
#: is there only if its call was read together with it, and before it.
_IS_COMMIT = f"e.kind = {EventKind.TOOL_RESULT} AND a.commits AND a.subject <> ''"
_IS_ORIGINAL = (
    f"NOT e.flags & {int(Flag.COPIED)} AND NOT ifnull(r.copied, 0) AND NOT ifnull(a.copied, 0)"
)
_ABOUT = "LEFT JOIN response r ON r.id = e.response LEFT JOIN action a ON a.id = e.action"

#: What is there in full. Whether a command has arguments, which makes it a prompt, tells its text
#: alone.
_NEW = (
    f"FROM event e {_ABOUT} WHERE e.id > ?1 AND e.id <= ?2 AND (e.kind IN ({EventKind.PROMPT},"
    f" {EventKind.COMMAND}, {EventKind.TEXT}) AND e.chars > 0 OR {_IS_COMMIT}) AND {_IS_ORIGINAL}"
)

#: Outcomes of calls that came after them. The calls are gone through, by their ids: CROSS keeps
#: SQLite from going through the outcomes instead.
_LATE = (
    f"FROM event c CROSS JOIN event e ON e.action = c.action {_ABOUT}"
    f" WHERE c.id > ?1 AND c.id <= ?2 AND c.kind = {EventKind.TOOL_USE} AND e.id <= ?1"
    f" AND {_IS_COMMIT} AND {_IS_ORIGINAL}"
)

_COLUMNS = (
    f"e.id, ifnull(e.ts, 0), e.kind <> {EventKind.TEXT},"
    f" CASE WHEN e.kind = {EventKind.TOOL_RESULT} THEN length(a.subject) ELSE e.chars END"
)


class Candidate(NamedTuple):
    """An event that may have a meaning."""

    event: int
    ts: int
    """0 where the record has no time."""
    first: bool
    """A prompt or a commit: they come before responses."""
    chars: int
    """About how long it is."""


def between(library: Library, after: int, upto: int) -> list[Candidate]:
    """The candidates with ids beyond ``after``, up to ``upto``, by id."""
    return _candidates(library, f"SELECT {_COLUMNS} {_NEW} ORDER BY e.id", after, upto)


def late(library: Library, after: int, upto: int) -> list[Candidate]:
    """Commits with ids up to ``after`` whose call has an id beyond it, up to ``upto``, by id: who
    looked at the outcome before its call came could not know that it made one. Goes through the
    events beyond ``after`` alone."""
    return _candidates(library, f"SELECT DISTINCT {_COLUMNS} {_LATE} ORDER BY e.id", after, upto)


def _candidates(library: Library, sql: str, after: int, upto: int) -> list[Candidate]:
    rows = library.rows(sql, (after, upto))
    return [Candidate(event, ts, bool(first), chars) for event, ts, first, chars in rows]


def last(library: Library) -> int:
    """The id of the last event; 0 without any."""
    return int(library.rows("SELECT ifnull(max(id), 0) FROM event")[0][0])


def there(library: Library, events: Sequence[int]) -> set[int]:
    """Which of ``events`` are in the library still."""
    found = library.rows(
        "SELECT id FROM event WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(events)),),
    )
    return {row[0] for row in found}


def mark(library: Library, reached: int = 0) -> Mark:
    """What `Mark` of this library an encoder has that reached this event. Its identity is empty as
    long as nobody asked for it (`her_tui.store.database.identity`)."""
    found: Iterable[tuple[str, str]] = library.rows(
        "SELECT name, value FROM setting WHERE name IN ('identity', 'owners')"
    )
    known = dict(found)
    try:
        file = (library.home / _VECTORS).stat().st_ino
    except OSError:
        file = 0
    return Mark(known.get("identity", ""), str(known.get("owners", "")), reached, file)


def waiting(home: Path, status: EncoderStatus) -> bool:
    """Whether there is something to encode in the library below ``home`` that an encoder which left
    ``status`` did not do. Looks at what is new alone. Raises `her_tui.errors.HerError`."""
    library = Library.open(home)
    try:
        now = mark(library, status.mark.reached)
        if not now.library:
            return False  # the first index of words is not begun: it gives the identity
        if not status.complete or now != status.mark:
            return True
        span = (status.mark.reached, last(library))
        return any(library.rows(f"SELECT 1 {found} LIMIT 1", span) for found in (_NEW, _LATE))
    finally:
        library.close()
