"""Writing down what the user says of sessions and prompts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from her_tui.store.annotations import Annotations, Subject, restore, tag_name

__all__ = ["Subject", "annotating", "restore", "tag_name"]


@contextmanager
def annotating(home: Path) -> Iterator[Annotations]:
    """The annotations below ``home``, to be written to. Short: raises `HerError` at once if they
    cannot be, and after a few seconds if another process is at it all the time."""
    annotations = Annotations(home)
    try:
        yield annotations
    finally:
        annotations.close()
