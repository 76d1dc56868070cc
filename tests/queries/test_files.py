"""Files by a part of their path."""

from __future__ import annotations

from pathlib import Path

import pytest

from her_tui.events.model import EventKind
from her_tui.queries.files import files
from her_tui.queries.library import Library
from her_tui.recorder.ingest import import_roots
from tests.support.claude import Script, session_id


@pytest.fixture
def touched(home: Path, tmp_path: Path) -> Library:
    """Four files, one of them in two sessions; a fork, whose actions are copies."""
    first = Script(session_id(1), 1, "/src/one")
    first.prompt("Go")
    first.call("Edit", "ok", file_path="/src/one/parser.py", old_string="a", new_string="b")
    first.call("Read", "x", file_path="/src/one/tests/test_parser.py")
    first.call("Read", "x", file_path="/src/one/parser/README.md")
    first.call("Bash", "x", command="cat /src/one/parser.txt")
    second = Script(session_id(2), 2, "/src/two")
    second.prompt("Go on")
    second.call("Edit", "ok", file_path="/src/one/parser.py", old_string="b", new_string="c")
    second.call("Edit", "ok", file_path="/src/two/100%_Done.md", old_string="b", new_string="c")
    for record in second.records:
        record["timestamp"] = record["timestamp"].replace("2026-11-01", "2026-11-02")
    for script in (first, second, first.fork(session_id(3), 6)):
        script.write(tmp_path)
    import_roots(home, [tmp_path])
    return Library.open(home)


def _paths(library: Library, text: str, limit: int = 50) -> list[str]:
    return [hit.path for hit in files(library, text, limit)]


def test_the_best_name_first(touched: Library) -> None:
    assert _paths(touched, "parser") == [
        "/src/one/parser.py",
        "/src/one/tests/test_parser.py",
        "/src/one/parser/README.md",
    ]
    assert _paths(touched, "readme.MD") == ["/src/one/parser/README.md"]
    assert _paths(touched, "one test") == ["/src/one/tests/test_parser.py"]


def test_without_words_the_last_touched_first(touched: Library) -> None:
    assert _paths(touched, "")[:2] == ["/src/two/100%_Done.md", "/src/one/parser.py"]
    assert len(_paths(touched, "")) == 4
    assert len(_paths(touched, "", 2)) == 2


def test_what_is_told_of_a_file(touched: Library) -> None:
    (hit,) = files(touched, "parser.py", 1)
    assert hit.edits == 2
    assert hit.project == "/src/two"
    assert hit.ts is not None
    kind, session = touched.rows("SELECT kind, session FROM event WHERE id = ?", (hit.event,))[0]
    assert (kind, session) == (EventKind.TOOL_USE, hit.session)


def test_signs_are_only_signs(touched: Library) -> None:
    assert _paths(touched, "100%_d") == ["/src/two/100%_Done.md"]
    assert _paths(touched, "%") == ["/src/two/100%_Done.md"]
    assert _paths(touched, "_x") == []
    for text in ("'", '"', "\\", "!", "\x00", "\ud800", "🎉", "x" * 10_000):
        assert _paths(touched, text) == []
