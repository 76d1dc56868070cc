"""The marks of a session, with what only the library knows of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from her_tui.analysis.marks import Mark, MarkKind, Wait
from her_tui.queries import bookmarks, marks, sessions, timeline
from her_tui.queries.library import Library
from her_tui.recorder.annotate import Subject, annotating
from her_tui.recorder.ingest import import_roots
from tests.support.claude import Script, session_id

REFUSED = (
    "The user doesn't want to proceed with this tool use. The tool use was rejected (eg. if it was"
    " a file edit, the new_string was NOT written to the file)."
)


def read(home: Path, tmp_path: Path, script: Script) -> tuple[Library, Any]:
    """The library of ``script`` and its timeline."""
    script.write(tmp_path)
    import_roots(home, [tmp_path])
    library = Library.open(home)
    return library, timeline.load(library, sessions.find(library, script.session).id)


def of_kind(found: marks.Marked, kind: MarkKind) -> list[int]:
    """Positions of the marks of one kind."""
    return [mark.position for mark in found.marks if mark.kind is kind]


def test_a_refusal_with_words_is_a_correction(home: Path, tmp_path: Path) -> None:
    script = Script(session_id(1))
    script.prompt("Mend it")
    script.call("Edit", f"{REFUSED} STOP what you are doing.", error=True, file_path="/a")
    said = f"{REFUSED} To tell you how to proceed, the user said:\nNot that file"
    script.call("Edit", said, error=True, file_path="/a")
    library, laid = read(home, tmp_path, script)
    found = marks.load(library, laid)
    assert of_kind(found, MarkKind.CORRECTION) == [4]
    assert of_kind(found, MarkKind.ERROR) == [2], "and told once"
    assert of_kind(found, MarkKind.WAIT) == [1, 3]


def test_waiting_for_the_human_is_not_the_time_in_the_tool(home: Path, tmp_path: Path) -> None:
    """Whom the human let run waited for them, not whom a rule let."""
    script = Script(session_id(1))
    script.prompt("Go")
    script.call("Bash", "done", command="sleep 1")
    script.call("Bash", "done", command="sleep 2")
    script.call("AskUserQuestion", "blue", questions=[])
    for record, source, at in ((2, "user_temporary", "30"), (4, "config", "50")):
        script.records[record]["permissionDecision"] = {"decision": "accept", "source": source}
        script.records[record]["toolUseResult"] = {"durationMs": 4_000}
        script.records[record]["timestamp"] = f"2026-11-01T09:00:{at}.000Z"
    for number, later in enumerate(script.records[5:]):
        later["timestamp"] = f"2026-11-01T09:01:1{number}.000Z"
    library, laid = read(home, tmp_path, script)
    found = marks.load(library, laid)
    times = laid.times
    assert found.waits == (
        Wait(1, times[1], times[2] - 4_000),
        Wait(5, times[5], times[6]),
    )
    assert of_kind(found, MarkKind.WAIT) == [1, 5]


def test_a_question_without_an_answer_still_waits(home: Path, tmp_path: Path) -> None:
    script = Script(session_id(1))
    script.prompt("Go")
    script.response({"type": "tool_use", "id": "t1", "name": "AskUserQuestion", "input": {}})
    script.say("Meanwhile")
    library, laid = read(home, tmp_path, script)
    (wait,) = marks.load(library, laid).waits
    assert (wait.position, wait.end) == (1, laid.times[-1])


def test_bookmarks_are_among_the_marks(home: Path, tmp_path: Path) -> None:
    script = Script(session_id(1))
    script.prompt("Go")
    script.say("Gone")
    library, laid = read(home, tmp_path, script)
    made = bookmarks.at(library, laid, 1)
    with annotating(home) as own:
        subject = Subject("claude-code", script.session, made.key)
        own.bookmark(subject, made.block, made.ts, "look here")
    assert marks.load(library, laid).marks == (Mark(1, MarkKind.BOOKMARK, "look here"),)
