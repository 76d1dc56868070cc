"""What finding keeps from one question to the next."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from her_tui.errors import HerError
from her_tui.paths import INDEX_NAME
from her_tui.queries import minds
from her_tui.queries.library import Library
from her_tui.queries.minds import Mind, Superseded
from her_tui.store.word_reader import Interrupted, WordReader


@pytest.fixture
def mind(library: Library, home: Path) -> Iterator[Mind]:
    """What is kept of an indexed library."""
    yield minds.mind(home)
    minds.forget(home)


@pytest.mark.parametrize("error", [Interrupted, Superseded])
def test_a_question_given_up_leaves_the_index_open(
    mind: Mind, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Superseded), mind.words() as first:
        raise error
    monkeypatch.setattr(WordReader, "close", lambda _: pytest.fail("closed"))
    with mind.words() as second:
        assert second is first
        assert second.count() > 0
    monkeypatch.undo()


def test_an_index_that_is_being_made_anew_is_opened_once_it_is_there(
    mind: Mind, home: Path
) -> None:
    with mind.words() as reader:
        known = reader.count()
    index, aside = home / INDEX_NAME, home / "aside"
    index.rename(aside)
    index.write_bytes(b"not yet an index")
    with pytest.raises(HerError), mind.words() as reader:
        reader.count()
    (home / "new").write_bytes(aside.read_bytes())
    (home / "new").rename(index)
    with mind.words() as reader:
        assert reader.count() == known


def test_an_index_that_is_filled_where_it_is(mind: Mind, home: Path) -> None:
    index = home / INDEX_NAME
    whole = index.read_bytes()
    with mind.words() as reader:
        known = reader.count()
    index.unlink()
    index.write_bytes(b"not yet an index")
    with pytest.raises(HerError), mind.words() as reader:
        reader.count()
    index.write_bytes(whole)
    with mind.words() as reader:
        assert reader.count() == known


def test_what_was_interrupted_answers_the_next(mind: Mind) -> None:
    with mind.words() as first:
        first.interrupt()  # too late
    with mind.words() as second:
        assert second is first
        assert second.count() > 0
