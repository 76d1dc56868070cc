"""What the user says of sessions and prompts: stars, tags and notes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from her_tui.queries.library import Library


@dataclass(frozen=True, slots=True)
class Annotation:
    """What is said of one session or prompt."""

    starred: bool = False
    tags: tuple[str, ...] = ()
    """In order of the alphabet."""
    note: str = ""

    def __bool__(self) -> bool:
        return bool(self.starred or self.tags or self.note)


#: What is said of most things.
NOTHING = Annotation()

#: Columns for `of_row`, of what is said of a session (alias ``s``) as a whole; tags have no blanks.
_ABOUT = "own.{0} n WHERE n.agent = s.agent AND n.session_id = s.session_id AND n.key = x''"
SAID = (
    f"EXISTS (SELECT 1 FROM {_ABOUT.format('star')}),"
    f" (SELECT group_concat(n.tag, ' ') FROM {_ABOUT.format('tag')}),"
    f" (SELECT n.text FROM {_ABOUT.format('note')})"
)

#: How many columns that are.
WIDTH = 3


def of_row(row: tuple[Any, ...]) -> Annotation:
    """What the columns `SAID` of a row tell."""
    starred, tags, note = row
    return Annotation(bool(starred), tuple(sorted((tags or "").split())), note or "")


def of_session(library: Library, agent: str, session_id: str) -> dict[bytes, Annotation]:
    """What is said of a session (key ``b""``) and of its prompts (by `Event.key`)."""
    whose = "WHERE agent = ?1 AND session_id = ?2"
    said = library.rows(
        f"SELECT key, NULL, NULL FROM own.star {whose}"
        f" UNION ALL SELECT key, tag, NULL FROM own.tag {whose}"
        f" UNION ALL SELECT key, NULL, text FROM own.note {whose} ORDER BY 1, 2",
        (agent, session_id),
    )
    found: dict[bytes, Annotation] = {}
    for blob, tag, note in said:
        key = bytes(blob)
        known = found.get(key, NOTHING)
        if tag is not None:
            found[key] = replace(known, tags=(*known.tags, tag))
        elif note is not None:
            found[key] = replace(known, note=note)
        else:
            found[key] = replace(known, starred=True)
    return found


def of_prompt(library: Library, event: int) -> tuple[bytes, Annotation]:
    """The key of the prompt with this event id, and what is said of it; an empty key of one that
    has none, of which nothing can be said."""
    found = library.rows(
        "SELECT e.key, s.agent, s.session_id FROM event e JOIN session s ON s.id = e.session"
        " WHERE e.id = ?",
        (event,),
    )
    if not found or found[0][0] is None:
        return b"", NOTHING
    key = bytes(found[0][0])
    return key, of_session(library, *found[0][1:]).get(key, NOTHING)


def totals(library: Library) -> tuple[int, int, int, int]:
    """How many stars, tags, notes and bookmarks there are."""
    tables = ("star", "tag", "note", "bookmark")
    counts = ", ".join(f"(SELECT count(*) FROM own.{table})" for table in tables)
    star, tag, note, bookmark = library.rows(f"SELECT {counts}")[0]
    return star, tag, note, bookmark


def all_tags(library: Library) -> tuple[str, ...]:
    """Every tag in use, in order of the alphabet."""
    return tuple(row[0] for row in library.rows("SELECT DISTINCT tag FROM own.tag ORDER BY tag"))
