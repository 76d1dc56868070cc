"""Which file is which: by path, by inode, and by what it starts with."""

from __future__ import annotations

from pathlib import Path

from her_tui.queries import sessions, stats
from her_tui.queries.library import Library
from her_tui.queries.sessions import Origin
from her_tui.recorder.deletion import delete
from her_tui.recorder.ingest import import_roots
from tests.support.claude import busy_session, session_id
from tests.support.library import contents


def replace(file: Path, number: int) -> Path:
    """Delete the session in ``file`` and write session ``number`` with its inode."""
    other = file.with_name(f"{session_id(number)}.jsonl")
    file.rename(other)
    other.write_bytes(busy_session(number).bytes())
    return other


def test_the_inode_of_a_deleted_file_given_to_another(home: Path, tmp_path: Path) -> None:
    file = busy_session(1).write(tmp_path)
    import_roots(home, [tmp_path])
    replace(file, 2)

    import_roots(home, [tmp_path])

    library = Library.open(home)
    assert sessions.find(library, session_id(1)).origin is Origin.ONLY_HERE
    assert sessions.find(library, session_id(2)).origin is not Origin.ONLY_HERE
    assert stats.totals(library).records == 2 * 24


def test_the_inode_of_a_deleted_session_given_to_another(home: Path, tmp_path: Path) -> None:
    file = busy_session(1).write(tmp_path)
    import_roots(home, [tmp_path])
    delete(home, sessions.find(Library.open(home), session_id(1)).id)
    replace(file, 2)

    assert import_roots(home, [tmp_path]).sessions == 1


def test_a_folder_reached_by_two_paths_is_read_once(home: Path, tmp_path: Path) -> None:
    script = busy_session(1)
    script.write(tmp_path / "claude")
    (tmp_path / "link").symlink_to(tmp_path / "claude")
    for roots in (["claude", "link"], ["link"], ["link", "claude"]):
        import_roots(home, [tmp_path / root for root in roots])

    assert stats.totals(Library.open(home)).files == 1
    assert contents(home)[script.session]["bytes"] == script.bytes()


def test_a_file_that_comes_back_elsewhere_is_no_longer_gone(home: Path, tmp_path: Path) -> None:
    file = busy_session(1).write(tmp_path / "claude")
    import_roots(home, [tmp_path / "claude"])
    away = file.rename(tmp_path / "away")
    import_roots(home, [tmp_path / "claude"])
    (file.parent.parent / "-src-other").mkdir()
    away.rename(file.parent.parent / "-src-other" / file.name)

    assert import_roots(home, [tmp_path / "claude"]).records == 0

    row = sessions.find(Library.open(home), session_id(1))
    assert row.origin is not Origin.ONLY_HERE


def test_an_empty_file_that_names_no_session_makes_none(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "projects" / "-src-demo"
    folder.mkdir(parents=True)
    (folder / "agent-abc.jsonl").touch()

    import_roots(home, [tmp_path])

    assert Library.open(home).rows("SELECT count(*) FROM session") == [(0,)]


def test_a_file_belongs_to_one_session_however_it_grew(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "claude" / "export.jsonl"
    file.parent.mkdir()
    file.write_bytes(busy_session(1).bytes())
    import_roots(home, [tmp_path / "claude"])
    with file.open("ab") as stream:
        stream.write(busy_session(2).bytes())
    import_roots(home, [tmp_path / "claude"])

    import_roots(tmp_path / "once", [tmp_path / "claude"])
    assert contents(home) == contents(tmp_path / "once")
