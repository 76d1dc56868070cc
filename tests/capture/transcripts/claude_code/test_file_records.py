"""What records tell of the texts of files."""

from __future__ import annotations

from typing import Any

import pytest

from her_tui.events.content import Backup, Content, FileSeen, Part, Replacement, Snapshot
from her_tui.events.model import EventKind
from tests.capture.transcripts.claude_code.claude_records import (
    SESSION,
    assistant,
    contents,
    encode,
    read,
    record,
    result,
    use,
    user,
)

HERE = "/home/dev/project"
PATH = f"{HERE}/a.py"


def _all(*records: dict[str, Any]) -> list[tuple[EventKind, Content]]:
    data = encode(*records)
    return contents(data, read(*records).events)


def _seen(outcome: object, printed: str = "ok", **more: Any) -> FileSeen | None:
    block = result(printed, is_error=more.pop("is_error", False))
    return _all(user([block], toolUseResult=outcome, **more))[0][1].file


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (
            use("Edit", file_path="a.py", old_string="x", new_string="y", replace_all=True),
            FileSeen(PATH, "a.py", replacements=(Replacement("x", "y", True),)),
        ),
        (use("Write", file_path=PATH, content="x"), FileSeen(PATH, PATH, after="x")),
        (use("Read", file_path=PATH), FileSeen(PATH, PATH)),
        (use("Bash", command="ls"), None),
        (use("LS", path=HERE), None),
        (
            use(
                "MultiEdit",
                file_path=PATH,
                edits=[{"old_string": "a", "new_string": "b"}, {"old_string": 1}],
            ),
            FileSeen(PATH, PATH, replacements=(Replacement("a", "b"),)),
        ),
        (use("NotebookEdit", notebook_path="b.ipynb", new_source="x"),
         FileSeen(f"{HERE}/b.ipynb", "b.ipynb")),
    ],
)  # fmt: skip
def test_calls(call: dict[str, Any], expected: FileSeen | None) -> None:
    assert _all(assistant(call))[0][1].file == expected


def test_an_edit() -> None:
    outcome = {
        "filePath": PATH,
        "oldString": "x",
        "newString": "y",
        "originalFile": "x\n",
        "structuredPatch": [],
        "userModified": True,
        "replaceAll": False,
    }
    expected = FileSeen(
        PATH, PATH, before="x\n", replacements=(Replacement("x", "y"),), by_user=True
    )
    assert _seen(outcome) == expected
    unknown = _seen({**outcome, "originalFile": None})
    assert unknown is not None
    assert unknown.before is None


def test_several_edits() -> None:
    edits = [{"old_string": "a", "new_string": "b", "replace_all": True}]
    told = {"filePath": PATH, "edits": edits, "originalFileContents": "a", "structuredPatch": []}
    expected = FileSeen(PATH, PATH, before="a", replacements=(Replacement("a", "b", True),))
    assert _seen(told) == expected


@pytest.mark.parametrize(
    ("kind", "content", "before", "version", "exact"),
    [
        ("create", "a\r\n", None, "2.1.328", True),
        ("create", "a\n", None, "2.1.96", True),
        ("create", "a\n", None, "2.0.76", False),
        ("update", "a\n", "b\n", "2.1.328", True),
        ("update", "a\n", None, "2.1.328", True),
        ("update", "a\n", None, "2.1.96", False),
        ("update", "\ufeffa\n", "\ufeffb\n", "2.1.328", False),
        ("update", "a\n", "\ufeffb\n", "2.1.96", False),
        ("update", "a\n", "b\n", "1.0.128", False),
    ],
)
def test_a_write(kind: str, content: str, before: str | None, version: str, exact: bool) -> None:
    outcome = {"type": kind, "filePath": PATH, "content": content, "originalFile": before}
    expected = FileSeen(
        PATH, PATH, before=before, after=content, exact=exact, created=kind == "create"
    )
    assert _seen({**outcome, "structuredPatch": []}, version=version) == expected


@pytest.mark.parametrize(
    ("content", "start", "lines", "total", "after", "parts"),
    [
        ("a\nb\n", 1, 3, 3, "a\nb\n", ()),
        ("a\nb", 1, 2, 2, "a\nb", ()),
        ("", 1, 1, 1, "", ()),
        ("a\nb\n", 0, 3, 3, "a\nb\n", ()),
        ("a\nb", 1, 2, 3, None, (Part(1, ("a", "b")),)),
        ("b\n", 2, 2, 3, None, (Part(2, ("b", "")),)),
        ("a\nb", 1, 3, 3, None, ()),
        ("a\nb", None, None, None, None, ()),
    ],
)
def test_a_read(
    content: str,
    start: object,
    lines: object,
    total: object,
    after: str | None,
    parts: tuple[Part, ...],
) -> None:
    file = {"filePath": PATH, "content": content}
    file |= {"startLine": start, "numLines": lines, "totalLines": total}  # type: ignore[dict-item]
    assert _seen({"type": "text", "file": file}) == FileSeen(PATH, PATH, after=after, parts=parts)


def test_a_notebook() -> None:
    told = {"new_source": "x", "error": "", "notebook_path": PATH, "original_file": "{1}"}
    assert _seen({**told, "updated_file": "{2}"}) == FileSeen(PATH, PATH, before="{1}", after="{2}")
    old = _seen({"new_source": "x", "error": "no such cell"})
    assert old == FileSeen("", undone=True)


def test_what_failed() -> None:
    gone = "<tool_use_error>File does not exist. Note: the folder is /src.</tool_use_error>"
    assert _seen("Error: File does not exist.", gone, is_error=True) == FileSeen("", absent=True)
    assert _seen("Error: no", "String to replace not found in file.", is_error=True) is None


def test_without_an_outcome() -> None:
    assert _seen(None) is None
    said = "The user modified your proposed changes before accepting them."
    assert _seen(None, said) == FileSeen("", by_user=True)


def test_a_command_that_changed_files() -> None:
    hint = "[This command modified 2 files you've previously read: a.py, /x/b.py. Call Read before]"
    events = _all(user([result("")], toolUseResult={"stdout": "", "staleReadFileStateHint": hint}))
    assert [kind for kind, _ in events] == [EventKind.TOOL_RESULT, EventKind.SNAPSHOT]
    assert events[1][1].changed == (
        FileSeen(PATH, "a.py", changed=True),
        FileSeen("/x/b.py", "/x/b.py", changed=True),
    )


def test_a_notice_of_a_change() -> None:
    told = {
        "type": "edited_text_file",
        "filename": PATH,
        "snippet": "1\ta\n2\t\tb\n...\n9\tc",
        "rereadEntry": {"contentLength": 20},
    }
    (event,) = _all(record("attachment", attachment=told))
    parts = (Part(1, ("a", "\tb")), Part(9, ("c",)))
    assert event[1].file == FileSeen(PATH, PATH, changed=True, parts=parts, chars=20)


def test_a_file_that_was_mentioned() -> None:
    file = {"filePath": PATH, "content": "a\n", "startLine": 1, "numLines": 2, "totalLines": 2}
    told = {"type": "file", "filename": PATH, "content": {"type": "text", "file": file}}
    (event,) = _all(record("attachment", attachment=told))
    assert event[1].file == FileSeen(PATH, PATH, after="a\n")


def _snapshot(**more: Any) -> dict[str, Any]:
    kept = {
        "a.py": {
            "backupFileName": "abc@v1",
            "version": 1,
            "backupTime": "2026-11-20T09:00:00.000Z",
        },
        "b.py": {"backupFileName": None, "version": 1, "backupTime": "2026-11-20T09:00:01.000Z"},
        "c.py": {},
    }
    taken = {"messageId": "m", "trackedFileBackups": kept, "timestamp": "2026-11-20T09:00:02.000Z"}
    return {"type": "file-history-snapshot", "messageId": "m", "snapshot": taken, **more}


def test_snapshots() -> None:
    ((kind, content),) = _all(_snapshot(isSnapshotUpdate=False))
    time = 1_795_165_200_000
    backups = (Backup("a.py", "abc@v1", time), Backup("b.py", "", time + 1000))
    assert kind is EventKind.SNAPSHOT
    assert content.snapshot == Snapshot(time + 2000, True, backups)
    ((_, content),) = _all(_snapshot(isSnapshotUpdate=True))
    assert content.snapshot is not None
    assert not content.snapshot.whole


def test_what_is_added_to_a_snapshot() -> None:
    backup = {"backupFileName": "abc@v1", "version": 1, "realParentDir": HERE}
    told = {
        "type": "file-history-delta",
        "messageId": "m",
        "snapshotMessageId": "n",
        "trackingPath": "a.py",
        "backup": backup,
        "timestamp": "2026-11-20T09:00:00.000Z",
    }
    ((_, content),) = _all(told)
    expected = (Backup("a.py", "abc@v1", None, HERE),)
    assert content.snapshot == Snapshot(1_795_165_200_000, False, expected)


def test_snapshots_are_known_by_what_they_say() -> None:
    one, other = _snapshot(isSnapshotUpdate=False), _snapshot(isSnapshotUpdate=True)
    keys = [event.uuid for event in read(one, other, one, user("x", sessionId=SESSION)).events]
    assert keys[0] == keys[2] != keys[1]
    empty = {**one, "snapshot": {"trackedFileBackups": {}}}
    assert not read(empty).events
