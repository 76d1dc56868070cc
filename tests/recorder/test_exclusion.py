"""Excluded projects: nothing of them is kept, whenever it turns out that they are excluded."""

from __future__ import annotations

from pathlib import Path

import pytest

from her_tui.queries.library import Library
from her_tui.recorder.ingest import import_roots
from tests.support.claude import Script, session_id
from tests.support.library import contents

_KEPT = (
    "SELECT (SELECT count(*) FROM session) + (SELECT count(*) FROM chunk)"
    " + (SELECT count(*) FROM event) + (SELECT count(*) FROM source WHERE tail IS NOT NULL)"
)


def diary() -> Script:
    """A session of a private project."""
    script = Script(session_id(31), 31, cwd="/private/diary")
    script.prompt("Dear diary")
    return script


@pytest.mark.parametrize("pattern", ["/private/diary", "/private/diary/", "/private", "*/diary"])
def test_a_folder_is_excluded_however_it_is_written(
    home: Path, tmp_path: Path, pattern: str
) -> None:
    diary().write(tmp_path)
    import_roots(home, [tmp_path], exclude=[pattern])
    assert Library.open(home).rows(_KEPT) == [(0,)]


def test_records_before_the_first_that_tells_the_folder_go_too(home: Path, tmp_path: Path) -> None:
    script = diary()
    script.records.insert(0, {"type": "last-prompt", "lastPrompt": "Dear", "sessionId": "x"})
    file = script.write(tmp_path)
    file.write_bytes(script.lines()[0] + b"\n")
    beside = file.parent / script.session / "subagents" / "agent-1.jsonl"
    beside.parent.mkdir(parents=True)
    beside.write_bytes(script.lines()[0] + b"\n")
    import_roots(home, [tmp_path], exclude=["/private"])
    file.write_bytes(script.bytes())
    beside.write_bytes(script.bytes())

    import_roots(home, [tmp_path], exclude=["/private"])

    assert Library.open(home).rows(_KEPT) == [(0,)]
    assert import_roots(home, [tmp_path]).sessions == 1
    import_roots(tmp_path / "once", [tmp_path])
    assert contents(home) == contents(tmp_path / "once")


def test_a_session_that_walks_into_an_excluded_folder_stays_whole(
    home: Path, tmp_path: Path
) -> None:
    script = Script(session_id(31), 31)
    script.prompt("One")
    script.write(tmp_path)
    import_roots(home, [tmp_path], exclude=["/private"])
    on = Script(script.session, 31, "/private/diary", script.records)
    on.prompt("Two")
    next(tmp_path.rglob("*.jsonl")).write_bytes(on.bytes())
    import_roots(home, [tmp_path], exclude=["/private"])

    import_roots(tmp_path / "once", [tmp_path], exclude=["/private"])
    assert contents(home) == contents(tmp_path / "once")


def test_what_is_no_longer_excluded_is_recorded(home: Path, tmp_path: Path) -> None:
    diary().write(tmp_path)
    import_roots(home, [tmp_path], exclude=["/private"])
    assert import_roots(home, [tmp_path], exclude=["/elsewhere"]).sessions == 1


def test_what_was_recorded_before_it_was_excluded_stays(home: Path, tmp_path: Path) -> None:
    script = diary()
    script.write(tmp_path)
    import_roots(home, [tmp_path])
    before = contents(home)
    script.prompt("And another day")
    script.write(tmp_path)

    assert import_roots(home, [tmp_path], exclude=["/private"]).sessions == 0

    assert contents(home) == before
    assert import_roots(home, [tmp_path]).records == 1
