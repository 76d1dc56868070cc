"""Two sessions, or two branches of one, held side by side: what they share, and where they part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two, as far as comparing it needs (helper: refine)."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A turn of one and the turn of the other that corresponds to it; None: there is none."""

    left: int | None
    right: int | None
    likeness: float
    """0 to 1."""


@dataclass(frozen=True, slots=True)
class Divergence:
    """The first thing in which they differ."""

    left: int | None
    """Position on its timeline; None: it has ended."""
    right: int | None
    what: str
    """In a few words."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What comes of it (helper: refine)."""

    pairs: Sequence[Pair]
    shared: int
    """Records both begin with."""
    divergence: Divergence | None
    """None: they do not differ, or one only goes on where the other ends."""
    ends: str
    """``""``, ``left`` or ``right``: that one ends after the shared records, and the other goes
    on."""
