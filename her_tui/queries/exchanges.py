"""A prompt and what came of it, in short: what stands beside a list of prompts."""

from __future__ import annotations

from dataclasses import dataclass

from her_tui.errors import NotFound
from her_tui.events.model import EventKind
from her_tui.events.turns import ASKS
from her_tui.queries import texts
from her_tui.queries.library import Library

#: Characters of a prompt, and of its answer, that are given back.
TEXT_LIMIT = 24_000

#: Texts of an answer that are looked at.
_TEXTS = 48


@dataclass(frozen=True, slots=True)
class Exchange:
    """One prompt with its answer."""

    event: int
    """Row id of the prompt."""
    ts: int | None
    prompt: str
    """As captured, `TEXT_LIMIT` characters at most: show it through ``literal``."""
    cut: bool
    """There is more of the prompt."""
    answer: tuple[str, ...] = ()
    """What the agent said, text by text, `TEXT_LIMIT` characters at most in all."""
    more: bool = False
    """There is more of the answer."""
    actions: int = 0
    """Actions it took in between."""
    duration_ms: int | None = None
    """From the prompt to the last text."""
    model: str = ""


def exchange(library: Library, event: int) -> Exchange:
    """The prompt ``event`` and its answer. Raises `NotFound` if it is no longer there."""
    rows = library.rows(
        "SELECT session, agent, source, ts FROM event WHERE id = ?",
        (event,),
    )
    if not rows:
        raise NotFound("The prompt is no longer in the library", "Search again.")
    session, agent, source, ts = rows[0]
    end = _end(library, event, session, source)
    found = library.rows(
        "SELECT e.id, e.ts, e.chars, r.model FROM event e LEFT JOIN response r ON r.id = e.response"
        " WHERE e.session = ? AND e.kind = ? AND e.id > ? AND e.id < ? AND e.agent = ?"
        " AND e.source = ? ORDER BY e.id LIMIT ?",
        (session, EventKind.TEXT, event, end, agent, source, _TEXTS + 1),
    )
    actions = library.rows(
        "SELECT count(*) FROM event WHERE session = ? AND kind = ? AND id > ? AND id < ?"
        " AND agent = ? AND source = ?",
        (session, EventKind.TOOL_USE, event, end, agent, source),
    )[0][0]
    wanted, more = _within(found)
    said = texts.texts(library, [event, *wanted], TEXT_LIMIT + 1)
    last = max((row[1] for row in found if row[1] is not None), default=None)
    prompt = said.get(event, "")
    answer = tuple(said[key] for key in wanted if key in said)
    return Exchange(
        event=event,
        ts=ts,
        prompt=prompt[:TEXT_LIMIT],
        cut=len(prompt) > TEXT_LIMIT,
        answer=_cut(answer),
        more=more or sum(map(len, answer)) > TEXT_LIMIT,
        actions=actions,
        duration_ms=last - ts if last is not None and ts is not None and last >= ts else None,
        model=next((row[3] for row in found if row[3]), ""),
    )


def _end(library: Library, event: int, session: int, source: int) -> int:
    """The event that ends the answer to ``event``: the one that opens the next turn; of a command
    that opens none, itself. Rows of a file are in its order."""
    row = library.rows(
        "SELECT e.kind IN (?, ?) AND NOT EXISTS (SELECT 1 FROM turn WHERE event = e.id),"
        " (SELECT min(t.event) FROM turn t JOIN event n ON n.id = t.event"
        "  WHERE t.session = ? AND t.event > e.id AND n.source = ?) FROM event e WHERE e.id = ?",
        (*sorted(ASKS), session, source, event),
    )[0]
    return event if row[0] else row[1] or 1 << 62


def _within(found: list[tuple[int, int | None, int, str | None]]) -> tuple[list[int], bool]:
    """The events to be read of those ``found`` (id, ts, characters, model), and whether there are
    more."""
    wanted: list[int] = []
    room = TEXT_LIMIT
    for key, _, chars, _ in found[:_TEXTS]:
        if room <= 0:
            return wanted, True
        wanted.append(key)
        room -= chars
    return wanted, len(found) > len(wanted)


def _cut(answer: tuple[str, ...]) -> tuple[str, ...]:
    """As much of ``answer`` as may be shown."""
    kept: list[str] = []
    room = TEXT_LIMIT
    for text in answer:
        if room <= 0:
            break
        kept.append(text[:room])
        room -= len(text)
    return tuple(kept)
