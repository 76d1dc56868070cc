"""What the user decided about meaning: ``semantic.json`` in Her's folder (0600)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

NAME = "semantic.json"


@dataclass(frozen=True, slots=True)
class Settings:
    """The decision, and what it was based on."""

    enabled: bool | None = None
    """None: never asked."""
    paused: bool = False
    """No encoding until the user says so."""
    weights: str = ""
    """Folder of the weights that were verified."""
    stamp: str = ""
    """Size and times of the files when they were verified: others must be verified anew."""
    offered: bool = False
    """The palette has offered it."""


def load(home: Path) -> Settings:
    """The settings; defaults where there are none, or they cannot be read."""
    raise NotImplementedError


def save(home: Path, settings: Settings) -> None:
    """Replace them in one step."""
    raise NotImplementedError
