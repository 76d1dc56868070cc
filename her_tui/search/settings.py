"""What the user decided about meaning: ``semantic.json`` in Her's folder (0600)."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from her_tui.errors import LibraryUnusable
from her_tui.paths import ensure_private_dir, replace_private_file

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
    try:
        told = json.loads((home / NAME).read_bytes())
    except (OSError, ValueError):
        return Settings()
    if not isinstance(told, dict):
        return Settings()
    kept = {
        field.name: told[field.name]
        for field in fields(Settings)
        if field.name in told and _fits(field.name, told[field.name])
    }
    return Settings(**kept)


def save(home: Path, settings: Settings) -> None:
    """Replace them in one step. Raises `LibraryUnusable`."""
    ensure_private_dir(home)
    try:
        replace_private_file(home / NAME, json.dumps(asdict(settings)))
    except OSError as error:
        raise LibraryUnusable(
            f"Cannot write {home / NAME}: {error.strerror or error}",
            "Free some space, or set HER_HOME to a folder you can write to.",
        ) from error


def _fits(name: str, value: object) -> bool:
    default = getattr(Settings(), name)
    return isinstance(value, bool if default is None else type(default))
