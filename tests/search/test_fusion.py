"""Fusion: one order out of words and meaning."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from her_tui.search.fusion import UNKNOWN_PLACE, WEIGHT, fuse, lexical, worth

_SHARES = st.dictionaries(st.integers(1, 60), st.floats(0, 1), max_size=30)
_COSINES = st.dictionaries(st.integers(1, 60), st.floats(-1, 1), max_size=30)


def _order(words: Mapping[int, float], meaning: Mapping[int, float]) -> list[int]:
    return [each.document for each in fuse(words, meaning)]


def _by_ranks(words: Mapping[int, float], meaning: Mapping[int, float]) -> list[int]:
    """Plain reciprocal rank fusion, k = 60."""
    scores: dict[int, float] = {}
    for leg in (words, meaning):
        for rank, document in enumerate(sorted(leg, key=lambda each: -leg[each]), 1):
            scores[document] = scores.get(document, 0.0) + 1 / (60 + rank)
    return sorted(scores, key=lambda each: -scores[each])


def test_a_share_of_what_could_be() -> None:
    idfs = math.log(1000) + math.log(10)
    assert lexical(-2.2 * idfs, idfs) == pytest.approx(1)
    assert lexical(-1.1 * idfs, idfs) == pytest.approx(0.5)
    assert lexical(0.0, idfs) == 0
    assert lexical(0.5, idfs) == 0  # bm25 of a word that most documents have
    assert lexical(-100, idfs) == 1
    assert lexical(-1, 0) == 0


def test_to_have_all_the_words_is_worth_more_than_to_have_some_often() -> None:
    assert worth(1, 1) == 1
    assert worth(0.2, 1) > worth(0.8, 0.5)
    assert worth(0.3, 1) > worth(0.2, 1)
    assert worth(0, 0.5) == worth(0.5, 0) == 0


def test_one_leg_alone_keeps_its_order() -> None:
    assert _order({1: 0.2, 2: 0.9, 3: 0.5}, {}) == [2, 3, 1]
    assert _order({}, {1: 0.2, 2: 0.9, 3: 0.5}) == [2, 3, 1]
    assert fuse({}, {}) == []


def test_the_newest_of_equal_ones_first() -> None:
    assert _order({7: 0.5, 9: 0.5, 8: 0.5}, {}) == [9, 8, 7]
    assert _order({}, {7: 0.5, 9: 0.5, 8: 0.5}) == [9, 8, 7]


def test_what_each_said_is_kept() -> None:
    (first, second) = fuse({1: 0.5}, {1: 0.3, 2: 0.4})
    assert (first.document, first.words, first.meaning) == (1, 0.5, 0.3)
    assert (second.document, second.words, second.meaning) == (2, 0.0, 0.4)


def test_a_paraphrase_is_not_drowned_by_words_it_shares_with_others() -> None:
    """What ranks alone get wrong: thirty documents have one of five words each; the one that is
    meant has none of them, and is by far the nearest."""
    words = {number: worth(0.2, 0.2 + number / 1000) for number in range(2, 32)}
    meaning = {1: 0.62} | {number: 0.28 - number / 1000 for number in range(2, 32)}
    assert _order(words, meaning)[0] == 1
    assert _by_ranks(words, meaning).index(1) >= 10


def test_an_exact_name_comes_before_what_is_only_near() -> None:
    """It stands in one document, which is code and has no vector."""
    words = {1: worth(0.4, 1)}
    meaning = {number: 0.45 - number / 1000 for number in range(2, 200)}
    assert _order(words, meaning)[0] == 1


def test_some_of_the_words_are_worth_little_where_another_has_all() -> None:
    words = {1: worth(0.2, 1), 2: worth(0.4, 0.3)}
    assert _order(words, {1: 0.1, 2: 0.3, 3: 0.45}) == [1, 3, 2]


def test_what_has_no_vector_is_taken_for_as_near_as_many_are() -> None:
    meaning = {number: 0.9 - number / 100 for number in range(1, 61)}
    scores = {each.document: each.score for each in fuse({99: 0.2}, meaning)}
    assert scores[99] - WEIGHT * 0.2 == pytest.approx(meaning[UNKNOWN_PLACE])


@given(_SHARES, _COSINES)
def test_every_document_once_and_best_first(
    words: dict[int, float], meaning: dict[int, float]
) -> None:
    fused = fuse(words, meaning)
    assert sorted(each.document for each in fused) == sorted(words.keys() | meaning.keys())
    assert all(one.score >= two.score for one, two in pairwise(fused))


@given(_SHARES, _COSINES, st.integers(1, 60))
def test_more_of_the_words_is_never_worse(
    words: dict[int, float], meaning: dict[int, float], document: int
) -> None:
    words.setdefault(document, 0.1)
    before = _order(words, meaning).index(document)
    better = words | {document: min(1.0, words[document] + 0.2)}
    assert _order(better, meaning).index(document) <= before
