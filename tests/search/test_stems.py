"""Stems are SQLite's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peewee import sqlite3 as driver  # type: ignore[attr-defined]

from her_tui.events.documents import TOKENIZER
from her_tui.search.stems import is_start, stem, unfinished

_ENDINGS = (
    "ational tional enci anci izer logi bli alli entli eli ousli ization ation ator alism iveness"
    " fulness ousness aliti iviti biliti icate ative alize iciti ical ful ness al ance ence er ic"
    " able ible ant ement ment ent ion ou ism ate iti ous ive ize e s es ies sses ed eed ing ll y"
)
_SUFFIXES = _ENDINGS.split()

words = st.builds(
    "".join,
    st.tuples(
        st.text("abeilosty", min_size=1, max_size=5),
        st.sampled_from(["", *_SUFFIXES]),
        st.sampled_from(["", "s", "ed", "ing", "ly", *_SUFFIXES]),
    ),
)


def of_sqlite(words: list[str]) -> list[str]:
    """The stems SQLite makes."""
    connection = driver.connect(":memory:")
    connection.execute(f"CREATE VIRTUAL TABLE t USING fts5(x, tokenize='{TOKENIZER}')")
    connection.execute("CREATE VIRTUAL TABLE v USING fts5vocab(t, instance)")
    connection.executemany("INSERT INTO t (rowid, x) VALUES (?, ?)", list(enumerate(words)))
    found = connection.execute("SELECT term FROM v ORDER BY doc").fetchall()
    connection.close()
    return [row[0] for row in found]


@given(st.lists(words, min_size=1, max_size=50))
def test_stems_are_those_of_sqlite(words: list[str]) -> None:
    assert [stem(word) for word in words] == of_sqlite(words)


@pytest.mark.parametrize(
    "word", ["a", "is", "x" * 65, "running" * 10, "straße", "2026s", "ünsinnes"]
)
def test_odd_words_too(word: str) -> None:
    plain = word.replace("ü", "u").replace("å", "a")
    assert stem(plain) == of_sqlite([word])[0]


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("authenticat", "authentication"),
        ("runn", "running"),
        ("committ", "committed"),
        ("configurati", "configurations"),
        ("happine", "happiness"),
        ("sanitiz", "sanitizers"),
    ],
)
def test_an_unfinished_word_finds_what_it_may_become(typed: str, word: str) -> None:
    stems = [stem(longer) for longer in unfinished(typed)]
    assert stem(word) in stems or stem(word).startswith(stem(typed))


@pytest.mark.parametrize(("word", "is_one"), [("merge", True), ("key", False), ("working", False)])
def test_whose_stem_is_the_start_of_longer_stems(word: str, is_one: bool) -> None:
    assert is_start(word) is is_one
