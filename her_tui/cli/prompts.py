"""``her-tui prompts``: find past prompts, and put one on the clipboard."""

from __future__ import annotations

import base64
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from her_tui.cli.output import narrate, print_json
from her_tui.cli.place import Place
from her_tui.cli.search import QueryCommand, described, limit_option, print_block, tell
from her_tui.errors import HerError, NotFound, UsageError
from her_tui.language.parser import parse
from her_tui.plaintext import one_line
from her_tui.queries import texts
from her_tui.queries.finding import MOST, Hit, Mode, Where, find
from her_tui.queries.library import Library
from her_tui.ui import clipboard


@click.command("prompts", cls=QueryCommand)
@click.argument("query", nargs=-1, required=True)
@click.option("--copy", is_flag=True, help="Copy the best one, whole.")
@click.option(
    "--nth", type=click.IntRange(1, MOST), metavar="N", help="With --copy: the Nth, not the best."
)
@limit_option
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
@click.pass_obj
def command(
    place: Place, query: Sequence[str], copy: bool, nth: int | None, limit: int, as_json: bool
) -> None:
    """Find past prompts by words and by meaning.

    QUERY is as in her-tui search.
    """
    if nth is not None and not copy:
        raise UsageError("--nth says which prompt is copied", "Add --copy.")
    library = Library.open(place.home)
    found = find(library, parse(" ".join(query)), Where.PROMPTS, max(limit, nth or 1), Mode.HYBRID)
    tell(found, Mode.HYBRID)
    if as_json:
        print_json([described(hit) for hit in found.hits[:limit]])
    elif not copy:
        for number, hit in enumerate(found.hits[:limit], 1):
            print_block(hit, number)
    if copy:
        if len(found.hits) < (nth or 1):
            raise NotFound(
                "There is no such prompt to copy", "Use other words, or a smaller --nth."
            )
        _copy(library, place.home, found.hits[(nth or 1) - 1])


def _copy(library: Library, home: Path, hit: Hit) -> None:
    """Copy the whole prompt, by the ways the screen has."""
    text = texts.texts(library, [hit.event]).get(hit.event, hit.snippet)
    ways = clipboard.Ways(
        desktop=clipboard.to_desktop,
        tmux=clipboard.to_tmux,
        terminal=_to_terminal,
        file=clipboard.to_file(home),
    )
    copied = clipboard.copy(text, os.environ, ways)
    if copied is None:
        raise HerError("The prompt could not be copied", "Leave out --copy, and select it.")
    narrate(f"{copied}: {one_line(text, 60)}")


def _to_terminal(text: str) -> bool:
    """Ask the terminal to take ``text``, if we write to one (OSC 52)."""
    for stream in (sys.stderr, sys.stdout):
        if stream.isatty():
            stream.write(f"\x1b]52;c;{base64.b64encode(text.encode()).decode()}\a")
            stream.flush()
            return True
    return False
