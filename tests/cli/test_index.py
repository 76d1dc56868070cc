"""``her-tui index``, with an encoder that knows nothing of language."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from her_tui.queries import encoding
from her_tui.queries.encoding import EncoderStatus, Phase
from her_tui.recorder import encoder_start, indexing
from her_tui.search import settings
from her_tui.store.locks import encoder_lock
from tests.cli.conftest import Run
from tests.support.encoding import SLOWNESS, bodies_of, enable, stored
from tests.support.model import make


@pytest.fixture
def encoders(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Encoders are fakes in processes of their own; their numbers, as they are started."""
    running: list[subprocess.Popen[bytes]] = []
    started: list[int] = []

    def start(home: Path) -> None:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.encoding"],
            env={**encoder_start.environment(home), SLOWNESS: "0.0005"},
        )
        running.append(process)
        started.append(process.pid)

    monkeypatch.setattr(encoder_start, "start", start)
    monkeypatch.setattr(encoder_start, "is_encoder", started.__contains__)
    yield started
    for process in running:
        process.kill()
        process.wait()


def indexed(her: Run, *arguments: str) -> str:
    """What the command says, which goes well."""
    ran = her("index", *arguments)
    assert ran.code == 0, ran.err
    return ran.out


def test_words_alone_where_meaning_is_not_wanted(
    her: Run, own_home: Path, encoders: list[int]
) -> None:
    words, meaning = indexed(her).splitlines()
    assert words.endswith(" documents can be found by words.")
    assert meaning == "Words only: her-tui semantic enable adds meaning, offline."
    assert encoders == []


def test_both_are_brought_up_to_date(her: Run, own_home: Path, encoders: list[int]) -> None:
    enable(own_home)
    _, meaning = indexed(her).splitlines()
    assert stored(own_home) == bodies_of(own_home)
    assert meaning == f"All {encoding.read(own_home).total} documents can be found by meaning."
    assert len(encoders) == 1
    indexed(her)
    assert len(encoders) == 1, "nothing is left to do"


def test_paused_it_goes_on_when_it_is_asked(her: Run, own_home: Path, encoders: list[int]) -> None:
    enable(own_home)
    encoding.write(own_home, EncoderStatus(Phase.ENDED, 3, 9))
    assert indexed(her, "--stop") == "Paused at 3 of 9: her-tui index goes on.\n"
    assert settings.load(own_home).paused
    assert her("index", "--status", "--json").json["meaning"]["paused"]
    indexed(her)
    assert not settings.load(own_home).paused
    assert stored(own_home) == bodies_of(own_home)


def test_stopping_waits_for_the_batch(
    her: Run, own_home: Path, encoders: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    enable(own_home)
    lock = encoder_lock(own_home)
    assert lock.try_acquire()
    threading.Timer(0.3, lock.release).start()
    ran = her("index", "--stop")
    assert ran.code == 0
    assert "Waiting for the encoder" in ran.err
    assert lock.try_acquire()
    monkeypatch.setattr(indexing, "_END_SECONDS", 0.1)
    assert her("index", "--stop").code == 1, "it does not end"
    lock.release()


def test_made_anew(her: Run, own_home: Path, encoders: list[int]) -> None:
    model = own_home.parent / "model"
    enable(own_home, weights=str(model), stamp=make(model))
    indexed(her)
    files = {name: (own_home / name).stat().st_ino for name in ("words.db", "vectors.db")}
    held = [(own_home / name).open() for name in files]  # else their numbers are given anew
    indexed(her, "--rebuild")
    assert all((own_home / name).stat().st_ino != inode for name, inode in files.items())
    assert stored(own_home) == bodies_of(own_home)
    assert len(encoders) == 2
    for file in held:
        file.close()


def test_vectors_that_could_not_be_made_again_are_kept(
    her: Run, own_home: Path, encoders: list[int]
) -> None:
    enable(own_home)
    indexed(her)
    before = stored(own_home)
    ran = her("index", "--rebuild")
    assert ran.code == 1
    assert "is gone" in ran.err
    assert stored(own_home) == before


def test_an_encoder_that_fails_is_told(
    her: Run, own_home: Path, encoders: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    enable(own_home)

    def fail(home: Path) -> None:
        encoding.write(home, EncoderStatus(Phase.FAILED, 1, 9, message="No", hint="Do", pid=1))

    monkeypatch.setattr(encoder_start, "start", fail)
    ran = her("index")
    assert (ran.code, ran.err) == (1, "her-tui: No\nDo\n")


def test_one_that_is_killed_again_and_again_is_told(
    her: Run, own_home: Path, encoders: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    enable(own_home)
    dead = [2**22 + 1]

    def die(home: Path) -> None:
        dead.append(dead[-1] + 1)
        encoding.write(home, EncoderStatus(Phase.ENCODING, 1, 9, pid=dead[-1]))

    monkeypatch.setattr(encoder_start, "start", die)
    monkeypatch.setattr(indexing, "_POLL_SECONDS", 0.01)
    ran = her("index")
    assert ran.code == 1
    assert "killed 3 times" in ran.err
    monkeypatch.setattr(encoder_start, "start", lambda home: None)
    monkeypatch.setattr(indexing, "_BIRTH_SECONDS", 0.1)
    assert "does not start" in her("index").err


def test_interrupted_it_says_how_it_goes_on(
    her: Run, own_home: Path, encoders: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    enable(own_home)

    def interrupt(home: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(encoder_start, "start", interrupt)
    ran = her("index")
    assert ran.code == 130
    assert ran.err.startswith("No longer waiting. Nothing is encoded yet")


def test_the_status_of_both(her: Run, own_home: Path, encoders: list[int]) -> None:
    told = her("index", "--status", "--json").json
    assert told["words"]["documents"] > 100
    assert told["words"]["events_behind"] == 0
    assert told["words"]["bytes"] > 1000
    assert told["meaning"]["vectors"] == told["meaning"]["bytes"] == 0
    assert told["encoder"]["phase"] == "absent"
    assert told["recorder"]["phase"] == "absent"
    enable(own_home)
    indexed(her)
    told = her("index", "--status", "--json").json
    assert told["meaning"]["readiness"] == "ready"
    assert told["meaning"]["done"] == told["meaning"]["total"] > 100
    assert told["meaning"]["vectors"] > 100
    assert told["meaning"]["bytes"] > 1000
    lines = her("index", "--status").out.splitlines()
    assert [line.split()[0] for line in lines] == ["words", "meaning", "encoder", "recorder"]


@pytest.mark.parametrize(
    "arguments", [("--status", "--stop"), ("--stop", "--rebuild"), ("--json",)]
)
def test_what_does_not_go_together(her: Run, own_home: Path, arguments: tuple[str, ...]) -> None:
    assert her("index", *arguments).code == 2


def test_without_a_library(her: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HER_HOME", str(tmp_path / "none"))
    for arguments in ((), ("--status",), ("--rebuild",)):
        assert her("index", *arguments).code == 1
    assert not (tmp_path / "none").exists()


def test_waiting_for_an_encoder_that_runs(her: Run, own_home: Path, encoders: list[int]) -> None:
    enable(own_home)
    encoder_start.start(own_home)
    deadline = time.monotonic() + 20
    while not encoder_start.runs(own_home):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    indexed(her)
    assert len(encoders) == 1
    assert stored(own_home) == bodies_of(own_home)
