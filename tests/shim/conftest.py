"""A house with a client in it, and no recorder that outlives its test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.starting import make_client, put_down_recorder


@pytest.fixture
def client(home: Path) -> Path:
    """The only ``claude`` on the PATH that `environment_for` makes."""
    return make_client(home.parent / "bin")


@pytest.fixture
def no_recorder_left(home: Path) -> Iterator[None]:
    """Whatever the test starts for ``home`` ends with it."""
    yield
    put_down_recorder(home)
