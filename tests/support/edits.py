"""Edits and reads of files, as the client records them."""

from __future__ import annotations

from typing import Any

from tests.support.claude import Script

HERE = "/src/demo"


def edit(
    script: Script, path: str, old: str, new: str, before: str | None = None, **more: Any
) -> None:
    """An edit of a file; the client records its original if ``before`` is given."""
    script.call("Edit", "The file was updated.", file_path=path, old_string=old, new_string=new)
    outcome = {"filePath": path, "oldString": old, "newString": new, "originalFile": before}
    script.records[-1]["toolUseResult"] = {**outcome, "replaceAll": False, **more}


def write(script: Script, path: str, content: str, before: str | None = None) -> None:
    """A write of a file; one that creates it if there was nothing ``before``."""
    script.call("Write", "The file was written.", file_path=path, content=content)
    script.records[-1]["toolUseResult"] = {
        "type": "create" if before is None else "update",
        "filePath": path,
        "content": content,
        "originalFile": before,
        "structuredPatch": [],
    }


def read(script: Script, path: str, content: str) -> None:
    """A read of a whole file."""
    script.call("Read", content, file_path=path)
    lines = content.count("\n") + 1
    file = {"filePath": path, "content": content, "startLine": 1}
    script.records[-1]["toolUseResult"] = {
        "type": "text",
        "file": {**file, "numLines": lines, "totalLines": lines},
    }


def command(script: Script, line: str, *changed: str) -> None:
    """A command that changed files the agent had read."""
    script.call("Bash", "", command=line)
    hint = f"[This command modified files you've previously read: {', '.join(changed)}. Call Read]"
    script.records[-1]["toolUseResult"] = {
        "stdout": "",
        **({"staleReadFileStateHint": hint} if changed else {}),
    }


def snapshot(
    script: Script, kept: dict[str, str | None], *, whole: bool = True, made: int = 0
) -> None:
    """A snapshot of the files the client keeps track of: path -> name of the copy. The copies were
    ``made`` seconds before it was taken."""
    number = script.add("file-history-snapshot")
    second = int(number["timestamp"][-7:-5])
    time = f"{number['timestamp'][:-7]}{second - made:02d}.000Z"
    backups = {
        path: {"backupFileName": name, "version": 1, "backupTime": time}
        for path, name in kept.items()
    }
    taken = {"messageId": "m", "trackedFileBackups": backups, "timestamp": number["timestamp"]}
    script.records[-1] = {
        "type": "file-history-snapshot",
        "messageId": f"m{len(script.records)}",
        "snapshot": taken,
        "isSnapshotUpdate": not whole,
    }
