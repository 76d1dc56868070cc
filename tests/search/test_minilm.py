"""The numpy path computes what sentence-transformers does: here on a model of the tests' own."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from math import erfc
from pathlib import Path

import numpy as np
import pytest

from her_tui.errors import HerError
from her_tui.search import minilm
from her_tui.search.encoder import open_numpy
from her_tui.search.minilm import MiniLM
from tests.search.conftest import TINY, Golden


def test_vectors_are_those_of_sentence_transformers(tiny: MiniLM, golden: list[Golden]) -> None:
    vectors = tiny.encode([one.text for one in golden])
    right = np.array([one.vector for one in golden])
    assert vectors.dtype == np.float32
    assert np.abs(vectors - right).max() <= 1e-6
    assert np.abs(np.linalg.norm(vectors, axis=1) - 1).max() <= 1e-6


@pytest.mark.parametrize("batch", [1, 300, 100_000])
def test_batches_and_blocks_change_nothing(
    tiny: MiniLM, golden: list[Golden], monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    texts = [one.text for one in golden]
    usual = tiny.encode(texts)
    monkeypatch.setattr(minilm, "_BATCH", batch)
    monkeypatch.setattr(minilm, "_ROWS", 7)
    monkeypatch.setattr(minilm, "_VALUES", 100)
    monkeypatch.setattr(minilm, "_SCORES", 999)
    assert np.abs(tiny.encode(texts) - usual).max() <= 1e-6


def test_no_texts_are_no_vectors(tiny: MiniLM) -> None:
    assert tiny.encode([]).shape == (0, 32)


def test_threads_do_not_meet(tiny: MiniLM, golden: list[Golden]) -> None:
    texts = [one.text for one in golden if len(one.ids) < 60]
    alone = tiny.encode(texts)
    with ThreadPoolExecutor(4) as pool:
        for vectors in pool.map(lambda _: tiny.encode(texts), range(12)):
            assert np.array_equal(vectors, alone)


def test_the_activation_is_the_exact_one() -> None:
    values = np.linspace(-12, 12, 100_001, dtype=np.float32)
    right = np.array([0.5 * x * erfc(-x / 2**0.5) for x in values.tolist()])
    room = minilm._Room(1, 1, values.size)
    result = values[None].copy()
    minilm._gelu(result, room)
    error = np.abs(result[0] - right)
    assert (error <= 2 * np.spacing(np.maximum(np.abs(values), 1))).all()


def test_large_values_do_not_become_nonsense() -> None:
    values = np.array([[-1e30, -1e6, -100, 0, 100, 1e6, 1e30]], np.float32)
    minilm._gelu(values, minilm._Room(1, 1, 7))
    assert values[0].tolist() == [0, 0, 0, 0, 100, 1e6, np.float32(1e30)]


@pytest.mark.parametrize("name", ["config.json", "vocab.txt", "model.safetensors"])
@pytest.mark.parametrize("content", [None, b"", b"{}", b"\x00" * 64])
def test_a_file_that_is_missing_or_damaged_is_named(
    folder: Path, name: str, content: bytes | None
) -> None:
    (folder / name).unlink()
    if content is not None:
        (folder / name).write_bytes(content)
    with pytest.raises(HerError) as caught:
        open_numpy(folder)
    assert name in caught.value.title
    assert "semantic enable" in caught.value.hint


def test_a_model_with_a_layer_too_few_is_damaged(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "num_hidden_layers": 3}))
    with pytest.raises(HerError, match=r"model\.safetensors"):
        open_numpy(folder)


def test_tokens_beyond_the_vocabulary_are_an_error(folder: Path) -> None:
    with (folder / "vocab.txt").open("a") as vocabulary:
        vocabulary.write("beyond\n")
    with pytest.raises(HerError, match="no row"):
        open_numpy(folder).encode(["beyond"])


def test_the_encoder_names_itself() -> None:
    assert open_numpy(TINY).name == "numpy"
