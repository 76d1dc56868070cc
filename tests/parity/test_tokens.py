"""The tokens are those of the genuine tokenizer, for texts of all kinds and every character."""

from __future__ import annotations

import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from her_tui.search.encoder import PASSAGE_TOKENS
from her_tui.search.reference import Reference
from her_tui.search.wordpiece import WordPiece
from tests.support.texts import ODD, varied


@pytest.fixture(scope="module")
def ours(folder: Path) -> WordPiece:
    return WordPiece(folder / "vocab.txt")


@pytest.fixture(scope="module")
def theirs(folder: Path) -> Any:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    return tokenizer


def differing(ours: WordPiece, theirs: Any, texts: list[str], limit: int) -> list[str]:
    """The texts of which the two make different tokens."""
    theirs.enable_truncation(limit)
    right = theirs.encode_batch(texts)
    return [
        ascii(text[:60])
        for text, encoding in zip(texts, right, strict=True)
        if ours.encode(text, limit) != encoding.ids
    ]


def test_texts_of_all_kinds(
    ours: WordPiece, theirs: Any, lines: list[str], docstrings: list[str]
) -> None:
    texts = [*ODD, *varied(8_000), *lines[:20_000], *docstrings]
    assert len(texts) >= 5_000
    assert differing(ours, theirs, texts, PASSAGE_TOKENS) == []


def test_every_character_there_is(ours: WordPiece, theirs: Any) -> None:
    characters = [
        chr(code)
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code)) not in ("Cs", "Cn", "Co")
    ]
    texts = [
        "".join(f"a{character}b {character}c " for character in characters[start : start + 50])
        for start in range(0, len(characters), 50)
    ]
    assert differing(ours, theirs, texts, 10_000) == []


def test_the_tokenizer_is_the_one_that_sentence_transformers_uses(
    ours: WordPiece, reference: Reference
) -> None:
    tokenizer = reference._model.tokenizer
    for text in [*ODD, *varied(400, seed=11)]:
        told = tokenizer(text, truncation=True, max_length=PASSAGE_TOKENS)
        assert ours.encode(text, PASSAGE_TOKENS) == told["input_ids"], ascii(text[:60])
