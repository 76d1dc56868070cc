"""Where a file that the user names is written: what is there already, and giving a whole file that
name.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from her_tui import units
from her_tui.errors import HerError, UsageError


@dataclass(frozen=True, slots=True)
class Destination:
    """What is at the path where a file is to be written."""

    named: Path
    """As it was named."""
    path: Path
    """The file that is written: where a link leads, if it is one."""
    there: bool
    """There is a file already, to be replaced."""

    @property
    def link(self) -> bool:
        """It leads elsewhere."""
        return self.named != self.path

    @property
    def taken(self) -> bool:
        """Nothing is written there unasked: there is a file, or a link, be it to nothing."""
        return self.there or self.link

    @property
    def said(self) -> str:
        """What is there, as a sentence without a full stop."""
        name, path = units.home_path(str(self.named)), units.home_path(str(self.path))
        if not self.link:
            return f"{name} exists"
        return f"{name} is a link to {path}" + ("" if self.there else ", which is not there")


class Exists(HerError):
    """There is a file already where one is to be written, or a link to where it would be."""

    def __init__(self, at: Destination) -> None:
        super().__init__(at.said, "Name another file, or have it replaced.")
        self.at = at


def destination(named: Path) -> Destination:
    """What is at ``named``.

    Raises `UsageError` if it is something that is no file, such as a folder or a device, and
    `OSError` or `ValueError` if no file can be there.
    """
    path = Path(os.path.realpath(named)) if named.is_symlink() else named
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return Destination(named, path, there=False)
    if not stat.S_ISREG(mode):
        name = units.home_path(str(path))
        kind = "a folder" if stat.S_ISDIR(mode) else "a device, a pipe or a socket, and no file"
        raise UsageError(f"{name} is {kind}", "Name a file.")
    return Destination(named, path, there=True)


def give_name(made: Path, to: Path) -> None:
    """Give the file ``made`` the name ``to``; raises `FileExistsError` if a file came to have it
    meanwhile."""
    try:
        os.link(made, to)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if os.path.lexists(to):
            raise FileExistsError(to) from None
        made.replace(to)
