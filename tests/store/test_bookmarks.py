"""Bookmarks in ``notes.db``, and a file that an older Her wrote."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from peewee import SqliteDatabase

from her_tui import clock
from her_tui.errors import HerError, UsageError
from her_tui.queries import sessions
from her_tui.queries.library import Library
from her_tui.recorder.annotate import annotating
from her_tui.recorder.deletion import delete
from her_tui.recorder.ingest import import_roots
from her_tui.store import own
from her_tui.store.annotations import Subject, restore
from her_tui.store.own import COPY_NAME, NAME
from tests.store.test_annotations import AGENT, SECRET, WHOLE, found_in, say
from tests.support.claude import busy_session, session_id

RECORD = Subject(AGENT, session_id(1), b"\x07" * 16)


@pytest.fixture
def recorded(home: Path, tmp_path: Path) -> Path:
    """A folder of transcripts, of which a library was made."""
    claude = tmp_path / "claude"
    busy_session(1).write(claude)
    import_roots(home, [claude])
    return claude


def rows(home: Path, table: str = "bookmark") -> list[tuple[Any, ...]]:
    """The rows of a table, as a reader of the library sees it."""
    with closing(Library.open(home)) as library:
        assert library.own_problem is None
        return library.rows(f"SELECT * FROM own.{table} ORDER BY 1, 2, 3, 4")


def made_old(file: Path) -> None:
    """Make of ``file`` what a Her without bookmarks wrote."""
    database = SqliteDatabase(str(file))
    database.execute_sql("DROP TABLE bookmark")
    database.execute_sql("PRAGMA user_version = 1")
    database.close()


@pytest.mark.usefixtures("recorded")
def test_a_bookmark_is_made_edited_and_taken_away(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now_ms", lambda: 1000)
    with annotating(home) as notes:
        notes.bookmark(RECORD, 2, 500, " Here it breaks\n")
        notes.bookmark(RECORD, 3, 500)
    monkeypatch.setattr(clock, "now_ms", lambda: 2000)
    with annotating(home) as notes:
        notes.bookmark(RECORD, 2, 501, "Here it broke")
        assert notes.unbookmark(RECORD, 3, 999)
        assert not notes.unbookmark(RECORD, 3, 999)
    assert rows(home) == [(*RECORD, 2, 501, "Here it broke", 1000)]


@pytest.mark.usefixtures("recorded")
def test_where_the_record_has_no_identity_the_time_tells(home: Path) -> None:
    with annotating(home) as notes:
        notes.bookmark(WHOLE, 0, 500, "one")
        notes.bookmark(WHOLE, 0, 600, "two")
        notes.bookmark(WHOLE, 0, 600, "three")
        notes.unbookmark(WHOLE, 0, 500)
    assert [row[4:6] for row in rows(home)] == [(600, "three")]


@pytest.mark.usefixtures("recorded")
def test_a_note_of_any_text(home: Path) -> None:
    with annotating(home) as notes:
        notes.bookmark(RECORD, 0, 1, "a\0b \udcff \x1b[31m")
        with pytest.raises(UsageError):
            notes.bookmark(RECORD, 0, 1, "x" * 20_001)
    assert rows(home)[0][5] == "ab ? \x1b[31m"


def test_it_goes_with_its_session(home: Path, recorded: Path) -> None:
    with annotating(home) as notes:
        notes.bookmark(RECORD, 0, 1, SECRET)
        notes.bookmark(RECORD._replace(session_id=session_id(2)), 0, 1, "Stays")
    delete(home, sessions.find(Library.open(home), session_id(1)).id)
    assert found_in(home, SECRET) == []
    assert [row[5] for row in rows(home)] == ["Stays"]


@pytest.mark.usefixtures("recorded")
def test_the_copy_has_it(home: Path) -> None:
    with annotating(home) as notes:
        notes.bookmark(RECORD, 0, 1, "Kept")
    (home / NAME).write_bytes(b"nonsense" * 1000)
    restore(home)
    assert rows(home)[0][5] == "Kept"


@pytest.mark.usefixtures("recorded")
def test_an_older_file_is_brought_up_to_date_and_loses_nothing(home: Path) -> None:
    say(home)
    before = [rows(home, table) for table in ("star", "tag", "note")]
    made_old(home / NAME)
    assert rows(home) == []
    assert [rows(home, table) for table in ("star", "tag", "note")] == before
    with annotating(home) as notes:
        notes.bookmark(RECORD, 0, 1, "New")
    assert [rows(home, table) for table in ("star", "tag", "note")] == before
    assert rows(home)[0][5] == "New"


@pytest.mark.usefixtures("recorded")
def test_an_older_copy_is_put_back(home: Path) -> None:
    say(home)
    before = rows(home, "note")
    made_old(home / COPY_NAME)
    (home / NAME).unlink()
    restore(home)
    assert rows(home, "note") == before
    assert rows(home) == []


@pytest.mark.usefixtures("recorded")
def test_where_an_older_file_cannot_be_written_it_is_read(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(home)
    before = [rows(home, table) for table in ("star", "tag", "note")]
    made_old(home / NAME)
    monkeypatch.setattr(own, "_made", lambda home: False)
    kept = (home / NAME).read_bytes()
    assert rows(home) == []
    assert [rows(home, table) for table in ("star", "tag", "note")] == before
    assert (home / NAME).read_bytes() == kept


@pytest.mark.usefixtures("recorded")
def test_an_older_file_that_is_damaged_is_left_alone(home: Path, tmp_path: Path) -> None:
    say(home)
    made_old(home / NAME)
    file = home / NAME
    data = file.read_bytes()
    file.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))
    spoilt = shutil.copy(file, tmp_path / "spoilt")
    with pytest.raises(HerError), annotating(home):
        pass
    with closing(Library.open(home)) as library:
        assert library.own_problem is not None
        assert sessions.find(library, session_id(1)).prompts == 3
    assert file.read_bytes() == Path(spoilt).read_bytes()
