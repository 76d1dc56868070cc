"""Replacing a file of the user's: all at once, where it really is, with the permissions it had."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from her_tui.paths import ensure_private_dir

BACKUPS = "backups"

_ATTEMPTS = 5


class Unsteady(Exception):
    """Somebody else keeps writing the file."""


def target(file: Path) -> Path:
    """Where ``file`` really is, past all links; it need not exist."""
    return Path(os.path.realpath(file))


def read(file: Path) -> bytes | None:
    """The file's bytes; None if there is none. Raises `OSError`."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None


def rewrite(file: Path, change: Callable[[bytes | None], bytes | None]) -> bytes | None:
    """Put what ``change`` makes of the file's bytes in their place, and return it; None removes the
    file. What was written by others meanwhile is never overwritten: then ``change`` is asked again.
    Raises `OSError`, `Unsteady`, and what ``change`` raises."""
    for _ in range(_ATTEMPTS):
        before = read(file)
        after = change(before)
        if after == before:
            return after
        if after is None:
            file.unlink()
            return None
        scratch = _written(file, after)
        if read(file) == before:
            scratch.replace(file)
            return after
        scratch.unlink()
    raise Unsteady(f"{file} is being written by another program")


def back_up(home: Path, data: bytes) -> Path:
    """Keep ``data`` in Her's folder; the file it is in. Raises `OSError`."""
    folder = ensure_private_dir(home / BACKUPS)
    stamp = time.strftime("%Y%m%d-%H%M%S")
    for number in range(1000):
        file = folder / f"settings-{stamp}-{number}.json"
        try:
            descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            continue
        with os.fdopen(descriptor, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        return file
    raise OSError(17, "too many backups", str(folder))


def _written(file: Path, data: bytes) -> Path:
    """``data`` beside ``file``, as private as ``file`` is, safe on the disk."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    scratch = file.with_name(f".{file.name}.her-{os.getpid()}")
    scratch.unlink(missing_ok=True)
    descriptor = os.open(scratch, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    try:
        stat = file.stat()
    except FileNotFoundError:
        return scratch
    if (stat.st_uid, stat.st_gid) != (os.geteuid(), os.getegid()):
        with suppress(PermissionError):  # else it becomes ours, with the same permissions
            os.chown(scratch, stat.st_uid, stat.st_gid)
    scratch.chmod(stat.st_mode & 0o7777)
    return scratch
