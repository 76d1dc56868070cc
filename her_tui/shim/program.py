"""Which program a command names, where a script of the same name may lead back to us."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

CLIENT = "claude"

#: Names the client's program, past all of PATH.
OVERRIDE = "HER_CLAUDE"

#: The scripts that we started on the way to the client, so that none is started again.
TRIED = "HER_RUN_TRIED"

#: More scripts than this on the way are a circle.
_LIMIT = 16

#: A script that hands over to us, told without running it.
_LEADS_BACK = re.compile(rb"\bher[-_]tui\b[\"']?\s+run\b")
_LOOK_BYTES = 8192


class NoProgram(Exception):
    """There is nothing to start: in words for the user, with the exit code that a shell gives."""

    def __init__(self, text: str, code: int) -> None:
        super().__init__(text)
        self.code = code


def is_client(command: str) -> bool:
    """Whether ``command`` names the client."""
    return Path(command).name == CLIENT


def find(command: str, environment: Mapping[str, str]) -> str:
    """The path of the program that ``command`` names. Raises `NoProgram`."""
    override = environment.get(OVERRIDE)
    if override and command == CLIENT:
        command = os.path.expanduser(override)  # noqa: PTH111 - it may name no path
    if os.sep in command:
        return _usable(command)
    tried = _tried(environment)
    if len(tried) >= _LIMIT:
        raise NoProgram(f"the programs called {command} on your PATH start one another", 126)
    found = list(_on_path(command, environment))
    fresh = [path for path in found if path not in tried and not leads_back(path)]
    if fresh:
        return fresh[0]
    # A client that was started through a script may start another one.
    again = [path for path in found if not leads_back(path)]
    if again:
        return again[-1]
    raise NoProgram(_missing(command, bool(found)), 127)


def on_the_way(path: str, environment: Mapping[str, str]) -> dict[str, str]:
    """``environment`` for the program at ``path``: a script is told what was tried, since it may
    lead back to us."""
    passed = {name: value for name, value in environment.items() if name != TRIED}
    if _head(path, 2) == b"#!":
        passed[TRIED] = os.pathsep.join([*_tried(environment), path])
    return passed


def leads_back(path: str) -> bool:
    """Whether ``path`` is a script that starts ``her-tui run``, or is her-tui itself."""
    head = _head(path, _LOOK_BYTES)
    if head.startswith(b"#!") and _LEADS_BACK.search(head):
        return True
    try:
        return Path(path).samefile(sys.argv[0])
    except OSError:
        return False


def _tried(environment: Mapping[str, str]) -> list[str]:
    return [path for path in environment.get(TRIED, "").split(os.pathsep) if path]


def _on_path(command: str, environment: Mapping[str, str]) -> Iterator[str]:
    for folder in environment.get("PATH", os.defpath).split(os.pathsep):
        path = f"{folder or os.curdir}/{command}"
        if Path(path).is_file() and os.access(path, os.X_OK):
            yield path


def _usable(path: str) -> str:
    if not Path(path).exists():
        raise NoProgram(f"there is no {path}", 127)
    if not Path(path).is_file() or not os.access(path, os.X_OK):
        raise NoProgram(f"{path} cannot be run", 126)
    return path


def _missing(command: str, found: bool) -> str:
    if command != CLIENT:
        return f"there is no program called {command} on your PATH"
    what = "only scripts that start her-tui" if found else "no program"
    return (
        f"there is {what} called claude on your PATH. Install Claude Code "
        f"(npm install -g @anthropic-ai/claude-code), or name its program in {OVERRIDE}"
    )


def _head(path: str, size: int) -> bytes:
    try:
        with Path(path).open("rb") as file:
            return file.read(size)
    except OSError:
        return b""
