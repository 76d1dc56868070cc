"""Finding by meaning without a model: texts are near that share words, or words that mean the same
here. Deterministic, and needs no weights."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from her_tui.queries import minds
from her_tui.queries.library import Library
from her_tui.recorder.backfill import Backfill
from her_tui.search import weights
from her_tui.search.encoder import MODEL, Encoder
from her_tui.store.vectors import VectorStore
from tests.support.encoding import FakeEncoder, cut, enable, vector_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class BagOfWords(FakeEncoder):
    """The vector of a text is the mean of those of its words."""

    #: Told to whoever cuts texts; nobody here needs one.
    tokenizer = None

    def __init__(self, same: Mapping[str, str] | None = None) -> None:
        """``same``: word -> the word it is taken for."""
        super().__init__()
        self._same = same or {}

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """A vector a text."""
        import numpy as np

        self.calls.append(list(texts))
        vectors = np.array([self._mean(text) for text in texts], np.float32)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)

    def _mean(self, text: str) -> NDArray[np.float32]:
        import numpy as np

        words = re.findall(r"\w+", text.lower()) or ["nothing"]
        vectors = [vector_of(self._same.get(word, word)) for word in words]
        return np.asarray(np.sum(vectors, axis=0), np.float32)


def encode(home: Path, encoder: Encoder) -> None:
    """Everything in the library below ``home`` gets its vectors."""
    enable(home)
    with closing(Library.open(home)) as library, closing(VectorStore(home, MODEL)) as store:
        work = Backfill(library, store)
        work.look()
        work.work(encoder, cut, lambda: False, lambda: None)
    if isinstance(encoder, FakeEncoder):
        encoder.calls.clear()


def use(encoder: BagOfWords, monkeypatch: pytest.MonkeyPatch) -> None:
    """Questions are encoded by ``encoder``."""
    monkeypatch.setattr(minds, "open_numpy", lambda folder: encoder)
    monkeypatch.setattr(weights, "verified", lambda home: home)
    monkeypatch.setattr(minds, "passages", lambda tokenizer, text: cut(text))
