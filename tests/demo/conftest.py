"""The demo's transcripts, written once for all tests here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from her_tui.demo import write_transcripts

#: A Friday, late in the morning.
NOW = 1_795_174_972_000


@dataclass(frozen=True)
class Written:
    """The demo's transcripts on disk."""

    root: Path

    def files(self) -> list[Path]:
        """All transcripts, subagents' included."""
        return sorted(self.root.rglob("*.jsonl"))

    def records(self) -> Iterator[dict[str, Any]]:
        """Every record of every transcript that is whole."""
        for file in self.files():
            for line in file.read_bytes().splitlines():
                try:
                    yield json.loads(line)
                except ValueError:
                    continue


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """The demo's transcripts as of `NOW`."""
    root = tmp_path_factory.mktemp("demo") / "claude"
    write_transcripts(root, NOW)
    return Written(root)
