"""Which projects are never recorded."""

from __future__ import annotations

import os
from collections.abc import Sequence
from fnmatch import fnmatch


class Exclusion:
    """The folders and globs that the user excluded."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self.patterns = [
            os.path.expanduser(pattern).rstrip("/")  # noqa: PTH111
            for pattern in patterns
        ]

    def __bool__(self) -> bool:
        return bool(self.patterns)

    def covers(self, folder: str | None) -> bool:
        """Whether what happens in ``folder`` is excluded; False if it is not known."""
        if not folder:
            return False
        return any(
            folder == pattern or folder.startswith(f"{pattern}/") or fnmatch(folder, pattern)
            for pattern in self.patterns
        )
