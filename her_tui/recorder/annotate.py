"""Writing down what the user says of sessions and prompts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from her_tui.store.subject import Subject

if TYPE_CHECKING:
    from her_tui.store.annotations import Annotations

__all__ = ["Subject", "annotating", "restore", "tag_name"]


@contextmanager
def annotating(home: Path) -> Iterator[Annotations]:
    """The annotations below ``home``, to be written to. Short: raises `HerError` at once if they
    cannot be, and after a few seconds if another process is at it all the time."""
    from her_tui.store.annotations import Annotations  # deferred: the first paint needs no database

    annotations = Annotations(home)
    try:
        yield annotations
    finally:
        annotations.close()


def tag_name(tag: str) -> str:
    """``tag`` as it is kept. Raises `her_tui.errors.UsageError` for what is no tag."""
    from her_tui.store.annotations import tag_name

    return tag_name(tag)


def restore(home: Path) -> Path:
    """Put the copy in the place of a damaged file, which is kept; where. Raises a `HerError` if the
    file is well, or there is no copy that is."""
    from her_tui.store.annotations import restore

    return restore(home)
