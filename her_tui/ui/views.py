"""Saved views: a way to look at the list, kept under a name and a number. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from her_tui import units
from her_tui.plaintext import one_line
from her_tui.queries.sessions import Group, ListQuery, Sort

#: As many as there are number keys.
MOST = 9

_NAME_LENGTH = 40


@dataclass(frozen=True, slots=True)
class SavedView:
    """What the list shows, and in which order; the fields are those of `ListQuery`."""

    name: str
    text: str = ""
    sort: Sort = Sort.RECENT
    reverse: bool = False
    group: Group = Group.NONE
    project: str = ""
    hidden: bool = False

    def query(self, expanded: frozenset[int] = frozenset()) -> ListQuery:
        """The list as this view wants it."""
        return ListQuery(
            text=self.text,
            sort=self.sort,
            reverse=self.reverse,
            group=self.group,
            project=self.project,
            hidden=self.hidden,
            expanded=expanded,
        )

    def says(self) -> str:
        """What it shows, on one line."""
        parts = [one_line(self.text)]
        if self.project:
            parts.append(f"only {one_line(units.project_name(self.project))}")
        if self.sort is not Sort.RECENT or self.reverse:
            parts.append(f"{'▴' if self.reverse else '▾'} {self.sort}")
        if self.group is not Group.NONE:
            parts.append(f"by {self.group}")
        if self.hidden:
            parts.append("all shown")
        return "  ".join(part for part in parts if part) or "every session, the latest first"


#: What everybody starts with; deleting one is for good.
STARTERS = (
    SavedView("Everything"),
    SavedView("Going on now", "is:live"),
    SavedView("Favourites", "is:favourite"),
    SavedView("Went wrong this week", "is:error after:7d", Sort.ERRORS),
    SavedView("Dearest of the month", "after:30d", Sort.COST),
)


def of_query(name: str, query: ListQuery) -> SavedView:
    """The view that shows the list as it is."""
    return SavedView(
        one_line(name, _NAME_LENGTH),
        query.text,
        query.sort,
        query.reverse,
        query.group,
        query.project,
        query.hidden,
    )


def named(query: ListQuery) -> str:
    """A name to offer for the list as it is."""
    says = of_query("", query).says()
    return one_line(says, _NAME_LENGTH)


def saved(views: Sequence[SavedView], view: SavedView) -> list[SavedView]:
    """``views`` with ``view``: in the place of the one with its name, else at the end. Unchanged
    where there is no number left."""
    for at, known in enumerate(views):
        if known.name == view.name:
            return [*views[:at], view, *views[at + 1 :]]
    return [*views, view] if len(views) < MOST else list(views)


def current(views: Sequence[SavedView], query: ListQuery) -> SavedView | None:
    """The view that the list shows now, if it is one."""
    plain = replace(query, expanded=frozenset())
    return next((view for view in views if view.query() == plain), None)


def parse_views(values: Iterable[object]) -> list[SavedView]:
    """Views out of decoded JSON; what does not fit is left out."""
    found: list[SavedView] = []
    for value in values:
        if not isinstance(value, dict) or not isinstance(value.get("name"), str):
            continue
        texts = {name: value.get(name, "") for name in ("text", "project")}
        if not all(isinstance(text, str) for text in texts.values()):
            continue
        with suppress(ValueError):
            found.append(
                SavedView(
                    name=one_line(value["name"], _NAME_LENGTH),
                    sort=Sort(value.get("sort", Sort.RECENT)),
                    group=Group(value.get("group", Group.NONE)),
                    text=texts["text"],
                    project=texts["project"],
                    reverse=value.get("reverse") is True,
                    hidden=value.get("hidden") is True,
                )
            )
    return found[:MOST]
