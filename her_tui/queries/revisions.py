"""The files of a session: their revisions, and their texts as of any position."""

from __future__ import annotations

from dataclasses import dataclass

from her_tui.analysis.rebuild import Revision, Text
from her_tui.analysis.timeline import Timeline
from her_tui.queries.library import Library


@dataclass(frozen=True, slots=True)
class FileHistory:
    """One file over the whole session."""

    path: str
    revisions: tuple[Revision, ...]
    texts: tuple[Text, ...]
    """The text after each revision."""

    def at(self, position: int) -> Text | None:
        """The text as of ``position``; None before anything is known of the file."""
        raise NotImplementedError

    def index_at(self, position: int) -> int | None:
        """The last revision at or before ``position``; None if there is none."""
        raise NotImplementedError


def history(library: Library, timeline: Timeline, path: str) -> FileHistory:
    """The history of one file, as the tools were given its path; reads the raw records."""
    raise NotImplementedError
