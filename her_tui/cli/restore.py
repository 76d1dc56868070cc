"""``her-tui restore``: the text of a file as of a moment of a session."""

from __future__ import annotations

import os
import shlex
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from her_tui import units
from her_tui.analysis.hunks import compare
from her_tui.analysis.rebuild import Revision, Text, caveats, plain
from her_tui.cli.describe import Json, timestamp
from her_tui.cli.output import Column, narrate, print_json, print_table
from her_tui.cli.place import Place
from her_tui.errors import HerError, NotFound, UsageError
from her_tui.events.pathnames import key_of, located
from her_tui.plaintext import one_line, sanitise
from her_tui.queries import moments, references
from her_tui.queries.library import Library
from her_tui.queries.references import Located
from her_tui.queries.revisions import FileHistory, found_in, history
from her_tui.queries.touches import Touch, touches

if TYPE_CHECKING:
    from her_tui.recorder.placing import Destination

_STDOUT = "-"

_FILES = (
    Column("FILE", flexible=True),
    Column("EDITS", right=True),
    Column("READS", right=True),
    Column("+", right=True),
    Column("−", right=True),
)
_REVISIONS = (
    Column("TIME"),
    Column("EVENT", right=True),
    Column("WHAT"),
    Column("TEXT", flexible=True),
)


@click.command("restore")
@click.argument("reference", metavar="SESSION[@T]")
@click.argument("path", metavar="[PATH]", required=False)
@click.option(
    "--to", metavar="FILE", default=_STDOUT, help="Write it there; - prints it (default)."
)
@click.option("--force", is_flag=True, help="Replace FILE without asking; a copy of it is kept.")
@click.option("--yes", "force", is_flag=True, hidden=True)
@click.option("--diff", "since", metavar="T1", help="Print what changed from T1 to T instead.")
@click.option(
    "--list",
    "listing",
    is_flag=True,
    help="List the files touched by then, or what is known of PATH.",
)
@click.option("--json", "as_json", is_flag=True, help="With --list: print an object.")
@click.pass_obj
def command(
    place: Place,
    reference: str,
    path: str | None,
    to: str,
    force: bool,
    since: str | None,
    listing: bool,
    as_json: bool,
) -> None:
    """Give back a file as it was at a moment of a session; without one, as it was at the end.

    SESSION is its id, or the start of it. T is a time (14:03), an offset (+5m, -30s), a turn (12),
    an event (#345) or the uuid of a record. PATH is as the agent wrote it, or the end of that.
    A text is given back only if every step to it was recorded.
    """
    library = Library.open(place.home)
    found = references.locate(library, reference)
    if path is None and not listing:
        raise UsageError("Which file?", "Name its path; --list shows which there are.")
    touched = touches(library, found.timeline)
    if path is None:
        _list_files(found, touched, as_json)
        return
    known = history(library, found.timeline, _chosen(found, touched, path))
    at = len(found.timeline) - 1 if found.position is None else found.position
    if listing:
        _list_revisions(found, known, as_json)
    elif since is not None:
        _print_difference(library, found, known, since, at)
    else:
        _give(found, known, at, to, force)


def _chosen(found: Located, touched: Sequence[Touch], path: str) -> str:
    """Which of the files that were touched ``path`` means."""
    paths = found_in((touch.path for touch in touched), path)
    if not paths:
        raise NotFound(
            f"This session touched no file {one_line(path)!r}",
            f"her-tui restore {found.row.session_id} --list shows those it did.",
        )
    if len({key_of(located(each, found.row.cwd)) for each in paths}) > 1:
        some = ", ".join(one_line(each) for each in paths[:5])
        raise UsageError(
            f"More than one file ends with {one_line(path)!r}", f"Write one of {some}."
        )
    return paths[0]


def as_of(known: FileHistory, position: int) -> Text:
    """What is known of the file as of ``position``; before its first edit, what that found."""
    return known.at(position) or known.start


def text_as_of(found: Located, known: FileHistory, position: int) -> Text:
    """The text of the file as of ``position``. Raises a `HerError` if there is none."""
    text = as_of(known, position)
    path = shlex.quote(one_line(known.path, 4_000))
    listing = f"her-tui restore {found.row.session_id} {path} --list shows when"
    if text.why:
        raise HerError(
            f"{one_line(known.path)} cannot be rebuilt as of then: {text.why}",
            f"{listing} it can.",
        )
    if text.text is None:
        raise NotFound(f"There was no file {one_line(known.path)} then", f"{listing} there was.")
    return text


def _give(found: Located, known: FileHistory, at: int, to: str, force: bool) -> None:
    """Write the text as of a position to where it is wanted."""
    text = text_as_of(found, known, at)
    for said in caveats(text, known.unseen(at)):
        narrate(said)
    words = text.text or ""
    if to == _STDOUT:
        _print(words)
        return
    from her_tui.recorder.placing import Exists
    from her_tui.recorder.restoring import restore

    target = Path(os.path.expanduser(to))  # noqa: PTH111  of an unknown user Path raises
    try:
        done = restore(words, target, replace=force)
    except Exists as error:
        if not sys.stdin.isatty():
            raise HerError(
                error.title, "Name another file, or say --force: a copy of it is kept."
            ) from error
        _ask(error.at)
        done = restore(words, error.at.path, replace=True)
    kept = f"; what was there is in {one_line(str(done.backup))}" if done.backup else ""
    narrate(f"Wrote {one_line(str(done.path))}{kept}.")


def _ask(at: Destination) -> None:
    """Ask whether to write there; end the command if not."""
    kept = "; a copy of what is there will be kept" if at.there else ""
    narrate(f"{one_line(at.said)}{kept}.")
    verb = "Replace" if at.there else "Make"
    path = one_line(units.home_path(str(at.path)))
    click.confirm(f"{verb} {path}?", abort=True, err=True)


def _print_difference(
    library: Library, found: Located, known: FileHistory, since: str, at: int
) -> None:
    from her_tui.analysis.moments import parse

    start = moments.position(library, found.timeline, parse(since))
    texts = [as_of(known, position) for position in (start, at)]
    for position, text in zip((start, at), texts, strict=True):
        if text.why:
            text_as_of(found, known, position)
    old, new = (plain(text.text or "") for text in texts)
    difference = compare(old, new)
    if difference.why:
        raise HerError(difference.why.rstrip("."), "Write both texts to files, and compare them.")
    lines = []
    if difference.hunks:
        name = one_line(known.path)
        lines += [f"--- {name}\t{_when(found, start)}", f"+++ {name}\t{_when(found, at)}"]
    for hunk in difference.hunks:
        old_size, new_size = (
            sum(line[:1] in signs for line in hunk.lines) for signs in ((" ", "-"), (" ", "+"))
        )
        before, after = _span(hunk.old_start, old_size), _span(hunk.new_start, new_size)
        lines.append(f"@@ -{before} +{after} @@")
        lines += hunk.lines
    _print("".join(f"{line}\n" for line in lines))


def _span(start: int, size: int) -> str:
    """The lines of a hunk in one of the texts; of none, the line they come after."""
    return f"{start if size else start - 1},{size}"


def _print(text: str) -> None:
    """Print a text: to a program its bytes, to a terminal with its control characters disarmed."""
    if sys.stdout.isatty():
        sys.stdout.write(sanitise(text))
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()


def _list_files(found: Located, touched: Sequence[Touch], as_json: bool) -> None:
    tally: dict[str, Counter[str]] = {}
    last = len(found.timeline) if found.position is None else found.position
    for touch in touched:
        if touch.position > last:
            continue
        counts = tally.setdefault(touch.path, Counter())
        counts["edits" if touch.edit else "reads"] += touch.status == "ok"
        counts["added"] += touch.added
        counts["removed"] += touch.removed
    columns = ("edits", "reads", "added", "removed")
    if as_json:
        told = [
            {"path": path, **{name: row[name] for name in columns}} for path, row in tally.items()
        ]
        print_json({"session_id": found.row.session_id, "files": told})
        return
    if not tally:
        narrate("This session touched no file" + (" by then." if found.moment else "."))
        return
    print_table(
        _FILES, [(path, *(str(row[name]) for name in columns)) for path, row in tally.items()]
    )


def _list_revisions(found: Located, known: FileHistory, as_json: bool) -> None:
    last = len(found.timeline) if found.position is None else found.position
    pairs = [
        (revision, text)
        for revision, text in zip(known.revisions, known.texts, strict=True)
        if revision.position <= last
    ]
    if as_json:
        told = [_described(found, *pair) for pair in pairs]
        print_json({"session_id": found.row.session_id, "path": known.path, "revisions": told})
        return
    print_table(_REVISIONS, [_line(found, *pair) for pair in pairs])


def _described(found: Located, revision: Revision, text: Text) -> Json:
    time = _time(found, revision.position)
    return {
        "at": timestamp(time),
        "event": revision.position + 1 if revision.position >= 0 else None,
        "what": _what(revision),
        "rebuilt": text.text is not None,
        "why": str(text.why) or None,
        "exact": text.exact if text.text is not None else None,
        "changed_outside": text.outside,
        "bytes": len(text.text.encode()) if text.text is not None else None,
    }


def _line(found: Located, revision: Revision, text: Text) -> tuple[str, ...]:
    if text.text is not None:
        words = units.count(text.text.count("\n") + (text.text[-1:] not in ("", "\n")), "line")
    else:
        words = f"cannot be rebuilt: {text.why}" if text.why else "no such file"
    if text.outside:
        words += "; something else had changed it"
    clock = units.clock(_time(found, revision.position))
    event = f"#{revision.position + 1}" if revision.position >= 0 else ""
    return clock, event, _what(revision), words


def _what(revision: Revision) -> str:
    if revision.edit:
        return "edit"
    if revision.action:
        return "read"
    return "backup" if revision.seen.exact else "noted"


def _time(found: Located, position: int) -> int | None:
    return found.timeline.times[position] if 0 <= position < len(found.timeline) else None


def _when(found: Located, position: int) -> str:
    return f"#{position + 1} {units.moment(_time(found, position))}".rstrip()
