"""``her-tui cast``."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.conftest import Run

HERO = "f27ac6ac"
PART = ("--from", "12", "--speed", "64", "--size", "80x24")


def lines(file: Path) -> list[object]:
    """The lines of a recording."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_a_session_is_recorded_into_a_file_of_one_s_own(her: Run, tmp_path: Path) -> None:
    file = tmp_path / "out.cast"
    ran = her("cast", HERO, *PART, str(file))
    assert ran.code == 0
    assert ran.out == ""
    assert ran.err.startswith("Recorded ")
    header, first, *_ = lines(file)
    assert isinstance(header, dict)
    assert (header["width"], header["height"]) == (80, 24)
    assert isinstance(first, list)
    assert first[:2] == [0.0, "o"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600

    again = her("cast", HERO, *PART, str(file))
    assert again.code == 2
    assert "--force" in again.err
    assert her("cast", HERO, *PART, "--force", str(file)).code == 0


def test_to_standard_output(her: Run) -> None:
    ran = her("cast", HERO, *PART, "-")
    assert ran.code == 0
    assert "\x1b" not in ran.out
    assert json.loads(ran.out.splitlines()[0])["version"] == 2
    assert ran.err.startswith("Recorded ")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("nobody",), 1),
        ((f"{HERO}@999",), 1),
        ((HERO, "--from", "999"), 1),
        ((HERO, "--to", "!"), 2),
        ((HERO, "--from", "5", "--to", "4"), 2),
        ((f"{HERO}@3", "--from", "4"), 2),
        ((HERO, "--size", "10x10"), 2),
        ((HERO, "--size", "wide"), 2),
        ((HERO, "--speed", "3"), 2),
        ((HERO, "--idle", "0"), 2),
    ],
)
def test_what_cannot_be_leaves_no_file(
    her: Run, tmp_path: Path, arguments: tuple[str, ...], code: int
) -> None:
    file = tmp_path / "out.cast"
    ran = her("cast", *arguments, str(file))
    assert ran.code == code
    assert ran.err
    assert not file.exists()


def test_a_folder_is_no_file(her: Run, tmp_path: Path) -> None:
    assert her("cast", HERO, "--force", str(tmp_path)).code == 2
    assert her("cast", HERO, *PART, str(tmp_path / "no" / "out.cast")).code == 2


@pytest.mark.fault
def test_interrupted_it_is_a_whole_recording(demo_home: Path, tmp_path: Path) -> None:
    file = tmp_path / "out.cast"
    command = [sys.executable, "-m", "her_tui", "cast", HERO, "--speed", "0.25", str(file)]
    with subprocess.Popen(command, env={**os.environ}, stderr=subprocess.PIPE, text=True) as run:
        end = time.monotonic() + 60
        while not (file.exists() and file.read_bytes().count(b"\n") > 5):
            assert time.monotonic() < end
            assert run.poll() is None
            time.sleep(0.05)
        run.send_signal(signal.SIGINT)
        _, said = run.communicate(timeout=60)
    assert run.returncode == 130
    assert "Stopped" in said
    *_, last = lines(file)
    assert isinstance(last, list)
    assert last[2].endswith("\x1b[?25h")
