"""What calls, outcomes and snapshots tell of the texts of files.

Seen with the genuine client, from 2.0 to 2.1.328: originals of edits have line feeds as line ends
whatever the file has; what a Read gives has no byte order mark either. What a Write creates, or
puts over another text, has the line ends it was given since 2.1.96, before that those of the old
text or of the files around it. The tool call in a transcript is what was carried out: white space
at the ends of lines is off already.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from her_tui.capture.transcripts.claude_code.records import (
    Json,
    dict_or_empty,
    milliseconds,
    text_or,
)
from her_tui.events.content import Backup, FileSeen, Part, Replacement, Snapshot
from her_tui.events.pathnames import located

#: The first client that was seen to leave the line ends of a Write as they are.
_ENDS_KEPT = (2, 1, 96)
#: The first one whose record of a Write starts with the mark that it writes.
_MARK_TOLD = (2, 1, 142)

_MARK = "\ufeff"
_ABSENT = "File does not exist"
_INVALID = "<tool_use_error>"
_BY_USER = "user modified your proposed changes"

_NUMBER = re.compile(r"\d+")

#: ``[This command modified 2 files you've previously read: a.py, b.py. Call Read before editing.]``
_MODIFIED = re.compile(r"previously read: (.+?)\. Call Read", re.DOTALL)
#: A line of a snippet: its number, a tab or an arrow, its text.
_NUMBERED = re.compile(r" *(\d+)[\t→](.*)", re.DOTALL)


def of_call(name: str, arguments: Json, folder: str) -> FileSeen | None:
    """What a call of the tool ``name`` wants to make of a file; None if it wants no such thing."""
    given = text_or(arguments.get("file_path")) or text_or(arguments.get("notebook_path"))
    if not given:
        return None
    seen = FileSeen(located(given, folder), given)
    if name == "Write":
        content = arguments.get("content")
        return replace(seen, after=content) if isinstance(content, str) else seen
    edits = arguments.get("edits") if name == "MultiEdit" else [arguments]
    return replace(seen, replacements=_replacements(edits))


def of_outcome(record: Json, outcome: Json, printed: str, failed: bool) -> FileSeen | None:
    """What the ``outcome`` of a call, a ``toolUseResult``, tells of a file, and what it ``printed``
    does; None if that is nothing."""
    if failed:
        said = printed.lstrip().removeprefix(_INVALID)
        return FileSeen("", absent=True) if said.startswith(_ABSENT) else None
    if not outcome:
        return FileSeen("", by_user=True) if _BY_USER in printed else None
    folder = text_or(record.get("cwd"))
    read = dict_or_empty(outcome.get("file"))
    if read:
        return _of_read(outcome, read, folder)
    given = text_or(outcome.get("filePath")) or text_or(outcome.get("notebook_path"))
    seen = FileSeen(located(given, folder), given, by_user=outcome.get("userModified") is True)
    if outcome.get("type") in ("create", "update") and isinstance(outcome.get("content"), str):
        return _of_write(seen, outcome, _version(record))
    if "new_source" in outcome:
        return _of_notebook(seen, outcome)
    if "structuredPatch" not in outcome and "oldString" not in outcome:
        return None
    edits = outcome.get("edits")
    return replace(
        seen,
        before=_text_or_none(outcome.get("originalFile", outcome.get("originalFileContents"))),
        replacements=_replacements(edits if isinstance(edits, list) else [outcome]),
    )


def changed_by_command(record: Json) -> tuple[FileSeen, ...]:
    """The files that a command changed, as far as its record tells (client ≥ 2.1.3xx: of those the
    agent had read)."""
    hint = dict_or_empty(record.get("toolUseResult")).get("staleReadFileStateHint")
    found = _MODIFIED.search(text_or(hint))
    folder = text_or(record.get("cwd"))
    names = found.group(1).split(", ") if found else []
    return tuple(FileSeen(located(name, folder), name, changed=True) for name in names)


def of_notice(record: Json, attachment: Json) -> FileSeen | None:
    """What an attachment tells of a file: that it changed, with some lines of what it is now, or
    what it is; None if that is nothing."""
    folder = text_or(record.get("cwd"))
    kind = attachment.get("type")
    if kind == "file":
        content = dict_or_empty(attachment.get("content"))
        return _of_read(content, dict_or_empty(content.get("file")), folder)
    given = text_or(attachment.get("filename"))
    if kind != "edited_text_file" or not given:
        return None
    size = dict_or_empty(attachment.get("rereadEntry")).get("contentLength")
    return FileSeen(
        located(given, folder),
        given,
        changed=True,
        parts=tuple(_parts(text_or(attachment.get("snippet")))),
        chars=size if type(size) is int else None,
    )


def snapshot_of(record: Json) -> Snapshot | None:
    """The snapshot in a ``file-history-snapshot`` or ``file-history-delta`` record."""
    if record.get("type") == "file-history-delta":
        kept = {text_or(record.get("trackingPath")): record.get("backup")}
        return Snapshot(milliseconds(record.get("timestamp")), False, _backups(kept))
    taken = dict_or_empty(record.get("snapshot"))
    return Snapshot(
        milliseconds(taken.get("timestamp")),
        record.get("isSnapshotUpdate") is not True,
        _backups(dict_or_empty(taken.get("trackedFileBackups"))),
    )


def _backups(kept: Json) -> tuple[Backup, ...]:
    """The backups in a table of path -> backup; those that say neither what nor that nothing was
    there are left out."""
    found = []
    for path, told in kept.items():
        backup = dict_or_empty(told)
        if path and "backupFileName" in backup:
            name = text_or(backup["backupFileName"])
            time = milliseconds(backup.get("backupTime"))
            found.append(Backup(path, name, time, text_or(backup.get("realParentDir"))))
    return tuple(found)


def _of_read(outcome: Json, read: Json, folder: str) -> FileSeen | None:
    """What a Read gave: the whole text, or some lines of it."""
    given, content = text_or(read.get("filePath")), read.get("content")
    if outcome.get("type") != "text" or not given or not isinstance(content, str):
        return None
    seen = FileSeen(located(given, folder), given)
    start, lines, total = (read.get(key) for key in ("startLine", "numLines", "totalLines"))
    if start in (0, 1) and lines == total == content.count("\n") + 1:
        return replace(seen, after=content)
    if type(start) is not int or lines != content.count("\n") + 1:
        return seen
    return replace(seen, parts=(Part(max(start, 1), tuple(content.split("\n"))),))


def _of_write(seen: FileSeen, outcome: Json, version: tuple[int, ...]) -> FileSeen:
    content = text_or(outcome.get("content"))
    before = _text_or_none(outcome.get("originalFile"))
    created = outcome.get("type") == "create"
    marked = content.startswith(_MARK) or (before or "").startswith(_MARK)
    sure = version >= _MARK_TOLD or before is not None
    exact = version >= _ENDS_KEPT and (created or (sure and not marked))
    return replace(seen, before=before, after=content, exact=exact, created=created)


def _of_notebook(seen: FileSeen, outcome: Json) -> FileSeen:
    """An edit of a cell; client ≥ 2.1.9x tells the whole notebook before and after."""
    return replace(
        seen,
        before=_text_or_none(outcome.get("original_file")) or None,
        after=_text_or_none(outcome.get("updated_file")) or None,
        undone=bool(text_or(outcome.get("error"))),
    )


def _replacements(edits: object) -> tuple[Replacement, ...]:
    found = []
    for edit in edits if isinstance(edits, list) else ():
        told = dict_or_empty(edit)
        old = told.get("old_string", told.get("oldString"))
        new = told.get("new_string", told.get("newString"))
        everywhere = told.get("replace_all", told.get("replaceAll")) is True
        if isinstance(old, str) and isinstance(new, str):
            found.append(Replacement(old, new, everywhere))
    return tuple(found)


def _parts(snippet: str) -> Iterator[Part]:
    """The runs of numbered lines in a ``snippet``."""
    start = 0
    lines: list[str] = []
    for line in snippet.split("\n"):
        found = _NUMBERED.fullmatch(line)
        number = int(found.group(1)) if found else -1
        if lines and number != start + len(lines):
            yield Part(start, tuple(lines))
            lines = []
        if found:
            start = start if lines else number
            lines.append(found.group(2))
    if lines:
        yield Part(start, tuple(lines))


def _text_or_none(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _version(record: Json) -> tuple[int, ...]:
    """The client's version as numbers; empty if it is not told."""
    return tuple(int(number) for number in _NUMBER.findall(text_or(record.get("version")))[:3])
