"""What the state of a session is made of, read once for all its positions."""

from __future__ import annotations

from her_tui.analysis.ledger import Ledger
from her_tui.analysis.timeline import Timeline
from her_tui.queries.library import Library


def load(library: Library, timeline: Timeline) -> Ledger:
    """The ledger of the session (or subagent) that ``timeline`` is of."""
    raise NotImplementedError
