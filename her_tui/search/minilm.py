"""The model's forward pass with numpy alone: for queries and for what is recorded live.

all-MiniLM-L6-v2 is a BERT (Devlin et al. 2018, post-norm) whose vectors are the mean over the
tokens, made unit length. Nothing here is an approximation of it but by rounding: tests compare it
with sentence-transformers on the same weights.

Texts are laid end to end rather than padded. All that is done token by token goes block by block
of rows, so that what lies between two products stays in the processor's cache; attention goes by
texts of equal length.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from her_tui.search.encoder import PASSAGE_TOKENS
from her_tui.search.safetensors import Tensors, damaged
from her_tui.search.threads import import_numpy
from her_tui.search.wordpiece import WordPiece

import_numpy()

import numpy as np  # noqa: E402  with one thread
from numpy.typing import NDArray  # noqa: E402

Floats = NDArray[np.float32]

#: Tokens computed at once. More are no faster, and cost memory: 11 kB a token.
_BATCH = 1_024
#: Rows of a block: their 1,536 inner values are 0.8 MB, within the second cache of most.
_ROWS = 128
#: Values of a block of the activation, with two more blocks beside it.
_VALUES = 49_152
#: Attention scores computed at once: 1 MB.
_SCORES = 262_144

#: ln(Φ(x)/Φ(-x))/x in powers of x², Φ the normal distribution: a minimax fit over |x| ≤ 5.7, by
#: Lawson's iteration, of degree 6. x·Φ(x) is off by 7e-8 at most, which is float32's own precision
#: at 1; beyond, Φ is 0 or 1 to float32. The first is 2·sqrt(2/π), as theory has it.
_GELU = (
    1.59576843e00,
    7.26685670e-02,
    -6.62599835e-05,
    -1.10480317e-04,
    7.93821887e-06,
    -2.66892811e-07,
    3.61123258e-09,
)


class _Layer:
    """The weights of one layer, as they lie in the file; (out, in) each."""

    def __init__(self, tensors: Tensors, number: int) -> None:
        def both(name: str) -> tuple[Floats, Floats]:
            path = f"encoder.layer.{number}.{name}"
            return tensors[f"{path}.weight"], tensors[f"{path}.bias"]

        parts = [both(f"attention.self.{name}") for name in ("query", "key", "value")]
        self.inward = [weight for weight, _ in parts]
        self.inward_bias = np.concatenate([bias for _, bias in parts])
        self.mixed, self.mixed_bias = both("attention.output.dense")
        self.attention_norm = both("attention.output.LayerNorm")
        self.wide, self.wide_bias = both("intermediate.dense")
        self.narrow, self.narrow_bias = both("output.dense")
        self.norm = both("output.LayerNorm")


class _Room:
    """What a batch is computed in; each call has its own, so threads do not meet."""

    def __init__(self, tokens: int, hidden: int, inner: int) -> None:
        rows = min(tokens, _ROWS)
        self.states = np.empty((tokens, hidden), np.float32)
        self.inward = np.empty((tokens, 3 * hidden), np.float32)
        self.mixed = np.empty((tokens, hidden), np.float32)
        self.wide = np.empty((rows, inner), np.float32)
        self.narrow = np.empty((rows, hidden), np.float32)
        self.square = np.empty(min(rows * inner, _VALUES), np.float32)
        self.power = np.empty_like(self.square)


class MiniLM:
    """An `her_tui.search.encoder.Encoder`; its sizes are those of the files. Thread-safe."""

    name = "numpy"

    def __init__(self, folder: Path) -> None:
        """Maps ``model.safetensors``, reads ``config.json`` and ``vocab.txt``. Raises
        `her_tui.errors.HerError` where one is missing or damaged."""
        config = folder / "config.json"
        try:
            told = json.loads(config.read_text(encoding="utf-8"))
            self._heads = int(told["num_attention_heads"])
            self._epsilon = np.float32(told["layer_norm_eps"])
            layers = int(told["num_hidden_layers"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise damaged(config, error) from error
        self.tokenizer = WordPiece(folder / "vocab.txt")
        tensors = Tensors(folder / "model.safetensors")
        self._tensors = tensors
        self._layers = [_Layer(tensors, number) for number in range(layers)]
        self._inner, self._hidden = tensors.shape("encoder.layer.0.intermediate.dense.weight")
        self._positions = tensors["embeddings.position_embeddings.weight"]
        self._type = tensors["embeddings.token_type_embeddings.weight"][0]
        self._norm = (
            tensors["embeddings.LayerNorm.weight"],
            tensors["embeddings.LayerNorm.bias"],
        )

    def encode(self, texts: Sequence[str]) -> Floats:
        """See `her_tui.search.encoder.Encoder`."""
        ids = [self.tokenizer.encode(text, PASSAGE_TOKENS) for text in texts]
        return self.encode_ids(ids)

    def encode_ids(self, ids: Sequence[Sequence[int]]) -> Floats:
        """The unit vectors of texts that are tokens already, marks included."""
        vectors = np.empty((len(ids), self._hidden), np.float32)
        batches = list(_batches(ids))
        largest = max((sum(len(ids[one]) for one in batch) for batch in batches), default=0)
        room = _Room(largest, self._hidden, self._inner)
        for batch in batches:
            vectors[batch] = self._forward([ids[one] for one in batch], room)
        return vectors

    def _forward(self, ids: list[Sequence[int]], room: _Room) -> Floats:
        """The vectors of texts in order of length."""
        groups = _equal(ids)
        tokens = np.concatenate([np.asarray(one, np.intp) for one in ids])
        states = room.states[: len(tokens)]
        self._embed(tokens, groups, states)
        for layer in self._layers:
            self._attend(layer, states, groups, room)
            self._think(layer, states, room)
        means = [
            states[start : start + count * length].reshape(count, length, -1).mean(axis=1)
            for start, count, length in groups
        ]
        pooled: Floats = np.concatenate(means)
        pooled /= np.maximum(np.linalg.norm(pooled, axis=1, keepdims=True), np.float32(1e-12))
        return pooled

    def _embed(
        self, tokens: NDArray[np.intp], groups: list[tuple[int, int, int]], states: Floats
    ) -> None:
        distinct, which = np.unique(tokens, return_inverse=True)
        rows = self._tensors.rows("embeddings.word_embeddings.weight", distinct)
        np.take(rows + self._type, which, axis=0, out=states)
        for start, count, length in groups:
            group = states[start : start + count * length].reshape(count, length, -1)
            group += self._positions[:length]
        for block in _blocks(len(states)):
            self._normalise(states[block], self._norm)

    def _attend(
        self, layer: _Layer, states: Floats, groups: list[tuple[int, int, int]], room: _Room
    ) -> None:
        """``room.mixed`` becomes what each token takes from the others of its text."""
        hidden = self._hidden
        scale = np.float32(1 / np.sqrt(hidden // self._heads))
        for block in _blocks(len(states)):
            inward = room.inward[block][: len(states[block])]
            for part, weight in enumerate(layer.inward):
                out = inward[:, part * hidden : (part + 1) * hidden]
                np.matmul(states[block], weight.T, out=out)
            inward += layer.inward_bias
            inward[:, :hidden] *= scale
        for start, count, length in groups:
            end = start + count * length
            inward = room.inward[start:end].reshape(count, length, 3, self._heads, -1)
            query, key, value = inward.transpose(2, 0, 3, 1, 4)
            mixed = room.mixed[start:end].reshape(count, length, self._heads, -1)
            _mix(query, key, value, mixed.transpose(0, 2, 1, 3))

    def _think(self, layer: _Layer, states: Floats, room: _Room) -> None:
        """All that a layer does to each token by itself."""
        for block in _blocks(len(states)):
            here = states[block]
            wide, narrow = room.wide[: len(here)], room.narrow[: len(here)]
            np.matmul(room.mixed[block][: len(here)], layer.mixed.T, out=narrow)
            narrow += layer.mixed_bias
            here += narrow
            self._normalise(here, layer.attention_norm)
            np.matmul(here, layer.wide.T, out=wide)
            wide += layer.wide_bias
            _gelu(wide, room)
            np.matmul(wide, layer.narrow.T, out=narrow)
            narrow += layer.narrow_bias
            here += narrow
            self._normalise(here, layer.norm)

    def _normalise(self, states: Floats, norm: tuple[Floats, Floats]) -> None:
        """Each row to mean 0 and variance 1, then by the weights."""
        states -= states.mean(axis=1, keepdims=True)
        variance = np.einsum("ij,ij->i", states, states) / np.float32(states.shape[1])
        states *= (1 / np.sqrt(variance + self._epsilon))[:, None]
        states *= norm[0]
        states += norm[1]


def _batches(ids: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Places of texts, by length, as many as a batch holds; always one at least."""
    batch: list[int] = []
    tokens = 0
    for place in sorted(range(len(ids)), key=lambda one: len(ids[one])):
        if batch and tokens + len(ids[place]) > _BATCH:
            yield batch
            batch, tokens = [], 0
        batch.append(place)
        tokens += len(ids[place])
    if batch:
        yield batch


def _equal(ids: list[Sequence[int]]) -> list[tuple[int, int, int]]:
    """Runs of texts of one length: (first token, texts, tokens of each)."""
    groups: list[tuple[int, int, int]] = []
    start = 0
    for one in ids:
        if groups and groups[-1][2] == len(one):
            first, count, length = groups[-1]
            groups[-1] = (first, count + 1, length)
        else:
            groups.append((start, 1, len(one)))
        start += len(one)
    return groups


def _blocks(rows: int) -> Iterator[slice]:
    return (slice(start, start + _ROWS) for start in range(0, rows, _ROWS))


def _mix(query: Floats, key: Floats, value: Floats, out: Floats) -> None:
    """Attention, softmax and all, of (texts, heads, tokens, width) each, into ``out``."""
    texts, heads, length, _ = query.shape
    some_heads = max(1, min(heads, _SCORES // (length * length)))
    some_texts = max(1, _SCORES // (heads * length * length))
    for first in range(0, texts, some_texts):
        for head in range(0, heads, some_heads):
            part = np.s_[first : first + some_texts, head : head + some_heads]
            scores = query[part] @ key[part].swapaxes(-1, -2)
            scores -= scores.max(axis=-1, keepdims=True)
            np.exp(scores, out=scores)
            np.matmul(scores, value[part], out=out[part])
            out[part] /= scores.sum(axis=-1, keepdims=True)


@np.errstate(over="ignore")  # the power of a large value is infinity, whose exponential is right
def _gelu(values: Floats, room: _Room) -> None:
    """x·Φ(x) in place, as x / (1 + exp(-ln(Φ(x)/Φ(-x))))."""
    flat = values.reshape(-1)
    for start in range(0, flat.size, _VALUES):
        x = flat[start : start + _VALUES]
        square, power = room.square[: x.size], room.power[: x.size]
        np.multiply(x, x, out=square)
        np.multiply(square, np.float32(-_GELU[-1]), out=power)
        for factor in _GELU[-2:0:-1]:
            power -= np.float32(factor)
            power *= square
        power -= np.float32(_GELU[0])
        power *= x
        np.exp(power, out=power)
        power += np.float32(1)
        np.divide(x, power, out=x)
