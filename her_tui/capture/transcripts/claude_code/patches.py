"""Edits as patches, and how many lines they add and remove.

The client records a structured patch with the result of an edit, though not in every version and
not in subagents; what is missing is rebuilt from the call's own strings.
"""

from __future__ import annotations

from collections.abc import Iterator

from her_tui.capture.transcripts.claude_code.records import Json, count_or_zero, text_or
from her_tui.events.content import Hunk, Patch


def recorded_changes(outcome: Json) -> tuple[int, int] | None:
    """Lines (added, removed) as the ``toolUseResult`` of an edit tells; None if it does not."""
    hunks = outcome.get("structuredPatch")
    if type(hunks) is not list:
        return None
    if not hunks and outcome.get("type") == "create":
        return len(_lines(text_or(outcome.get("content")))), 0
    added = removed = 0
    for hunk in hunks:
        for line in hunk.get("lines") or ():
            mark = line[:1]
            if mark == "+":
                added += 1
            elif mark == "-":
                removed += 1
    return added, removed


def called_changes(name: str, arguments: Json) -> tuple[int, int] | None:
    """Lines (added, removed) as the arguments of an edit ``name`` tell; None if they do not."""
    added = removed = 0
    pairs = list(_replacements(name, arguments))
    for old, new in pairs:
        hunk = _hunk(old, new)
        added += sum(line[0] == "+" for line in hunk.lines)
        removed += sum(line[0] == "-" for line in hunk.lines)
    return (added, removed) if pairs else None


def recorded_patch(outcome: Json) -> Patch | None:
    """The patch in the ``toolUseResult`` of an edit; None if it is not one."""
    path = text_or(outcome.get("filePath"))
    hunks = outcome.get("structuredPatch")
    created = outcome.get("type") == "create"
    if isinstance(hunks, list) and hunks:
        return Patch(path, tuple(_recorded_hunk(hunk) for hunk in hunks), created)
    if created and isinstance(content := outcome.get("content"), str):
        lines = tuple("+" + line for line in _lines(content))
        return Patch(path, (Hunk(0, 1, lines),) if lines else (), created=True)
    old, new = outcome.get("oldString"), outcome.get("newString")
    if isinstance(old, str) and isinstance(new, str):
        return Patch(path, (_hunk(old, new),), exact=False)
    return None


def called_patch(name: str, arguments: Json) -> Patch | None:
    """The patch the arguments of an edit ``name`` amount to; None if they tell none."""
    hunks = tuple(_hunk(old, new) for old, new in _replacements(name, arguments))
    path = text_or(arguments.get("file_path")) or text_or(arguments.get("notebook_path"))
    return Patch(path, hunks, exact=False) if hunks else None


def _replacements(name: str, arguments: Json) -> Iterator[tuple[str, str]]:
    """The (old, new) texts an edit replaces."""
    if name == "Write":
        if isinstance(content := arguments.get("content"), str):
            yield "", content
    elif name == "NotebookEdit":
        if isinstance(source := arguments.get("new_source"), str):
            yield "", source
    else:
        edits = arguments.get("edits") if name == "MultiEdit" else [arguments]
        for edit in edits if isinstance(edits, list) else ():
            old, new = edit.get("old_string"), edit.get("new_string")
            if isinstance(old, str) and isinstance(new, str):
                yield old, new


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    return lines


def _hunk(old: str, new: str) -> Hunk:
    """The replacement of ``old`` by ``new``, with the lines they share at both ends as context."""
    before, after = _lines(old), _lines(new)
    head = 0
    while head < min(len(before), len(after)) and before[head] == after[head]:
        head += 1
    tail = 0
    most = min(len(before), len(after)) - head
    while tail < most and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    lines = [" " + line for line in before[:head]]
    lines += ["-" + line for line in before[head : len(before) - tail]]
    lines += ["+" + line for line in after[head : len(after) - tail]]
    lines += [" " + line for line in before[len(before) - tail :]]
    return Hunk(0, 0, tuple(lines))


def _recorded_hunk(hunk: Json) -> Hunk:
    lines = hunk.get("lines")
    return Hunk(
        count_or_zero(hunk.get("oldStart")),
        count_or_zero(hunk.get("newStart")),
        tuple(line for line in lines if isinstance(line, str)) if isinstance(lines, list) else (),
    )
