"""The file that weights come in: 8 bytes with the length of a header, a JSON header that says
where each tensor is, and the tensors one after the other. Read as it is, without copying it.
"""

from __future__ import annotations

import json
import math
import mmap
import os
from pathlib import Path
from typing import Any

from her_tui.errors import HerError
from her_tui.search.threads import import_numpy

import_numpy()

import numpy as np  # noqa: E402  with one thread
from numpy.typing import NDArray  # noqa: E402

#: A header longer than this is none: those of models of this size have some ten kilobytes.
_HEADER = 10_000_000


class Tensors:
    """The float32 tensors of one file by name. What is not looked at is not read."""

    def __init__(self, file: Path) -> None:
        """Reads the header. Raises `HerError` where that is not one, or says more than there is."""
        try:
            with file.open("rb") as stream:
                length = int.from_bytes(stream.read(8), "little")
                if not 2 <= length <= _HEADER:
                    raise ValueError("its header is damaged")
                self._places: dict[str, Any] = json.loads(stream.read(length))
                self._start = 8 + length
                self._map = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
                self._file = os.dup(stream.fileno())
        except (OSError, ValueError) as error:
            raise damaged(file, error) from error
        self._name = file

    def __del__(self) -> None:
        if hasattr(self, "_file"):
            os.close(self._file)

    def __getitem__(self, name: str) -> NDArray[np.float32]:
        """The tensor, mapped from the file."""
        start, shape = self._place(name)
        return np.frombuffer(self._map, "<f4", math.prod(shape), start).reshape(shape)

    def shape(self, name: str) -> tuple[int, ...]:
        """How large it is in each direction."""
        return self._place(name)[1]

    def rows(self, name: str, numbers: NDArray[np.intp]) -> NDArray[np.float32]:
        """Some rows of a matrix, read rather than mapped: a row here and there of a large one would
        make all of the pages around them count as this process's memory."""
        start, (count, width) = self._place(name)
        size = width * 4
        if numbers.size and not 0 <= numbers.min() <= numbers.max() < count:
            raise damaged(self._name, "a token has no row")
        read = b"".join(os.pread(self._file, size, start + size * n) for n in numbers.tolist())
        return np.frombuffer(read, "<f4").reshape(-1, width)

    def _place(self, name: str) -> tuple[int, tuple[int, ...]]:
        try:
            told = self._places[name]
            shape = tuple(int(size) for size in told["shape"])
            first, last = told["data_offsets"]
            start, size = self._start + first, last - first
            if told["dtype"] != "F32" or first < 0 or size != 4 * math.prod(shape):
                raise ValueError(f"{name} is not what it says")
            if start + size > len(self._map):
                raise ValueError("its end is missing")
        except (KeyError, TypeError, ValueError) as error:
            raise damaged(self._name, error) from error
        return start, shape


def damaged(file: Path, what: object) -> HerError:
    """The error for a file of the model that is not what it should be."""
    return HerError(
        f"Cannot use the model's file {file}: {what}",
        "her-tui semantic enable checks the files and says what to do.",
    )
