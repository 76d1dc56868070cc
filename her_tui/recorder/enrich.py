"""What is added to recorded facts afterwards: prices, and the keyword index.

Both go through what is not yet done in small transactions, so that either can be killed at any
time, and neither delays recording.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Any

from her_tui.capture.adapter import Adapter
from her_tui.capture.agents import adapter_for
from her_tui.events.content import Content
from her_tui.events.model import EventKind
from her_tui.recorder.progress import Progress
from her_tui.store import costs, raw
from her_tui.store.database import identity
from her_tui.store.words import WordIndex
from her_tui.store.writer import Writer

_PRICE_BATCH = 2000
_INDEX_BATCH = 4000
_INDEX_CHARS = 16 << 20

#: What the keyword index covers: prompts, responses and tool inputs.
INDEXED = (
    EventKind.PROMPT,
    EventKind.COMMAND,
    EventKind.SHELL,
    EventKind.TASK,
    EventKind.THINKING,
    EventKind.TEXT,
    EventKind.TOOL_USE,
)


def price(writer: Writer, progress: Progress) -> float:
    """Price every response that has no price yet; the CPU seconds it took."""
    rows = costs.pending(writer.database, _PRICE_BATCH)
    if not rows:
        return 0.0
    started = time.process_time()
    from her_tui.pricing.prices import Billed, price  # deferred: 0.2 s of imports

    done = 0
    while rows:
        priced = [(row[0], price(Billed(*row[2:]))) for row in rows]
        with writer.transaction():
            costs.store(writer.database, priced)
            for session in {row[1] for row in rows}:
                writer.touch(session)
            writer.refresh()
        done += len(rows)
        progress("pricing", done, 0)
        rows = costs.pending(writer.database, _PRICE_BATCH)
    return time.process_time() - started


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
            rows = connection.execute(
                "SELECT e.id, e.source, e.at, e.size, e.kind, e.block, s.agent FROM event e"
                " JOIN source s ON s.id = e.source WHERE e.id > ? AND e.id <= ?"
                f" AND e.kind IN ({', '.join('?' * len(INDEXED))}) AND e.chars > 0"
                " ORDER BY e.source, e.at",
                (reached, upto, *INDEXED),
            ).fetchall()
            index.add(_texts(writer, rows), upto)
            reached = index.reached()
            progress("indexing", max(0, reached - first), last - first)
    finally:
        index.close()


def _upto(writer: Writer, reached: int) -> int:
    """The last event of the next batch: few enough, and short enough, to be held at once."""
    chars = 0
    for event, size in writer.database.connection().execute(
        "SELECT id, chars FROM event WHERE id > ? ORDER BY id LIMIT ?", (reached, _INDEX_BATCH)
    ):
        reached = event
        chars += size
        if chars > _INDEX_CHARS:
            break
    return reached


def _texts(writer: Writer, rows: Iterable[Any]) -> Iterator[tuple[int, str]]:
    """(event id, its words) of events in the order of their bytes: each chunk is read once."""
    lookup = raw.Records(writer.database)
    adapters: dict[str, Adapter] = {}
    for event, source, at, size, kind, block, agent in rows:
        record = lookup.record(source, at, size)
        if record is None:
            continue
        adapter = adapters.get(agent) or adapters.setdefault(agent, adapter_for(agent))
        text = words_of(adapter.content(record, EventKind(kind), block))
        if text:
            yield event, text


def words_of(content: Content) -> str:
    """The text of an event that can be searched for: a tool call's is every string put into it."""
    if content.input is None:
        return content.text
    return "\n".join((content.name, *_strings(content.input)))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
