"""What is deleted is found by nothing, and is in no file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from peewee import SqliteDatabase
from peewee import sqlite3 as driver  # type: ignore[attr-defined]

from her_tui.paths import CLIPBOARD_NAME, INDEX_NAME
from her_tui.queries.library import Library
from her_tui.recorder.deletion import delete
from her_tui.recorder.ingest import import_roots
from her_tui.search.encoder import MODEL
from her_tui.search.passages import digest
from her_tui.search.vectors import Packed, pack
from her_tui.store import vector_file, vectors, words
from her_tui.store.vectors import VectorReader
from her_tui.store.word_reader import WordReader
from her_tui.ui import clipboard
from tests.recorder.test_backfill import encode, session_of
from tests.support.claude import Script, session_id
from tests.support.encoding import vector_of

CANARY = "quetzalcoatlus"
SECRETS = (f"Free the {CANARY} tonight", f"The {CANARY} is free", f"Let the {CANARY} go")


def guilty(number: int = 1) -> Script:
    """A session that says the canary everywhere it can be said."""
    script = Script(session_id(number), number)
    script.prompt(SECRETS[0])
    script.say(SECRETS[1])
    script.call(
        "Bash",
        f"[main abc1234] {SECRETS[2]}\n 1 file changed",
        command=f"git commit -am '{SECRETS[2]}'",
    )
    script.prompt("continue")
    return script


def innocent() -> Script:
    """Another one."""
    script = Script(session_id(2), 2)
    script.prompt("continue")
    script.say("All is well")
    return script


def packed_of(text: str) -> Packed:
    """How the vector of ``text`` is stored."""
    return pack(vector_of(text)[None, :])[0]


def traces(home: Path) -> list[str]:
    """Where the canary, or something made of it, is found below ``home``."""
    needles = {CANARY: CANARY.encode(), "quetzal": b"quetzal"}
    for text in SECRETS:
        packed = packed_of(text)
        needles |= {
            f"body of {text}": packed.body[:384],
            f"signs of {text}": packed.signs,
            f"digest of {text}": digest(text),
        }
    return [
        f"{name} in {file.name}"
        for file in sorted(home.rglob("*"))
        if file.is_file()
        for name, needle in needles.items()
        if needle in file.read_bytes()
    ]


@pytest.fixture
def session(home: Path, tmp_path: Path) -> int:
    """A library of both sessions, indexed by words and by meaning; the guilty one."""
    guilty().write(tmp_path)
    innocent().write(tmp_path)
    import_roots(home, [tmp_path])
    encode(home)
    assert {trace.split(" in ")[1] for trace in traces(home)} >= {"vectors.db", "words.db"}
    return session_of(home, guilty())


@contextmanager
def reading(file: Path) -> Iterator[None]:
    """A reader in the middle of something, who keeps a log from being emptied."""
    connection = driver.connect(f"file:{file}?mode=ro", uri=True, isolation_level=None)
    try:
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        yield
        connection.execute("COMMIT")
    finally:
        connection.close()


def pending(home: Path) -> bool:
    """Whether something is still to be forgotten."""
    with closing(Library.open(home)) as library:
        return bool(library.rows("SELECT 1 FROM setting WHERE name GLOB 'forget-words*'"))


def test_nothing_is_left_of_it(home: Path, session: int, tmp_path: Path) -> None:
    with closing(VectorReader(home, MODEL)) as reader:
        before = reader.count()
    delete(home, session)
    assert traces(home) == []
    assert not pending(home)
    with closing(WordReader(home)) as by_word:
        assert by_word.newest(f'"{CANARY}"') == []
        assert by_word.count() == 2
    with closing(VectorReader(home, MODEL)) as reader:
        events, vectors_left = reader.count()
        assert (events, vectors_left) == (2, 2)
        assert before == (6, 5)
        places = reader.places(range(1, 20))
        assert {place.session for place in places} == {session_of(home, innocent())}
    import_roots(home, [tmp_path])
    assert encode(home).calls == []
    assert traces(home) == []


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever finds an index locked does not wait for seconds."""

    def impatient(*arguments: Any, **options: Any) -> SqliteDatabase:
        return SqliteDatabase(*arguments, **{**options, "timeout": 0.1})

    for module in (vector_file, words):
        monkeypatch.setattr(module, "SqliteDatabase", impatient)


@pytest.mark.usefixtures("_impatient")
def test_while_both_indexes_are_read(home: Path, session: int, tmp_path: Path) -> None:
    with reading(home / "vectors.db"):
        delete(home, session)
        assert pending(home), "the next one tries again"
    with reading(home / "words.db"):
        import_roots(home, [tmp_path])
        assert pending(home)
    import_roots(home, [tmp_path])
    assert not pending(home)
    assert traces(home) == []


@pytest.mark.usefixtures("_impatient")
def test_while_the_vectors_are_written_for_long(home: Path, session: int, tmp_path: Path) -> None:
    writing = driver.connect(home / "vectors.db", isolation_level=None)
    writing.execute("BEGIN IMMEDIATE")
    delete(home, session)  # waits for a while, and says nothing of it
    assert pending(home)
    writing.execute("ROLLBACK")
    writing.close()
    import_roots(home, [tmp_path])
    assert not pending(home)
    assert traces(home) == []


def test_killed_between_the_two_indexes(
    home: Path, session: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """As good as a kill: nothing catches it."""

    def die(*arguments: object) -> bool:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(vectors, "forget", die)
        with pytest.raises(Killed):
            delete(home, session)
    assert pending(home)
    import_roots(home, [tmp_path])
    assert not pending(home)
    assert traces(home) == []


def test_without_vectors_there_are_none_afterwards(home: Path, tmp_path: Path) -> None:
    guilty().write(tmp_path)
    import_roots(home, [tmp_path])
    delete(home, session_of(home, guilty()))
    assert not list(home.glob("vectors*"))
    assert not pending(home)
    assert traces(home) == []


def test_a_text_that_another_session_says_too_stays(home: Path, tmp_path: Path) -> None:
    guilty(1).write(tmp_path)
    other = Script(session_id(3), 3)
    other.prompt(SECRETS[0])
    other.write(tmp_path)
    import_roots(home, [tmp_path])
    encode(home)
    delete(home, session_of(home, guilty(1)))
    with closing(VectorReader(home, MODEL)) as reader:
        assert reader.count() == (1, 1)
    found = [trace for trace in traces(home) if trace.endswith("vectors.db")]
    assert found == [
        f"{what} of {SECRETS[0]} in vectors.db" for what in ("body", "signs", "digest")
    ]


def test_what_was_copied_last_goes_too(home: Path, session: int) -> None:
    copy = clipboard.to_file(home)
    assert copy(SECRETS[0])
    (home / f"{CLIPBOARD_NAME}x.new").write_text(SECRETS[0])  # of one killed while it wrote
    assert delete(home, session)
    assert traces(home) == []


def test_an_index_that_cannot_be_written_keeps_nothing_from_being_recorded(
    home: Path, session: int, tmp_path: Path
) -> None:
    index = home / INDEX_NAME
    index.rename(home / "aside")
    index.mkdir()
    assert not delete(home, session), "something is left to be done"
    assert pending(home)
    new = Script(session_id(3), 3)
    new.prompt("Is this recorded?")
    new.write(tmp_path)
    unindexed = import_roots(home, [tmp_path]).unindexed
    assert unindexed is not None
    assert INDEX_NAME in unindexed.title
    assert session_of(home, new)
    assert pending(home)
    index.rmdir()
    (home / "aside").rename(index)
    import_roots(home, [tmp_path])
    assert not pending(home)
    assert traces(home) == []
