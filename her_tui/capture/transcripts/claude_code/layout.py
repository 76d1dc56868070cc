"""Where Claude Code keeps its files, and what each path tells.

A root may be the client's configuration folder, its ``projects`` folder, the folder of one project
or session, any folder of ``.jsonl`` files, or one file: what a file is follows from its own path.
Three layouts of subagents are known: inside the main file (client 0.2 to 1.0), beside it as
``agent-<id>.jsonl`` (2.0), and in ``<session>/subagents/``, nested at will (2.1).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path

from her_tui.capture.adapter import Found, Role

_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)

_TRANSCRIPT = ".jsonl"
_META = ".meta.json"
_AGENT = "agent-"
_HISTORY = "history.jsonl"

#: What of the configuration folder is worth keeping: folder to the kind of file kept, with no
#: entry for transcripts themselves. Caches, settings, credentials and plugins are not entered.
_KEPT_FOLDERS = {
    "file-history": "file-history",
    "plans": "plan",
    "paste-cache": "paste",
    "image-cache": "image",
}
_PROJECTS = "projects"
_RESULTS = "tool-results"
_SUBAGENTS = "subagents"

#: Never transcripts: notes the agent keeps for itself.
_PASSED_OVER = frozenset({"memory", "node_modules", ".git"})

#: Folders below a root that are entered: projects/slug/session/subagents/workflows/run, and two.
_DEPTH = 8


def discover(root: Path) -> Iterator[Found]:
    """Every file below ``root`` worth keeping, in a stable order; ``root`` may be one file."""
    if root.is_file():
        found = _classify(root.name, os.fspath(root), root.parts[1:-1], 0)
        if found is not None:
            yield found
        return
    walk = _Walk(root)
    if (root / _PROJECTS).is_dir() and root.name != _PROJECTS:
        history = root / _HISTORY
        if history.is_file() and walk.inside(os.fspath(history)):
            yield Found(os.fspath(history), Role.HISTORY, None)
        for name in (_PROJECTS, *_KEPT_FOLDERS):
            folder = root / name
            if not folder.is_symlink():
                yield from walk.below(os.fspath(folder), (*root.parts, name), _DEPTH)
        return
    yield from walk.below(os.fspath(root), root.parts, _DEPTH)


class _Walk:
    """A walk below a root. It deals in strings: there are thousands of files, looked at often."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._outer = len(root.parts)
        """How many folders of a path lie above the root, the root included."""

    def below(self, folder: str, parts: tuple[str, ...], depth: int) -> Iterator[Found]:
        """Every file below ``folder``, whose path has these ``parts``; what cannot be read is
        passed over."""
        try:
            with os.scandir(folder) as entries:
                children = sorted(entries, key=_name_of)
        except OSError:
            return
        folders = []
        for child in children:
            try:
                if child.is_dir(follow_symlinks=False):
                    folders.append(child)
                    continue
                if not child.is_file() or (child.is_symlink() and not self.inside(child.path)):
                    continue
            except OSError:
                continue
            found = _classify(child.name, child.path, parts, self._outer)
            if found is not None:
                yield found
        for child in folders:
            if depth and child.name not in _PASSED_OVER:
                yield from self.below(child.path, (*parts, child.name), depth - 1)

    def inside(self, path: str) -> bool:
        """The file a link leads to is still below the root."""
        try:
            return Path(path).resolve(strict=True).is_relative_to(self._root.resolve())
        except (OSError, RuntimeError):
            return False


_name_of = attrgetter("name")


def _classify(name: str, path: str, folders: tuple[str, ...], outer: int) -> Found | None:
    """What the file ``name`` in ``folders`` is; None if it is not worth keeping. The first
    ``outer`` folders are above or at the root."""
    if ".orphaned-" in name or ".jsonl.superseded-" in name:
        return None
    inner = folders[outer:]
    if inner and inner[0] in _KEPT_FOLDERS:
        session = inner[1] if len(inner) > 1 and _UUID.fullmatch(inner[1]) else None
        return Found(path, Role.KEPT, session, None, _KEPT_FOLDERS[inner[0]], name)
    if _RESULTS in inner:
        return Found(path, Role.KEPT, _session_above(folders, _RESULTS), None, "tool-result", name)
    if name.startswith(_AGENT):
        session = _session_above(folders, _SUBAGENTS)
        if name.endswith(_META):
            agent = name[len(_AGENT) : -len(_META)]
            return Found(path, Role.KEPT, session, agent, "meta", name)
        if name.endswith(_TRANSCRIPT):
            agent = name[len(_AGENT) : -len(_TRANSCRIPT)]
            return Found(path, Role.SUBAGENT, session, agent)
        return None
    if not name.endswith(_TRANSCRIPT) or _SUBAGENTS in inner:
        return None
    if name == _HISTORY:
        return Found(path, Role.HISTORY, None)
    stem = name[: -len(_TRANSCRIPT)]
    return Found(path, Role.MAIN, stem if _UUID.fullmatch(stem) else None)


def _session_above(folders: tuple[str, ...], name: str) -> str | None:
    """The folder above the last one called ``name``, which is named by its session."""
    for index in range(len(folders) - 1, 0, -1):
        if folders[index] == name:
            above = folders[index - 1]
            return above if _UUID.fullmatch(above) else None
    return None
