"""Tensors are read where they lie; a header is believed only as far as the file goes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from her_tui.errors import HerError
from her_tui.search.safetensors import Tensors


def write(file: Path, header: object, body: bytes) -> Path:
    """A file with this header before this body."""
    told = json.dumps(header).encode()
    file.write_bytes(len(told).to_bytes(8, "little") + told + body)
    return file


def matrix(**changes: object) -> dict[str, object]:
    """The header of one matrix of 3 by 2, with changes."""
    return {"a": {"dtype": "F32", "shape": [3, 2], "data_offsets": [0, 24], **changes}}


BODY = np.arange(6, dtype="<f4").tobytes()


def test_a_tensor_and_rows_of_it(tmp_path: Path) -> None:
    tensors = Tensors(write(tmp_path / "model.safetensors", matrix(), BODY))
    assert tensors.shape("a") == (3, 2)
    assert tensors["a"].tolist() == [[0, 1], [2, 3], [4, 5]]
    assert tensors.rows("a", np.array([2, 0, 2])).tolist() == [[4, 5], [0, 1], [4, 5]]
    assert tensors.rows("a", np.array([], np.intp)).shape == (0, 2)


def test_a_file_that_is_gone_stays_readable(tmp_path: Path) -> None:
    file = write(tmp_path / "model.safetensors", matrix(), BODY)
    tensors = Tensors(file)
    file.unlink()
    assert tensors["a"][2, 1] == 5
    assert tensors.rows("a", np.array([1])).tolist() == [[2, 3]]


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"a": None},
        {"a": {"dtype": "F32"}},
        matrix(dtype="F16"),
        matrix(shape=[3, 3]),
        matrix(data_offsets=[0, 20]),
        matrix(data_offsets=[-4, 20]),
        matrix(data_offsets=[4, 28]),
        matrix(shape=[3, "x"]),
    ],
)
def test_a_header_that_says_too_much(tmp_path: Path, header: dict[str, object]) -> None:
    tensors = Tensors(write(tmp_path / "model.safetensors", header, BODY))
    with pytest.raises(HerError, match=r"model\.safetensors"):
        tensors["a"]


@pytest.mark.parametrize("number", [-1, 3])
def test_a_row_that_is_not_there(tmp_path: Path, number: int) -> None:
    tensors = Tensors(write(tmp_path / "model.safetensors", matrix(), BODY))
    with pytest.raises(HerError, match="no row"):
        tensors.rows("a", np.array([number]))


@pytest.mark.parametrize(
    "content", [b"", b"\x01", b"\xff" * 30, (4).to_bytes(8, "little") + b"nope", b"<html>" * 9]
)
def test_what_is_no_such_file(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "model.safetensors").write_bytes(content)
    with pytest.raises(HerError, match=r"model\.safetensors"):
        Tensors(tmp_path / "model.safetensors")
