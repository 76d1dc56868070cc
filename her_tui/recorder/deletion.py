"""Deleting a session from the library, as the one writer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from her_tui import clock
from her_tui.paths import LIBRARY_NAME
from her_tui.store import forget
from her_tui.store.database import STORAGE_ERRORS, explain
from her_tui.store.locks import writer_lock
from her_tui.store.writer import Writer


def delete(home: Path, session: int, waiting: Callable[[], None] | None = None) -> bool:
    """Forget the session with this row id for good: rows, raw records, words, vectors, and the
    traces of them in the files. Waits for another writer; raises a `her_tui.errors.HerError`,
    `NotFound` if another deleted it meanwhile. False: it is found by nothing any more, but there
    are traces in a file that somebody reads; the next pass removes them."""
    lock = writer_lock(home)
    lock.acquire(waiting=waiting)
    try:
        writer = Writer(home)
        try:
            return forget.forget(writer, session, clock.now_ms())
        finally:
            writer.close()
    except STORAGE_ERRORS as error:
        raise explain(error, home / LIBRARY_NAME) from error
    finally:
        lock.release()
