"""``her-tui search``: find by words and by meaning, for people and for programs."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from difflib import get_close_matches

import click

from her_tui import units
from her_tui.cli import describe
from her_tui.cli.output import narrate, print_json
from her_tui.cli.place import Place
from her_tui.errors import HerError
from her_tui.events.documents import DocumentKind
from her_tui.language.parser import parse
from her_tui.plaintext import one_line, sanitise
from her_tui.queries.finding import MOST, Found, Hit, Mode, Where, find
from her_tui.queries.library import Library
from her_tui.queries.meaning import Readiness

#: Where to look can be said on the command line; commits alone are ``is:commit``.
_PLACES = (Where.PROMPTS, Where.RESPONSES, Where.ACTIONS, Where.ALL)

_HELP = ("-h",)

_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"
_INDENT = "  "

KINDS = {
    DocumentKind.PROMPT: "prompt",
    DocumentKind.RESPONSE: "response",
    DocumentKind.THINKING: "thinking",
    DocumentKind.ACTION: "action",
    DocumentKind.OUTPUT: "output",
    DocumentKind.COMMIT: "commit",
    DocumentKind.TASK: "task",
    DocumentKind.COMMAND: "command",
}


class QueryCommand(click.Command):
    """A command whose arguments are a query: ``-word`` is an exclusion, and no option."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        end = args.index("--") if "--" in args else len(args)
        known = {name for each in self.get_params(context) for name in each.opts}
        for at, arg in enumerate(args[:end]):
            name = arg.partition("=")[0]
            if name.startswith("--") and name not in known:
                raise click.NoSuchOption(name, possibilities=get_close_matches(name, known))
            if arg.startswith("-") and not arg.startswith("--") and arg not in _HELP:
                args[at] = f" {arg}"  # to click, no option any more; to the query, the same
        return super().parse_args(context, args)


#: How many hits are told.
limit_option = click.option(
    "--limit",
    type=click.IntRange(1, MOST),
    default=10,
    show_default=True,
    metavar="N",
    help=f"The best N, at most {MOST}.",
)


@click.command("search", cls=QueryCommand)
@click.argument("query", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
@limit_option
@click.option(
    "--mode",
    type=click.Choice([str(mode) for mode in Mode]),
    default=str(Mode.HYBRID),
    show_default=True,
    help="By what to find.",
)
@click.option(
    "--in",
    "where",
    type=click.Choice([str(place) for place in _PLACES]),
    default=str(Where.ALL),
    show_default=True,
    help="In what to find.",
)
@click.pass_obj
def command(
    place: Place, query: Sequence[str], as_json: bool, limit: int, mode: str, where: str
) -> None:
    """Find what was asked, answered and done, by words and by meaning.

    QUERY is words, "phrases", -exclusions, OR, and filters such as project:her or is:error.
    """
    library = Library.open(place.home)
    found = find(library, parse(" ".join(query)), Where(where), limit, Mode(mode))
    if Mode(mode) is Mode.MEANING and not found.meaning.usable:
        raise HerError("Nothing can be found by meaning", one_line(found.meaning.message))
    tell(found, Mode(mode))
    if as_json:
        print_json([described(hit) for hit in found.hits])
        return
    for hit in found.hits:
        print_block(hit)


def tell(found: Found, mode: Mode) -> None:
    """Say on standard error what is to be known of the answer: how the query was understood, why
    nothing was found by meaning, that there is nothing."""
    for remark in found.remarks:
        narrate(one_line(remark))
    if mode is not Mode.WORDS and found.meaning.readiness is not Readiness.READY:
        message = one_line(found.meaning.message)
        told = found.meaning.usable or "words only" in message.lower()
        narrate(message if told else f"By words only. {message}")
    if not found.hits:
        narrate("Nothing was found.")


def described(hit: Hit) -> describe.Json:
    """One hit as plain values."""
    return {
        "session": hit.session_id,
        "event": hit.event,
        "kind": KINDS[hit.kind],
        "score": round(hit.score, 4),
        "why": list(hit.why),
        "snippet": hit.snippet,
        "timestamp": describe.timestamp(hit.ts),
        "title": hit.title,
        "project": hit.project,
        "agent": hit.agent_name,
        "starred": hit.starred,
        "detail": hit.detail,
    }


def print_block(hit: Hit, number: int | None = None) -> None:
    """One hit for people: where it is, the passage, and why."""
    ordinal = f"{number}. " if number is not None else ""
    place = (
        ordinal + units.moment(hit.ts),
        units.project_name(hit.project),
        KINDS[hit.kind],
        hit.session_id[:8],
        units.STAR if hit.starred else "",
        hit.title,
    )
    print(" · ".join(filter(None, (one_line(part, 80) for part in place))))
    if hit.detail and not hit.snippet.startswith(hit.detail[:20]):
        print(_INDENT + one_line(hit.detail, 160))
    print(_INDENT + _marked(hit))
    print(f"{_INDENT}({one_line('; '.join(hit.why))})\n")


def _marked(hit: Hit) -> str:
    """The snippet, its words bold where that can be seen."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return one_line(hit.snippet, len(hit.snippet) + 1)
    pieces, at = [], 0
    for start, end in hit.marks:
        pieces += [_safe(hit.snippet[at:start]), _BOLD, _safe(hit.snippet[start:end]), _PLAIN]
        at = end
    return "".join((*pieces, _safe(hit.snippet[at:])))


def _safe(text: str) -> str:
    """A piece of a line, made safe; its blanks stay where they are."""
    return sanitise(text).replace("\n", " ").replace("\t", " ")
