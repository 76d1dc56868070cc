"""The keyword index, asked."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from her_tui.errors import LibraryMissing
from her_tui.events.documents import DocumentKind
from her_tui.paths import INDEX_NAME, LIBRARY_NAME
from her_tui.store import vocabulary
from her_tui.store.database import identity, open_writer
from her_tui.store.word_reader import Interrupted, WordReader
from her_tui.store.words import Entry, WordIndex, deletes_rows

_SECOND = 1_760_000_000_000

#: Event, session, kind, text; an event a minute.
_DOCUMENTS = (
    (1, 1, DocumentKind.PROMPT, "Mend the parser, it breaks on commas"),
    (2, 1, DocumentKind.RESPONSE, "The parser is mended: merging was the cause, of conflicts too"),
    (3, 1, DocumentKind.ACTION, "Edit\nsrc/auth/login.py\nget_user_id"),
    (4, 1, DocumentKind.OUTPUT, "parser failed, then the conflict of a merge; src/auth/login.py"),
    (4, 1, DocumentKind.COMMIT, "Mend the parser"),
    (5, 2, DocumentKind.PROMPT, "Why does the parser parse a merge conflict?"),
    (6, 2, DocumentKind.RESPONSE, "Nobody knows"),
    (7, 3, DocumentKind.PROMPT, "Authentication of the zebra"),
)


def entries() -> Iterator[Entry]:
    """The documents."""
    for event, session, kind, text in _DOCUMENTS:
        yield Entry(event, session, kind, _SECOND + event * 60_000, text)


@pytest.fixture
def index(home: Path) -> Iterator[WordIndex]:
    """An index of the documents."""
    library = open_writer(home)
    index = WordIndex(home)
    index.follow(identity(library))
    library.close()
    index.add(entries(), 7)
    yield index
    index.close()


@pytest.fixture
def reader(index: WordIndex, home: Path) -> Iterator[WordReader]:
    """A reader of it."""
    reader = WordReader(home)
    yield reader
    reader.close()


def newest(reader: WordReader, match: str, **narrowed: object) -> list[int]:
    """The events that match, newest first."""
    return [posting.event for posting in reader.newest(match, **narrowed)]  # type: ignore[arg-type]


def test_the_newest_come_first_and_know_where_they_are(reader: WordReader) -> None:
    found = reader.newest('"parser"')
    assert [(posting.event, posting.kind) for posting in found] == [
        (5, DocumentKind.PROMPT),
        (4, DocumentKind.COMMIT),
        (2, DocumentKind.RESPONSE),
        (1, DocumentKind.PROMPT),
    ]
    assert (found[0].session, found[0].ts, found[0].bm25) == (2, _SECOND + 300_000, 0.0)
    assert newest(reader, '"parser"', limit=2) == [5, 4]
    assert newest(reader, '"parser"', below=found[1].row) == [2, 1]


def test_nothing_asked_for_is_everything(reader: WordReader) -> None:
    assert newest(reader, "") == [7, 6, 5, 4, 3, 2, 1]
    assert newest(reader, "", kinds=[DocumentKind.PROMPT]) == [7, 5, 1]
    assert newest(reader, "", sessions=[2]) == [6, 5]
    assert newest(reader, "", outputs=True) == [4]


@pytest.mark.parametrize("ask", ["newest", "ranked"])
def test_a_search_is_narrowed_down(reader: WordReader, ask: str) -> None:
    def found(**narrowed: object) -> list[int]:
        if ask == "newest":
            return newest(reader, '"parser"', **narrowed)
        best = reader.ranked(['"parser"'], **narrowed)  # type: ignore[arg-type]
        return sorted((posting.event for posting in best), reverse=True)

    assert found(kinds=[DocumentKind.PROMPT]) == [5, 1]
    assert found(kinds=[DocumentKind.PROMPT, DocumentKind.COMMIT]) == [5, 4, 1]
    assert found(kinds=[]) == []
    assert found(sessions=[1]) == [4, 2, 1]
    assert found(sessions=range(2, 1000)) == [5]
    assert found(sessions=[]) == []
    assert found(events=[1, 2, 3, 7]) == [2, 1]
    assert found(events=[]) == []
    assert found(after=_SECOND + 120_000, before=_SECOND + 300_000) == [4, 2]


def test_outputs_are_found_apart(reader: WordReader) -> None:
    assert newest(reader, '"failed"') == []
    assert newest(reader, '"failed"', outputs=True) == [4]
    assert newest(reader, '"fail"* AND "merging"', outputs=True, sessions=[1]) == [4]
    assert newest(reader, '"failed"', outputs=True, sessions=[2]) == []
    assert newest(reader, '"failed"', outputs=True, events=[4]) == [4]


def test_a_phrase_in_outputs_is_all_its_words(reader: WordReader) -> None:
    assert newest(reader, '"merge conflict"') == [5]
    assert newest(reader, '"merge conflict"', outputs=True) == [4]
    assert newest(reader, '"auth/log"*', outputs=True) == [4]
    assert newest(reader, '"merge zebra"', outputs=True) == []
    assert newest(reader, '("src/auth" OR "zebra") AND "..."', outputs=True) == []


def test_the_best_come_first(reader: WordReader) -> None:
    found = reader.ranked(['"mend"', '"parser"'])
    assert [posting.event for posting in found][:2] == [4, 1]  # the shorter
    assert found[0].bm25 < found[1].bm25 < 0
    assert len(found) == 4


def test_what_is_required_and_excluded_counts(reader: WordReader) -> None:
    wanted = ['"parser"', '"merge conflict"']
    assert {p.event for p in reader.ranked(wanted)} == {1, 2, 4, 5}
    assert [p.event for p in reader.ranked(wanted, required='"merge conflict"')] == [5]
    assert {p.event for p in reader.ranked(wanted, excluded='"mend" OR "zebra"')} == {5}
    assert reader.ranked([], excluded='"mend"') == []


def test_an_unknown_last_word_is_the_start_of_one(reader: WordReader) -> None:
    assert [p.event for p in reader.ranked(['"zebr"'])] == [7]
    assert [p.event for p in reader.ranked(['"zebr"', '"nobody"'])] == [6]
    assert reader.ranked(['"ze"']) == []


def test_the_commonest_words_are_left_out_where_too_many_match(
    reader: WordReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vocabulary, "_RANKED", 2)
    wanted = ['"the"', '"parser"', '"zebra"']
    assert [p.event for p in reader.ranked(wanted)] == [7]
    assert {p.event for p in reader.ranked(wanted, required='"parser"')} == {2, 4, 5}
    assert {p.event for p in reader.ranked(['"parser"'])} == {2, 4, 5}  # the newest of them


def test_how_much_a_word_tells(reader: WordReader) -> None:
    told = reader.idf(
        ['"parser"', '"zebra"', '"unheard"', '"merge conflict"', '("x y" OR "zebra")']
    )
    zebra = math.log((7 - 1 + 0.5) / (1 + 0.5))
    assert told == {
        '"parser"': pytest.approx(1e-6),  # more than half of the seven have it
        '"zebra"': pytest.approx(zebra),
        '"unheard"': pytest.approx(math.log(7)),
        '"merge conflict"': pytest.approx(zebra),
        '("x y" OR "zebra")': pytest.approx(zebra),
    }


def test_which_events_and_sessions_have_a_word(reader: WordReader) -> None:
    assert reader.having('"mend"', [1, 2, 4, 5, 99]) == {1, 2, 4}
    assert reader.having('"failed"', [4]) == set()
    assert sorted(reader.sessions_with('"parser"')) == [1, 2]
    assert reader.sessions_with('"zebra"', [DocumentKind.PROMPT]) == [3]
    assert reader.sessions_with('"zebra"', [DocumentKind.RESPONSE]) == []


def test_documents_are_counted(reader: WordReader, index: WordIndex) -> None:
    assert reader.totals()[DocumentKind.PROMPT] == 3
    assert (reader.count(), reader.reached()) == (8, 7)
    index.add([Entry(8, 3, DocumentKind.PROMPT, _SECOND, "zebra")], 9)
    assert reader.totals()[DocumentKind.PROMPT] == 4
    assert reader.reached() == 9
    index.forget([8])
    if deletes_rows():  # else the index is empty, and nobody's, until it is made anew
        assert reader.totals()[DocumentKind.PROMPT] == 3
    else:
        with pytest.raises(LibraryMissing):
            reader.totals()


def test_counts_follow_the_index(reader: WordReader, index: WordIndex) -> None:
    before = reader.idf(['"zebra"'])
    index.add([Entry(8, 3, DocumentKind.PROMPT, _SECOND, "zebra")], 9)
    assert reader.idf(['"zebra"']) != before


def test_without_an_index_of_this_library_there_is_none(home: Path, tmp_path: Path) -> None:
    with pytest.raises(LibraryMissing):
        WordReader(home)
    library = open_writer(home)
    name = identity(library)
    library.close()
    index = WordIndex(home)
    index.close()
    with pytest.raises(LibraryMissing):  # nobody's yet
        WordReader(home)
    index = WordIndex(home)
    index.follow(name)
    index.close()
    WordReader(home).close()
    (home / LIBRARY_NAME).rename(tmp_path / "other.db")
    with pytest.raises(LibraryMissing):
        WordReader(home)


def test_an_index_of_another_format_is_none(index: WordIndex, home: Path) -> None:
    index._database.execute_sql("PRAGMA user_version = 2")
    with pytest.raises(LibraryMissing):
        WordReader(home)


def test_a_reader_follows_an_index_that_is_made_anew(reader: WordReader, home: Path) -> None:
    assert newest(reader, '"zebra"') == [7]
    for suffix in ("", "-wal", "-shm"):
        (home / f"{INDEX_NAME}{suffix}").unlink(missing_ok=True)
    with pytest.raises(LibraryMissing):
        reader.newest('"zebra"')
    library = open_writer(home)
    index = WordIndex(home)
    index.follow(identity(library))
    library.close()
    index.add([Entry(9, 1, DocumentKind.PROMPT, _SECOND, "another zebra")], 9)
    assert newest(reader, '"zebra"') == [9]
    index.close()


def test_an_answer_can_be_interrupted(reader: WordReader, monkeypatch: pytest.MonkeyPatch) -> None:
    count: Callable[[str], int] = reader._vocabulary.count

    def slow(expression: str) -> int:
        other = threading.Thread(target=reader.interrupt)
        other.start()
        other.join()
        return count(expression)

    monkeypatch.setattr(reader._vocabulary, "count", slow)
    with pytest.raises(Interrupted):
        reader.ranked(['"parser"'])
    monkeypatch.undo()
    reader.resume()
    assert len(reader.ranked(['"parser"'])) == 4  # the next one is not


def test_an_interruption_between_two_answers_is_not_lost(reader: WordReader) -> None:
    reader.interrupt()
    with pytest.raises(Interrupted):
        reader.newest('"parser"')
    with pytest.raises(Interrupted):
        reader.idf(['"parser"'])
    reader.resume()
    assert reader.newest('"parser"')
