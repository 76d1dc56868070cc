"""Turning texts into vectors: what both ways of doing it have in common."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: The vector space: vectors of another are of no use here.
MODEL = "all-MiniLM-L6-v2"
DIMENSIONS = 384

#: Tokens of a passage, its two marks included: the model reads no more (`max_seq_length`).
PASSAGE_TOKENS = 256
#: Tokens that a passage shares with the one before.
OVERLAP_TOKENS = 32


class Encoder(Protocol):
    """One way to compute the vectors of `MODEL`."""

    name: str
    """``numpy`` or ``sentence-transformers``."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One unit vector a text, shape (len(texts), `DIMENSIONS`); what does not fit into
        `PASSAGE_TOKENS` is cut off. Batches by tokens by itself."""


def open_numpy(folder: Path) -> Encoder:
    """The torch-free encoder on the weights in ``folder`` (`her_tui.search.weights.find`). Takes
    0.15 s of CPU. Raises `her_tui.errors.HerError`."""
    from her_tui.search.minilm import MiniLM  # deferred: numpy

    return MiniLM(folder)


def open_reference(folder: Path) -> Encoder:
    """sentence-transformers on the same weights: faster in bulk, 6 s of CPU to start. Raises
    `her_tui.errors.HerError` where it is not installed."""
    from her_tui.search.reference import Reference

    return Reference(folder)
