#!/usr/bin/env python3
"""Makes the little model of the tests: ``tests/data/tiny_model``. Needs the extra ``semantic``.

A BERT of two layers with random weights and a vocabulary of our own, and what the genuine libraries
make of invented texts with it: the tokens by the tokenizer's own library, the vectors by
sentence-transformers. So the suite holds the numpy path to them with neither installed.
"""

from __future__ import annotations

import json
import shutil
import string
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.support.texts import ODD, varied  # noqa: E402

TARGET = ROOT / "tests" / "data" / "tiny_model"

_MARKS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
_SYLLABLES = "ing er re on the or us get id val par ser in de ex st at an to com mit ion"
_WORDS = (
    "the a of is how did last fix bug user users self return def int none line value error word "
    "commit parser token index session prompt cache naive cafe strasse deja http x86 64 don"
)
_LETTERS = "абвгдмирαβγκοσμευφאבגדהולםابتدهوسلمनमसतदय漢字仮名交文中国語世界ßøłı½²™"

#: Small enough for a fixture; the widths differ so that none can be taken for another.
_SIZES = {"hidden_size": 32, "num_attention_heads": 4, "intermediate_size": 80}


def vocabulary() -> list[str]:
    """Its pieces."""
    jamo = [chr(code) for code in (*range(0x1100, 0x1113), *range(0x1161, 0x1176))]
    single = [*string.ascii_lowercase, *string.digits, *_LETTERS, *jamo]
    marks = [*string.punctuation, *"“”‘’–—…«»。、"]
    pieces = [*_MARKS, *marks, *single, *(f"##{letter}" for letter in single)]
    syllables = _SYLLABLES.split()
    pieces += [*_WORDS.split(), *syllables, *(f"##{part}" for part in syllables)]
    return list(dict.fromkeys(pieces))


def _rounded(vector: Iterable[float]) -> list[float]:
    return [round(float(value), 8) for value in vector]


def _stir(model: Any) -> None:
    """Random weights, wide enough that attention picks and the activation bends."""
    import torch

    torch.manual_seed(20)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.normal_(1.0 if "LayerNorm.weight" in name else 0.0, 0.35)


def make(folder: Path) -> None:
    """The model and what is right, into ``folder``."""
    from sentence_transformers import SentenceTransformer, models
    from tokenizers import BertWordPieceTokenizer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    pieces, texts = vocabulary(), [*ODD, *varied(120)]
    config = BertConfig(
        vocab_size=len(pieces), num_hidden_layers=2, max_position_embeddings=256, **_SIZES
    )
    model = BertModel(config)
    _stir(model)
    with tempfile.TemporaryDirectory() as scratch:
        vocab = Path(scratch) / "vocab.txt"
        vocab.write_text("".join(f"{piece}\n" for piece in pieces), encoding="utf-8")
        tokenizer = BertWordPieceTokenizer(str(vocab), lowercase=True)
        tokenizer.enable_truncation(256)
        tokenizer.save(f"{scratch}/tokenizer.json")
        fast = BertTokenizerFast(tokenizer_file=f"{scratch}/tokenizer.json", vocab_file=str(vocab))
        model.save_pretrained(scratch)
        fast.save_pretrained(scratch)
        bert = models.Transformer(scratch, max_seq_length=256)
        whole = SentenceTransformer(
            modules=[bert, models.Pooling(32, "mean"), models.Normalize()], device="cpu"
        )
        vectors = whole.encode(texts, batch_size=1, show_progress_bar=False)
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(f"{scratch}/model.safetensors", folder / "model.safetensors")
        shutil.copyfile(vocab, folder / "vocab.txt")
        facts = {**_SIZES, "num_hidden_layers": 2, "layer_norm_eps": config.layer_norm_eps}
        (folder / "config.json").write_text(json.dumps(facts, indent=1) + "\n")
    golden = [
        {
            "text": text if index >= len(ODD) else None,  # those are looked up
            "ids": tokenizer.encode(text).ids,
            "vector": _rounded(vector),
        }
        for index, (text, vector) in enumerate(zip(texts, vectors, strict=True))
    ]
    (folder / "golden.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    make(TARGET)
