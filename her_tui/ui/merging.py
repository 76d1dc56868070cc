"""Answers that come while one looks at the ones before: what may move, and what must not. Pure."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

Row = TypeVar("Row")


def fold_in(
    shown: Sequence[Row],
    found: Sequence[Row],
    cursor: int,
    key: Callable[[Row], Hashable],
    limit: int,
) -> list[Row]:
    """``found`` in its order, at most ``limit`` of it, but the row under the ``cursor`` of what is
    ``shown`` stays in its place (nearer to the top only where there are too few to be above it),
    whatever its rank, even if it was not found."""
    if not 0 <= cursor < len(shown):
        return list(found[:limit])
    held = key(shown[cursor])
    here = next((row for row in found if key(row) == held), shown[cursor])
    others = [row for row in found if key(row) != held][: max(0, limit - 1)]
    return [*others[:cursor], here, *others[cursor:]]


def place_of(
    shown: Sequence[Row], cursor: int, rows: Sequence[Row], key: Callable[[Row], Hashable]
) -> int | None:
    """Where the row under the ``cursor`` of what is ``shown`` is among ``rows``; None if it is not
    there."""
    if not 0 <= cursor < len(shown):
        return None
    held = key(shown[cursor])
    return next((at for at, row in enumerate(rows) if key(row) == held), None)
