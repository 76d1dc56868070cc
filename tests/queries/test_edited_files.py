"""Which file each edit is of: ledger, histories and comparisons agree."""

from __future__ import annotations

from pathlib import Path

import pytest

from her_tui.queries import comparison, ledger, revisions, sessions, timeline
from her_tui.queries.comparison_sides import Wanted
from her_tui.queries.edited_files import edited_files
from her_tui.queries.library import Library
from her_tui.recorder.ingest import import_roots
from tests.support.claude import Script, session_id
from tests.support.edits import HERE, write


@pytest.fixture
def library(home: Path, tmp_path: Path) -> Library:
    """One file written in four ways, and another one of the same name in another folder."""
    script = Script(session_id(1))
    script.prompt("Go")
    write(script, f"{HERE}/a.py", "one\n")
    write(script, "a.py", "two\n", "one\n")
    script.cwd = f"{HERE}/sub"
    write(script, "a.py", "other\n")
    write(script, "../a.py", "three\n", "two\n")
    write(script, "../lib/../a.py", "four\n", "three\n")
    script.write(tmp_path)
    import_roots(home, [tmp_path])
    return Library.open(home)


def test_a_file_is_one_however_its_path_is_written(library: Library) -> None:
    row = sessions.find(library, session_id(1))
    laid = timeline.load(library, row.id)
    found = ledger.load(library, laid)
    files = found.at(len(laid) - 1).files
    assert {path: file.edits for path, file in files.items()} == {
        f"{HERE}/a.py": 4,
        f"{HERE}/sub/a.py": 1,
    }
    for path in files:
        history = revisions.history(library, laid, path)
        mine = [edit.position for edit in found.edits if edit.path == path]
        assert [each.position for each in history.revisions] == mine
    assert {each.path for each in revisions.every(library, laid)} == set(files)


def test_a_comparison_counts_it_once(library: Library) -> None:
    row = sessions.find(library, session_id(1))
    found = comparison.compare(library, Wanted(row), Wanted(row))
    assert found.result.left.figures.file_count == 2
    assert found.result.left.turns[0].features.files == {"./a.py", "./sub/a.py"}


def test_raw_records_are_read_of_unclear_targets_alone(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise AssertionError("a record was read")

    row = sessions.find(library, session_id(1))
    monkeypatch.setattr(library, "records", refuse)
    found = edited_files(library, row.id, [(1, "/w/a.py"), (2, "/w/./a.py"), (3, "C:\\A.py")])
    assert len({file.key for file in found.values()}) == 2
    assert [file.shown for file in found.values()] == ["/w/a.py", "/w/./a.py", "C:\\A.py"]
