"""The plugin of the client's that wakes the recorder: its files, made for one home.

A marketplace of one plugin, in a folder of Her's, with two hooks. They run a shell script that
knows all its paths, so that nothing has to be looked up when a session starts.
"""

from __future__ import annotations

import json
import os
import shlex
import sys
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import her_tui
from her_tui.paths import ensure_private_dir

FOLDER = "plugin"
MARKETPLACE = "her-local"
PLUGIN = "her-capture"
ID = f"{PLUGIN}@{MARKETPLACE}"

_ABOUT = "Wakes Her's recorder when a session starts or ends"
_SCRIPT = "wake.sh"

#: What the recorder must know of its user's surroundings. They are written down: a hook's own
#: environment holds secrets, and is not looked at.
_SURROUNDINGS = (
    "CLAUDE_CONFIG_DIR",
    "HER_CONFIG",
    "HOME",
    "LANG",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
)


def folder(home: Path) -> Path:
    """The folder that the client is told of."""
    return home / FOLDER


def script(home: Path, environment: Mapping[str, str]) -> str:
    """The hooks' script, for the recorder of ``home`` and a user with this ``environment``."""
    surroundings = {name: environment[name] for name in _SURROUNDINGS if environment.get(name)}
    surroundings["HER_HOME"] = str(home)
    text = (files(__name__) / _SCRIPT).read_text(encoding="utf-8")
    for mark, value in (
        ("@HOME@", shlex.quote(str(home))),
        ("@PYTHON@", shlex.quote(sys.executable)),
        ("@PACKAGE@", shlex.quote(str(Path(her_tui.__file__).parent))),
        ("@ENVIRONMENT@", " ".join(shlex.quote(f"{k}={v}") for k, v in surroundings.items())),
    ):
        text = text.replace(mark, value)
    return text


def write(home: Path, environment: Mapping[str, str]) -> Path:
    """Write the plugin, or bring it up to date; the folder that the client is to be told of. Raises
    `OSError` or `her_tui.errors.LibraryUnusable`."""
    top = ensure_private_dir(folder(home))
    ensure_private_dir(home / "clients")
    plugin = top
    for name in ("plugins", PLUGIN):
        plugin = ensure_private_dir(plugin / name)
    _write_json(
        top / ".claude-plugin" / "marketplace.json",
        {
            "name": MARKETPLACE,
            "owner": {"name": "Her"},
            "description": "Her's own plugin, on this machine",
            "plugins": [{"name": PLUGIN, "source": f"./plugins/{PLUGIN}", "description": _ABOUT}],
        },
    )
    _write_json(
        plugin / ".claude-plugin" / "plugin.json",
        {
            "name": PLUGIN,
            "version": her_tui.__version__,
            "description": _ABOUT,
            "author": {"name": "Her"},
        },
    )
    _write_json(
        plugin / "hooks" / "hooks.json",
        # The start of a session waits for nothing. Its end is too short for something beside it.
        {
            "description": _ABOUT,
            "hooks": {"SessionStart": [_hook(True)], "SessionEnd": [_hook(False)]},
        },
    )
    _write(plugin / _SCRIPT, script(home, environment))
    return top


def _hook(aside: bool) -> dict[str, object]:
    """A handler that is run without a shell of the client's: one process less."""
    handler: dict[str, object] = {
        "type": "command",
        "command": "/bin/sh",
        "args": [f"${{CLAUDE_PLUGIN_ROOT}}/{_SCRIPT}"],
        "timeout": 5,
    }
    if aside:
        handler["async"] = True
    return {"hooks": [handler]}


def _write_json(file: Path, value: object) -> None:
    _write(file, json.dumps(value, indent=2) + "\n")


def _write(file: Path, text: str) -> None:
    """All of it or nothing: a session may be starting."""
    ensure_private_dir(file.parent)
    scratch = file.with_name(f"{file.name}.{os.getpid()}")
    descriptor = os.open(scratch, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(text)
    scratch.replace(file)
