"""Which of the two ways to compute the model is used for what there is to encode."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from her_tui.errors import HerError
from her_tui.recorder.backfill import Cut
from her_tui.search import encoder, reference, weights
from her_tui.search.encoder import Encoder
from her_tui.search.passages import passages
from her_tui.search.wordpiece import WordPiece


@dataclass(frozen=True, slots=True)
class Engine:
    """The model, loaded."""

    encoder: Encoder
    cut: Cut
    reference: bool = False
    """It is sentence-transformers: fast in bulk, and large."""
    replaceable: bool = False
    """It is not, and the other is there for when much is to be done."""


Load = Callable[[Path, bool], Engine]
"""Loads the model for the library below a folder; True: there is so much to do that the reference
is worth its start, where it is installed. Raises `HerError`."""


def load(home: Path, bulk: bool) -> Engine:
    """As `Load` says, from the weights that the user's settings name."""
    folder = weights.verified(home)
    cut = partial(passages, WordPiece(folder / "vocab.txt"))
    there = reference.available()
    if bulk and there:
        try:
            return Engine(encoder.open_reference(folder), cut, reference=True)
        except HerError:
            there = False  # something of it is broken: the other takes longer, and works
    return Engine(encoder.open_numpy(folder), cut, replaceable=there)
