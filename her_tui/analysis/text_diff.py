"""The change from one text to another as hunks, within bounded time. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from her_tui.events.content import Hunk, Patch

#: Lines around a change.
_CONTEXT = 3
#: From so many lines on, those that are there very often are no anchors: comparing each of them
#: with each would take minutes.
_MANY = 1_000
#: Where more lines than this differ, all of them are shown as gone and come.
_TOO_MANY = 40_000


def lines_of(text: str) -> list[str]:
    """The lines of ``text`` without their ends; what follows the last end is a line if there is
    anything."""
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    return lines


def difference(path: str, before: str | None, after: str | None) -> Patch:
    """The patch that makes ``after`` of ``before``; None: there is no such file."""
    old, new = lines_of(before or ""), lines_of(after or "")
    head, tail = _shared(old, new)
    changes = _changes(old, new, head, tail)
    return Patch(path, tuple(_hunks(old, new, changes)), created=before is None)


def _shared(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many lines both begin with, and end with after these."""
    most = min(len(old), len(new))
    head = 0
    while head < most and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < most - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return head, tail


#: Lines of the old text that are replaced by lines of the new one: first and after-last of each.
_Change = tuple[int, int, int, int]


def _changes(old: Sequence[str], new: Sequence[str], head: int, tail: int) -> list[_Change]:
    gone, come = old[head : len(old) - tail], new[head : len(new) - tail]
    if not gone and not come:
        return []
    if not gone or not come or len(gone) + len(come) > _TOO_MANY:
        return [(head, head + len(gone), head, head + len(come))]
    many = max(len(gone), len(come)) > _MANY
    matcher = SequenceMatcher(None, gone, come, autojunk=many)
    return [
        (head + a, head + b, head + c, head + d)
        for tag, a, b, c, d in matcher.get_opcodes()
        if tag != "equal"
    ]


def _hunks(old: Sequence[str], new: Sequence[str], changes: Sequence[_Change]) -> Iterator[Hunk]:
    """The changes with what is around them; those that are near each other in one hunk."""
    group: list[_Change] = []
    for change in changes:
        if group and change[0] - group[-1][1] > 2 * _CONTEXT:
            yield _hunk(old, new, group)
            group = []
        group.append(change)
    if group:
        yield _hunk(old, new, group)


def _hunk(old: Sequence[str], new: Sequence[str], group: Sequence[_Change]) -> Hunk:
    start = max(0, group[0][0] - _CONTEXT)
    lead = group[0][0] - start
    rows: list[str] = []
    at = start
    for first, last, come, end in group:
        rows += [f" {line}" for line in old[at:first]]
        rows += [f"-{line}" for line in old[first:last]]
        rows += [f"+{line}" for line in new[come:end]]
        at = last
    rows += [f" {line}" for line in old[at : at + _CONTEXT]]
    new_start = group[0][2] - lead
    return Hunk(start + bool(old), new_start + bool(new), tuple(rows))
