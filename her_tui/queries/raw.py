"""A session's raw records, byte for byte, and the files kept beside it."""

from __future__ import annotations

from collections.abc import Iterator

from her_tui.queries.library import Library


def sources(library: Library, session: int) -> list[tuple[int, str]]:
    """(source id, path) of each transcript file of the session: its own first, then subagents',
    what earlier contents of a file are kept before its present ones."""
    return [
        (row[0], row[1])
        for row in library.rows(
            "SELECT id, path FROM source WHERE session = ? AND (state <= 2 OR consumed > 0)"
            " ORDER BY role <> 'main', path, id",
            (session,),
        )
    ]


def stream(library: Library, session: int) -> Iterator[bytes]:
    """The raw bytes of every transcript file of the session, in file order."""
    for source, _ in sources(library, session):
        yield from library.stream(source)
