"""The tokens of a text are the model's own, and each knows its characters."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from her_tui.errors import HerError
from her_tui.search import wordpiece
from her_tui.search.wordpiece import WordPiece
from tests.search.conftest import TINY, Golden
from tests.support.texts import ODD, varied

_TOKENIZER = WordPiece(TINY / "vocab.txt")
#: All kinds of characters, those that mean something to a tokenizer more often.
_TEXTS = st.lists(
    st.one_of(
        st.text(max_size=8),
        st.sampled_from([*" \t\n.,_-", "[CLS]", "[SEP", "getId", "e\u0301", "漢字", "\x00", "😀"]),
        st.text("abc ", max_size=150),
    ),
    max_size=20,
).map("".join)


def test_tokens_are_those_of_the_models_own_tokenizer(
    tokenizer: WordPiece, golden: list[Golden]
) -> None:
    for text, ids, _ in golden:
        assert tokenizer.encode(text, 256) == ids, ascii(text[:80])


@given(_TEXTS)
def test_words_lie_one_after_the_other_and_hold_all_but_white_and_what_is_dropped(
    text: str,
) -> None:
    words = list(_TOKENIZER.words(text))
    ends = [0, *(word.end for word in words)]
    assert all(word.start >= end for word, end in zip(words, ends, strict=False))
    assert all(word.start < word.end <= len(text) and word.ids for word in words)
    starts = [*(word.start for word in words), len(text)]
    between = "".join(text[end:start] for end, start in zip(ends, starts, strict=True))
    assert list(_TOKENIZER.words(between)) == []


@given(_TEXTS)
def test_a_word_by_itself_is_the_same_word(text: str) -> None:
    for word in _TOKENIZER.words(text):
        ((start, _, ids),) = _TOKENIZER.words(text[word.start : word.end])
        assert (start, ids) == (0, word.ids)


@given(_TEXTS, st.integers(3, 40))
def test_a_limit_cuts_the_end_off(text: str, limit: int) -> None:
    first, *whole, last = _TOKENIZER.encode(text, 1_000_000)
    assert _TOKENIZER.encode(text, limit) == [first, *whole[: limit - 2], last]


def test_it_reads_no_further_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    tokenizer = WordPiece(TINY / "vocab.txt")
    looked_up: list[str] = []
    ids_of = tokenizer._ids

    def look_up(word: str) -> tuple[int, ...]:
        looked_up.append(word)
        return ids_of(word)

    monkeypatch.setattr(tokenizer, "_ids", look_up)
    tokenizer.encode("the bug " * 100_000, 32)
    assert len(looked_up) == 31


def test_half_a_surrogate_pair_is_dropped(tokenizer: WordPiece) -> None:
    assert tokenizer.encode("the\ud800 bug\udfff", 9) == tokenizer.encode("the bug", 9)


def test_what_it_remembers_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wordpiece, "_REMEMBERED", 50)
    tokenizer = WordPiece(TINY / "vocab.txt")
    for text in [*varied(200), *ODD]:
        tokenizer.encode(text, 256)
        assert len(tokenizer._known) <= 50
        assert all(len(word) <= 100 for word in tokenizer._known)


@pytest.mark.parametrize("content", [None, b"", b"a\nb\n", b"\xff\xfe[UNK]\n"])
def test_a_vocabulary_that_is_none_is_an_error(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "vocab.txt").write_bytes(content)
    with pytest.raises(HerError, match=r"vocab\.txt"):
        WordPiece(tmp_path / "vocab.txt")
