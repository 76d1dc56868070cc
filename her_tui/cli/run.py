"""The outermost frame of the command line: errors become two lines and an exit code."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence

import click

from her_tui.errors import HerError
from her_tui.plaintext import one_line

PROGRAM = "her-tui"
_INTERRUPTED = 130
_BROKEN_PIPE = 141


def run(arguments: Sequence[str]) -> int:
    """Run the command line with ``arguments`` and return the exit code."""
    from her_tui.cli.group import cli

    _encode_anything()
    try:
        code = cli.main(list(arguments), prog_name=PROGRAM, standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except HerError as error:
        hint = error.hint
        if "--demo" in arguments:  # what is named there is found in the invented library alone
            hint = hint.replace(f"{PROGRAM} ", f"{PROGRAM} --demo ")
        return _tell(error.title, hint, error.exit_code)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _INTERRUPTED
    except BrokenPipeError:
        _silence_stdout()
        return _BROKEN_PIPE
    except OSError as error:
        what = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        return _tell(what, "Run her-tui doctor.", 1)


def _tell(title: str, hint: str, code: int) -> int:
    """Say what happened and what to do about it."""
    print(f"{PROGRAM}: {one_line(title)}", file=sys.stderr)
    if hint:
        print(one_line(hint), file=sys.stderr)
    return code


def _encode_anything() -> None:
    """A terminal that cannot show a character gets its number, not a crash."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _silence_stdout() -> None:
    """Whoever read us is gone: let the interpreter's last flush go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
