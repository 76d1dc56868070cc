"""A model for the tests that is taken for the genuine one: small files with hashes of their own."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import cast

import pytest

from her_tui.search import fetching, weights
from her_tui.search.weights import ARCHITECTURE, CONFIG, PINNED, TOKENIZER, Pinned

TINY = Path(__file__).parents[1] / "data" / "tiny_model"


def pin(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Path:
    """Make ``folder`` a copy of the tests' little model, and have that held to be the genuine one
    for the rest of the test."""
    shutil.copytree(TINY, folder, ignore=shutil.ignore_patterns("golden.json"))
    (folder / TOKENIZER).write_text("{}")
    told = json.loads((folder / CONFIG).read_text())
    pinned = cast("dict[str, Pinned]", PINNED)
    for name in list(pinned):
        body = (folder / name).read_bytes()
        monkeypatch.setitem(pinned, name, Pinned(len(body), hashlib.sha256(body).hexdigest()))
    facts = {"num_attention_heads": 4, "num_hidden_layers": 2, "layer_norm_eps": 1e-12}
    architecture = cast("dict[str, object]", ARCHITECTURE)
    for name in list(architecture):
        monkeypatch.delitem(architecture, name)
    architecture_now = {**told, **facts}
    for name, value in architecture_now.items():
        monkeypatch.setitem(architecture, name, value)
    monkeypatch.setitem(fetching._FACTS, CONFIG, architecture_now)
    return folder


def nowhere(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """No weights on this machine: not in a cache of the developer's, not in a package."""
    for name in ("HER_MODEL_DIR", "HF_HOME", "HF_HUB_CACHE", "HF_ENDPOINT", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setattr(weights, "_PACKAGE", "no_package_of_this_name")
