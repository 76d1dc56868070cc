"""Fetching ends with the genuine files, or says what went wrong and keeps what it has."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from her_tui.errors import LibraryUnusable
from her_tui.search import fetching, weights
from her_tui.search.encoder import open_numpy
from her_tui.search.fetching import CannotFetch
from her_tui.search.weights import REVISION
from tests.support import genuine
from tests.support.hub import Hub, serving

WEIGHTS = "model.safetensors"
PATH = f"/sentence-transformers/all-MiniLM-L6-v2/resolve/{REVISION}"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    """A mirror of the hub with files that are held to be genuine, named by the environment."""
    genuine.nowhere(monkeypatch, tmp_path / "user")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving(genuine.pin(monkeypatch, tmp_path / "served")) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.address)
        yield hub


class Said(NamedTuple):
    """One line of progress."""

    done: int
    total: int


def fetch(home: Path) -> list[Said]:
    """Fetch, and return what was said about it."""
    said: list[Said] = []
    fetching.fetch(home, lambda done, total: said.append(Said(done, total)))
    return said


def test_all_files_are_fetched_checked_and_private(hub: Hub, home: Path) -> None:
    said = fetch(home)
    assert weights.verify(home / "model")
    assert open_numpy(home / "model").encode(["the bug"]).shape == (1, 32)
    assert [name for name, _ in hub.asked] == ["model.safetensors", "vocab.txt", "tokenizer.json"]
    assert said == sorted(said)
    assert said[-1] == (fetching.total(), fetching.total())
    assert not (home / fetching.PART).exists()
    for path in [home / "model", *(home / "model").rglob("*")]:
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600)


def test_the_files_that_are_not_fetched_say_how_the_model_is_built(hub: Hub, home: Path) -> None:
    fetch(home)
    model = home / "model"
    modules = json.loads((model / "modules.json").read_text())
    assert [one["type"].rpartition(".")[2] for one in modules] == [
        "Transformer",
        "Pooling",
        "Normalize",
    ]
    assert json.loads((model / "sentence_bert_config.json").read_text())["max_seq_length"] == 256
    assert json.loads((model / "1_Pooling/config.json").read_text())["pooling_mode_mean_tokens"]


def test_the_address_is_the_pinned_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    assert fetching.address() == f"https://huggingface.co{PATH}"
    monkeypatch.setenv("HF_ENDPOINT", "https://mirror.example/hf/")
    assert fetching.address() == f"https://mirror.example/hf{PATH}"


@pytest.mark.parametrize("ranges", [True, False])
def test_a_line_that_is_cut_goes_on_where_it_stopped(hub: Hub, home: Path, ranges: bool) -> None:
    hub.cut_after = 100_000
    with pytest.raises(CannotFetch, match=r"cut 68,752 bytes") as caught:
        fetch(home)
    assert "HER_MODEL_DIR" in caught.value.hint
    assert (home / fetching.PART / WEIGHTS).stat().st_size == 100_000
    assert not (home / "model").exists()
    hub.cut_after, hub.ranges = None, ranges
    fetch(home)
    assert (WEIGHTS, "bytes=100000-") in hub.asked
    assert weights.verify(home / "model")


def test_what_is_whole_is_not_fetched_again(hub: Hub, home: Path) -> None:
    part = home / fetching.PART
    part.mkdir(parents=True)
    shutil.copy(hub.folder / WEIGHTS, part)
    fetch(home)
    assert WEIGHTS not in dict(hub.asked)


@pytest.mark.parametrize("wrong", [b"<html>sign in</html>", b"", b"?" * 168_752, b"?" * 999_999])
def test_what_is_not_genuine_is_thrown_away(hub: Hub, home: Path, wrong: bytes) -> None:
    kept = (hub.folder / WEIGHTS).read_bytes()
    (hub.folder / WEIGHTS).write_bytes(wrong)
    with pytest.raises(CannotFetch):
        fetch(home)
    assert not (home / "model").exists()
    (hub.folder / WEIGHTS).write_bytes(kept)
    for _ in range(2):  # a beginning of something else is found out at its end
        try:
            fetch(home)
            break
        except CannotFetch:
            continue
    assert weights.verify(home / "model")


def test_a_file_that_does_not_end_is_given_up(hub: Hub, home: Path) -> None:
    hub.more = b"\0" * 5_000_000
    with pytest.raises(CannotFetch, match="not the genuine file"):
        fetch(home)


@pytest.mark.parametrize("status", [401, 403, 404, 500, 503])
def test_a_hub_that_refuses(hub: Hub, home: Path, status: int) -> None:
    hub.status = status
    with pytest.raises(CannotFetch, match=str(status)) as caught:
        fetch(home)
    assert "HF_ENDPOINT" in caught.value.hint


def test_nobody_there(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(tmp_path) as gone:
        address = gone.address
    monkeypatch.setenv("HF_ENDPOINT", address)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with pytest.raises(CannotFetch, match="Cannot fetch from 127") as caught:
        fetch(home)
    assert "proxy" in caught.value.hint


def test_an_address_that_is_none(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "file:///etc")
    with pytest.raises(CannotFetch, match="no web address"):
        fetch(home)


def test_too_little_space(hub: Hub, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(home.parent)._replace(free=1_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(CannotFetch, match="1 MB are free, 50 MB are needed"):
        fetch(home)
    assert hub.asked == []


def test_a_disk_that_fills_up(hub: Hub, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def __enter__(self) -> Full:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def write(self, _: bytes) -> None:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(fetching, "_open", lambda file, append: Full())
    with pytest.raises(CannotFetch, match="No space left") as caught:
        fetch(home)
    assert "Free some space" in caught.value.hint


def test_a_folder_that_cannot_be_written(hub: Hub, home: Path) -> None:
    home.parent.mkdir(exist_ok=True)
    home.write_text("a file")
    with pytest.raises(LibraryUnusable):
        fetch(home)


def test_one_at_a_time(hub: Hub, home: Path) -> None:
    (home / fetching.PART).mkdir(parents=True)
    with (
        fetching._alone(home / fetching.PART),
        pytest.raises(CannotFetch, match="being fetched already"),
    ):
        fetch(home)
    fetch(home)


def test_forgetting_what_was_fetched(hub: Hub, home: Path) -> None:
    fetch(home)
    assert fetching.forget(home) > fetching.total()
    assert not (home / "model").exists()
    assert fetching.forget(home) == 0
