"""A model of the genuine one's shape and no sense: one layer of random weights, a few megabytes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np

from her_tui.search import weights
from her_tui.search.encoder import DIMENSIONS

_VOCABULARY = Path(__file__).parents[1] / "data" / "tiny_model" / "vocab.txt"
_INNER = 8


def make(folder: Path) -> str:
    """Write it into ``folder``; the stamp by which it counts as verified."""
    folder.mkdir(parents=True)
    shutil.copyfile(_VOCABULARY, folder / "vocab.txt")
    config = {"num_attention_heads": 12, "num_hidden_layers": 1, "layer_norm_eps": 1e-12}
    (folder / "config.json").write_text(json.dumps(config))
    rng = np.random.default_rng(1)
    places, bodies, at = {}, [], 0
    for name, shape in _shapes(len(_VOCABULARY.read_text().split("\n"))).items():
        body = rng.normal(0, 0.1, shape).astype("<f4").tobytes()
        places[name] = {"dtype": "F32", "shape": shape, "data_offsets": [at, at + len(body)]}
        bodies.append(body)
        at += len(body)
    header = json.dumps(places).encode()
    file = folder / "model.safetensors"
    file.write_bytes(len(header).to_bytes(8, "little") + header + b"".join(bodies))
    return weights.stamp(folder)


def _shapes(words: int) -> dict[str, list[int]]:
    layer, wide = "encoder.layer.0.", DIMENSIONS
    pairs = {
        "attention.self.query": [wide, wide],
        "attention.self.key": [wide, wide],
        "attention.self.value": [wide, wide],
        "attention.output.dense": [wide, wide],
        "attention.output.LayerNorm": [wide],
        "intermediate.dense": [_INNER, wide],
        "output.dense": [wide, _INNER],
        "output.LayerNorm": [wide],
    }
    shapes = {f"{layer}{name}.weight": shape for name, shape in pairs.items()}
    shapes |= {f"{layer}{name}.bias": shape[:1] for name, shape in pairs.items()}
    return {
        "embeddings.word_embeddings.weight": [words, wide],
        "embeddings.position_embeddings.weight": [512, wide],
        "embeddings.token_type_embeddings.weight": [2, wide],
        "embeddings.LayerNorm.weight": [wide],
        "embeddings.LayerNorm.bias": [wide],
        **shapes,
    }
