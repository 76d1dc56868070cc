"""Both ways of computing the model give the same vectors."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from her_tui.errors import HerError
from her_tui.search.encoder import DIMENSIONS
from her_tui.search.minilm import MiniLM
from her_tui.search.passages import passages
from her_tui.search.reference import Reference

TOLERANCE = 1e-5


@pytest.fixture(scope="module")
def right(bare: Any, texts: list[str]) -> NDArray[np.float32]:
    """What sentence-transformers makes of the texts, one by one."""
    vectors: NDArray[np.float32] = bare.encode(texts, batch_size=1, show_progress_bar=False)
    return vectors


def test_numpy(numpy_path: MiniLM, texts: list[str], right: NDArray[np.float32]) -> None:
    assert len(texts) >= 300
    vectors = numpy_path.encode(texts)
    assert vectors.shape == (len(texts), DIMENSIONS)
    assert np.abs(vectors - right).max() <= TOLERANCE


def test_numpy_one_by_one(numpy_path: MiniLM, texts: list[str], right: NDArray[np.float32]) -> None:
    vectors = np.concatenate([numpy_path.encode([text]) for text in texts[:100]])
    assert np.abs(vectors - right[:100]).max() <= TOLERANCE


def test_our_batches_change_nothing(
    reference: Reference, texts: list[str], right: NDArray[np.float32]
) -> None:
    assert np.abs(reference.encode(texts) - right).max() <= TOLERANCE


def test_passages(numpy_path: MiniLM, reference: Reference, lines: list[str]) -> None:
    text = "\n".join(lines[5_000:6_000])
    cut = [one.text for one in passages(numpy_path.tokenizer, text)]
    assert len(cut) > 20
    assert np.abs(numpy_path.encode(cut) - reference.encode(cut)).max() <= TOLERANCE


def test_half_a_surrogate_pair(numpy_path: MiniLM, reference: Reference) -> None:
    texts = ["half \ud83d a pair", "half  a pair"]
    ours, theirs = numpy_path.encode(texts), reference.encode(texts)
    assert np.abs(ours - theirs).max() <= TOLERANCE
    assert np.abs(ours[0] - ours[1]).max() <= TOLERANCE


def test_meaning_is_where_it_should_be(numpy_path: MiniLM) -> None:
    """The example of the model's own documentation."""
    weather, sunny, stadium = numpy_path.encode(
        [
            "The weather is lovely today.",
            "It's so sunny outside!",
            "He drove to the stadium.",
        ]
    )
    assert float(weather @ sunny) == pytest.approx(0.6660, abs=1e-4)
    assert float(weather @ stadium) == pytest.approx(0.1046, abs=1e-4)


def test_the_reference_says_nothing_and_stays_off_the_network(folder: Path) -> None:
    program = (
        "import socket, sys, pathlib\n"
        "def refuse(*_): raise AssertionError('the network')\n"
        "socket.socket.connect = socket.getaddrinfo = refuse\n"
        "from her_tui.search.encoder import open_reference\n"
        "vectors = open_reference(pathlib.Path(sys.argv[1])).encode(['a', 'b' * 9, ''])\n"
        "sys.exit(0 if vectors.shape == (3, 384) else 3)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_numpy_path_needs_nothing_of_it(folder: Path) -> None:
    program = (
        "import sys, pathlib\n"
        "from her_tui.search.encoder import open_numpy\n"
        "open_numpy(pathlib.Path(sys.argv[1])).encode(['a'])\n"
        "print(*{name.partition('.')[0] for name in sys.modules})\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder)], capture_output=True, text=True, check=True
    )
    assert set(done.stdout.split()) & {"torch", "transformers", "sentence_transformers"} == set()


def test_files_that_say_to_pool_otherwise_are_found_out(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "other", ignore=shutil.ignore_patterns("*.safetensors"))
    (tmp_path / "other" / "model.safetensors").symlink_to(folder / "model.safetensors")
    config = tmp_path / "other" / "1_Pooling" / "config.json"
    said = json.loads(config.read_text())
    said |= {"pooling_mode_mean_tokens": False, "pooling_mode_cls_token": True}
    config.write_text(json.dumps(said))
    with pytest.raises(HerError, match="other vectors"):
        Reference(tmp_path / "other")
