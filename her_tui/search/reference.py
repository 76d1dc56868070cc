"""The model as its authors run it: sentence-transformers, on the same weights.

It takes 6 s of CPU and half a gigabyte to start, so it is for a process of its own that encodes in
bulk, and for the tests that hold the other path to it.
"""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from her_tui.errors import HerError
from her_tui.search.encoder import DIMENSIONS, PASSAGE_TOKENS
from her_tui.search.threads import import_numpy
from her_tui.search.wordpiece import WordPiece

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from her_tui.search.minilm import MiniLM

#: What a batch costs at most, padding included. More are no faster and take more memory.
_BATCH = 2_048

#: Two ways to compute the same number differ by less than 1e-6; another way to pool by 0.01.
_APART = 1e-4

_HALF = re.compile("[\ud800-\udfff]")

#: Never the network, never a word on the terminal, never a thread of its own.
_ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "TQDM_DISABLE": "1",
    "TRANSFORMERS_VERBOSITY": "error",
    "TOKENIZERS_PARALLELISM": "false",
}


def available() -> bool:
    """Whether it is installed; it is not imported."""
    return find_spec("sentence_transformers") is not None and find_spec("torch") is not None


class Reference:
    """An `her_tui.search.encoder.Encoder`. One batch after the other, whoever asks."""

    name = "sentence-transformers"

    def __init__(self, folder: Path) -> None:
        """Imports torch, and loads what is in ``folder``; changes this process's environment.
        Raises `HerError` where it is not installed, or cannot read the folder."""
        os.environ.update(_ENVIRONMENT)
        self._tokenizer = WordPiece(folder / "vocab.txt")
        self._lock = Lock()
        import_numpy()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                import torch
                from sentence_transformers import SentenceTransformer

                torch.set_num_threads(1)
                self._model = SentenceTransformer(str(folder), device="cpu")
        except ImportError as error:
            raise HerError(
                f"sentence-transformers cannot be used: {error}",
                "Install it: pip install 'her-tui[semantic]'.",
            ) from error
        except Exception as error:  # of many libraries, each with kinds of its own
            raise HerError(
                f"sentence-transformers cannot load {folder}: {error}",
                "her-tui semantic enable checks the files and says what to do.",
            ) from error
        self._model.max_seq_length = PASSAGE_TOKENS
        from her_tui.search.minilm import MiniLM  # deferred: numpy

        self._hold_to(MiniLM(folder))

    def _hold_to(self, other: MiniLM) -> None:
        """The small files that say how to pool are verified by nobody: what they make of the
        weights is. Raises `HerError`."""
        probe = ["Which of two texts is nearer?", "why"]
        apart = float(abs(self.encode(probe) - other.encode(probe)).max())
        if apart > _APART:
            raise HerError(
                "sentence-transformers computes other vectors from these weights",
                "Files beside the weights were changed: HER_MODEL_DIR can name another folder.",
            )

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See `her_tui.search.encoder.Encoder`."""
        import numpy as np

        heads, sizes = [], []
        for text in texts:
            head, size = self._head(text)
            heads.append(head)
            sizes.append(size)
        vectors = np.empty((len(texts), DIMENSIONS), np.float32)
        with self._lock:
            for batch in _batches(sizes):
                vectors[batch] = self._model.encode(
                    [heads[place] for place in batch],
                    batch_size=len(batch),
                    show_progress_bar=False,
                    normalize_embeddings=True,
                )
        return vectors

    def _head(self, text: str) -> tuple[str, int]:
        """What the model reads of ``text``, which spares its tokenizer the rest; and how many
        tokens that is."""
        size, end = 2, 0
        for word in self._tokenizer.words(text):
            size, end = size + len(word.ids), word.end
            if size >= PASSAGE_TOKENS:
                break
        # Its tokenizer refuses half a surrogate pair, and drops what stands for one.
        return _HALF.sub("\ufffd", text[:end]), min(size, PASSAGE_TOKENS)


def _batches(sizes: Sequence[int]) -> Iterator[list[int]]:
    """Places of texts, by length, as many as a batch holds once all are padded to its longest."""
    batch: list[int] = []
    for place in sorted(range(len(sizes)), key=sizes.__getitem__):
        if batch and (len(batch) + 1) * sizes[place] > _BATCH:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch
