"""Paths as they were recorded, of this machine or another: compared and joined as text."""

from __future__ import annotations

import ntpath
import posixpath
import re

_WINDOWS = re.compile(r"[A-Za-z]:[\\/]|\\\\")


def located(path: str, folder: str) -> str:
    """``path`` without detours, and absolute if it is or the ``folder`` it is relative to is
    known."""
    names = ntpath if _WINDOWS.match(path) or _WINDOWS.match(folder) else posixpath
    return names.normpath(names.join(folder, path)) if path else ""


def is_absolute(path: str) -> bool:
    """Whether ``path`` says where it is by itself."""
    return path.startswith("/") or _WINDOWS.match(path) is not None


def key_of(path: str) -> str:
    """The same for paths that are one, however they are written; on Windows case is nothing."""
    plain = located(path, "")
    return plain.lower() if _WINDOWS.match(plain) else plain


def name_of(path: str) -> str:
    """The last part of a path."""
    return re.split(r"[\\/]" if _WINDOWS.match(path) else "/", path)[-1]


def parts_of(path: str) -> list[str]:
    """The parts of a path, as `key_of` has them."""
    key = key_of(path)
    parts = key.replace("\\", "/").split("/") if _WINDOWS.match(key) else key.split("/")
    return [part for part in parts if part not in ("", ".")]
