"""What the prompt search asks of the library, and how its answers come back: always in a worker
thread, always with the number of the question, so that an answer to an older one is dropped.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple, Protocol

from textual.message import Message

from her_tui.errors import HerError
from her_tui.language.tree import Query
from her_tui.queries import exchanges, finding, texts
from her_tui.queries.exchanges import Exchange
from her_tui.queries.finding import Found, Hit, Superseded, Where
from her_tui.queries.library import Library
from her_tui.recorder.annotate import Subject, annotating
from her_tui.ui.loading import Job

#: Hits shown at a time.
MOST = 50


class Question(NamedTuple):
    """Which question an answer belongs to."""

    number: int
    over: threading.Event
    """Set once nobody waits for the answer."""


class Finder(Protocol):
    """Answers the prompt search; every method may take its time, and raises `Superseded` where its
    answer is not waited for any more."""

    def newest(self, query: Query, over: threading.Event) -> Found:
        """What has all the words, the newest first."""

    def find(self, query: Query, over: threading.Event) -> Found:
        """What fits best, by words and by meaning."""

    def similar(self, event: int, over: threading.Event) -> Found:
        """Prompts like this one."""

    def exchange(self, event: int) -> Exchange:
        """A prompt and its answer."""

    def text(self, event: int) -> str:
        """A prompt in full."""

    def star(self, hit: Hit, starred: bool) -> None:
        """Make it a favourite, or no more."""


class LibraryFinder:
    """Answers from a library, and writes stars beside it."""

    def __init__(self, library: Library, home: Path) -> None:
        self._library = library
        self._home = home

    def newest(self, query: Query, over: threading.Event) -> Found:
        """What has all the words, the newest first."""
        return finding.newest(self._library, query, Where.PROMPTS, MOST, over=over)

    def find(self, query: Query, over: threading.Event) -> Found:
        """What fits best, by words and by meaning."""
        return finding.find(self._library, query, Where.PROMPTS, MOST, over=over)

    def similar(self, event: int, over: threading.Event) -> Found:
        """Prompts like this one."""
        return finding.similar(self._library, event, MOST, over=over)

    def exchange(self, event: int) -> Exchange:
        """A prompt and its answer."""
        return exchanges.exchange(self._library, event)

    def text(self, event: int) -> str:
        """A prompt in full."""
        return texts.texts(self._library, [event]).get(event, "")

    def star(self, hit: Hit, starred: bool) -> None:
        """Make it a favourite, or no more."""
        subject = Subject(hit.agent_name, hit.session_id, hit.key or b"")
        with annotating(self._home) as annotations:
            annotations.star(subject, starred)


class Answered(Message):
    """An answer to question ``number``; ``ranked``: the last one to it."""

    def __init__(self, number: int, found: Found, ranked: bool) -> None:
        super().__init__()
        self.number = number
        self.found = found
        self.ranked = ranked


class Unanswered(Message):
    """Question ``number`` could not be answered."""

    def __init__(self, number: int, error: HerError) -> None:
        super().__init__()
        self.number = number
        self.error = error


class ExchangeRead(Message):
    """A prompt and its answer were read, to be shown beside the list."""

    def __init__(self, event: int, exchange: Exchange | None, failure: str = "") -> None:
        super().__init__()
        self.event = event
        self.exchange = exchange
        """None: it could not be, for the reason ``failure``."""
        self.failure = failure


class Starred(Message):
    """A prompt is a favourite now, or no more."""

    def __init__(self, event: int, starred: bool) -> None:
        super().__init__()
        self.event = event
        self.starred = starred


def newest_job(finder: Finder, question: Question, query: Query, last: bool) -> Job:
    """Ask by words; ``last``: nothing else is asked."""
    return partial(_answer, question, last, partial(finder.newest, query, question.over))


def find_job(finder: Finder, question: Question, query: Query) -> Job:
    """Ask by words and meaning."""
    return partial(_answer, question, True, partial(finder.find, query, question.over))


def similar_job(finder: Finder, question: Question, event: int) -> Job:
    """Ask for prompts like this one."""
    return partial(_answer, question, True, partial(finder.similar, event, question.over))


def _answer(question: Question, last: bool, ask: Callable[[], Found]) -> Message | None:
    if question.over.is_set():
        return None
    try:
        return Answered(question.number, ask(), last)
    except Superseded:
        return None
    except HerError as error:
        return Unanswered(question.number, error)


def exchange_job(finder: Finder, event: int) -> Job:
    """Read a prompt and its answer."""
    return partial(_exchange, finder, event)


def _exchange(finder: Finder, event: int) -> Message:
    try:
        return ExchangeRead(event, finder.exchange(event))
    except HerError as error:
        return ExchangeRead(event, None, error.title)


def star_job(finder: Finder, hit: Hit, starred: bool) -> Job:
    """Make a prompt a favourite, or no more."""
    return partial(_star, finder, hit, starred)


def _star(finder: Finder, hit: Hit, starred: bool) -> Starred:
    finder.star(hit, starred)
    return Starred(hit.event, starred)


def with_star(hits: Sequence[Hit], event: int, starred: bool) -> list[Hit]:
    """``hits``, that of ``event`` with or without its star."""
    return [replace(hit, starred=starred) if hit.event == event else hit for hit in hits]
