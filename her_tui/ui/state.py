"""What the screen remembers from one run to the next: ``state.json`` in Her's folder (0600).

Reading never fails: a missing or broken file, or a field of another type, gives the default.
Writing replaces the whole file at once, so that a crash leaves the old one.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from her_tui.errors import LibraryUnusable
from her_tui.paths import ensure_private_dir, replace_private_file
from her_tui.queries.sessions import Group, ListQuery, Sort
from her_tui.ui.views import STARTERS, SavedView, parse_views

STATE_NAME = "state.json"
_PLAYHEADS_KEPT = 200


@dataclass(slots=True)
class State:
    """The remembered choices of the user."""

    theme: str = ""
    sort: Sort = Sort.RECENT
    reverse: bool = False
    group: Group = Group.NONE
    hidden: bool = False
    session: str = ""
    """Session id of the last one looked at."""
    playheads: dict[str, int] = field(default_factory=dict)
    """Session id to the position where its replay was left, the latest last."""
    views: list[SavedView] = field(default_factory=lambda: list(STARTERS))
    """The saved views, in the order of their numbers."""

    def query(self) -> ListQuery:
        """The list as it was left."""
        return ListQuery(sort=self.sort, reverse=self.reverse, group=self.group, hidden=self.hidden)

    def remember_query(self, query: ListQuery) -> None:
        """Keep how the list is sorted, grouped and thinned out; a filter is not kept."""
        self.sort, self.reverse = query.sort, query.reverse
        self.group, self.hidden = query.group, query.hidden

    def remember_playhead(self, session: str, position: int) -> None:
        """Keep where the replay of ``session`` is; only the latest sessions are kept."""
        self.playheads.pop(session, None)
        self.playheads[session] = position
        while len(self.playheads) > _PLAYHEADS_KEPT:
            del self.playheads[next(iter(self.playheads))]


def load(home: Path) -> State:
    """The remembered state, or the default for whatever of it cannot be read."""
    try:
        table = json.loads((home / STATE_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return State()
    return parse(table)


def parse(table: object) -> State:
    """A `State` from decoded JSON; what does not fit is left at its default."""
    state = State()
    if not isinstance(table, dict):
        return state
    for name in ("theme", "session"):
        if isinstance(table.get(name), str):
            setattr(state, name, table[name])
    for name in ("reverse", "hidden"):
        if isinstance(table.get(name), bool):
            setattr(state, name, table[name])
    with suppress(ValueError):
        state.sort = Sort(table.get("sort", state.sort))
    with suppress(ValueError):
        state.group = Group(table.get("group", state.group))
    if isinstance(table.get("views"), list):
        state.views = parse_views(table["views"])
    playheads = table.get("playheads")
    if isinstance(playheads, dict):
        for session, position in list(playheads.items())[-_PLAYHEADS_KEPT:]:
            if isinstance(position, int) and not isinstance(position, bool) and position >= 0:
                state.playheads[session] = position
    return state


def save(home: Path, state: State) -> None:
    """Write ``state`` for the next run. A full disk costs the memory, never the run."""
    with suppress(OSError, LibraryUnusable):
        ensure_private_dir(home)
        replace_private_file(
            home / STATE_NAME, json.dumps(asdict(state), ensure_ascii=True, indent=1)
        )
