"""``her-tui cast``."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from her_tui.config import Config
from her_tui.errors import HerError
from her_tui.ui.cast import Plan, Tell, Write
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


@pytest.mark.parametrize("there", [True, False])
def test_a_link_is_followed_only_with_force(her: Run, tmp_path: Path, there: bool) -> None:
    target, link = tmp_path / "target.cast", tmp_path / "link.cast"
    link.symlink_to(target)
    if there:
        target.write_text("mine")
    ran = her("cast", HERO, *PART, str(link))
    assert ran.code == 2
    assert "~/link.cast is a link to ~/target.cast" in ran.err
    assert "--force" in ran.err
    assert target.exists() == there
    assert her("cast", HERO, *PART, "--force", str(link)).code == 0
    assert link.is_symlink()
    assert isinstance(lines(target)[0], dict)
    assert sorted(tmp_path.glob("*.cast")) == [link, target]


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_a_pipe_or_a_device_is_no_file(her: Run, tmp_path: Path, force: tuple[str, ...]) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe, 0o644)
    for place in (pipe, Path(os.devnull)):
        mode = place.stat().st_mode
        ran = her("cast", HERO, *PART, *force, str(place))
        assert ran.code == 2
        assert "no file" in ran.err
        assert place.stat().st_mode == mode
    assert list(tmp_path.glob("*")) == [pipe]


Failing = Callable[[BaseException, int], None]


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Failing:
    """``failing(error, frames)`` has the recording end with an error after some frames."""

    def fail(error: BaseException, count: int) -> None:
        def record(home: Path, config: Config, plan: Plan, write: Write, tell: Tell) -> float:
            for at in range(count):
                write(f"[{at}]\n")
                tell(at, count)
            raise error

        monkeypatch.setattr("her_tui.ui.cast.record", record)

    return fail


@pytest.mark.parametrize("error", [HerError("It is gone"), OSError(28, "No space left on device")])
def test_what_was_there_stays_if_it_fails(
    her: Run, tmp_path: Path, failing: Failing, error: Exception
) -> None:
    file = tmp_path / "out.cast"
    failing(error, 3)
    assert her("cast", HERO, str(file)).code == 1
    assert not list(tmp_path.iterdir())
    file.write_text("mine")
    file.chmod(0o644)
    assert her("cast", HERO, "--force", str(file)).code == 1
    assert file.read_text() == "mine"
    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    assert list(tmp_path.iterdir()) == [file]


def test_interrupted_it_replaces_what_was_there_if_there_is_anything(
    her: Run, tmp_path: Path, failing: Failing
) -> None:
    file = tmp_path / "out.cast"
    file.write_text("mine")
    failing(KeyboardInterrupt(), 0)
    ran = her("cast", HERO, "--force", str(file))
    assert ran.code == 130
    assert "Stopped before anything was recorded." in ran.err
    assert file.read_text() == "mine"
    failing(KeyboardInterrupt(), 2)
    ran = her("cast", HERO, "--force", str(file))
    assert ran.code == 130
    assert "Stopped: what was recorded plays" in ran.err
    assert lines(file) == [[0], [1]]
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_that_appears_meanwhile_stays(
    her: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "out.cast"

    def record(home: Path, config: Config, plan: Plan, write: Write, tell: Tell) -> float:
        write("[]\n")
        file.write_text("mine")
        return 1.0

    monkeypatch.setattr("her_tui.ui.cast.record", record)
    ran = her("cast", HERO, str(file))
    assert ran.code == 2
    assert "came to be meanwhile" in ran.err
    assert file.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.fault
def test_interrupted_it_is_a_whole_recording(demo_home: Path, tmp_path: Path) -> None:
    file = tmp_path / "out.cast"
    command = [sys.executable, "-m", "her_tui", "cast", HERO, "--speed", "0.25", str(file)]
    with subprocess.Popen(command, env={**os.environ}, stderr=subprocess.PIPE, text=True) as run:
        end = time.monotonic() + 60
        while not any(made.read_bytes().count(b"\n") > 5 for made in tmp_path.glob(".her-*")):
            assert time.monotonic() < end
            assert run.poll() is None
            time.sleep(0.05)
        run.send_signal(signal.SIGINT)
        _, said = run.communicate(timeout=60)
    assert run.returncode == 130
    assert "Stopped: what was recorded plays" in said
    assert not list(tmp_path.glob(".her-*"))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    *_, last = lines(file)
    assert isinstance(last, list)
    assert last[2].endswith("\x1b[?25h")
