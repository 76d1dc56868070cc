"""The full content of events, read back from raw records."""

from __future__ import annotations

from typing import Any

import pytest

from her_tui.events.content import Content, Hunk, Image, Patch
from her_tui.events.model import EventKind
from tests.capture.transcripts.claude_code.claude_records import (
    FIXTURES,
    MAIN,
    adapter,
    assistant,
    contents,
    encode,
    read,
    record,
    result,
    text,
    use,
    user,
)

IMAGE = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "QUI="}}


def _last(*records: dict[str, Any]) -> Content:
    data = encode(*records)
    return contents(data, read(*records).events)[-1][1]


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (user("fix\nit"), Content("fix\nit")),
        (user([text("look"), IMAGE]), Content("look", images=(Image("image/png", 2),))),
        (user("<bash-input>ls</bash-input>"), Content("ls")),
        (user("<command-name>/x</command-name><command-args>y</command-args>"), Content("/x y")),
        (user([result("ok"), text("and tabs")]), Content("and tabs")),
        (user("task", isSidechain=True), Content("task")),
        (assistant(text("done")), Content("done")),
        (assistant({"type": "thinking", "thinking": "hm"}), Content("hm")),
        (assistant(text("API Error"), model="<synthetic>"), Content("API Error")),
        (
            assistant(use("Bash", command="ls")),
            Content(name="Bash", input={"command": "ls"}),
        ),
        (
            assistant({"type": "server_tool_use", "name": "web_search", "input": {"query": "q"}}),
            Content("web_search: q", "web_search", {"query": "q"}),
        ),
        (user([result("out")], toolUseResult={"stderr": "err"}), Content("out", stderr="err")),
        (user([result([text("a"), IMAGE])]), Content("a", images=(Image("image/png", 2),))),
        (record("system", subtype="informational", content="note"), Content("note")),
        (record("queue-operation", operation="enqueue", content="later"), Content("later")),
        (
            record("attachment", attachment={"type": "queued_command", "prompt": "wait"}),
            Content("wait"),
        ),
        (
            record("attachment", attachment={"type": "date"}, rendered=[{"content": "today"}]),
            Content("today"),
        ),
        (record("attachment", attachment={"type": "x", "content": ["a", "b"]}), Content("a\nb")),
    ],
)
def test_content(one: dict[str, Any], expected: Content) -> None:
    assert _last(one) == expected


def test_a_recorded_patch() -> None:
    hunk = {"oldStart": 3, "newStart": 4, "lines": [" a", "-b", "+c"]}
    content = _last(
        user([result("ok")], toolUseResult={"filePath": "/a", "structuredPatch": [hunk]})
    )
    assert content.patch == Patch("/a", (Hunk(3, 4, (" a", "-b", "+c")),))


def test_a_created_file_is_all_added() -> None:
    outcome = {"type": "create", "filePath": "/a", "content": "x\ny\n", "structuredPatch": []}
    content = _last(user([result("ok")], toolUseResult=outcome))
    assert content.patch == Patch("/a", (Hunk(0, 1, ("+x", "+y")),), created=True)


def test_a_patch_from_strings_knows_no_line_numbers() -> None:
    hunk = Hunk(0, 0, (" a", "-b", "+x", " c"))
    outcome = {"filePath": "/a", "oldString": "a\nb\nc", "newString": "a\nx\nc"}
    assert _last(user([result("ok")], toolUseResult=outcome)).patch == Patch(
        "/a", (hunk,), exact=False
    )
    call = use("Edit", file_path="/a", old_string="a\nb\nc", new_string="a\nx\nc")
    assert _last(assistant(call)).patch == Patch("/a", (hunk,), exact=False)


def test_what_is_no_edit_has_no_patch() -> None:
    outcome = {"type": "text", "file": {"filePath": "/a", "content": "x"}}
    assert _last(user([result("x")], toolUseResult=outcome)).patch is None


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"{}", b'{"type":"user","message":7}'])
@pytest.mark.parametrize("kind", [EventKind.PROMPT, EventKind.TOOL_RESULT, EventKind.TEXT])
def test_what_holds_nothing_is_empty(raw: bytes, kind: EventKind) -> None:
    assert adapter.content(raw, kind, 3).text == ""


def test_damaged_records_are_read_as_they_were() -> None:
    raw = b'{"type":"user","sessionId":"s","message":{"content":"a\xff\\ud800b"}}'
    (event,) = adapter.read(MAIN, b"\0\0" + raw + b"\n", 0, True).events
    assert (event.at, event.size) == (2, len(raw))
    assert adapter.content(raw, event.kind, 0).text == "a\ufffd\ufffdb"


@pytest.mark.parametrize("file", sorted(FIXTURES.glob("*.jsonl")), ids=lambda file: file.stem)
def test_every_event_has_the_length_it_says(file: Any) -> None:
    data = file.read_bytes()
    events = adapter.read(MAIN, data, 0, True).events
    for event, (kind, content) in zip(events, contents(data, events), strict=True):
        if kind is not EventKind.TOOL_USE:
            assert event.chars == len(content.text)
