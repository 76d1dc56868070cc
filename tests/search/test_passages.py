"""Passages cover a text, and none is longer than what the model reads."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from her_tui.search.encoder import OVERLAP_TOKENS, PASSAGE_TOKENS
from her_tui.search.passages import digest, passages
from her_tui.search.wordpiece import WordPiece
from tests.search.conftest import TINY
from tests.support.texts import ODD, varied

_TOKENIZER = WordPiece(TINY / "vocab.txt")
_LONG = st.lists(
    st.one_of(
        st.text(max_size=10),
        st.sampled_from(["the bug ", "\n", "x" * 90 + " ", "x" * 500 + " ", "漢字", "a.b(c) "]),
    ),
    max_size=200,
).map("".join)


@given(_LONG)
def test_every_word_is_in_a_passage(text: str) -> None:
    words = list(_TOKENIZER.words(text))
    cut = list(passages(_TOKENIZER, text))
    assert [one.ordinal for one in cut] == list(range(len(cut)))
    covered: list[tuple[int, ...]] = []
    reached = 0
    for one in cut:
        assert one.text == text[one.start : one.end]
        inside = [word for word in words if one.start <= word.start and word.end <= one.end]
        assert one.tokens == 2 + sum(len(word.ids) for word in inside) <= PASSAGE_TOKENS
        new = [word for word in inside if word.start >= reached]
        assert new
        assert sum(len(word.ids) for word in inside if word.start < reached) <= OVERLAP_TOKENS
        covered.extend(word.ids for word in new)
        reached = one.end
    assert covered == [word.ids for word in words]


@given(_LONG)
def test_a_passage_by_itself_has_the_same_tokens(text: str) -> None:
    for one in passages(_TOKENIZER, text):
        assert len(_TOKENIZER.encode(one.text, 10_000)) == one.tokens


def test_short_words_overlap_by_all_of_the_overlap() -> None:
    first, second, *_ = passages(_TOKENIZER, "the bug " * 1_000)
    assert first.tokens == second.tokens == PASSAGE_TOKENS
    shared = first.text[second.start - first.start :]
    assert shared == ("the bug " * (OVERLAP_TOKENS // 2)).strip()


def test_a_short_text_is_one_passage_and_nothing_is_none() -> None:
    (one,) = passages(_TOKENIZER, "  fix the bug\n")
    assert (one.start, one.end, one.text) == (2, 13, "fix the bug")
    assert not any(list(passages(_TOKENIZER, text)) for text in ("", " \n", "\x00\ufe0f"))


def test_a_word_without_end_is_one_token() -> None:
    (one,) = passages(_TOKENIZER, "x" * 1_000_000)
    assert one.tokens == 3


def test_passages_are_made_as_they_are_asked_for() -> None:
    assert next(passages(_TOKENIZER, "the bug " * 1_000_000)).ordinal == 0


def test_a_digest_is_known_by_the_text_alone() -> None:
    texts = {*ODD, *varied(300), "half a pair \ud800"}
    digests = {digest(text) for text in texts}
    assert len(digests) == len(texts)
    assert {len(one) for one in digests} == {8}
    # Vectors on disk are known by it: it must never change.
    assert digest("fix the bug").hex() == "38cda231507ea804"
