"""Writing the text of a file as of a moment to where the user says: never over a file unasked, and
then with a copy of it beside it.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from her_tui import units
from her_tui.errors import HerError
from her_tui.events.pathnames import located, name_of
from her_tui.recorder.placing import Destination, Exists, destination, give_name

#: What a copy of a replaced file is called: its name, this, and the first number that is free.
BACKUP = ".her-backup-"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was written."""

    path: Path
    backup: Path | None
    """The copy of the file that was replaced; None if there was none."""


def restore(text: str, to: Path, *, replace: bool = False) -> Restored:
    """Write ``text`` to the file ``to``, all of it or nothing. A file that is there is replaced
    only if ``replace``, keeps its mode, and is copied beside itself first; so is the one that a
    link leads to.

    Raises `Exists`, or a `HerError` if it cannot be written.
    """
    try:
        data = text.encode()
    except UnicodeEncodeError as error:
        raise HerError("The text has half a character in it", "It cannot be written.") from error
    try:
        found = destination(to)
        if found.taken and not replace:
            raise Exists(found)
        return _write(data, found)
    except FileExistsError as error:
        raise Exists(Destination(found.path, found.path, there=True)) from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        name = units.home_path(str(to))
        raise HerError(f"{name} cannot be written: {reason}", "Name another file.") from error


def default_target(path: str, time: int, folder: str) -> Path:
    """A file beside ``path``, which may be relative to ``folder``, called after the time of day at
    ``time`` (``name.as-of-14-03-20.ext``), that does not exist yet."""
    whole = Path(located(path, folder or str(Path.cwd())))
    clock = units.clock(time).replace(":", "-")
    name = Path(name_of(str(whole)))
    for number in itertools.count(1):
        again = f"-{number}" if number > 1 else ""
        candidate = whole.with_name(f"{name.stem}.as-of-{clock}{again}{name.suffix}")
        if not os.path.lexists(candidate):
            return candidate
    raise AssertionError


def _write(data: bytes, found: Destination) -> Restored:
    """Write a file beside the one that was ``found``, or was not, and give it that name."""
    to, there = found.path, found.there
    handle, name = tempfile.mkstemp(prefix=".her-", dir=to.parent)
    made = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        made.chmod(to.stat().st_mode & 0o7777 if there else 0o666 & ~_umask())
        backup = _copy(to) if there else None
        if there:
            made.replace(to)
        else:
            give_name(made, to)
        return Restored(to, backup)
    finally:
        with suppress(OSError):
            made.unlink()


def _copy(file: Path) -> Path:
    """Copy ``file`` beside itself, under the first name that is free."""
    for number in itertools.count(1):
        backup = file.with_name(f"{file.name}{BACKUP}{number}")
        try:
            handle = os.open(backup, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            continue
        try:
            with os.fdopen(handle, "wb") as target, file.open("rb") as source:
                shutil.copyfileobj(source, target)
            shutil.copystat(file, backup)
        except OSError:
            backup.unlink(missing_ok=True)
            raise
        return backup
    raise AssertionError


def _umask() -> int:
    """The mask that new files get."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
