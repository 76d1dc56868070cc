"""What events say in full, as far as it can be searched for: read back from the raw records, to be
indexed, to be encoded, and to show the passage where something was found.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from her_tui.events.content import Content
from her_tui.events.documents import KIND_OF, DocumentKind
from her_tui.events.model import EventKind
from her_tui.queries.library import Library

if TYPE_CHECKING:
    from her_tui.store.raw import Records

#: Longest text given back where it is only to be looked at, in characters.
TEXT_LIMIT = 200_000

#: What `read` takes: append a WHERE on the events ``e``, and an ORDER BY.
SELECT = (
    "SELECT e.id, e.session, e.kind, e.ts, e.source, e.at, e.size, e.block, s.agent,"
    " CASE WHEN a.commits THEN a.subject END FROM event e JOIN source s ON s.id = e.source"
    f" LEFT JOIN action a ON a.id = e.action AND e.kind = {EventKind.TOOL_RESULT}"
)

#: How events are ordered so that each chunk of raw records is read once.
IN_FILE_ORDER = " ORDER BY e.source, e.at"


class Document(NamedTuple):
    """One thing that can be searched for. An event is one; the outcome of an action that made a
    commit is two."""

    event: int
    session: int
    """Row id of the main session."""
    kind: DocumentKind
    ts: int | None
    text: str
    """As captured; never empty."""


def texts(library: Library, events: Sequence[int], limit: int = TEXT_LIMIT) -> dict[int, str]:
    """What each of ``events`` says, ``limit`` characters of it at most; those that say nothing, or
    are no longer in the library, are left out. Of a tool call that is its name and every string
    put into it; of its outcome, what it printed. A commit's subject is in `subjects`."""
    return {
        document.event: document.text[:limit]
        for document in documents(library, events)
        if document.kind is not DocumentKind.COMMIT
    }


def subjects(library: Library, events: Sequence[int]) -> dict[int, str]:
    """The subject of the commit that each of ``events``, outcomes of actions, made; those without
    one are left out. Reads no raw record."""
    found = library.rows(
        "SELECT e.id, a.subject FROM event e JOIN action a ON a.id = e.action"
        f" WHERE e.id IN (SELECT value FROM json_each(?)) AND e.kind = {EventKind.TOOL_RESULT}"
        " AND a.commits AND a.subject <> ''",
        (json.dumps(list(events)),),
    )
    return {row[0]: row[1] for row in found}


def documents(library: Library, events: Sequence[int]) -> list[Document]:
    """The documents that ``events`` are, in the order of their files; none of those that say
    nothing."""
    found = library.rows(
        f"{SELECT} WHERE e.id IN (SELECT value FROM json_each(?)){IN_FILE_ORDER}",
        (json.dumps(list(events)),),
    )
    return list(read(found, library.records()))


def read(rows: Iterable[Sequence[Any]], records: Records) -> Iterator[Document]:
    """The documents that the events of ``rows`` (of a `SELECT`) are, one read at a time."""
    from her_tui.capture.agents import adapter_for  # deferred: a list reads no records

    for event, session, number, ts, source, at, size, block, agent, subject in rows:
        kind = EventKind(number)
        if kind not in KIND_OF:
            continue
        if subject:
            yield Document(event, session, DocumentKind.COMMIT, ts, subject)
        record = records.record(source, at, size)
        if record is None:
            continue
        text = words_of(adapter_for(agent).content(record, kind, block))
        if text:
            yield Document(event, session, document_kind(kind, text), ts, text)


def document_kind(kind: EventKind, text: str) -> DocumentKind:
    """What an event that says ``text`` is. A slash command with arguments is a prompt: in it the
    human said what they wanted."""
    if kind is EventKind.COMMAND and len(text.split(None, 1)) > 1:
        return DocumentKind.PROMPT
    return KIND_OF[kind]


def words_of(content: Content) -> str:
    """The text of an event that can be searched for: a tool call's is every string put into it."""
    if content.input is None:
        return content.text or content.stderr
    return "\n".join((content.name, *_strings(content.input)))


def _strings(value: object) -> Iterator[str]:
    """Every string in ``value``, in order. Not recursive: a record may be nested deeper than
    Python's stack."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            waiting.extend(reversed(item.values()))
        elif isinstance(item, list):
            waiting.extend(reversed(item))
