"""What one line of the session list says, as text with roles; pure functions, no widget.

A role (``title``, ``cost`` …) names what a piece is, and the style sheet gives it a colour. Columns
drop out by width, the least telling first, so that the title never gets less room than it needs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from her_tui import units
from her_tui.plaintext import one_line
from her_tui.queries.sessions import Group, GroupHeader, ListQuery, Origin, SessionRow, Sort
from her_tui.ui.renderers.signs import LIVE, ONLY_HERE
from her_tui.ui.text import cells, cut, fit

Piece = tuple[str, str]
"""Text and its role."""

#: Cells before the title: cursor, live or only-here mark, tree mark, blank.
MARGIN = 4
#: Days until the client deletes a session's file at which its row starts to say so.
DAYS_WORTH_SAYING = 7


@dataclass(frozen=True, slots=True)
class Column:
    """A column right of the title."""

    name: str
    heading: str
    width: int
    least: int
    """The list must be this wide to show it."""
    right: bool = True
    sort: Sort | None = None
    """The order that this column shows."""


COLUMNS: tuple[Column, ...] = (
    Column("project", "project", 13, 61, right=False),
    Column("errors", "err", 5, 44, sort=Sort.ERRORS),
    Column("left", "left", 4, 82),
    Column("prompts", "ask", 4, 96, sort=Sort.PROMPTS),
    Column("duration", "length", 6, 104, sort=Sort.DURATION),
    Column("tokens", "tokens", 6, 89, sort=Sort.TOKENS),
    Column("cost", "cost", 7, 36, sort=Sort.COST),
    Column("age", "age", 6, 28, sort=Sort.RECENT),
)
#: Takes the place of the age below the heading of a day.
_TIME = Column("time", "time", 5, 28, sort=Sort.RECENT)


def columns_for(width: int, query: ListQuery) -> tuple[Column, ...]:
    """The columns that a list of ``width`` cells shows; the one sorted by is always among them."""
    room = width - MARGIN - 12
    shown = []
    for column in COLUMNS:
        if column.name == "project" and (query.group is Group.PROJECT or query.project):
            continue
        if column.name == "age" and query.group is Group.DAY:
            column = _TIME
        sorted_by = column.sort is query.sort and query.sort is not Sort.RECENT
        if width >= column.least or (sorted_by and room > column.width):
            shown.append(column)
    while sum(column.width + 1 for column in shown) > max(room, 0) and shown:
        keep = [column for column in shown if column.sort is not query.sort]
        shown.remove(max(keep or shown, key=lambda column: column.least))
    return tuple(shown)


def title_width(width: int, columns: Sequence[Column]) -> int:
    """The cells left for the title."""
    return max(0, width - MARGIN - sum(column.width + 1 for column in columns))


def heading(width: int, columns: Sequence[Column], query: ListQuery) -> list[Piece]:
    """The line above the list: what each column is, and which one orders it."""
    arrow = "▴" if query.reverse else "▾"
    name = "session"
    if query.sort is Sort.TITLE:
        name += arrow
    pieces = [(" " * MARGIN, "heading"), (fit(name, title_width(width, columns)), "heading")]
    for column in columns:
        sorted_by = column.sort is query.sort
        text = column.heading + (arrow if sorted_by else "")
        pieces.append((" ", "heading"))
        role = "heading-sorted" if sorted_by else "heading"
        pieces.append((fit(text, column.width, column.right), role))
    return pieces


def _errors(row: SessionRow, now: int) -> Piece:
    many = units.compact(row.errors)
    if len(many) > 4:  # 12.3k
        many = f"{float(many[:-1]):.0f}{many[-1]}"
    return (f"✗{many}" if row.errors else "", "error")


def _left(row: SessionRow, now: int) -> Piece:
    soon = row.days_left is not None and row.days_left <= DAYS_WORTH_SAYING
    return (f"{row.days_left}d" if soon else "", "warning")


_CELLS: dict[str, Callable[[SessionRow, int], Piece]] = {
    "project": lambda row, now: (units.project_name(row.project), "project"),
    "errors": _errors,
    "left": _left,
    "prompts": lambda row, now: (_counted(row.prompts), "dim"),
    "duration": lambda row, now: (units.duration_short(row.duration_ms), "dim"),
    "tokens": lambda row, now: (_counted(row.tokens.total), "dim"),
    "cost": lambda row, now: _cost(row.cost, row.unpriced),
    "age": lambda row, now: (units.age(row.ended, now), "age"),
    "time": lambda row, now: (units.clock(row.ended)[:5], "age"),
}


def _counted(number: int) -> str:
    return units.compact(number) if number else "·"


def _cost(cost: float | None, unpriced: int = 0) -> Piece:
    if cost is None:
        return ("·", "dim")
    return (units.money(cost, unpriced), "cost")


def state_mark(row: SessionRow) -> Piece:
    """One character: growing now, or kept only here."""
    if row.origin is Origin.LIVE:
        return (LIVE.glyph, LIVE.role)
    if row.origin is Origin.ONLY_HERE and row.parent is None:
        return (ONLY_HERE.glyph, ONLY_HERE.role)
    return (" ", "dim")


def tree_mark(row: SessionRow, expanded: bool, last: bool) -> str:
    """One character: can be unfolded, is unfolded, or hangs below its parent."""
    if row.parent is not None:
        return "└" if last else "├"
    if row.subagents:
        return "▾" if expanded else "▸"
    return " "


def session_pieces(
    row: SessionRow,
    columns: Sequence[Column],
    width: int,
    now: int,
    *,
    selected: bool = False,
    expanded: bool = False,
    last: bool = True,
    words: Sequence[str] = (),
) -> list[Piece]:
    """The line of one session."""
    room = title_width(width, columns)
    indent = "─ " if row.parent is not None else ""
    pieces: list[Piece] = [
        ("▌" if selected else " ", "bar"),
        state_mark(row),
        (tree_mark(row, expanded, last), "tree"),
        (" " if row.parent is None else "─", "tree"),
    ]
    title = one_line(row.title) or "(no title)"
    if not row.parent and not row.prompts and not row.actions:
        title += " (empty)"
    role = "title" if row.parent is None else "child"
    pieces.append((indent and " ", "tree"))
    pieces += _titled(row, title, role, max(0, room - len(indent and " ")), words)
    for column in columns:
        text, role = _CELLS[column.name](row, now)
        if column.name == "project" and row.parent is not None:
            text = ""
        pieces += [(" ", "dim"), (fit(text, column.width, column.right), role)]
    return pieces


def _titled(row: SessionRow, title: str, role: str, room: int, words: Sequence[str]) -> list[Piece]:
    """The title in ``room`` cells, after the user's star and before the user's tags."""
    star = f"{units.STAR} " if row.starred and room > 8 else ""
    pieces: list[Piece] = [(star, "star")]
    room -= cells(star)
    tags = cut(" ".join(f"#{one_line(tag, 24)}" for tag in row.tags), room // 3)
    if not tags:
        return pieces + marked(fit(title, room), role, words)
    used = min(cells(title), room - cells(tags) - 1)
    pieces += marked(fit(title, used), role, words)
    return [*pieces, (" " + fit(tags, room - used - 1), "tag")]


def marked(text: str, role: str, words: Sequence[str]) -> list[Piece]:
    """``text`` cut where one of the filter's ``words`` occurs, with the role ``match`` there."""
    found = [re.escape(word) for word in words if word]
    if not found:
        return [(text, role)]
    parts = re.split("(" + "|".join(found) + ")", text, flags=re.IGNORECASE)
    return [(part, "match" if at % 2 else role) for at, part in enumerate(parts) if part]


def header_pieces(header: GroupHeader, width: int, group: Group, now: int) -> list[Piece]:
    """The line above a group: its name, and what its sessions amount to."""
    name = units.project_name(header.label)
    if group is Group.DAY:
        name = units.day_name(header.label, now)
    sums = units.count(header.sessions, "session")
    if header.cost is not None:
        sums += f"  {units.money(header.cost)}"
    room = width - cells(sums) - 4
    if room < 8:
        sums, room = units.compact(header.sessions), width - 8
    label = cut(name or f"(no {group})", max(0, room))
    rule = "─" * max(0, width - cells(label) - cells(sums) - 4)
    return [(f" {label} ", "group"), (rule, "rule"), (f" {sums} ", "group-sum")]


def placeholder_pieces(width: int) -> list[Piece]:
    """The line of a session whose row is still being read."""
    return [(" " * MARGIN, "faint"), ("░" * max(0, min(24, width - MARGIN)), "faint")]
