"""Edits carried out anew: replacements and recorded patches, on a text whose line ends are line
feeds. What does not fit gives None, never a text that is only likely.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from her_tui.events.content import Hunk, Patch, Replacement

#: Marks a line of a patch that has no line feed at its end.
_NO_END = "\\"


def replaced(text: str, replacements: Sequence[Replacement]) -> str | None:
    """``text`` after all ``replacements``, one after the other, as the client makes them: what is
    replaced by nothing takes the line feed after it along."""
    for old, new, everywhere in ((each.old, each.new, each.everywhere) for each in replacements):
        if not old:
            if text:
                return None
            text = new
            continue
        found = text.count(old)
        if not found or (found > 1 and not everywhere):
            return None
        if takes_line_end(text, old, new):
            old += "\n"
        text = text.replace(old, new) if everywhere else text.replace(old, new, 1)
    return text


def takes_line_end(text: str, old: str, new: str) -> bool:
    """Deleting ``old`` from ``text`` deletes the line feed after it as well."""
    return not new and not old.endswith("\n") and f"{old}\n" in text


def fits(patch: Patch, before: str, after: str) -> bool:
    """``patch`` as recorded, which has blanks where lines start with tabs, is the whole difference
    between ``before`` and ``after``."""
    old, new = lines_of(before), lines_of(after)
    at = to = 0
    for hunk in patch.hunks:
        same = max(hunk.old_start - 1, 0) - at
        if same < 0 or old[at : at + same] != new[to : to + same]:
            return False
        at, to = at + same, to + same
        for sign, text, _ in _marked(hunk):
            if sign in " -" and not (at < len(old) and _shown(old[at], text)):
                return False
            if sign in " +" and not (to < len(new) and _shown(new[to], text)):
                return False
            if sign == " " and old[at] != new[to]:
                return False
            at += sign in " -"
            to += sign in " +"
    return old[at:] == new[to:]


def patched(patch: Patch, before: str) -> str | None:
    """``before`` after the ``patch``; None if it does not fit, or has lines that may have started
    with tabs."""
    old = lines_of(before)
    made: list[str] = []
    at = 0
    for hunk in patch.hunks:
        start = max(hunk.old_start - 1, 0)
        if not at <= start <= len(old):
            return None
        made += old[at:start]
        at = start
        for sign, text, ended in _marked(hunk):
            if sign == "+":
                if text.startswith("  "):
                    return None
                made.append(f"{text}\n" if ended else text)
                continue
            if not (at < len(old) and _shown(old[at], text) and old[at].endswith("\n") == ended):
                return None
            if sign == " ":
                made.append(old[at])
            at += 1
    made += old[at:]
    whole = all(line.endswith("\n") for line in made[:-1])
    return "".join(made) if whole else None


def _marked(hunk: Hunk) -> Iterator[tuple[str, str, bool]]:
    """(sign, text, whether a line feed ends it) of each line of a hunk."""
    for line, following in zip(hunk.lines, (*hunk.lines[1:], ""), strict=True):
        if not line.startswith(_NO_END):
            yield line[:1] or " ", line[1:], not following.startswith(_NO_END)


def lines_of(text: str) -> list[str]:
    """The lines of ``text`` with their line feeds: nothing else ends a line."""
    lines = [f"{line}\n" for line in text.split("\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines


def _shown(line: str, text: str) -> bool:
    """``text`` is how a patch shows ``line``: each tab at its start as two blanks."""
    line = line.removesuffix("\n")
    if line == text:
        return True
    bare = line.lstrip("\t")
    return "  " * (len(line) - len(bare)) + bare == text
