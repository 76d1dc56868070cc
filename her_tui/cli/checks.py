"""The checks of ``her-tui doctor``: what is recorded, what is not, and what is in the way.

Each check is a function that looks at one thing and returns what it found; none raises.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from her_tui import __version__, units
from her_tui.config import Config
from her_tui.errors import HerError, LibraryMissing
from her_tui.paths import INDEX_NAME, LIBRARY_NAME, claude_roots

_CLIENT_DEFAULT_DAYS = 30
_SOON_DAYS = 3


class Verdict(StrEnum):
    """How a check went."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found."""

    check: str
    verdict: Verdict
    what: str
    way_out: str = ""


def versions() -> Iterator[Finding]:
    """Her, Python and the database below."""
    from her_tui.store.database import SAFE_SQLITE, driver_name, sqlite_version

    yield Finding("her", Verdict.OK, f"her-tui {__version__} on Python {platform.python_version()}")
    version = sqlite_version()
    text = f"SQLite {'.'.join(map(str, version))} ({driver_name()})"
    if version >= SAFE_SQLITE:
        yield Finding("sqlite", Verdict.OK, text)
    else:
        yield Finding(
            "sqlite",
            Verdict.WARN,
            f"{text} has a rare bug when two programs write at once",
            "Keep one Her writing at a time, or install the pysqlite3 package.",
        )


def transcripts(config: Config) -> Iterator[Finding]:
    """Where transcripts are looked for, and how many there are."""
    from her_tui.capture.adapter import Role
    from her_tui.recorder.ingest import default_roots

    roots = default_roots()
    if not roots:
        yield Finding(
            "transcripts",
            Verdict.WARN,
            "No folder of a coding agent was found",
            "Run Claude Code once, or set CLAUDE_CONFIG_DIR to its folder.",
        )
    for adapter, root in roots:
        roles = [found.role for found in adapter.discover(root)]
        main, subagents = roles.count(Role.MAIN), roles.count(Role.SUBAGENT)
        what = f"{units.count(main, 'session')} and {units.count(subagents, 'subagent')}"
        yield Finding("transcripts", Verdict.OK, f"{units.home_path(str(root))}: {what}")
    if config.exclude:
        yield Finding("excluded", Verdict.OK, "Never recorded: " + ", ".join(config.exclude))
    else:
        yield Finding("excluded", Verdict.OK, "No project is excluded")
    if os.environ.get("CLAUDE_CODE_SKIP_PROMPT_HISTORY"):
        yield Finding(
            "switched off",
            Verdict.WARN,
            "CLAUDE_CODE_SKIP_PROMPT_HISTORY is set: the client writes no transcripts",
            "Unset it where your sessions should be recorded.",
        )


def retention() -> Iterator[Finding]:
    """When the client deletes its transcripts."""
    for root in claude_roots():
        days = _cleanup_days(root / "settings.json")
        where = units.home_path(str(root))
        if days is None:
            yield Finding(
                "deletion",
                Verdict.WARN,
                f"{where}/settings.json cannot be read",
                "Mend it: until then the client's default of 30 days is assumed.",
            )
        elif days <= _SOON_DAYS:
            yield Finding(
                "deletion",
                Verdict.WARN,
                f"{where}: the client deletes transcripts after {units.count(days, 'day')}",
                "Start Her at least that often, or raise cleanupPeriodDays in settings.json.",
            )
        else:
            what = f"{where}: the client deletes transcripts after {days} days; Her keeps its copy"
            yield Finding("deletion", Verdict.OK, what)


def _cleanup_days(file: Path) -> int | None:
    """``cleanupPeriodDays`` of the client's settings; None if they cannot be read."""
    try:
        settings = json.loads(file.read_bytes())
        return int(settings.get("cleanupPeriodDays", _CLIENT_DEFAULT_DAYS))
    except FileNotFoundError:
        return _CLIENT_DEFAULT_DAYS
    except (OSError, ValueError, AttributeError, TypeError):
        return None


def privacy(home: Path) -> Iterator[Finding]:
    """Who can read what Her keeps."""
    if not home.exists():
        yield Finding("private", Verdict.OK, f"{units.home_path(str(home))} is not there yet")
        return
    wide = [file for file in (home, *_files(home)) if _is_wide(file)]
    if wide:
        yield Finding(
            "private",
            Verdict.FAIL,
            f"Others can read {units.home_path(str(wide[0]))}"
            + (f" and {len(wide) - 1} more" if len(wide) > 1 else ""),
            f"chmod -R go= {units.home_path(str(home))}",
        )
    else:
        where = units.home_path(str(home))
        yield Finding("private", Verdict.OK, f"{where} is readable by you alone")
    if not os.access(home, os.W_OK):
        yield Finding(
            "writable", Verdict.FAIL, f"{home} is not writable", "Set HER_HOME to one that is."
        )


def _files(home: Path) -> list[Path]:
    try:
        return [entry for entry in home.iterdir() if entry.is_file()]
    except OSError:
        return []


def _is_wide(file: Path) -> bool:
    try:
        return bool(file.stat().st_mode & 0o077)
    except OSError:
        return False


def library(home: Path) -> Iterator[Finding]:
    """Size and content of the library."""
    from her_tui.queries import stats
    from her_tui.queries.library import Library

    try:
        total = stats.totals(Library.open(home))
    except LibraryMissing as error:
        yield Finding("library", Verdict.WARN, error.title, error.hint)
        return
    except HerError as error:
        yield Finding("library", Verdict.FAIL, error.title, error.hint)
        return
    sizes = f"{_size(home / LIBRARY_NAME)}, search index {_size(home / INDEX_NAME)}"
    yield Finding("library", Verdict.OK, f"{units.home_path(str(home / LIBRARY_NAME))}: {sizes}")
    what = (
        f"{units.count(total.sessions, 'session')}, {units.count(total.prompts, 'prompt')}, "
        f"{units.count(total.responses, 'response')}, {units.count(total.actions, 'action')}"
    )
    yield Finding("recorded", Verdict.OK, what)
    odd = [
        units.count(total.lines_damaged, "damaged line") if total.lines_damaged else "",
        units.count(total.records_unknown, "unknown record") if total.records_unknown else "",
    ]
    if any(odd):
        what = f"{' and '.join(filter(None, odd))}; kept as captured"
        yield Finding("complete", Verdict.WARN, what)


def own(home: Path) -> Iterator[Finding]:
    """Stars, tags, notes and bookmarks: the only thing that cannot be made again."""
    from her_tui.queries.annotations import totals
    from her_tui.queries.library import Library

    try:
        library = Library.open(home)
        said = totals(library)
    except HerError:
        return  # of the library another check tells
    if library.own_problem:
        yield Finding("notes", Verdict.FAIL, library.own_problem.title, library.own_problem.hint)
        return
    names = zip(("star", "tag", "note", "bookmark"), said, strict=True)
    what = ", ".join(units.count(number, name) for name, number in names)
    yield Finding("notes", Verdict.OK, f"{what} of yours")


def _size(file: Path) -> str:
    try:
        return units.size(file.stat().st_size)
    except OSError:
        return "none"


def recorder(home: Path) -> Iterator[Finding]:
    """Whether something is recording now."""
    from her_tui.queries import status
    from her_tui.queries.status import Phase

    try:
        state = status.read(home)
    except HerError as error:
        yield Finding("recorder", Verdict.WARN, error.title, error.hint)
        return
    if state.phase is Phase.ABSENT:
        what = "Not running: it starts with her-tui and catches up"
        yield Finding("recorder", Verdict.OK, what)
    elif state.phase is Phase.FAILED:
        yield Finding("recorder", Verdict.FAIL, state.message or "It failed", state.hint)
    else:
        yield Finding("recorder", Verdict.OK, f"Running: {state.phase}")


def found_by_meaning(home: Path) -> Iterator[Finding]:
    """Whether things can be found by meaning, beside by words."""
    from her_tui.queries import meaning
    from her_tui.queries.meaning import Readiness

    state = meaning.state(home)
    broken = state.readiness in (Readiness.NO_NUMPY, Readiness.NO_WEIGHTS, Readiness.DAMAGED)
    verdict = Verdict.WARN if broken or state.failed else Verdict.OK
    yield Finding("meaning", verdict, state.message)


def everything(home: Path, config: Config) -> Iterator[Finding]:
    """All checks, in the order they are told."""
    from her_tui.cli.checks_channels import channels
    from her_tui.cli.terminal import clipboard, terminal

    yield from versions()
    yield from transcripts(config)
    yield from retention()
    yield from privacy(home)
    yield from library(home)
    yield from own(home)
    yield from recorder(home)
    yield from found_by_meaning(home)
    yield from channels(home, os.environ)
    yield from terminal(os.environ, sys.stdout.isatty())
    yield from clipboard(os.environ)
