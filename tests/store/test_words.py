"""The keyword index: rebuildable, and able to forget."""

from __future__ import annotations

from pathlib import Path

import pytest

from her_tui.paths import INDEX_NAME
from her_tui.queries import sessions
from her_tui.queries.library import Library
from her_tui.recorder.deletion import delete
from her_tui.recorder.ingest import import_roots
from her_tui.store import words
from her_tui.store.words import WordIndex
from tests.support.claude import Script, busy_session, session_id


def hits(index: WordIndex, word: str) -> list[int]:
    """Events that hold ``word``."""
    return [
        row[0]
        for row in index._database.execute_sql(
            "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid", (word,)
        )
    ]


@pytest.fixture(params=[(3, 53, 0), (3, 40, 1)], ids=["deletes-rows", "starts-over"])
def sqlite(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Both kinds of SQLite: one that can delete contentless rows, and one that cannot."""
    version: tuple[int, int, int] = request.param
    monkeypatch.setattr(words, "sqlite_version", lambda: version)
    return version >= (3, 43)


def test_words_are_found_and_forgotten(home: Path, sqlite: bool) -> None:
    index = WordIndex(home)
    index.add([(1, "mend the parser"), (2, "mend the flux-capacitor")], 5)
    assert hits(index, "mend") == [1, 2]
    assert index.reached() == 5

    index.forget([2, 7])

    assert hits(index, "capacitor") == []
    assert hits(index, "mend") == ([1] if sqlite else [])
    assert index.reached() == (5 if sqlite else 0)
    index.close()
    assert b"capacitor" not in (home / INDEX_NAME).read_bytes()


def test_prompts_answers_and_tool_inputs_are_indexed(home: Path, tmp_path: Path) -> None:
    script = Script(session_id(1))
    script.prompt("Where is the zebra?")
    script.call("Bash", "the giraffe", command="grep -r okapi .")
    script.say("In the gazelle.")
    script.write(tmp_path)
    import_roots(home, [tmp_path])

    index = WordIndex(home)
    assert [len(hits(index, word)) for word in ("zebra", "okapi", "gazelle")] == [1, 1, 1]
    assert hits(index, "giraffe") == []
    assert index.rows() == 3
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


def test_the_index_of_another_library_is_made_anew(home: Path, tmp_path: Path) -> None:
    busy_session(1, turns=9).write(tmp_path / "old")
    import_roots(home, [tmp_path / "old"])
    (home / "library.db").rename(tmp_path / "library.db")
    busy_session(2).write(tmp_path / "new")

    import_roots(home, [tmp_path / "new"])

    index = WordIndex(home)
    assert len(hits(index, "parser")) == 3
    index.close()
