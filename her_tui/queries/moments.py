"""Where on its timeline a moment of a session is, and what to call a moment so that it lasts."""

from __future__ import annotations

from her_tui.analysis.moments import Moment
from her_tui.analysis.timeline import Timeline
from her_tui.queries.library import Library


def position(library: Library, timeline: Timeline, moment: Moment) -> int:
    """The position ``moment`` means. Raises `NotFound` with what there is instead."""
    raise NotImplementedError


def link(library: Library, timeline: Timeline, position: int) -> str:
    """A deep link to ``position``, which holds after any re-import: ``SESSION#turn=12`` at a
    prompt, else ``SESSION@UUID`` (``SESSION@TIME`` where the record has none)."""
    raise NotImplementedError
