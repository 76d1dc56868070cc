"""``her-tui sessions``: the list of sessions, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import click

from her_tui import units
from her_tui.cli import describe
from her_tui.cli.output import Column, mention, narrate, print_json, print_table
from her_tui.cli.place import Place
from her_tui.clock import now_ms
from her_tui.language.parser import parse
from her_tui.plaintext import one_line
from her_tui.queries import sessions
from her_tui.queries.library import Library
from her_tui.queries.sessions import ListQuery, Origin, SessionRow

_PAGE = 200
#: The client's deletion is worth a word when it is this near.
_SOON_DAYS = 7
_COLUMNS = (
    Column("SESSION"),
    Column("LAST", right=True),
    Column("PROJECT", flexible=True),
    Column("TITLE", flexible=True),
    Column("PROMPTS", right=True),
    Column("TOKENS", right=True),
    Column("COST", right=True),
    Column("ERRORS", right=True),
    Column("KEPT"),
)


@click.command("sessions")
@click.argument("query", nargs=-1, metavar="[QUERY]...")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Only the latest N.")
@click.option("--project", metavar="P", help="Only this project: its name or its folder.")
@click.pass_obj
def command(
    place: Place, query: tuple[str, ...], as_json: bool, limit: int | None, project: str | None
) -> None:
    """List the recorded sessions, the latest first. Subagents are part of their session.

    QUERY leaves out what does not fit: words, and filters such as is:error, project:her, cost:>0.5
    or after:7d. Exclude with -word or NOT, choose with OR. Before a QUERY that starts with a minus
    write --.
    """
    text = " ".join(query)
    for remark in parse(text).remarks:
        narrate(one_line(remark))
    library = Library.open(place.home)
    found = (row for row in every(library, text) if project is None or _is_in(row, project))
    rows = list(islice(found, limit))
    mention(library.own_problem)
    if as_json:
        print_json([describe.session(row) for row in rows])
        return
    if not rows and (text or project is not None):
        narrate("Nothing was found.")
        return
    now = now_ms()
    print_table(_COLUMNS, [_line(row, now) for row in rows])


def every(library: Library, text: str = "") -> Iterator[SessionRow]:
    """All sessions that fit the query ``text``, the latest first, read page by page."""
    keys = sessions.listing(library, ListQuery(text, hidden=True)).entries
    for start in range(0, len(keys), _PAGE):
        page: Sequence[int] = keys[start : start + _PAGE]
        rows = sessions.rows(library, page)
        yield from (rows[key] for key in page if key in rows and rows[key].parent is None)


def _is_in(row: SessionRow, project: str) -> bool:
    wanted = project.rstrip("/")
    return wanted in (row.project, row.cwd, units.project_name(row.project))


def _line(row: SessionRow, now: int) -> tuple[str, ...]:
    return (
        row.session_id[:8],
        units.age(row.ended, now),
        units.project_name(row.project),
        f"{units.STAR} {row.title}" if row.starred else row.title,
        str(row.prompts),
        units.compact(row.tokens.total),
        units.money(row.cost, row.unpriced) if row.responses else "",
        str(row.errors or ""),
        _kept(row),
    )


def _kept(row: SessionRow) -> str:
    """Where the session is, if that is worth a word: live, nearly deleted, or only here."""
    if row.origin is Origin.FILE and row.days_left is not None and row.days_left <= _SOON_DAYS:
        return f"{row.days_left} d left"
    return {Origin.LIVE: "live", Origin.FILE: "", Origin.ONLY_HERE: "only here"}[row.origin]
