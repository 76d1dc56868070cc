"""``her-tui annotate``: star, tag and note a session, or one of its prompts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import click

from her_tui.cli import describe, render
from her_tui.cli.output import Column, narrate, print_json, print_table
from her_tui.cli.place import Place
from her_tui.errors import HerError, NotFound, UsageError
from her_tui.plaintext import one_line
from her_tui.queries import sessions, timeline
from her_tui.queries.annotations import NOTHING, Annotation, of_prompt, of_session
from her_tui.queries.library import Library
from her_tui.queries.sessions import SessionRow

_COLUMNS = (
    Column("PROMPT", right=True),
    Column(""),
    Column("TAGS", flexible=True),
    Column("NOTE", flexible=True),
    Column("TEXT", flexible=True),
)


class _Said(NamedTuple):
    """What is to be said."""

    star: bool | None
    tags: tuple[str, ...]
    untags: tuple[str, ...]
    note: str | None

    def __bool__(self) -> bool:
        return self.star is not None or self.note is not None or bool(self.tags or self.untags)


class _Prompt(NamedTuple):
    """One prompt of a session."""

    number: int
    key: bytes
    text: str
    """Its first line."""


@click.command("annotate")
@click.argument("reference", metavar="SESSION[#N]", required=False)
@click.option("--star/--unstar", "star", default=None, help="Make it a favourite, or no more.")
@click.option("--tag", "tags", multiple=True, metavar="T", help="Put a tag on it.")
@click.option("--untag", "untags", multiple=True, metavar="T", help="Take a tag off it.")
@click.option("--note", metavar="TEXT", help="Write a note on it; an empty one takes it away.")
@click.option("--json", "as_json", is_flag=True, help="Print an object.")
@click.option("--restore", is_flag=True, help="Put back the copy, where the file is damaged.")
@click.pass_obj
def command(
    place: Place,
    reference: str | None,
    star: bool | None,
    tags: tuple[str, ...],
    untags: tuple[str, ...],
    note: str | None,
    as_json: bool,
    restore: bool,
) -> None:
    """Star, tag or note a session, or its prompt number N; without options, print what is there.

    SESSION is its id, or the start of it. What you say is kept apart from what was recorded: it
    survives another import. is:favourite, tag: and has:note find it.
    """
    if restore:
        _restore(place)
        return
    if reference is None:
        raise UsageError("Which session?", "her-tui sessions lists the ids.")
    library = Library.open(place.home)
    if library.own_problem:
        raise library.own_problem
    row, number = _find(library, reference)
    prompt = None if number is None else _prompt(library, row, number)
    said = _Said(star, tags, untags, note)
    if said:
        _say(place, row, prompt, said)
    about = of_session(library, row.agent, row.session_id)
    if as_json:
        print_json(_as_json(library, row, prompt, about))
    elif said or prompt:
        line = render.annotation(about.get(prompt.key if prompt else b"", NOTHING))
        (narrate if said else print)(line or "Nothing is said of it.")
    else:
        _print(library, row, about)


def _restore(place: Place) -> None:
    from her_tui.recorder.annotate import restore

    aside = restore(place.home)
    narrate(f"The copy is back; the damaged file is kept as {aside.name}.")


def _find(library: Library, reference: str) -> tuple[SessionRow, int | None]:
    """The session, and the number of its prompt, if one is named."""
    name, mark, number = reference.rpartition("#")
    if not mark:
        return sessions.find(library, reference), None
    if not number.isdecimal() or int(number) == 0:
        raise UsageError(f"{number!r} is no number of a prompt", "Prompts are counted from 1.")
    return sessions.find(library, name), int(number)


def _prompt(library: Library, row: SessionRow, number: int) -> _Prompt:
    laid = timeline.load(library, row.id)
    if number > len(laid.prompts):
        raise NotFound(
            f"This session has no prompt {number}", f"It has {len(laid.prompts)}: see her-tui show."
        )
    event = laid.ids[laid.prompts[number - 1]]
    key, _ = of_prompt(library, event)
    if not key:
        raise HerError(f"Prompt {number} cannot be told from others", "Annotate its session.")
    text = library.rows("SELECT preview FROM event WHERE id = ?", (event,))[0][0]
    return _Prompt(number, key, text)


def _say(place: Place, row: SessionRow, prompt: _Prompt | None, said: _Said) -> None:
    from her_tui.recorder.annotate import Subject, annotating, tag_name

    tags = [tag_name(tag) for tag in said.tags]  # all or none
    untags = [tag_name(tag) for tag in said.untags]
    subject = Subject(row.agent, row.session_id, prompt.key if prompt else b"")
    with annotating(place.home) as annotations:
        if said.star is not None:
            annotations.star(subject, said.star)
        for tag in tags:
            annotations.tag(subject, tag)
        for tag in untags:
            annotations.tag(subject, tag, present=False)
        if said.note is not None:
            annotations.note(subject, said.note)


def _as_json(
    library: Library, row: SessionRow, prompt: _Prompt | None, about: Mapping[bytes, Annotation]
) -> describe.Json:
    head: describe.Json = {"session_id": row.session_id, "agent": row.agent}
    if prompt:
        told = describe.annotation(about.get(prompt.key, NOTHING))
        return {**head, "prompt": prompt.number, **told}
    return {
        **head,
        "prompt": None,
        **describe.annotation(about.get(b"", NOTHING)),
        "prompts": [
            {"prompt": each.number, "text": each.text, **describe.annotation(about[each.key])}
            for each in _annotated(library, row, about)
        ],
    }


def _annotated(
    library: Library, row: SessionRow, about: Mapping[bytes, Annotation]
) -> list[_Prompt]:
    """The prompts of which something is said, in order."""
    if not about.keys() - {b""}:
        return []
    laid = timeline.load(library, row.id)
    numbers = {laid.ids[at]: number for number, at in enumerate(laid.prompts, start=1)}
    found = [
        _Prompt(numbers[event], bytes(key), text)
        for event, key, text in library.rows(
            "SELECT e.id, e.key, e.preview FROM turn t JOIN event e ON e.id = t.event"
            " WHERE t.session = ? AND e.key IN (SELECT key FROM own.star"
            " UNION SELECT key FROM own.tag UNION SELECT key FROM own.note)",
            (row.id,),
        )
        if event in numbers and bytes(key) in about
    ]
    return sorted(found)


def _print(library: Library, row: SessionRow, about: Mapping[bytes, Annotation]) -> None:
    """What is said of a session, and of its prompts."""
    print(one_line(row.title) or row.session_id)
    print(render.annotation(about.get(b"", NOTHING)) or "Nothing is said of it as a whole.")
    prompts = _annotated(library, row, about)
    if prompts:
        print()
        print_table(_COLUMNS, [_line(each, about[each.key]) for each in prompts])


def _line(prompt: _Prompt, said: Annotation) -> tuple[str, ...]:
    tags = " ".join(f"#{tag}" for tag in said.tags)
    return str(prompt.number), "★" if said.starred else "", tags, said.note, prompt.text
