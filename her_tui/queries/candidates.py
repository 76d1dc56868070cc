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

#: What is there in full; an outcome is of interest for the subject of the commit it made. Whether
#: a command has arguments, which makes it a prompt, tells its text alone.
_WHERE = (
    f"e.id > ? AND e.id <= ? AND (e.kind IN ({EventKind.PROMPT}, {EventKind.COMMAND},"
    f" {EventKind.TEXT}) AND e.chars > 0 OR e.kind = {EventKind.TOOL_RESULT}"
    f" AND e.flags & {int(Flag.COMMIT)} AND a.subject <> '')"
    f" AND NOT e.flags & {int(Flag.COPIED)}"
    " AND NOT ifnull(r.copied, 0) AND NOT ifnull(a.copied, 0)"
)
_FROM = (
    "FROM event e LEFT JOIN response r ON r.id = e.response LEFT JOIN action a ON a.id = e.action"
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
    rows = library.rows(
        f"SELECT e.id, ifnull(e.ts, 0), e.kind <> {EventKind.TEXT},"
        f" CASE WHEN e.kind = {EventKind.TOOL_RESULT} THEN length(a.subject) ELSE e.chars END"
        f" {_FROM} WHERE {_WHERE} ORDER BY e.id",
        (after, upto),
    )
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
        found = library.rows(
            f"SELECT 1 {_FROM} WHERE {_WHERE} LIMIT 1", (status.mark.reached, last(library))
        )
        return bool(found)
    finally:
        library.close()
