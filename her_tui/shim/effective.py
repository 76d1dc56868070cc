"""The environment that the client will see: its own, overlaid by the ``env`` of settings files.

Later wins: the process's environment, the user's settings, the project's, the project's local ones,
``--settings``, and what the organization manages. A file that the client would not load counts for
nothing here either.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

#: The sources that ``--setting-sources`` chooses from.
ALL_SOURCES = ("user", "project", "local")

_MANAGED = {
    "darwin": "/Library/Application Support/ClaudeCode",
    "linux": "/etc/claude-code",
}

_YES = frozenset({"1", "true", "yes", "on"})


class BadSettings(Exception):
    """Settings that cannot be understood; in words for the user."""


class Effective(NamedTuple):
    """The environment, and where the values are from."""

    values: Mapping[str, str]
    managed: Mapping[str, str]
    """What nobody but the organization can change."""

    def get(self, name: str) -> str:
        """The value of ``name``; empty if it has none."""
        return self.values.get(name, "")

    def is_on(self, name: str) -> bool:
        """Whether the switch ``name`` is on, as the client reads switches."""
        return is_on(self.get(name))


def is_on(value: str) -> bool:
    """Whether a switch with this ``value`` is on."""
    return value.strip().lower() in _YES


def effective(
    environment: Mapping[str, str],
    project: Path,
    chosen: Mapping[str, Any] | None = None,
    sources: Sequence[str] = ALL_SOURCES,
    managed_folder: Path | None = None,
) -> Effective:
    """What a client will see that is started with ``environment`` in ``project`` and with the
    settings ``chosen`` on its command line."""
    values = dict(environment)
    for source, file in settings_files(environment, project):
        if source in sources:
            values.update(_env(_loaded(file)))
    values.update(_env(chosen))
    managed: dict[str, str] = {}
    for file in _managed_files(managed_folder):
        managed.update(_env(_loaded(file)))
    return Effective({**values, **managed}, managed)


def settings_files(environment: Mapping[str, str], project: Path) -> Iterator[tuple[str, Path]]:
    """The settings files that count in ``project``, and what each source is called."""
    yield "user", user_settings(environment)
    yield "project", project / ".claude" / "settings.json"
    yield "local", project / ".claude" / "settings.local.json"


def user_settings(environment: Mapping[str, str]) -> Path:
    """The user's settings file; it need not exist."""
    folder = environment.get("CLAUDE_CONFIG_DIR")
    return (Path(folder) if folder else Path("~/.claude").expanduser()) / "settings.json"


def decoded(data: bytes | str) -> dict[str, Any]:
    """Settings as the client reads them; raises `BadSettings`."""
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
        value = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise BadSettings(str(error)) from error
    if not isinstance(value, dict):
        raise BadSettings("they are no JSON object")
    if not isinstance(value.get("env", {}), dict):
        raise BadSettings("their env is no JSON object")
    return value


def given(value: str) -> dict[str, Any]:
    """The settings that ``--settings VALUE`` stands for: JSON, or a file with JSON. Raises
    `BadSettings`."""
    if value.lstrip().startswith("{"):
        return decoded(value)
    try:
        return decoded(Path(value).read_bytes())
    except OSError as error:
        raise BadSettings(error.strerror or str(error)) from error


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")


def _loaded(file: Path) -> Mapping[str, Any] | None:
    try:
        return decoded(file.read_bytes())
    except (OSError, BadSettings):
        return None


def _managed_files(folder: Path | None) -> Iterator[Path]:
    where = folder or Path(_MANAGED.get(sys.platform, _MANAGED["linux"]))
    yield where / "managed-settings.json"
    try:
        names = sorted(os.listdir(where / "managed-settings.d"))  # noqa: PTH208 - names will do
    except OSError:
        return
    yield from (where / "managed-settings.d" / name for name in names if name.endswith(".json"))


def _env(settings: Mapping[str, Any] | None) -> dict[str, str]:
    if settings is None:
        return {}
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in settings.get("env", {}).items()
        if isinstance(value, str | int | float)
    }
