"""The list of sessions: keys of all rows at once, the rows themselves page by page.

The widget asks for missing pages with `PageWanted`; whoever owns the library answers with
`add_rows`. The cursor sticks to its session whatever happens to the list around it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.message import Message
from textual.strip import Strip

from her_tui import clock
from her_tui.language.alternatives import words_of
from her_tui.language.parser import QueryError, parse
from her_tui.queries.sessions import Group, Listing, ListQuery, SessionRow, Sort
from her_tui.ui.actions import Region, bindings_for
from her_tui.ui.widgets import session_line
from her_tui.ui.widgets.session_line import Piece
from her_tui.ui.widgets.virtual_list import VirtualList

PAGE = 128
_PAGES_KEPT = 24
_ROLES = (
    "bar", "live", "star", "tag", "only-here", "tree", "title", "child", "match", "project",
    "error", "warning", "dim", "cost", "age", "faint", "group", "group-sum", "rule",
)  # fmt: skip


class SessionList(VirtualList):
    """The sessions of the library, as a `ListQuery` wants them."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "session-list--cursor",
        *(f"session-list--{role}" for role in _ROLES),
    }
    BINDINGS = bindings_for(Region.LIST)

    class PageWanted(Message):
        """These rows come into sight and are not here yet."""

        def __init__(self, page: int, ids: Sequence[int]) -> None:
            super().__init__()
            self.page = page
            self.ids = ids

    class QueryChanged(Message):
        """The user wants the list sorted, grouped or folded in another way."""

        def __init__(self, query: ListQuery) -> None:
            super().__init__()
            self.query = query

    def __init__(self, query: ListQuery) -> None:
        super().__init__()
        self.wanted = query
        """What the user wants to see; `listing` follows as soon as it is read."""
        self._shown = query
        self._listing = Listing(entries=(), headers=(), sessions=0, hidden=0, cost=None)
        self._words = words_in(query.text)
        self._rows: dict[int, SessionRow] = {}
        self._asked: dict[int, None] = {}
        self._roles: dict[tuple[str, bool], Style] = {}

    # Contents

    @property
    def listing(self) -> Listing:
        """What the list holds now."""
        return self._listing

    @property
    def current(self) -> int | None:
        """Row id of the session under the cursor."""
        if not self.count:
            return None
        entry = self._listing.entries[self.cursor]
        return entry if entry >= 0 else None

    @property
    def current_row(self) -> SessionRow | None:
        """The session under the cursor, if its row has been read."""
        return self._rows.get(self.current) if self.current is not None else None

    def show(self, listing: Listing, query: ListQuery, target: int | None = None) -> None:
        """Show ``listing``; the cursor goes to session ``target``, else stays on its session."""
        wanted = target if target is not None else self.current
        cursor = min(self.cursor, max(0, len(listing.entries) - 1))
        if wanted is not None:
            cursor = _index_of(listing.entries, wanted, cursor)
        stays = wanted == self.current
        self._listing, self._shown = listing, query
        self._words = words_in(query.text)
        self._asked.clear()
        self.set_rows(len(listing.entries), cursor, keep_offset=stays)

    def add_rows(self, rows: Mapping[int, SessionRow]) -> None:
        """Rows that were asked for arrived, or changed."""
        limit = PAGE * _PAGES_KEPT
        if len(self._rows) > limit:
            kept = list(self._rows.items())[-limit // 2 :]
            self._rows = dict(kept)
            self._asked.clear()
        for session, row in rows.items():
            self._rows.pop(session, None)  # re-inserted, so that the oldest rows are dropped first
            self._rows[session] = row
        self.redraw()

    def row(self, session: int) -> SessionRow | None:
        """The row of ``session`` if it has been read."""
        return self._rows.get(session)

    # What the user may ask for

    def _want(self, query: ListQuery) -> None:
        self.wanted = query
        self.post_message(self.QueryChanged(query))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what has subagents, or is one, can be unfolded and folded."""
        if action in ("expand", "fold"):
            row = self.current_row
            return row is not None and bool(row.subagents or row.parent)
        return True

    def action_sort(self) -> None:
        """Order by the next column."""
        orders = list(Sort)
        following = orders[(orders.index(self.wanted.sort) + 1) % len(orders)]
        self._want(replace(self.wanted, sort=following, reverse=False))

    def action_reverse(self) -> None:
        """Turn the order around."""
        self._want(replace(self.wanted, reverse=not self.wanted.reverse))

    def action_group(self) -> None:
        """Group in the next way."""
        groups = list(Group)
        following = groups[(groups.index(self.wanted.group) + 1) % len(groups)]
        self._want(replace(self.wanted, group=following))

    def action_hidden(self) -> None:
        """Show or hide sessions that hold next to nothing."""
        self._want(replace(self.wanted, hidden=not self.wanted.hidden))

    def action_project(self) -> None:
        """Only the project of the session under the cursor, or all of them."""
        row = self.current_row
        project = "" if self.wanted.project or row is None else row.project
        self._want(replace(self.wanted, project=project))

    def action_fold(self) -> None:
        """Unfold or fold the subagents of the session under the cursor."""
        row = self.current_row
        if row is not None:
            self.action_expand(row.id not in self.wanted.expanded and row.parent is None)

    def action_expand(self, unfold: bool) -> None:
        """Unfold the subagents; or fold them, from a subagent too, which leads to its session."""
        row = self.current_row
        if row is None:
            return
        expanded = self.wanted.expanded
        if unfold:
            if row.subagents and row.parent is None and row.id not in expanded:
                self._want(replace(self.wanted, expanded=expanded | {row.id}))
        elif row.parent is not None:
            self.cursor = _index_of(self._listing.entries, row.parent, self.cursor)
        elif row.id in expanded:
            self._want(replace(self.wanted, expanded=expanded - {row.id}))

    # Drawing

    def selectable(self, index: int) -> bool:
        """Headings of groups are passed over."""
        return self._listing.entries[index] >= 0

    def draw(self, index: int, width: int, selected: bool) -> Strip:
        """A session, the heading of a group, or a placeholder for a row on its way."""
        entry = self._listing.entries[index]
        if entry < 0:
            header = self._listing.headers[-1 - entry]
            pieces = session_line.header_pieces(header, width, self._shown.group, clock.now_ms())
            return self._strip(pieces, False)
        row = self._rows.get(entry)
        self._ask(index)
        if row is None:
            return self._strip(session_line.placeholder_pieces(width), selected)
        following = self._next_row(index)
        pieces = session_line.session_pieces(
            row,
            session_line.columns_for(width, self._shown),
            width,
            clock.now_ms(),
            selected=selected,
            expanded=entry in self._shown.expanded,
            last=following is None or following.parent != row.parent,
            words=self._words,
        )
        return self._strip(pieces, selected)

    def _next_row(self, index: int) -> SessionRow | None:
        if index + 1 >= self.count:
            return None
        return self._rows.get(self._listing.entries[index + 1])

    def _ask(self, index: int) -> None:
        """Ask once for the page that holds ``index``, and for the row the next line may be."""
        page = index // PAGE
        if page not in self._asked:
            self._asked[page] = None
            # Drawing runs on behalf of the screen, which would count as the message's sender.
            self.call_later(self._want_page, page)

    def _want_page(self, page: int) -> None:
        entries = self._listing.entries[page * PAGE : (page + 1) * PAGE + 1]
        self.post_message(self.PageWanted(page, [entry for entry in entries if entry >= 0]))

    def _strip(self, pieces: list[Piece], selected: bool) -> Strip:
        return Strip([Segment(text, self._style(role, selected)) for text, role in pieces if text])

    def _style(self, role: str, selected: bool) -> Style:
        style = self._roles.get((role, selected))
        if style is None:
            style = self.get_component_rich_style(f"session-list--{role}", partial=True)
            base = self.rich_style
            if selected:
                base += self.get_component_rich_style("session-list--cursor", partial=True)
            style = self._roles[role, selected] = base + style
        return style

    def notify_style_update(self) -> None:
        """Another theme: forget the styles read from the old one."""
        super().notify_style_update()
        self._roles.clear()


def words_in(text: str) -> tuple[str, ...]:
    """The words that the query ``text`` asks for, to be marked."""
    try:
        return tuple(word.text for word in words_of(parse(text).node))
    except QueryError:
        return ()


def _index_of(entries: Sequence[int], session: int, near: int) -> int:
    """Where ``session`` is in ``entries``; ``near`` if it is not there."""
    if 0 <= near < len(entries) and entries[near] == session:
        return near
    try:
        return entries.index(session)
    except ValueError:
        return near
