"""The files that were changed so far as a tree: folders compressed, folded, with their sums. Pure.

Paths are as the tools were given them. Those in the session's folder are shown as seen from it, the
others apart, below it. The order is that of the names, so that no row moves because another file
was changed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from her_tui.analysis.state import FileState

#: Folders deeper than this are not taken apart: their names stand in one row.
_DEEPEST = 64
_DRIVE = re.compile(r"[A-Za-z]:[\\/]|\\\\")


@dataclass(frozen=True, slots=True)
class TreeRow:
    """One row of the tree: a file, or a folder with changed files in it."""

    path: str
    """Of a file as the tool was given it; of a folder where it is, which tells it from others."""
    label: str
    """The name from the folder above on, as captured: show it through ``literal``."""
    depth: int
    folder: bool
    outside: bool
    """It is not in the session's folder."""
    added: int
    """Lines; of a folder those of all files in it. So are ``removed`` and ``edits``."""
    removed: int
    edits: int
    position: int
    """Where the last edit so far ended."""
    files: int = 1
    open: bool = True
    """False: a folder whose files are not among the rows."""


@dataclass(slots=True)
class _Folder:
    """A folder while the tree grows."""

    path: str
    folders: dict[str, _Folder] = field(default_factory=dict)
    files: list[tuple[str, FileState]] = field(default_factory=list)
    added: int = 0
    removed: int = 0
    edits: int = 0
    position: int = 0
    count: int = 0


def tree_rows(
    files: Mapping[str, FileState], base: str, closed: Collection[str] = ()
) -> tuple[TreeRow, ...]:
    """The rows of the tree of ``files``, those in ``base`` (the session's folder) first; folders
    whose path is in ``closed`` are folded."""
    inside, outside = _Folder(""), _Folder("")
    for path, state in files.items():
        parts = inner_parts(path, base)
        if parts is not None:
            _put(inside, parts, state, "")
        else:
            _put(outside, _parts(path), state, "//")
    return (*_rows(inside, closed, False), *_rows(outside, closed, True))


def inner_parts(path: str, base: str) -> list[str] | None:
    """The names that lead from the folder ``base`` to ``path``; None if it is not in there."""
    path, folder = _slashes(path), _slashes(base).rstrip("/") + "/"
    if not path.startswith("/") and not _DRIVE.match(path):
        return _parts(path)
    if not base or not path.startswith(folder):
        return None
    parts = _parts(path[len(folder) :])
    return parts if ".." not in parts else None


def shown_path(path: str, base: str) -> str:
    """``path`` as seen from ``base``; as it is where it lies elsewhere."""
    parts = inner_parts(path, base)
    return path if parts is None else "/".join(parts)


def _slashes(path: str) -> str:
    """A Windows path with its separators turned; any other path as it is."""
    return path.replace("\\", "/") if _DRIVE.match(path) else path


def _parts(path: str) -> list[str]:
    """The names a path is made of, the root with the first of them."""
    path = _slashes(path)
    root = "/" if path.startswith("/") else ""
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if not parts:
        return [path or "(no path)"]
    parts[0] = root + parts[0]
    if len(parts) > _DEEPEST:
        parts[_DEEPEST - 1 :] = ["/".join(parts[_DEEPEST - 1 :])]
    return parts


def _put(top: _Folder, parts: list[str], state: FileState, prefix: str) -> None:
    """A file in its folders, which count it; ``prefix`` keeps equal names elsewhere apart."""
    at, path = top, prefix
    for name in parts[:-1]:
        path = f"{path}{name}/"
        at = at.folders.setdefault(name, _Folder(path))
        at.added += state.added
        at.removed += state.removed
        at.edits += state.edits
        at.position = max(at.position, state.position)
        at.count += 1
    at.files.append((parts[-1], state))


def _rows(top: _Folder, closed: Collection[str], outside: bool) -> Iterator[TreeRow]:
    """The rows below ``top``, from the first to the last."""
    waiting: list[tuple[str, int, _Folder | FileState]] = [*_children(top, 0)]
    while waiting:
        label, depth, node = waiting.pop()
        if isinstance(node, FileState):
            yield TreeRow(
                node.path, label, depth, False, outside,
                node.added, node.removed, node.edits, node.position,
            )  # fmt: skip
            continue
        while len(node.folders) == 1 and not node.files:
            ((name, node),) = node.folders.items()
            label = f"{label}/{name}"
        is_open = node.path not in closed
        yield TreeRow(
            node.path, label, depth, True, outside,
            node.added, node.removed, node.edits, node.position, node.count, is_open,
        )  # fmt: skip
        if is_open:
            waiting.extend(_children(node, depth + 1))


def _children(folder: _Folder, depth: int) -> list[tuple[str, int, _Folder | FileState]]:
    """What is in a folder, the last first: folders before files, each by name."""
    folders = sorted(folder.folders.items(), key=lambda each: (each[0].casefold(), each[0]))
    files = sorted(folder.files, key=lambda each: (each[0].casefold(), each[0], each[1].path))
    found: list[tuple[str, int, _Folder | FileState]] = []
    found.extend((name, depth, node) for name, node in folders)
    found.extend((name, depth, state) for name, state in files)
    found.reverse()
    return found
