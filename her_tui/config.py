"""What the user may set: a frozen `Config`, read from one TOML file. No I/O at import.

::

    theme = "her-dark"                     # any Textual theme, or her-dark / her-light
    exclude = ["~/private", "*/secret-*"]  # projects never recorded (folders or globs)

    [keys]                                 # action name -> keys, comma separated
    "session.copy_prompt" = "y,ctrl+y"
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from her_tui.errors import UsageError
from her_tui.paths import config_file


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of one run."""

    theme: str | None = None
    """A theme's name; None: what the last run used, else ``her-dark``."""
    exclude: tuple[str, ...] = ()
    """Projects that are never recorded: folders (with all below them) or shell-style globs."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Action name to its keys, comma separated; replaces that action's default keys."""


def load(file: Path | None = None) -> Config:
    """The user's `Config`; defaults where the file, or a setting, is absent.

    Raises `UsageError` naming the file and what is wrong with it.
    """
    file = file or config_file()
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Config()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(
            f"Cannot read the configuration {file}: {error}", "Mend or remove the file."
        ) from error
    return parse(table, str(file))


def parse(table: Mapping[str, object], origin: str) -> Config:
    """A `Config` from a decoded TOML ``table``; raises `UsageError` on what it cannot be."""
    theme = table.get("theme")
    exclude = table.get("exclude", [])
    keys = table.get("keys", {})
    stray = set(table) - {"theme", "exclude", "keys"}
    if stray:
        raise UsageError(
            f"Unknown setting {sorted(stray)[0]!r} in {origin}", "Known: theme, exclude, keys."
        )
    if theme is not None and not isinstance(theme, str):
        raise UsageError(f"theme must be a string in {origin}", 'Write theme = "her-dark".')
    if not isinstance(exclude, list) or not all(isinstance(item, str) for item in exclude):
        raise UsageError(
            f"exclude must be a list of strings in {origin}", 'Write exclude = ["~/private"].'
        )
    if not isinstance(keys, dict) or not all(isinstance(value, str) for value in keys.values()):
        raise UsageError(
            f"keys must map action names to keys in {origin}",
            'Write [keys] and then "session.copy_prompt" = "y".',
        )
    return Config(theme=theme, exclude=tuple(exclude), keys=dict(keys))
