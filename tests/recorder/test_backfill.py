"""Working through what has a meaning: all of it, once, in order, whatever happens meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from her_tui.queries import candidates
from her_tui.queries.encoding import EncoderStatus, Phase
from her_tui.queries.library import Library
from her_tui.recorder import backfill
from her_tui.recorder.backfill import Backfill
from her_tui.recorder.deletion import delete
from her_tui.recorder.ingest import import_roots
from her_tui.search.encoder import MODEL
from her_tui.store.database import open_writer
from her_tui.store.vectors import VectorReader, VectorStore
from tests.recorder.test_words import committing
from tests.support.claude import Script, busy_session, session_id
from tests.support.encoding import WORDS, FakeEncoder, bodies_of, cut, expected, stored


class Work:
    """A back-fill of the library below ``home``."""

    def __init__(self, home: Path, encoder: FakeEncoder | None = None) -> None:
        self.encoder = encoder or FakeEncoder()
        self.library = Library.open(home)
        self.store = VectorStore(home, MODEL)
        self.backfill = Backfill(self.library, self.store)
        self.batches = 0

    def run(self, batches: int = 10**9) -> Work:
        """Encode everything, or until so many batches are done."""

        def told() -> None:
            self.batches += 1

        self.backfill.look()
        while self.backfill.left and self.batches < batches:
            self.backfill.work(self.encoder, cut, lambda: self.batches >= batches, told)
        return self

    def close(self) -> None:
        """Leave."""
        self.store.close()
        self.library.close()


def encode(home: Path, encoder: FakeEncoder | None = None) -> FakeEncoder:
    """Encode everything; with what."""
    with closing(Work(home, encoder)) as work:
        work.run()
        assert work.backfill.left == 0
        assert work.backfill.done == work.backfill.total
        return work.encoder


def session_of(home: Path, script: Script) -> int:
    """The row id of a session."""
    library = Library.open(home)
    with closing(library):
        return int(
            library.rows("SELECT id FROM session WHERE session_id = ?", (script.session,))[0][0]
        )


def spoken(number: int, *said: str) -> Script:
    """A session in which prompts and answers alternate."""
    script = Script(session_id(number), number)
    for at, text in enumerate(said):
        script.say(text) if at % 2 else script.prompt(text)
    return script


def test_what_has_a_meaning_is_encoded(home: Path, tmp_path: Path) -> None:
    script = busy_session(1)
    script.prompt("<command-name>/review</command-name><command-args>the parser</command-args>")
    script.prompt("<command-name>/clear</command-name><command-args></command-args>")
    script.say("word " * 47)
    script.write(tmp_path)
    import_roots(home, [tmp_path])
    encoder = encode(home)
    assert stored(home) == bodies_of(home)
    assert "/review the parser" in encoder.encoded
    assert "Mend part 0" in encoder.encoded
    assert "/clear" not in encoder.encoded
    assert len(encoder.encoded) == len(set(encoder.encoded)), "each text once"
    assert encode(home).calls == [], "all of it is done"


def test_the_newest_first_and_prompts_before_answers(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfill, "_WINDOW", 1)
    for number in (3, 1, 2):
        spoken(number, f"ask {number}", f"answer {number}", f"thank {number}").write(tmp_path)
    import_roots(home, [tmp_path])
    said = encode(home).encoded
    prompts = [text for text in said if "answer" not in text]
    assert said == prompts + [text for text in said if "answer" in text]
    times = dict(Library.open(home).rows("SELECT preview, ts FROM event WHERE kind IN (1, 11)"))
    assert [times[text] for text in prompts] == sorted((times[t] for t in prompts), reverse=True)


def test_the_same_text_is_encoded_once_and_found_wherever_it_stands(
    home: Path, tmp_path: Path
) -> None:
    for number in range(1, 5):
        spoken(number, "continue", f"answer {number}", "continue").write(tmp_path)
    import_roots(home, [tmp_path])
    assert encode(home).encoded.count("continue") == 1
    assert stored(home) == bodies_of(home)
    with closing(VectorReader(home, MODEL)) as reader:
        assert reader.count() == (12, 5)


def test_of_a_copied_history_the_original_alone_is_encoded(home: Path, tmp_path: Path) -> None:
    whole = busy_session(1)
    whole.write(tmp_path)
    fork = whole.fork(session_id(2), len(whole.records))
    fork.prompt("Now something else")
    fork.write(tmp_path)
    import_roots(home, [tmp_path])
    encode(home)
    before = stored(home)
    assert before == bodies_of(home)
    assert len(before) == len(expected(home))

    delete(home, session_of(home, whole))
    encode(home)
    after = stored(home)
    assert after == bodies_of(home)
    assert len(after) == len(before), "the copies are originals now"


def test_an_original_that_comes_to_be_is_noticed_while_it_runs(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = busy_session(1)
    whole.write(tmp_path)
    whole.fork(session_id(2), len(whole.records)).write(tmp_path)
    import_roots(home, [tmp_path])
    with closing(Work(home)) as work:
        work.run()
        delete(home, session_of(home, whole))
        assert not work.backfill.look(), "not at every change"
        monkeypatch.setattr(backfill, "_COMPARE_SECONDS", 0.0)
        assert work.backfill.look()
        work.run()
    assert stored(home) == bodies_of(home) != {}


def test_what_comes_meanwhile_is_taken_first(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfill, "_LOOK_SECONDS", 0.0)
    monkeypatch.setattr(backfill, "BATCH_TOKENS", 2)
    busy_session(1, turns=8).write(tmp_path / "old")
    spoken(2, "the news").write(tmp_path / "new")
    import_roots(home, [tmp_path / "old"])
    came: list[int] = []

    def then(texts: Sequence[str]) -> None:
        if not came:
            came.append(len(encoder.calls))
            import_roots(home, [tmp_path / "new"])

    encoder = FakeEncoder(then)
    encode(home, encoder)
    assert encoder.calls[came[0]] == ["the news"]
    assert stored(home) == bodies_of(home)


def split_commit(root: Path, when: str) -> tuple[Script, list[Any]]:
    """A session that makes a commit, and what is still to come of it: its outcome comes later than
    the call, or the call than the outcome."""
    script = committing(1)
    cut_at = 2 if when == "outcome later" else 1
    later = script.records[cut_at : cut_at + 1]
    del script.records[cut_at : cut_at + 1]
    script.write(root)
    return script, later


@pytest.mark.parametrize("when", ["outcome later", "call later"])
@pytest.mark.parametrize("running", [True, False])
def test_a_commit_whose_call_was_read_apart_from_its_outcome(
    home: Path, tmp_path: Path, when: str, running: bool
) -> None:
    script, later = split_commit(tmp_path, when)
    import_roots(home, [tmp_path])
    with closing(Work(home)) as work:
        work.run()
        assert "Free the okapi" not in work.encoder.encoded
        status = EncoderStatus(Phase.ENDED, work.backfill.done, work.backfill.total)
        status = replace(status, mark=work.backfill.mark)
        assert not candidates.waiting(home, status)

        script.records += later
        script.write(tmp_path)
        import_roots(home, [tmp_path])
        assert candidates.waiting(home, status)
        if running:
            assert work.backfill.look()
            work.run()
            assert work.encoder.encoded[-1] == "Free the okapi"
            assert work.backfill.done == work.backfill.total == len(expected(home))
    if not running:
        encode(home)
    assert stored(home) == bodies_of(home)
    assert len(stored(home)) == 2, "the prompt and the commit"


@pytest.mark.parametrize("batches", [0, 10**9])
def test_a_commit_that_was_known_without_its_call_is_not_counted_again(
    home: Path, tmp_path: Path, batches: int
) -> None:
    script, later = split_commit(tmp_path, "call later")
    outcome = script.records[-1]
    outcome["toolUseResult"] = {
        "stdout": "[main abc1234] Free the okapi",
        "gitOperation": {"commit": {"sha": "abc1234"}},
    }
    script.write(tmp_path)
    import_roots(home, [tmp_path])
    with closing(Work(home)) as work:
        work.run(batches)
        script.records += later
        script.write(tmp_path)
        import_roots(home, [tmp_path])
        assert len(candidates.late(work.library, work.backfill.mark.reached, 10**9)) == 1
        work.backfill.look()
        assert work.backfill.total == 2
        work.run()
        assert (work.backfill.done, work.backfill.left) == (2, 0)
        assert work.encoder.encoded.count("Free the okapi") == 1


@pytest.mark.parametrize("query", [candidates._NEW, candidates._LATE])
def test_what_is_new_is_found_by_looking_at_what_is_new(
    home: Path, tmp_path: Path, query: str
) -> None:
    busy_session(1).write(tmp_path)
    import_roots(home, [tmp_path])
    with closing(Library.open(home)) as library:
        plan = [row[3] for row in library.rows(f"EXPLAIN QUERY PLAN SELECT 1 {query}", (5, 9))]
    assert "INTEGER PRIMARY KEY (rowid>? AND rowid<?)" in plan[0]
    assert not any(step.startswith("SCAN") for step in plan)


def test_no_call_is_longer_than_a_moment_and_no_text_than_it_may(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfill, "TEXT_CHARS", 5000)
    monkeypatch.setattr(backfill, "BATCH_TOKENS", 100)
    spoken(1, "long " * 3000, "short", "and " * 90, "b").write(tmp_path)
    import_roots(home, [tmp_path])
    encoder = encode(home)
    assert max(sum(len(text.split()) for text in call) for call in encoder.calls) <= 100
    assert sum(len(text.split()) for text in encoder.encoded) <= 1000 + 3 + 90


def test_stopped_anywhere_it_goes_on_where_it_was(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfill, "BATCH_TOKENS", 12)
    for number in range(4):
        busy_session(number).write(tmp_path)
    import_roots(home, [tmp_path])
    texts: list[str] = []
    runs = 0
    while not runs or stored(home) != bodies_of(home):
        with closing(Work(home)) as work:
            work.run(batches=1)
            assert work.batches == 1
            texts += work.encoder.encoded
            wanted = expected(home)
            there = stored(home)
            assert all(len(there[event]) == len(wanted[event]) for event in there)
            assert work.backfill.done == len(there)
        runs += 1
    assert runs > 3
    assert len(texts) == len(set(texts)), "nothing is done twice"


def test_a_session_deleted_while_it_is_encoded_leaves_nothing(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = busy_session(1)
    script.write(tmp_path)
    busy_session(2).write(tmp_path)
    import_roots(home, [tmp_path])
    session = session_of(home, script)
    gone: list[int] = []

    def then(texts: Sequence[str]) -> None:
        if not gone:
            gone.append(1)
            delete(home, session)

    with closing(Work(home, FakeEncoder(then))) as work:
        work.run()
        assert work.backfill.done == work.backfill.total
    assert stored(home) == bodies_of(home) != {}
    with closing(VectorReader(home, MODEL)) as reader:
        assert reader.count()[0] == len(stored(home)), "nor an event that is no more"


def test_a_deletion_waits_for_the_batch_that_knew_nothing_of_it(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = busy_session(1)
    script.write(tmp_path)
    import_roots(home, [tmp_path])
    session = session_of(home, script)
    there = candidates.there
    deleting = threading.Thread(target=delete, args=(home, session))
    library = Library.open(home)

    def look(asked: Library, events: Sequence[int]) -> set[int]:
        found = there(asked, events)
        if not deleting.ident:
            deleting.start()
            while library.rows("SELECT 1 FROM session WHERE id = ?", (session,)):
                deleting.join(0.01)
        return found  # true when it was asked, and no longer

    monkeypatch.setattr(candidates, "there", look)
    with closing(Work(home)) as work:
        work.run()
        deleting.join(20)
    assert not deleting.is_alive()
    library.close()
    with closing(VectorReader(home, MODEL)) as reader:
        assert reader.count() == (0, 0)
    assert not Library.open(home).rows("SELECT 1 FROM setting WHERE name GLOB 'forget-words*'")


def test_a_vector_that_was_known_and_is_no_more_is_made_again(home: Path, tmp_path: Path) -> None:
    passage = " ".join(["same"] * WORDS)
    first, second = spoken(1, passage), spoken(2, f"{passage} and more")
    first.write(tmp_path / "a")
    second.write(tmp_path / "b")
    import_roots(home, [tmp_path / "a"])
    encode(home)
    session = session_of(home, first)
    import_roots(home, [tmp_path / "b"])
    deleted: list[int] = []

    def then(texts: Sequence[str]) -> None:
        if not deleted:
            deleted.append(session)
            delete(home, session)

    encoder = encode(home, FakeEncoder(then))
    assert encoder.calls == [["and more"], [passage, "and more"]]
    assert stored(home) == bodies_of(home)


def test_vectors_that_are_damaged_are_made_anew(home: Path, tmp_path: Path) -> None:
    busy_session(1).write(tmp_path)
    import_roots(home, [tmp_path])
    encode(home)
    (home / "vectors.db").write_bytes(b"no database" * 1000)
    encode(home)
    assert stored(home) == bodies_of(home)


def test_vectors_that_vanish_while_they_are_made_are_made_anew(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfill, "BATCH_TOKENS", 12)
    monkeypatch.setattr(backfill, "_LOOK_SECONDS", 0.0)
    busy_session(1).write(tmp_path)
    import_roots(home, [tmp_path])
    with closing(Work(home)) as work:
        work.run(batches=2)
        for file in home.glob("vectors.db*"):
            file.unlink()
        work.batches = 0
        work.run()
    assert stored(home) == bodies_of(home)


def test_another_library_in_its_place_is_another_library(home: Path, tmp_path: Path) -> None:
    busy_session(1).write(tmp_path / "a")
    busy_session(2, turns=5).write(tmp_path / "b")
    import_roots(home, [tmp_path / "a"])
    encode(home)
    for file in home.glob("library.db*"):
        file.unlink()
    import_roots(home, [tmp_path / "b"])
    encode(home)
    assert stored(home) == bodies_of(home)


class Counted:
    """A library that counts what it is asked."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self.asked: list[str] = []

    def rows(self, sql: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        self.asked.append(sql)
        return self._library.rows(sql, parameters)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._library, name)


@pytest.fixture
def large(home: Path, tmp_path: Path) -> Path:
    """A library of a hundred thousand prompts, all of which say one of ten things."""
    script = spoken(1, *(f"prompt {number}" for number in range(10)))
    script.records = [each for each in script.records if each["type"] == "user"]
    script.write(tmp_path)
    import_roots(home, [tmp_path])
    database = open_writer(home)
    connection = database.connection()
    connection.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
        " INSERT INTO event (session, agent, source, at, size, block, kind, ts, key, parent,"
        " response, action, flags, detail, chars, preview, digest)"
        " SELECT session, agent, source, at, size, block, kind, ts + i, CAST(key || i AS BLOB),"
        " parent, response, action, flags, detail, chars, preview, digest"
        " FROM event, n WHERE kind = 1"
    )
    database.close()
    return home


def test_a_hundred_thousand_events(large: Path) -> None:
    with closing(Work(large)) as work:
        library = Counted(work.library)
        work.backfill = Backfill(library, work.store)  # type: ignore[arg-type]
        work.backfill.look()
        looked = len(library.asked)
        assert work.backfill.total == 100_005
        assert looked <= 2 + 6 + 3, "a page at a time"
        work.run()
        assert work.encoder.encoded.count("prompt 0") == 1
        assert len(work.encoder.encoded) == 5
        assert work.backfill.done == 100_005
        windows = 100_005 // backfill._WINDOW + 1
        assert len(library.asked) - looked <= 5 * windows
        work.backfill.look()
    with closing(VectorReader(large, MODEL)) as reader:
        assert reader.count() == (100_005, 5)
