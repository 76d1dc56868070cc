"""Files read in worker threads: their histories, and the lines of long texts and diffs."""

from __future__ import annotations

import logging
from bisect import bisect_right
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from her_tui.analysis.timeline import Timeline
from her_tui.errors import HerError
from her_tui.events.content import Patch
from her_tui.queries.library import Library
from her_tui.ui.renderers import file_history as lines_of
from her_tui.ui.renderers.file_history import Change, changes
from her_tui.ui.renderers.line import Line, line

if TYPE_CHECKING:
    from her_tui.queries.revisions import FileHistory

_log = logging.getLogger(__name__)

#: A diff of so many lines and characters is drawn at once: that takes a few milliseconds.
_FEW_LINES = 80
_FEW_CHARACTERS = 4_000


@dataclass(frozen=True, slots=True)
class FileRead:
    """A file over the session, read."""

    history: FileHistory
    changes: tuple[Change, ...]

    def done(self, position: int) -> int:
        """How many of the changes are at or before ``position``."""
        return bisect_right(self.changes, position, key=lambda change: change.position)


class Shelf:
    """The files read last, as many as weigh no more than `WEIGHT` together."""

    #: Characters of all texts.
    WEIGHT = 50_000_000

    def __init__(self) -> None:
        self._files: dict[str, FileRead | HerError] = {}
        self._weights: dict[str, int] = {}

    def __contains__(self, path: str) -> bool:
        return path in self._files

    def get(self, path: str) -> FileRead | HerError | None:
        """The file ``path``, or why it cannot be read; None if it is not here."""
        found = self._files.pop(path, None)
        if found is not None:
            self._files[path] = found
        return found

    def put(self, path: str, found: FileRead | HerError) -> None:
        """Keep a file; those that nobody asked for longest make room for it."""
        self._files.pop(path, None)
        self._files[path] = found
        texts = found.history.texts if isinstance(found, FileRead) else ()
        self._weights[path] = sum(len(each.text or "") for each in texts)
        while len(self._files) > 1 and sum(self._weights.values()) > self.WEIGHT:
            oldest = next(iter(self._files))
            del self._files[oldest], self._weights[oldest]

    def forget_failure(self, path: str) -> None:
        """If the file ``path`` could not be read, keep nothing of it."""
        if isinstance(self._files.get(path), HerError):
            del self._files[path], self._weights[path]

    def clear(self) -> None:
        """Keep none."""
        self._files.clear()
        self._weights.clear()


class FileArrived(Message):
    """A file's history was read, or could not be."""

    def __init__(self, timeline: Timeline, path: str, found: FileRead | HerError) -> None:
        super().__init__()
        self.timeline = timeline
        self.path = path
        self.found = found


class LinesArrived(Message):
    """Lines of a file were made."""

    def __init__(self, timeline: Timeline | None, key: Hashable, lines: tuple[Line, ...]) -> None:
        super().__init__()
        self.timeline = timeline
        self.key = key
        self.lines = lines


def read_file(library: Library, timeline: Timeline, path: str) -> FileArrived:
    """The history of the file ``path``, or why it cannot be read."""
    from her_tui.queries import revisions  # deferred: not for the first paint

    try:
        found = revisions.history(library, timeline, path)
        return FileArrived(timeline, path, FileRead(found, changes(found, timeline)))
    except HerError as error:
        return FileArrived(timeline, path, error)
    except Exception as error:  # it is not to be waited for any longer, whatever went wrong
        return FileArrived(timeline, path, _unexpected(error))


def make_lines(
    timeline: Timeline | None, key: Hashable, make: Callable[[], tuple[Line, ...]]
) -> LinesArrived:
    """The lines that ``make`` gives, or one that says why there are none."""
    try:
        return LinesArrived(timeline, key, make())
    except Exception as error:  # as above
        said = _unexpected(error)
        return LinesArrived(timeline, key, (line(f"{said.title}. {said.hint}", "error-text"),))


def _unexpected(error: Exception) -> HerError:
    _log.exception("file failed")
    return HerError(f"Could not read the file: {error}", "Run her-tui doctor.")


def is_small(patch: Patch | None) -> bool:
    """Whether ``patch`` is drawn at once rather than in a worker thread."""
    if patch is None:
        return True
    rows = [row for hunk in patch.hunks[:_FEW_LINES] for row in hunk.lines[: _FEW_LINES + 1]]
    return len(rows) <= _FEW_LINES and sum(map(len, rows)) <= _FEW_CHARACTERS


def marked_at(found: FileRead, position: int) -> tuple[int, ...]:
    """The numbers of the lines that the last revision up to ``position`` added."""
    at = found.history.index_at(position)
    return lines_of.added_lines(found.history.revisions[at].patch) if at is not None else ()


def text_of(found: FileRead, position: int) -> tuple[Line, ...]:
    """The text of a file as of ``position`` in lines, those of the last edit marked."""
    text = lines_of.text_at(found.history, position)
    return lines_of.text_lines(text, found.history.path, marked_at(found, position))
