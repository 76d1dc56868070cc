"""What is looked for in the library: sessions, prompts, commits and files. Words answer at once;
what is meant, a moment after the last key.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar, TypeVar

from her_tui import clock, units
from her_tui.errors import HerError
from her_tui.events.documents import DocumentKind
from her_tui.language.parser import QueryError, parse
from her_tui.language.tree import Query
from her_tui.plaintext import one_line
from her_tui.queries import finding, sessions
from her_tui.queries.files import FileHit, files
from her_tui.queries.finding import Found, Hit, Where
from her_tui.queries.library import Library
from her_tui.queries.sessions import ListQuery, SessionRow
from her_tui.queries.texts import texts
from her_tui.ui.palette.entries import (
    Entry,
    Kind,
    describe,
    entry,
    found_note,
    marked,
    note,
    passage,
)
from her_tui.ui.palette.providers import Answers, HerProvider
from her_tui.ui.reading import LONGEST, words_of
from her_tui.ui.text import cells, cut
from her_tui.ui.widgets import hit_line

Answer = TypeVar("Answer")

#: Seconds without a key after which meaning is looked at.
PAUSE = 0.12

_SESSIONS, _RECENT, _PROMPTS, _COMMITS, _FILES = 16, 6, 16, 8, 8
#: Events looked at for the sessions that hold them.
_HELD = 50

#: What an event is, said of the session that holds it.
_HOLDS = {
    DocumentKind.PROMPT: "asked",
    DocumentKind.RESPONSE: "answered",
    DocumentKind.THINKING: "thought",
    DocumentKind.ACTION: "done",
    DocumentKind.OUTPUT: "printed",
    DocumentKind.COMMIT: "committed",
    DocumentKind.TASK: "delegated",
    DocumentKind.COMMAND: "run",
}


class Finding(HerProvider):
    """Asks the library, in threads that are told when nobody waits any more."""

    @property
    def library(self) -> Library | None:
        """The library, if there is one."""
        return self.main.library

    def parsed(self, query: str) -> Query | None:
        """``query`` understood; None if it is empty, or cannot be."""
        try:
            found = parse(query[:LONGEST])
        except QueryError:
            return None  # the palette says so
        return found if found.node is not None else None

    async def ask(self, question: Callable[[threading.Event], Answer]) -> Answer | None:
        """What ``question`` gives; None if it cannot be answered."""
        over = threading.Event()
        try:
            return await asyncio.to_thread(_answered, question, over)
        finally:
            over.set()

    async def look(self, query: Query, where: Where, limit: int) -> Found | None:
        """What is there by words, the newest first."""
        library = self.library
        if library is None:
            return None
        return await self.ask(partial(_newest, library, query, where, limit))

    async def look_well(self, query: Query, where: Where, limit: int) -> Found | None:
        """What fits best, by words and by meaning, once the typing pauses."""
        library = self.library
        if library is None or not words_of(query.node):
            return None
        await asyncio.sleep(PAUSE)
        found = await self.ask(partial(_find, library, query, where, limit))
        self.found = found or self.found
        return found

    def go_to(self, hit: Hit) -> Callable[[], None]:
        """What opens ``hit`` at its moment."""
        return partial(self.main.go_to, hit.session, hit.event)


def _answered(
    question: Callable[[threading.Event], Answer], over: threading.Event
) -> Answer | None:
    try:
        return question(over)
    except HerError:
        return None  # superseded, or there is nothing (yet) to ask


def _newest(
    library: Library, query: Query, where: Where, limit: int, over: threading.Event
) -> Found:
    return finding.newest(library, query, where, limit, over=over)


def _find(library: Library, query: Query, where: Where, limit: int, over: threading.Event) -> Found:
    return finding.find(library, query, where, limit, over=over)


class _Passages(Finding):
    """Finds one kind of document, each an entry of its own."""

    where: ClassVar[Where]
    limit: ClassVar[int]

    async def answers(self, query: str) -> Answers:
        """By words, then by meaning, too."""
        asked = self.parsed(query)
        if asked is None:
            return
        found = await self.look(asked, self.where, self.limit)
        yield self._entries(found)
        better = await self.look_well(asked, self.where, self.limit)
        if better is not None:
            yield self._entries(better)

    def _entries(self, found: Found | None) -> Sequence[Entry]:
        return [self._entry(hit) for hit in found.hits] if found is not None else []

    def _entry(self, hit: Hit) -> Entry:
        lines = [passage(hit, self.room, self.match_style), found_note(hit, self.room)]
        key, go = (hit.event, hit.kind), self.go_to(hit)
        copies = partial(self.copied, hit)
        return entry(self.kind, key, lines, go, hit.snippet, copies=copies)

    def copied(self, hit: Hit) -> str:
        """What of ``hit`` is worth copying."""
        return hit.snippet


class PromptProvider(_Passages):
    """Prompts."""

    kind = Kind.PROMPT
    where = Where.PROMPTS
    limit = _PROMPTS

    def copied(self, hit: Hit) -> str:
        """All of the prompt."""
        library = self.library
        said = texts(library, [hit.event]) if library is not None else {}
        return said.get(hit.event, hit.snippet)


class CommitProvider(_Passages):
    """Commits."""

    kind = Kind.COMMIT
    where = Where.COMMITS
    limit = _COMMITS


class FileProvider(Finding):
    """Files that were read or changed, by their paths."""

    kind = Kind.FILE

    async def answers(self, query: str) -> Answers:
        """The best names first."""
        asked, library = self.parsed(query), self.library
        words = words_of(asked.node) if asked is not None else []
        if library is None or not any(len(word) > 1 for word in words):
            return
        found = await asyncio.to_thread(files, library, " ".join(words), _FILES)
        yield [self._entry(hit, words) for hit in found]

    def _entry(self, hit: FileHit, words: Sequence[str]) -> Entry:
        path = one_line(hit.path.removeprefix(hit.project.rstrip("/") + "/"), 400)
        if cells(path) > self.room:
            path = "…" + path[-(self.room - 1) :]
        facts = (
            one_line(units.project_name(hit.project), 24),
            units.age(hit.ts, clock.now_ms()),
            units.count(hit.edits, "change") if hit.edits else "only read",
        )
        below = " · ".join(fact for fact in facts if fact)
        lines = [marked(path, words, self.room, self.match_style), note(below)]
        go = partial(self.main.go_to, hit.session, hit.event)
        return entry(Kind.FILE, hit.path, lines, go, path, copies=lambda: hit.path)


class SessionProvider(Finding):
    """Sessions: as the list finds them, by the start of an id, and by what they hold."""

    kind = Kind.SESSION

    async def answers(self, query: str) -> Answers:
        """The latest whose names or prompts fit, then those that hold something that does."""
        library = self.library
        if library is None:
            return
        limit = _SESSIONS if query else _RECENT
        named = await asyncio.to_thread(find_sessions, library, query, limit)
        asked = self.parsed(query)
        words = words_of(asked.node) if asked is not None else []
        named.sort(key=lambda row: not _says(row, words))  # stable: the latest first in both
        entries = [self._named(row, words) for row in named]
        yield entries
        held = await self.look_well(asked, Where.ALL, _HELD) if asked is not None else None
        if held is not None:
            known = {row.id for row in named}
            first: dict[int, Hit] = {}
            for hit in held.hits:
                if hit.session not in known:
                    first.setdefault(hit.session, hit)
            yield [*entries, *(self._holding(hit) for hit in first.values())][:_SESSIONS]

    def _named(self, row: SessionRow, words: Sequence[str]) -> Entry:
        text, below = describe(row)
        if not _says(row, words):
            below = f"in its prompts · {below}"
        lines = [marked(text, words, self.room, self.match_style), note(cut(below, self.room))]
        go = partial(self.main.go_to, row.id)
        return entry(Kind.SESSION, row.id, lines, go, text, copies=lambda: row.session_id)

    def _holding(self, hit: Hit) -> Entry:
        title = one_line(hit.title, 120) or "(no title)"
        why = hit_line.why(hit)
        below = f"{_HOLDS[hit.kind]}: {one_line(hit.snippet, 200)}"
        shown = cut(below, max(12, self.room - len(why) - 3))
        lines = [marked(title, (), self.room, None), note(f"{shown} · {why}" if why else shown)]
        go = self.go_to(hit)
        return entry(Kind.SESSION, hit.session, lines, go, title, copies=lambda: hit.session_id)


def _says(row: SessionRow, words: Sequence[str]) -> bool:
    """Whether the name of a session has all the words."""
    name = f"{row.project} {row.title} {row.branch} {row.session_id}".lower()
    return all(word.lower() in name for word in words)


def find_sessions(library: Library, query: str, limit: int) -> list[SessionRow]:
    """The sessions that fit ``query``, or whose id starts so, at most ``limit``; none where the
    query cannot be understood."""
    query = query.strip()[:LONGEST]
    try:
        listing = sessions.listing(library, ListQuery(text=query, hidden=bool(query)))
    except HerError:
        return []
    ids = [each for each in listing.entries[:limit] if each >= 0]
    rows = sessions.rows(library, ids)
    found = [rows[session] for session in ids if session in rows]
    if len(query) >= 4 and " " not in query:
        try:
            named = sessions.find(library, query)
        except HerError:
            return found
        return [named, *(row for row in found if row.id != named.id)]
    return found
