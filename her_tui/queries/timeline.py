"""Where a session's events stand in time."""

from __future__ import annotations

from her_tui.analysis.timeline import Timeline
from her_tui.queries.library import Library


def load(library: Library, session: int) -> Timeline:
    """The whole timeline of a session, or of a subagent, by its row id."""
    raise RuntimeError
