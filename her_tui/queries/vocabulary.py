"""What the library has to choose from for each filter: projects, branches, models, tools, tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from her_tui import units
from her_tui.queries.annotations import all_tags
from her_tui.queries.library import Library

#: Values offered for one filter: nobody reads on.
_MOST = 500


def vocabulary(library: Library) -> Mapping[str, Sequence[str]]:
    """The values known for each filter that takes a text, the ones used last, or most, first."""
    found: dict[str, Sequence[str]] = {
        name: _distinct(library, "session", name, "max(ended)")
        for name in ("agent", "model", "branch")
    }
    folders = _distinct(library, "session", "project", "max(ended)")
    found["project"] = tuple(dict.fromkeys(units.project_name(folder) for folder in folders))
    found["tool"] = _distinct(library, "action", "name", "count(*)")
    found["tag"] = all_tags(library)
    return found


def _distinct(library: Library, table: str, column: str, order: str) -> tuple[str, ...]:
    rows = library.rows(
        f"SELECT {column} FROM {table} WHERE {column} <> '' GROUP BY {column}"
        f" ORDER BY {order} DESC, {column} LIMIT ?",
        (_MOST,),
    )
    return tuple(row[0] for row in rows)
