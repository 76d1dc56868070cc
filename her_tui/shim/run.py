"""``her-tui run``: starts the client in its place, recorded.

Whatever goes wrong on the way, the client is started, without the channel that could not be had,
and a line says so. The last act is exec: the client has our process, terminal and signals.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from her_tui import paths
from her_tui.shim import program
from her_tui.shim.narrate import in_words, say

_USAGE = "her-tui run [--wire] [--] COMMAND [ARGUMENT]…"
_INTERRUPTED = 130


class Asked:
    """What the command line asks for."""

    __slots__ = ("command", "wire")

    def __init__(self, arguments: Sequence[str]) -> None:
        """Raises `ValueError` for a command line that makes no sense."""
        self.wire = False
        rest = list(arguments)
        while rest and rest[0].startswith("-"):
            option = rest.pop(0)
            if option == "--":
                break
            if option != "--wire":
                raise ValueError(f"no such option: {option}")
            self.wire = True
        self.command = rest or [program.CLIENT]


def main(arguments: Sequence[str]) -> int:
    """Become the command that ``arguments`` name; returns an exit code only if there is none."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # as it is for any program about to start
    try:
        asked = Asked(arguments)
        found = program.find(asked.command[0], os.environ)
    except ValueError as error:
        say(f"{error}. Usage: {_USAGE}")
        return 2
    except program.NoProgram as error:
        say(str(error))
        return error.code
    environment = original_environment()
    command = list(asked.command)
    try:
        home = Path(os.path.abspath(paths.home()))  # noqa: PTH100 - resolve() would follow links
        command, environment = _recorded(home, asked, environment)
    except Exception as error:
        # Ours must never keep the user's from starting, whatever it is.
        say(f"this run is recorded by its transcripts alone: {in_words(error)}")
    return _become(found, command, program.on_the_way(found, environment))


def _recorded(
    home: Path, asked: Asked, environment: dict[str, str]
) -> tuple[list[str], dict[str, str]]:
    from her_tui.shim.channels import recorded

    return recorded(home, asked.command, environment, wire=asked.wire)


def original_environment() -> dict[str, str]:
    """The environment as it was given to us. In the C locale, Python sets LC_CTYPE for itself."""
    environment = dict(os.environ)
    if "LC_CTYPE" in environment:
        try:
            given = Path("/proc/self/environ").read_bytes().split(b"\0")
        except OSError:
            return environment
        if not any(entry.startswith(b"LC_CTYPE=") for entry in given):
            del environment["LC_CTYPE"]
    return environment


def _become(path: str, command: list[str], environment: Mapping[str, str]) -> int:
    """Replace this process by ``command``; an exit code if it cannot be."""
    # Python ignores these two, and what is ignored stays so across exec.
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    try:
        _exec(path, command, environment)
    except OSError as error:
        say(f"{path}: {error.strerror}")
        return 127 if error.errno == errno.ENOENT else 126


def _exec(path: str, command: list[str], environment: Mapping[str, str]) -> NoReturn:
    sys.stdout.flush()
    try:
        os.execve(path, command, environment)
    except OSError as error:
        if error.errno != errno.ENOEXEC:
            raise
        # A script without a first line that says for whom: shells run it, so we do.
        os.execve("/bin/sh", ["/bin/sh", path, *command[1:]], environment)
