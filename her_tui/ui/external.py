"""Other programs on our terminal: the pager, the editor, the client that resumes a session.

Planning is pure and says what cannot be done and why; running happens inside ``App.suspend``.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from her_tui.errors import HerError, NotFound
from her_tui.paths import ensure_private_dir
from her_tui.plaintext import for_clipboard
from her_tui.queries.sessions import Origin, SessionRow

Which = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Program:
    """A command to run in the foreground."""

    arguments: tuple[str, ...]
    cwd: Path | None = None


def is_folder(path: str) -> bool:
    """Whether the captured ``path`` is a folder here; one that no system takes is not."""
    return os.path.isdir(path)  # noqa: PTH112  Path.is_dir raises on what is too long or no text


def is_file(path: str) -> bool:
    """Whether the captured ``path`` is a file here."""
    return os.path.isfile(path)  # noqa: PTH113


def resume(row: SessionRow, which: Which) -> Program:
    """The client, resuming ``row`` in its folder; raises `HerError` if that cannot be."""
    if row.parent is not None:
        raise HerError("A subagent cannot be resumed", "Resume the session it belongs to.")
    if row.agent != "claude-code":
        raise HerError(f"Sessions of {row.agent} cannot be resumed from here", "")
    if row.origin is Origin.ONLY_HERE:
        raise HerError(
            "The client deleted this session; only Her still has it",
            f"her-tui show {row.session_id[:8]} --jsonl  prints its file again.",
        )
    if not row.cwd or not is_folder(row.cwd):
        raise NotFound(
            f"Its folder is gone: {row.cwd or '(unknown)'}",
            "Create the folder again to resume the session there.",
        )
    program = which("claude")
    if program is None:
        raise NotFound("claude is not on the PATH", "Install Claude Code, or add it to the PATH.")
    return Program((program, "--resume", row.session_id), Path(row.cwd))


def resume_command(row: SessionRow) -> str:
    """What to type in a shell to resume ``row``."""
    return f"cd {shlex.quote(row.cwd)} && claude --resume {shlex.quote(row.session_id)}"


def pager(environment: Mapping[str, str], which: Which, file: Path) -> Program:
    """``$PAGER``, or ``less``, showing ``file``."""
    return Program((*_command(environment, ("PAGER",), ("less", "more"), which), str(file)))


def editor(environment: Mapping[str, str], which: Which, file: Path) -> Program:
    """``$VISUAL`` or ``$EDITOR``, or one that is there, opening ``file``."""
    if not is_file(str(file)):
        raise NotFound(f"{file} is not there any more", "Press c to copy what was recorded of it.")
    return Program(
        (*_command(environment, ("VISUAL", "EDITOR"), ("nano", "vim", "vi"), which), str(file))
    )


def _command(
    environment: Mapping[str, str], names: Sequence[str], usual: Sequence[str], which: Which
) -> tuple[str, ...]:
    for name in names:
        parts = shlex.split(environment.get(name, ""))
        if parts and which(parts[0]):
            return tuple(parts)
    for program in usual:
        if which(program):
            return (program,)
    raise NotFound(
        f"None of {', '.join(usual)} is on the PATH", f"Set {names[-1]} to a program you have."
    )


@contextmanager
def private_file(home: Path, text: str, suffix: str) -> Iterator[Path]:
    """A file (0600) that holds ``text`` without control characters, gone afterwards."""
    folder = ensure_private_dir(home / "tmp")
    handle, name = tempfile.mkstemp(dir=folder, suffix=suffix)
    file = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as stream:
            stream.write(for_clipboard(text))
        yield file
    finally:
        file.unlink(missing_ok=True)


def run(program: Program) -> int:
    """Run ``program`` on this terminal until it ends; its exit code, 127 if it cannot start."""
    try:
        return subprocess.run(program.arguments, cwd=program.cwd, check=False).returncode
    except OSError:
        return 127
