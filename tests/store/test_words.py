"""The keyword index: rebuildable, and able to forget."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from peewee import sqlite3 as driver  # type: ignore[attr-defined]

from her_tui.errors import HerError
from her_tui.events.documents import DocumentKind
from her_tui.paths import INDEX_NAME
from her_tui.queries import sessions
from her_tui.queries.library import Library
from her_tui.recorder.deletion import delete
from her_tui.recorder.ingest import import_roots
from her_tui.store import words
from her_tui.store.words import UNDATED, Entry, WordIndex, row_at, time_of
from tests.support.claude import Script, busy_session, session_id


def hits(index: WordIndex, word: str, table: str = "words") -> list[int]:
    """Events that hold ``word``."""
    return [
        row[0]
        for row in index._database.execute_sql(
            f"SELECT event FROM {table} JOIN document ON row = {table}.rowid"
            f" WHERE {table} MATCH ? ORDER BY event",
            (word,),
        )
    ]


def entry(event: int, text: str, kind: DocumentKind = DocumentKind.PROMPT, ts: int = 0) -> Entry:
    """A document of the first session."""
    return Entry(event, 1, kind, ts or 1_760_000_000_000 + event * 1000, text)


@pytest.fixture(params=[(3, 53, 0), (3, 40, 1)], ids=["deletes-rows", "starts-over"])
def sqlite(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Both kinds of SQLite: one that can delete contentless rows, and one that cannot."""
    version: tuple[int, int, int] = request.param
    monkeypatch.setattr(words, "sqlite_version", lambda: version)
    return version >= (3, 43)


def test_words_are_found_and_forgotten(home: Path, sqlite: bool) -> None:
    index = WordIndex(home)
    index.add(
        [
            entry(1, "mend the parser"),
            entry(2, "mend the flux-capacitor"),
            entry(2, "capacitor: mended", DocumentKind.OUTPUT),
        ],
        5,
    )
    assert hits(index, "mend") == [1, 2]
    assert hits(index, "mend", "outputs") == [2]
    assert index.reached() == 5

    assert index.forget([2, 7])

    assert hits(index, "capacitor") == hits(index, "capacitor", "outputs") == []
    assert hits(index, "mend") == ([1] if sqlite else [])
    assert index.rows() == (1 if sqlite else 0)
    assert index.reached() == (5 if sqlite else 0)
    index.close()
    assert b"capacitor" not in (home / INDEX_NAME).read_bytes()


def test_a_reader_in_the_way_of_forgetting_is_told(home: Path) -> None:
    index = WordIndex(home)
    index.add([entry(1, "mend the parser"), entry(2, "mend the flux-capacitor")], 2)
    reader = driver.connect(str(home / INDEX_NAME), isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM document").fetchone()
    index._database.execute_sql("PRAGMA busy_timeout = 0")
    assert not index.forget([2])
    reader.close()
    assert index.forget([2])
    index.close()


def test_an_event_is_one_document_of_each_kind(home: Path) -> None:
    index = WordIndex(home)
    index.add([entry(1, "a subject", DocumentKind.COMMIT), entry(1, "it", DocumentKind.OUTPUT)], 1)
    index.add([entry(1, "another", DocumentKind.COMMIT)], 2)
    assert index.rows() == 2
    assert hits(index, "subject") == [1]
    assert hits(index, "another") == []
    assert index._database.execute_sql("SELECT * FROM total ORDER BY kind").fetchall() == [
        (DocumentKind.OUTPUT, 1),
        (DocumentKind.COMMIT, 1),
    ]
    index.close()


def test_rows_are_in_the_order_of_time(home: Path) -> None:
    index = WordIndex(home)
    second = 1_760_000_000_000
    index.add([entry(5, "x", ts=second + 900), entry(3, "x", ts=second + 10_000)], 5)
    index.add([entry(6, "x", ts=second + 100), Entry(4, 1, DocumentKind.PROMPT, None, "x")], 6)
    rows = index._database.execute_sql("SELECT row, event FROM document ORDER BY row").fetchall()
    assert [event for _, event in rows] == [4, 5, 6, 3]
    assert [time_of(row) for row, _ in rows] == [None, second, second, second + 10_000]
    assert rows[0] == (4, 4)
    index.close()


def test_one_second_may_have_more_rows_than_numbers(home: Path) -> None:
    index = WordIndex(home)
    second = 1_760_000_000_000
    for batch in range(3):
        first = batch * 500 + 1
        index.add(
            [entry(event, "x", ts=second) for event in range(first, first + 500)], first + 499
        )
    assert index.rows() == 1500
    assert len(hits(index, "x")) == 1500
    index.close()


@pytest.mark.parametrize("ts", [-1, 0, 86_400_000, 253_402_300_799_000, (1 << 63) - 1])
def test_any_time_has_a_row(home: Path, ts: int) -> None:
    assert UNDATED <= row_at(ts) < 1 << 63
    index = WordIndex(home)
    index.add([Entry(1, 1, DocumentKind.PROMPT, ts, "x")], 1)
    assert hits(index, "x") == [1]
    index.close()


def test_half_a_character_does_no_harm(home: Path) -> None:
    index = WordIndex(home)
    index.add([entry(1, "zebra \ud800 gazelle \x00 okapi")], 1)
    assert hits(index, "zebra AND gazelle AND okapi") == [1]
    index.close()


def test_an_index_of_another_format_is_made_anew(home: Path) -> None:
    index = WordIndex(home)
    index.add([entry(1, "zebra")], 1)
    index._database.execute_sql("PRAGMA user_version = 2")
    index.close()
    index = WordIndex(home)
    assert (index.reached(), index.rows()) == (0, 0)
    index.close()


def test_an_index_of_the_other_kind_of_sqlite_is_made_anew(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "sqlite_version", lambda: (3, 40, 1))
    index = WordIndex(home)
    index.add([entry(1, "zebra")], 1)
    index.close()
    monkeypatch.undo()
    if not words.deletes_rows():
        monkeypatch.setattr(words, "sqlite_version", lambda: (3, 53, 0))
    index = WordIndex(home)
    assert index.rows() == 0
    index.close()


def test_prompts_answers_inputs_and_outputs_are_indexed(home: Path, tmp_path: Path) -> None:
    script = Script(session_id(1))
    script.prompt("Where is the zebra?")
    script.call("Bash", "the giraffe", command="grep -r okapi .")
    script.say("In the gazelle.")
    script.write(tmp_path)
    import_roots(home, [tmp_path])

    index = WordIndex(home)
    assert [len(hits(index, word)) for word in ("zebra", "okapi", "gazelle")] == [1, 1, 1]
    assert hits(index, "giraffe") == []
    assert len(hits(index, "giraffe", "outputs")) == 1
    assert index.rows() == 4
    index.close()


def test_a_lost_or_damaged_index_is_made_again(home: Path, tmp_path: Path) -> None:
    script = Script(session_id(1))
    script.prompt("Where is the zebra?")
    script.write(tmp_path)
    import_roots(home, [tmp_path])
    (home / INDEX_NAME).write_bytes(b"no database" * 1000)

    import_roots(home, [tmp_path])

    index = WordIndex(home)
    assert len(hits(index, "zebra")) == 1
    index.close()
    assert Library.open(home).rows("SELECT count(*) FROM event") == [(1,)]


def test_a_damaged_index_is_made_anew(home: Path, tmp_path: Path) -> None:
    busy_session(1).write(tmp_path)
    import_roots(home, [tmp_path])
    index = WordIndex(home)
    rows = index.rows()
    index._database.execute_sql("UPDATE words_data SET block = x'00' WHERE id > 9")
    index.close()
    busy_session(2).write(tmp_path)

    import_roots(home, [tmp_path])
    delete(home, sessions.find(Library.open(home), session_id(2)).id)
    import_roots(home, [tmp_path])

    index = WordIndex(home)
    assert len(hits(index, "parser")) == 3
    assert index.rows() == rows
    index.close()


def test_an_index_that_cannot_be_read_is_an_error_of_its_own(home: Path) -> None:
    with closing(WordIndex(home)) as index:
        index._database.connection().execute("DROP TABLE progress")
        with pytest.raises(HerError, match=INDEX_NAME):
            index.reached()


def test_the_index_of_another_library_is_made_anew(home: Path, tmp_path: Path) -> None:
    busy_session(1, turns=9).write(tmp_path / "old")
    import_roots(home, [tmp_path / "old"])
    (home / "library.db").rename(tmp_path / "library.db")
    busy_session(2).write(tmp_path / "new")

    import_roots(home, [tmp_path / "new"])

    index = WordIndex(home)
    assert len(hits(index, "parser")) == 3
    index.close()
