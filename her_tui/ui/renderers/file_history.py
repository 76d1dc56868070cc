"""One file over the session: its changes as rows, what one of them changed, its text as of a
moment, and the change between two moments. Pure; long ones are made in worker threads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from her_tui import units
from her_tui.analysis.hunks import compare
from her_tui.analysis.rebuild import Revision, Text
from her_tui.analysis.timeline import Timeline
from her_tui.events.content import Hunk, Patch
from her_tui.ui.renderers.code import highlight
from her_tui.ui.renderers.diff import diff_lines
from her_tui.ui.renderers.files import change_bar, minus, plus
from her_tui.ui.renderers.line import BLANK, LINE_LIMIT, Block, Line, Span, line, split

if TYPE_CHECKING:
    from her_tui.queries.revisions import FileHistory

#: Most lines of a text that are drawn.
TEXT_LINES = 20_000

_OUTSIDE = "something else changed the file since the edit before"


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of a file's history: an edit, or a moment at which it was seen to be another."""

    index: int
    """Which revision of the history it is."""
    position: int
    time: int
    turn: int
    what: str
    added: int
    removed: int
    notes: tuple[tuple[str, str], ...]
    """What there is to know of it, and its role."""


def changes(history: FileHistory, timeline: Timeline) -> tuple[Change, ...]:
    """The edits of a file in order, and where something else was seen to have changed it."""
    found = []
    for index, (revision, text) in enumerate(zip(history.revisions, history.texts, strict=True)):
        if not revision.edit and not text.outside:
            continue
        position = timeline.clamp(revision.position)
        added, removed = _sums(change_of(history, index))
        found.append(
            Change(
                index=index,
                position=position,
                time=timeline.times[position],
                turn=timeline.turns[position],
                what=_what(revision, text),
                added=added,
                removed=removed,
                notes=tuple(_notes(revision, text)),
            )
        )
    return tuple(found)


def change_of(history: FileHistory, index: int) -> Patch | None:
    """What revision ``index`` changed; None if that is not known. A patch that was rebuilt from the
    call alone counts less than the texts before and after."""
    revision, text = history.revisions[index], history.texts[index]
    patch = revision.patch
    if patch is not None and patch.exact and (patch.hunks or patch.created):
        return patch
    previous = history.texts[index - 1] if index else history.start
    before = text.before if text.before is not None else previous.text
    known = before is not None or revision.seen.created or (not previous.why and text.text)
    if text.why or not known:
        return patch
    found, _ = _difference(history.path, before, text.text)
    return found or patch


def _difference(path: str, before: str | None, after: str | None) -> tuple[Patch | None, str]:
    """The patch from one text to another (None: there is no file), or why there is none. How lines
    end makes no difference."""
    before = None if before is None else before.replace("\r\n", "\n")
    after = None if after is None else after.replace("\r\n", "\n")
    if not before or not after:
        sign, text = ("+", after) if not before else ("-", before)
        rows = tuple(sign + row for row in (text or "").removesuffix("\n").split("\n"))
        hunks = (Hunk(int(sign == "-"), int(sign == "+"), rows),) if text else ()
        return Patch(path, hunks, created=before is None), ""
    found = compare(before, after)
    return (None, found.why) if found.why else (Patch(path, found.hunks), "")


def _sums(patch: Patch | None) -> tuple[int, int]:
    rows = [row[:1] for hunk in patch.hunks for row in hunk.lines] if patch else []
    return rows.count("+"), rows.count("-")


def _what(revision: Revision, text: Text) -> str:
    if not revision.edit:
        return "changed"
    if revision.seen.created or (revision.patch is not None and revision.patch.created):
        return "new"
    if text.text is None and not text.why:
        return "deleted"
    return "edit" if revision.seen.replacements else "write"


def _notes(revision: Revision, text: Text) -> Iterator[tuple[str, str]]:
    if not revision.edit:
        yield "by something else", "warning"
    elif text.outside:
        yield "changed outside", "warning"
    if revision.seen.by_user:
        yield "as you changed it", "prompt"
    if text.why:
        yield "no text", "dim"


def history_title(all_of_them: Sequence[Change], done: int) -> str:
    """``2 of 5 changes``."""
    total = len(all_of_them)
    some = f"{done} of " if done < total else ""
    return f"{some}{units.count(total, 'change')}" if total else ""


def text_title(history: FileHistory, timeline: Timeline, position: int) -> str:
    """``as of 14:03:20 · 2 commands ran since: they may have changed it``."""
    said = f"as of {units.clock(timeline.times[timeline.clamp(position)])}"
    unseen = history.unseen(position)
    if not unseen:
        return said
    they = "it" if unseen == 1 else "they"
    return f"{said} · {units.count(unseen, 'command')} ran since: {they} may have changed it"


def span_title(timeline: Timeline, first: int, last: int) -> str:
    """``from the start to 14:03:20``."""
    start = "the start" if first < 0 else units.clock(timeline.times[timeline.clamp(first)])
    return f"from {start} to {units.clock(timeline.times[timeline.clamp(last)])}"


def change_row(change: Change) -> Line:
    """``14:03:20  turn 3  edit  +12 −3``."""
    role = "edit" if change.what != "changed" else "warning"
    spans = [
        Span(f"{units.clock(change.time)}  ", "dim"),
        Span(f"turn {change.turn:<4}" if change.turn else " " * 9, "dim"),
        Span(f"{change.what:<8}", role),
    ]
    for note, colour in change.notes:
        spans += [Span(note, colour), Span("  ")]
    tail = (
        Span(f"{plus(change.added):>6}", "added"),
        Span(f"{minus(change.removed):>7} ", "removed"),
        *change_bar(change.added, change.removed),
    )
    return Line(tuple(spans), tail=tail, wrap=False)


def change_block(change: Change, opened: Sequence[Line] = ()) -> Block:
    """A row of the history, with what it changed if it is ``opened``."""
    below = (*opened, BLANK) if opened else ()
    return Block(("change", change.index), (change_row(change), *below))


def change_lines(history: FileHistory, index: int) -> tuple[Line, ...]:
    """What revision ``index`` changed, and what there is to say of the text it left."""
    revision, text = history.revisions[index], history.texts[index]
    lines: list[Line] = []
    if text.outside:
        lines.append(line(_OUTSIDE, "warning"))
    if revision.seen.by_user:
        lines.append(line("you changed the edit before it was made", "prompt"))
    if text.why:
        lines.append(line(f"The text after it {cannot(text.why)}", "dim"))
    patch = change_of(history, index)
    if patch is None:
        lines.append(line("What changed was not recorded.", "dim"))
    elif patch.hunks:
        lines.extend(diff_lines(patch))
    else:
        lines.append(line("An empty file." if patch.created else "No line changed.", "dim"))
    return tuple(lines)


def cannot(why: str) -> str:
    """``cannot be rebuilt: no original was recorded.``"""
    return f"cannot be rebuilt: {why}."


def text_at(history: FileHistory, position: int) -> Text:
    """The text as of ``position``: before anything is known of it the one it began with."""
    return history.at(position) or history.start


def first_text(history: FileHistory, position: int) -> Text:
    """`text_at`, or if that is before anything is known of the file and it was only looked at then,
    as it was first seen."""
    text = text_at(history, position)
    unknown = text.why and history.index_at(position) is None and history.revisions
    return history.texts[0] if unknown and not history.revisions[0].edit else text


def text_lines(text: Text, path: str, marked: range | Sequence[int] = ()) -> tuple[Line, ...]:
    """A file's text with line numbers, those in ``marked`` standing out; or why there is none."""
    head = (line(_OUTSIDE, "warning"),) if text.outside else ()
    if text.why:
        said = line(f"The text {cannot(text.why)}", "error-text")
        return (*head, said, line("What its edits changed is in its history: v", "dim"))
    if text.text is None:
        return (*head, line("There is no such file at this moment.", "dim"))
    rows = text.text.removesuffix("\n").split("\n")
    if not text.text:
        return (*head, line("An empty file.", "dim"))
    return (*head, *_numbered(rows, path, frozenset(marked)))


def _numbered(rows: Sequence[str], path: str, marked: frozenset[int]) -> Iterator[Line]:
    shown = [next(split(row, LINE_LIMIT)) for row in rows[:TEXT_LINES]]
    width = len(str(len(shown)))
    for number, spans in enumerate(highlight(shown, path=path), 1):
        band = "added-row" if number in marked else "code"
        yield Line(
            tuple(spans),
            prefix=(Span(f"{number:>{width}}  ", f"{band} gutter"),),
            hang=(Span(" " * (width + 2), band),),
            fill=band,
        )
    hidden = len(rows) - len(shown)
    if hidden:
        yield line(f"… {units.count(hidden, 'more line')}, o opens all", "more", wrap=False)


def added_lines(patch: Patch | None) -> tuple[int, ...]:
    """The numbers of the lines that ``patch`` added, in the text after it; none if not known."""
    if patch is None or not patch.exact or patch.created:
        return ()
    found = []
    for hunk in patch.hunks:
        number = hunk.new_start
        for row in hunk.lines:
            if row.startswith("+"):
                found.append(number)
            number += not row.startswith("-")
    return tuple(found)


def between_lines(history: FileHistory, first: int, last: int) -> tuple[Line, ...]:
    """What changed in a file from position ``first`` to ``last``, or why that is not known."""
    patch, why = between(history, first, last)
    if patch is None:
        return (line(f"They cannot be compared. {why}", "error-text"),)
    before, after = first_text(history, first).text, text_at(history, last).text
    said = _besides(before, after, bool(patch.hunks))
    return (*((line(said, "dim"),) if said else ()), *diff_lines(patch))


def _besides(before: str | None, after: str | None, hunks: bool) -> str:
    """What two texts have to say that the lines of a patch do not."""
    if before is None and after is None:
        return "There was no such file at either moment."
    if before is None or after is None:
        made = "created" if before is None else "deleted"
        return "" if hunks else f"An empty file was {made}."
    if before == after:
        return "Nothing changed between these moments."
    if not hunks:
        return "Only the ends of lines differ."
    return "The ends of lines differ, too." if _crlf(before) != _crlf(after) else ""


def _crlf(text: str) -> bool:
    return "\r\n" in text


def between(history: FileHistory, first: int, last: int) -> tuple[Patch | None, str]:
    """The patch from one position to another; None, and why, if a text cannot be rebuilt."""
    before, after = first_text(history, first), text_at(history, last)
    for text, which in ((before, "first"), (after, "second")):
        if text.why:
            return None, f"The {which} text {cannot(text.why)}"
    return _difference(history.path, before.text, after.text)
