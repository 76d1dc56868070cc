"""A session, or a moment of one, as a person or a deep link names it."""

from __future__ import annotations

from dataclasses import dataclass

from her_tui.analysis.moments import Moment, split_reference
from her_tui.analysis.timeline import Timeline
from her_tui.errors import NotFound
from her_tui.queries import moments, sessions
from her_tui.queries import timeline as timelines
from her_tui.queries.conditions import escaped
from her_tui.queries.library import Library
from her_tui.queries.sessions import SessionRow


@dataclass(frozen=True, slots=True)
class Located:
    """What a reference names."""

    row: SessionRow
    timeline: Timeline
    position: int | None
    """Where on the timeline; None: the session alone is named."""
    moment: Moment | None = None
    """What names the position."""

    @property
    def event(self) -> int | None:
        """Row id of the event at the position."""
        return None if self.position is None else self.timeline.ids[self.position]

    @property
    def time(self) -> int | None:
        """The time that is named, in milliseconds since the epoch: that of the event, or one
        before the next event."""
        if self.position is None or self.moment is None:
            return None
        return moments.when(self.timeline, self.position, self.moment)


def locate(library: Library, reference: str) -> Located:
    """What ``SESSION``, ``SESSION@T``, ``SESSION#turn=12`` or ``SESSION#event=UUID`` names; the
    session may be a subagent (``SESSION/AGENT``). Raises `UsageError` or `NotFound`."""
    name, moment = split_reference(reference)
    row = session(library, name)
    laid = timelines.load(library, row.id)
    at = None if moment is None else moments.position(library, laid, moment)
    return Located(row, laid, at, moment)


def session(library: Library, name: str) -> SessionRow:
    """The session, or the subagent of one, with this id or start of it. Raises `NotFound`."""
    owner, mark, agent = name.partition("/")
    row = sessions.find(library, owner)
    if not mark:
        return row
    found = library.rows(
        "SELECT id FROM session WHERE parent = ? AND session_id LIKE ? ESCAPE '!' LIMIT 2",
        (row.id, f"{escaped(row.session_id)}/{escaped(agent)}%"),
    )
    if len(found) != 1:
        how_many = "More than one" if found else "No"
        raise NotFound(
            f"{how_many} subagent of this session is called {agent!r}",
            "Give more of its id, or open its session: the subagent is in its list.",
        )
    return sessions.rows(library, [found[0][0]])[found[0][0]]
