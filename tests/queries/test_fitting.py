"""Which events may be found at all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from her_tui.events.documents import DocumentKind
from her_tui.language.parser import parse
from her_tui.queries import fitting
from her_tui.queries.library import Library
from her_tui.recorder.annotate import Subject, annotating
from tests.support.claude import session_id


def _favourites(library: Library) -> list[int]:
    """Those of the prompts, asked for by a thread of its own."""
    filters = parse("is:favourite").node
    assert filters is not None
    kinds = frozenset({DocumentKind.PROMPT})
    with ThreadPoolExecutor(1) as thread:
        return list(thread.submit(fitting.every, library, filters, kinds).result())


def test_what_is_kept_is_of_now_whichever_thread_asks(library: Library, home: Path) -> None:
    assert _favourites(library) == []
    with annotating(home) as annotations:
        annotations.star(Subject("claude-code", session_id(10)), True)
    (event,) = _favourites(library)
    preview = library.rows("SELECT preview FROM event WHERE id = ?", (event,))
    assert preview == [("What is the time?",)]
    with annotating(home) as annotations:
        annotations.star(Subject("claude-code", session_id(10)), False)
    assert _favourites(library) == []
