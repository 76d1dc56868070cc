"""The filters there are: one table behind parser, completion, documentation and SQL."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Values(StrEnum):
    """What a filter's value can be."""

    TEXT = "text"
    """Any text; it matches a part of the field."""
    CHOICE = "choice"
    """One of `FilterSpec.choices`."""
    COUNT = "count"
    """A number, with k or M (``100k``)."""
    MONEY = "money"
    """US dollars (``0.5``)."""
    DURATION = "duration"
    """A time span (``500ms``, ``30s``, ``5m``, ``2h``)."""
    MOMENT = "moment"
    """A day or time (``2026-10-01``, ``2026-10-01T14:30``), or how long ago (``7d``)."""


@dataclass(frozen=True, slots=True)
class FilterSpec:
    """One filter."""

    name: str
    values: Values
    description: str
    """For the documentation and completion: what it keeps."""
    example: str
    choices: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    """Choices whose analysis does not exist yet: the user is told, and nothing is left out."""


FILTERS: tuple[FilterSpec, ...] = ()
