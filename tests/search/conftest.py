"""The little model of the tests (``scripts/tiny_model.py``), and what is right for it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from her_tui.search.minilm import MiniLM
from her_tui.search.wordpiece import WordPiece
from tests.support.texts import ODD

TINY = Path(__file__).parents[1] / "data" / "tiny_model"


class Golden(NamedTuple):
    """A text with what the genuine libraries make of it."""

    text: str
    ids: list[int]
    vector: list[float]


@pytest.fixture(scope="session")
def golden() -> list[Golden]:
    """Texts of all kinds; the first ones are `tests.support.texts.ODD`."""
    told = json.loads((TINY / "golden.json").read_text())
    return [
        Golden(ODD[index] if one["text"] is None else one["text"], one["ids"], one["vector"])
        for index, one in enumerate(told)
    ]


@pytest.fixture(scope="session")
def tokenizer() -> WordPiece:
    """Its tokenizer."""
    return WordPiece(TINY / "vocab.txt")


@pytest.fixture(scope="session")
def tiny() -> MiniLM:
    """The numpy path on it."""
    return MiniLM(TINY)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of it that a test may damage."""
    shutil.copytree(TINY, tmp_path / "tiny")
    return tmp_path / "tiny"
