"""A library to ask."""

from __future__ import annotations

from pathlib import Path

import pytest

from her_tui.queries.library import Library
from her_tui.recorder.ingest import import_roots
from tests.support.claude import Script, busy_session, session_id


@pytest.fixture
def library(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """Three busy sessions, a one-shot, and an empty one; it is half a day after they ended."""
    for number in range(3):
        script = busy_session(number, turns=number + 2)
        script.cwd = f"/src/project{number % 2}"
        for record in script.records:
            record["cwd"] = script.cwd
        script.write(tmp_path)
    once = Script(session_id(10), 10)
    once.prompt("What is the time?")
    once.say("Late.")
    once.write(tmp_path)
    empty = Script(session_id(11), 11)
    empty.records.append({"type": "summary", "summary": "Nothing", "leafUuid": "x"})
    empty.write(tmp_path)
    import_roots(home, [tmp_path])
    monkeypatch.setenv("HER_NOW", "1893456000000")
    return Library.open(home)
