"""``her-tui show``: one session as text, Markdown, JSON, or the very bytes that were captured."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace

import click

from her_tui.cli import describe, render, standing
from her_tui.cli.output import mention, print_json, print_json_line
from her_tui.cli.place import Place
from her_tui.errors import UsageError
from her_tui.plaintext import sanitise
from her_tui.queries import raw, requests, responses, retold, sessions, timeline, turns
from her_tui.queries.library import Library
from her_tui.queries.sessions import SessionRow
from her_tui.queries.turns import Turn


@click.command("show")
@click.argument("session", metavar="SESSION")
@click.option("--json", "form", flag_value="json", help="The session and its turns as an object.")
@click.option("--jsonl", "form", flag_value="jsonl", help="The records as they were captured.")
@click.option("--markdown", "form", flag_value="markdown", help="A Markdown document.")
@click.option(
    "--requests", "form", flag_value="requests", help="Every request with its bodies, one a line."
)
@click.option(
    "--at",
    "moment",
    metavar="T",
    help="How things stood at a moment: 14:03, +5m, -30s, 12 (a turn), #345 (an event), a uuid.",
)
@click.pass_obj
def command(place: Place, session: str, form: str | None, moment: str | None) -> None:
    """Print one session. SESSION is its id, or the start of it."""
    library = Library.open(place.home)
    if moment is not None:
        _show_state(library, session, moment, form)
        return
    row = sessions.find(library, session)
    mention(library.own_problem)
    if form == "jsonl":
        _write_raw(raw.stream(library, row.id))
    elif form == "json":
        print_json(whole(library, row))
    elif form == "requests":
        for line in every_request(library, row):
            print_json_line(line)
    else:
        style = render.MARKDOWN if form == "markdown" else render.TEXT
        for part in render.session(row, every_turn(library, row), style):
            print(part)


def _show_state(library: Library, session: str, moment: str, form: str | None) -> None:
    """Print the state of a session at a moment."""
    if form not in (None, "json"):
        raise UsageError(
            f"--at tells how things stood at one moment, and --{form} the whole session",
            "Give --at alone or with --json.",
        )
    found = standing.standing(library, session, moment)
    mention(library.own_problem)
    if form == "json":
        print_json(standing.as_json(found))
    else:
        for line in standing.as_text(found):
            print(line)


def whole(library: Library, row: SessionRow) -> describe.Json:
    """The session, its turns, and every response and action in place of their numbers."""
    return {
        **describe.session(row),
        "responses": [describe.response(each) for each in responses.responses(library, row.id)],
        "actions": [describe.action(each) for each in turns.all_actions(library, row.id)],
        "turns": [describe.turn(turn) for turn in every_turn(library, row)],
    }


def every_request(library: Library, row: SessionRow) -> Iterator[describe.Json]:
    """Every attempt of the session on the API, with what was sent and received."""
    for attempt in requests.attempts(library, row.id):
        sent, got = (
            requests.body(library, body) for body in (attempt.request_body, attempt.response_body)
        )
        if got is None and not attempt.failed:
            got = retold.answer(library, attempt)
            told = {"response_body": retold.WHY} if got else {}
            attempt = replace(attempt, missing={**attempt.missing, **told})
        yield describe.exchange(attempt, sent, got, requests.chunks(library, attempt.id))


def every_turn(library: Library, row: SessionRow) -> Iterator[Turn]:
    """The turns of a session; what came before the first prompt is turn 0, if there was any."""
    line = timeline.load(library, row.id)
    for number in range(len(line.prompts) + 1):
        turn = turns.load_turn(library, line, number)
        if number or turn.items:
            yield turn


def _write_raw(chunks: Iterable[bytes]) -> None:
    """Write bytes as they are; a terminal is shown them with its control characters disarmed."""
    if not sys.stdout.isatty():
        for chunk in chunks:
            sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()
        return
    for chunk in chunks:
        sys.stdout.write(sanitise(chunk.decode("utf-8", "replace")))
