"""The list narrowed down by a query: also by the words of prompts, as far as they are indexed."""

from __future__ import annotations

from pathlib import Path

import pytest

from her_tui.language.parser import QueryError
from her_tui.paths import INDEX_NAME
from her_tui.queries import minds, sessions
from her_tui.queries.library import Library
from her_tui.queries.sessions import ListQuery
from her_tui.recorder.ingest import import_roots
from her_tui.store.word_reader import WordReader
from tests.queries.test_sessions import names
from tests.support.claude import Script, session_id


@pytest.fixture
def talks(home: Path, tmp_path: Path) -> Library:
    """Two sessions with three prompts each; the titles are their first."""
    for number, words in enumerate((("zebra", "okapi stripes"), ("zebra", "giraffe"))):
        script = Script(session_id(number), number, cwd=f"/src/zoo{number}")
        script.prompt("Feed the animals")
        script.say("They are fed, the quagga too.")
        for word in words:
            script.prompt(f"Where is the {word}?")
            script.say("It left.")
        script.write(tmp_path)
    import_roots(home, [tmp_path])
    return Library.open(home)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("animals", ["0", "1"]),
        ("zebra", ["0", "1"]),
        ("okapi", ["0"]),
        ("okapi stripes", ["0"]),
        ('"okapi stripes"', ["0"]),
        ('"stripes okapi"', []),
        ("gir*", ["1"]),
        ("zebra okapi", []),  # not in one prompt
        ("zebra -okapi", ["1"]),
        ("okapi OR giraffe", ["0", "1"]),
        ("-(okapi OR giraffe)", []),
        ("zebra project:zoo1", ["1"]),
        ("-zebra", []),
        ("quagga", []),  # an answer
        ("🎉", []),
        ("-🎉", ["0", "1"]),
        ("   ", ["0", "1"]),
    ],
)
def test_words_of_prompts(talks: Library, text: str, found: list[str]) -> None:
    assert names(talks, ListQuery(text=text, hidden=True)) == found
    assert sessions.count(talks, ListQuery(text=text)).sessions == len(found)


@pytest.mark.parametrize("damage", ["gone", "empty", "broken"])
def test_without_an_index_what_the_list_says_is_searched(talks: Library, damage: str) -> None:
    for file in talks.home.glob(f"{INDEX_NAME}*"):
        file.unlink()
    if damage != "gone":
        (talks.home / INDEX_NAME).write_bytes(b"nonsense" * 1_000 if damage == "broken" else b"")
    assert names(talks, ListQuery(text="animals")) == ["0", "1"]
    assert names(talks, ListQuery(text="zoo1")) == ["1"]
    assert names(talks, ListQuery(text="okapi")) == []


def test_the_index_is_opened_once(talks: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path] = []

    class Noting(WordReader):
        def __init__(self, home: Path) -> None:
            opened.append(home)
            super().__init__(home)

    monkeypatch.setattr(minds, "WordReader", Noting)
    for text in ("okapi", "giraffe -zebra", "okapi"):
        sessions.listing(talks, ListQuery(text=text))
    assert opened == [talks.home]


@pytest.mark.parametrize("damage", ["gone", "empty", "broken"])
def test_an_index_that_goes_and_comes_back(talks: Library, tmp_path: Path, damage: str) -> None:
    asked = ListQuery(text="okapi", hidden=True)
    assert names(talks, asked) == ["0"]
    for file in talks.home.glob(f"{INDEX_NAME}*"):
        file.unlink()
    if damage != "gone":
        (talks.home / INDEX_NAME).write_bytes(b"nonsense" * 1_000 if damage == "broken" else b"")
    assert names(talks, asked) == []
    import_roots(talks.home, [tmp_path])
    assert names(talks, asked) == ["0"]


def test_hidden_sessions_are_counted_among_those_that_fit(library: Library) -> None:
    listing = sessions.listing(library, ListQuery(text="time OR parser"))
    assert (listing.sessions, listing.hidden) == (3, 1)


def test_a_query_that_cannot_be_is_an_error_of_listing_and_count(library: Library) -> None:
    for ask in (sessions.listing, sessions.count):
        with pytest.raises(QueryError):
            ask(library, ListQuery(text="a (b"))
