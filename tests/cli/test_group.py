"""The frame: help, version, errors and exit codes, and what may be imported."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from her_tui import __version__
from tests.cli.conftest import Run

NAMES = (
    "run",
    "install",
    "uninstall",
    "status",
    "import",
    "sessions",
    "show",
    "bookmark",
    "open",
    "replay",
    "cast",
    "stats",
    "delete",
    "doctor",
    "wire",
    "completion",
)
HEAVY = {"textual", "rich", "peewee", "sqlite3", "pysqlite3", "orjson", "pydantic", "genai_prices"}


def modules_of(*arguments: str) -> set[str]:
    """Top-level modules imported by ``her-tui`` with these arguments."""
    code = (
        "import sys\nfrom her_tui.cli.run import run\n"
        f"run({list(arguments)!r})\n"
        "print('\\n'.join(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {name.split(".")[0] for name in done.stderr.split()}


@pytest.mark.parametrize("arguments", [("--version",), ("--help",), ("completion", "zsh")])
def test_what_needs_no_library_imports_nothing_heavy(arguments: tuple[str, ...]) -> None:
    assert not modules_of(*arguments) & HEAVY


@pytest.mark.parametrize("command", ["sessions", "stats", "doctor"])
def test_no_command_imports_the_screen(command: str) -> None:
    assert not modules_of(command) & {"textual", "rich", "genai_prices", "pyperclip"}


def test_the_entry_point_imports_the_command_line_last() -> None:
    code = "import sys, her_tui.__main__; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "click" not in done.stdout.split()


def test_version(her: Run) -> None:
    assert her("--version").out == f"her-tui {__version__}\n"


def test_help_names_every_command(her: Run) -> None:
    out = her("--help").out
    for name in NAMES:
        assert re.search(rf"^  {name} ", out, re.MULTILINE)


@pytest.mark.parametrize("name", NAMES)
def test_each_command_explains_itself(her: Run, name: str) -> None:
    ran = her(name, "--help")
    assert ran.code == 0
    assert ran.out.startswith(f"Usage: her-tui {name}")


@pytest.mark.parametrize(
    "arguments", [("fly",), ("sessions", "--limit", "0"), ("show",), ("stats", "--by", "mood")]
)
def test_asked_wrongly(her: Run, arguments: tuple[str, ...]) -> None:
    ran = her(*arguments)
    assert ran.code == 2
    assert not ran.out
    assert "Usage: her-tui" in ran.err


def test_an_error_is_two_lines(her: Run) -> None:
    ran = her("show", "ffffffff")
    assert ran.code == 1
    assert not ran.out
    lines = ran.err.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("her-tui: ")


def test_the_way_out_of_the_demo_is_in_the_demo(her: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HER_HOME", "HER_CONFIG", "CLAUDE_CONFIG_DIR"):
        monkeypatch.setenv(name, os.environ.get(name, "/nowhere"))
    assert "her-tui sessions lists the ids" in her("show", "ffffffff").err
    assert "her-tui --demo sessions lists the ids" in her("--demo", "show", "ffffffff").err


def test_without_a_library(her: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HER_HOME", str(tmp_path / "none"))
    ran = her("sessions")
    assert ran.code == 1
    assert "Nothing has been recorded yet" in ran.err
    assert not (tmp_path / "none").exists()


def test_a_broken_configuration(her: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("theme = 3\n")
    ran = her("import", str(tmp_path))
    assert ran.code == 2
    assert "theme must be a string" in ran.err


def test_opening_needs_a_terminal(her: Run) -> None:
    ran = her()
    assert ran.code == 2
    assert "terminal" in ran.err


def test_a_reader_that_leaves_is_no_error() -> None:
    done = subprocess.run(
        f"{sys.executable} -m her_tui sessions --json | head -c 10",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "[\n  {\n    "
    assert not done.stderr


def test_a_terminal_that_cannot_show_a_character(demo_home: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [sys.executable, "-m", "her_tui", "show", "f27a"],
        env=environment,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0
    assert done.stdout.isascii()


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_completion(her: Run, shell: str) -> None:
    out = her("completion", shell).out
    assert "_HER_TUI_COMPLETE" in out


def test_completion_for_an_unknown_shell(her: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELL", "/bin/csh")
    assert her("completion").code == 2


def test_the_demo_leaves_nothing_behind(
    her: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for name in ("HER_HOME", "HER_CONFIG", "CLAUDE_CONFIG_DIR"):
        monkeypatch.setenv(name, os.environ.get(name, "/nowhere"))
    ran = her("--demo", "sessions", "--json")
    assert len(ran.json) >= 45
    assert not list(tmp_path.glob("her-demo-*"))
