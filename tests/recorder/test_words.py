"""Indexing: what is new, once, and what only later turns out to be there."""

from __future__ import annotations

from pathlib import Path

import pytest

from her_tui.events.documents import DocumentKind
from her_tui.queries import sessions
from her_tui.queries.library import Library
from her_tui.recorder import words
from her_tui.recorder.deletion import delete
from her_tui.recorder.ingest import import_roots
from her_tui.recorder.progress import silent
from her_tui.store.word_reader import WordReader
from her_tui.store.words import WordIndex
from her_tui.store.writer import Writer
from tests.support.claude import Script, busy_session, session_id


def found(home: Path, match: str, *, outputs: bool = False) -> list[DocumentKind]:
    """The kinds of the documents that match, the newest first."""
    reader = WordReader(home)
    try:
        return [posting.kind for posting in reader.newest(match, outputs=outputs)]
    finally:
        reader.close()


def committing(session: int) -> Script:
    """A session that makes a commit."""
    script = Script(session_id(session), session)
    script.prompt("Commit it")
    script.call(
        "Bash",
        "[main abc1234] Free the okapi\n 1 file changed",
        command='git commit -am "See title"',
    )
    return script


def test_a_commit_is_found_by_its_subject(home: Path, tmp_path: Path) -> None:
    committing(1).write(tmp_path)
    import_roots(home, [tmp_path])
    assert found(home, '"okapi"') == [DocumentKind.COMMIT]
    assert found(home, '"okapi"', outputs=True) == [DocumentKind.OUTPUT]
    assert found(home, '"title"') == [DocumentKind.ACTION]


def test_a_commit_whose_call_comes_after_its_outcome_is_found(home: Path, tmp_path: Path) -> None:
    script = committing(1)
    call = script.records.pop(1)
    script.write(tmp_path)
    import_roots(home, [tmp_path])
    assert found(home, '"okapi"') == []

    script.records.append(call)
    script.write(tmp_path)
    import_roots(home, [tmp_path])
    assert found(home, '"okapi"') == [DocumentKind.COMMIT]
    assert found(home, '"okapi"', outputs=True) == [DocumentKind.OUTPUT]


def test_only_the_ends_of_a_long_output_are_indexed(home: Path, tmp_path: Path) -> None:
    script = Script(session_id(1))
    script.prompt("Go")
    script.call("Bash", "zebra " + "x" * 9000 + " okapi " + "x" * 9000 + " gazelle", command="go")
    script.write(tmp_path)
    import_roots(home, [tmp_path])
    counts = [len(found(home, f'"{word}"', outputs=True)) for word in ("zebra", "okapi", "gazelle")]
    assert counts == [1, 0, 1]


def test_each_event_is_read_once(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy_session(1).write(tmp_path)
    import_roots(home, [tmp_path])
    read: list[int] = []
    original = words._entry
    monkeypatch.setattr(words, "_entry", lambda d: read.append(d.event) or original(d))  # type: ignore[func-returns-value]
    import_roots(home, [tmp_path])
    assert read == []
    busy_session(2).write(tmp_path)
    import_roots(home, [tmp_path])
    assert len(read) == 27
    assert len(set(read)) == 24  # an outcome with a commit is two documents


def test_progress_goes_to_the_last_event(home: Path, tmp_path: Path) -> None:
    busy_session(1, turns=5).write(tmp_path)
    import_roots(home, [tmp_path])
    (home / "words.db").unlink()
    writer = Writer(home)
    told: list[tuple[str, int, int]] = []
    words.index(writer, lambda *progress: told.append(progress))
    writer.close()
    phase, done, total = told[-1]
    assert phase == "indexing"
    assert done == total > 0


def test_small_batches_make_the_same_index(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        busy_session(number).write(tmp_path)
    import_roots(home, [tmp_path])
    expected = found(home, '"parser" OR "git"')
    (home / "words.db").unlink()
    monkeypatch.setattr(words, "_BATCH", 7)
    writer = Writer(home)
    words.index(writer, silent)
    writer.close()
    assert found(home, '"parser" OR "git"') == expected


def test_a_deleted_session_is_in_neither_table(home: Path, tmp_path: Path) -> None:
    committing(1).write(tmp_path)
    busy_session(2).write(tmp_path)
    import_roots(home, [tmp_path])
    delete(home, sessions.find(Library.open(home), session_id(1)).id)
    import_roots(home, [tmp_path])  # makes the index anew, where rows cannot be deleted
    assert found(home, '"okapi"') == found(home, '"okapi"', outputs=True) == []
    index = WordIndex(home)
    assert index.rows() == 27
    index.close()
    assert b"okapi" not in (home / "words.db").read_bytes()
