"""The keyword index brought up to date: what is new in the library, read back and indexed.

It goes through what is not yet done in small transactions, so that it can be killed at any time,
and does not delay recording.
"""

from __future__ import annotations

from collections.abc import Iterator

from her_tui.events.documents import KIND_OF, DocumentKind
from her_tui.events.model import EventKind
from her_tui.queries import texts
from her_tui.recorder.progress import Progress
from her_tui.search.matching import characters, parts
from her_tui.store import raw
from her_tui.store.database import identity
from her_tui.store.words import Entry, WordIndex
from her_tui.store.writer import Writer

_BATCH = 4000
_BATCH_CHARS = 16 << 20

#: Of an output so many characters of its start and of its end are indexed: what a command says is
#: at its ends, and what lies between is most of a library's text.
_OUTPUT_START, _OUTPUT_END = 2048, 1024

_KINDS = ", ".join(str(int(kind)) for kind in KIND_OF)


def index(writer: Writer, progress: Progress) -> None:
    """Bring the keyword index up to the last event."""
    connection = writer.database.connection()
    last = connection.execute("SELECT max(id) FROM event").fetchone()[0] or 0
    index = WordIndex(writer.home)
    try:
        index.follow(identity(writer.database))
        reached = first = index.reached()
        while reached < last:
            upto = _upto(writer, reached)
            index.add(_entries(writer, reached, upto), upto)
            reached = index.reached()
            progress("indexing", max(0, reached - first), last - first)
    finally:
        index.close()


def _upto(writer: Writer, reached: int) -> int:
    """The last event of the next batch: few enough, and short enough, to be held at once."""
    chars = 0
    for event, size in writer.database.connection().execute(
        "SELECT id, chars FROM event WHERE id > ? ORDER BY id LIMIT ?", (reached, _BATCH)
    ):
        reached = event
        chars += size
        if chars > _BATCH_CHARS:
            break
    return reached


def _entries(writer: Writer, reached: int, upto: int) -> Iterator[Entry]:
    """What is to be indexed of the events after ``reached`` up to ``upto``."""
    rows = (
        writer.database.connection()
        .execute(
            f"{texts.SELECT} WHERE e.id > ? AND e.id <= ? AND e.kind IN ({_KINDS})"
            f" AND (e.chars > 0 OR a.subject <> ''){texts.IN_FILE_ORDER}",
            (reached, upto),
        )
        .fetchall()
    )
    for document in texts.read(rows, raw.Records(writer.database)):
        yield _entry(document)
    yield from _late_commits(writer, reached, upto)


def _late_commits(writer: Writer, reached: int, upto: int) -> Iterator[Entry]:
    """Commits whose outcome is indexed already, and that only now turned out to be ones: the call
    that made one was read after its outcome."""
    found = writer.database.connection().execute(
        "SELECT r.id, r.session, r.ts, a.subject FROM event e JOIN action a ON a.id = e.action"
        " JOIN event r ON r.action = a.id WHERE e.id > ?1 AND e.id <= ?2 AND r.id <= ?1"
        f" AND e.kind = {EventKind.TOOL_USE} AND r.kind = {EventKind.TOOL_RESULT}"
        " AND a.commits AND a.subject <> ''",
        (reached, upto),
    )
    for event, session, ts, subject in found.fetchall():
        yield Entry(event, session, DocumentKind.COMMIT, ts, subject, parts(subject))


def _entry(document: texts.Document) -> Entry:
    event, session, kind, ts, text = document
    if kind is not DocumentKind.OUTPUT:
        return Entry(event, session, kind, ts, text, parts(text))
    if len(text) > _OUTPUT_START + _OUTPUT_END:
        text = f"{text[:_OUTPUT_START]}\n{text[-_OUTPUT_END:]}"
    return Entry(event, session, kind, ts, text, characters(text))
