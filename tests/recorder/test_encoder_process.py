"""The encoder as a process: when it leaves, what it says, and what a kill costs."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from her_tui.errors import HerError
from her_tui.queries import encoding, meaning
from her_tui.queries.encoding import Phase
from her_tui.queries.library import Library
from her_tui.queries.meaning import Readiness
from her_tui.recorder import backfill, encoder_process, encoder_start, engines
from her_tui.recorder.encoder_process import EncoderProcess
from her_tui.recorder.engines import Engine
from her_tui.recorder.ingest import import_roots
from her_tui.recorder.worklist import Arrivals
from her_tui.search import settings
from her_tui.search.encoder import MODEL
from her_tui.store.locks import encoder_lock, viewer_lock
from her_tui.store.vectors import VectorReader
from tests.support.claude import Script, busy_session, session_id
from tests.support.encoding import SLOWNESS, FakeEncoder, bodies_of, cut, enable, stored

KILLS = int(os.environ.get("HER_TEST_KILLS", "6"))


@pytest.fixture
def filled(home: Path, tmp_path: Path) -> Path:
    """A library with something to encode, and meaning switched on."""
    for number in range(6):
        busy_session(number).write(tmp_path / "claude")
    long = Script(session_id(100), 100)
    for number in range(60):
        long.prompt(f"Please do number {number}")
        long.say(f"Number {number} is done, and so is the rest of it")
    long.write(tmp_path / "claude")
    import_roots(home, [tmp_path / "claude"])
    enable(home)
    return home


@pytest.fixture
def watched(home: Path) -> Iterator[Path]:
    """Somebody wants what the encoder does."""
    home.mkdir(mode=0o700, exist_ok=True)
    with viewer_lock(home):
        yield home


@pytest.fixture(autouse=True)
def _in_small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backfill, "BATCH_TOKENS", 20)
    monkeypatch.setattr(encoder_process, "IDLE_SECONDS", 0.0)
    monkeypatch.setattr(encoder_process, "LOOK_SECONDS", 0.02)
    monkeypatch.setattr(encoder_process, "_STATUS_SECONDS", 0.0)
    monkeypatch.setattr(encoder_process, "_give_way", lambda: None)


def loading(encoder: FakeEncoder, **changes: bool) -> engines.Load:
    """Loads ``encoder``."""
    return lambda home, bulk: Engine(encoder, cut, **changes)


def run(home: Path, encoder: FakeEncoder | None = None, **changes: bool) -> encoding.EncoderStatus:
    """Be the encoder, here, until it leaves; what it left."""
    EncoderProcess(home, loading(encoder or FakeEncoder(), **changes)).run()
    return encoding.read(home)


def test_it_encodes_everything_and_leaves(filled: Path, watched: Path) -> None:
    status = run(filled)
    assert (status.phase, status.complete) == (Phase.ENDED, True)
    assert status.done == status.total == len(stored(filled))
    assert stored(filled) == bodies_of(filled)
    assert meaning.state(filled).readiness is Readiness.READY
    encoder = FakeEncoder()
    assert run(filled, encoder).done == status.done
    assert encoder.calls == []


def test_a_second_one_leaves_at_once(filled: Path) -> None:
    with encoder_lock(filled):
        assert run(filled).phase is Phase.ABSENT


def test_it_says_how_far_it_came(filled: Path, watched: Path) -> None:
    seen = []

    def then(texts: Sequence[str]) -> None:
        seen.append((encoding.read(filled), meaning.state(filled)))

    run(filled, FakeEncoder(then))
    status, state = seen[-1]
    assert status.phase is Phase.ENCODING
    assert status.pid == os.getpid()
    assert 0 < status.done < status.total
    assert status.speed is not None
    assert state.encoding
    assert state.message == (f"Encoding {status.done} of {status.total} (numpy), newest first.")
    assert state.readiness is Readiness.PARTIAL
    assert state.usable


@pytest.mark.parametrize("enabled", [True, False])
def test_paused_or_switched_off_it_leaves_after_the_batch(
    filled: Path, watched: Path, enabled: bool
) -> None:
    def then(texts: Sequence[str]) -> None:
        settings.save(filled, replace(settings.load(filled), enabled=enabled, paused=True))

    encoder = FakeEncoder(then)
    status = run(filled, encoder)
    assert len(encoder.calls) == 1
    assert status.phase is Phase.ENDED
    assert 0 < status.done < status.total
    assert not status.complete
    if enabled:
        told = meaning.state(filled)
        assert told.message == (
            f"Paused at {status.done} of {status.total}: her-tui index goes on."
        )
        assert (told.paused, told.encoding, told.usable) == (True, False, True)
    enable(filled)
    run(filled)
    assert stored(filled) == bodies_of(filled)


def test_it_leaves_when_the_library_does(filled: Path, watched: Path) -> None:
    def then(texts: Sequence[str]) -> None:
        (filled / "library.db").rename(filled / "elsewhere.db")
        (filled / "library.db").write_bytes(b"")

    encoder = FakeEncoder(then)
    assert run(filled, encoder).phase in (Phase.ENDED, Phase.FAILED)
    assert len(encoder.calls) == 1


def test_it_leaves_when_nobody_has_a_use_for_it(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoder_process, "_GRACE_SECONDS", 0.0)
    encoder = FakeEncoder()
    assert run(filled, encoder).phase is Phase.ENDED
    assert encoder.calls == []
    (filled / "recorder.alive").write_text(str(os.getpid()))
    os.utime(filled / "recorder.alive", (time.time() + 50,) * 2)
    run(filled, encoder)
    assert stored(filled) == bodies_of(filled), "the recorder lives"


def test_it_stays_a_while_for_what_comes(
    filled: Path, watched: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoder_process, "IDLE_SECONDS", 60.0)
    process = EncoderProcess(filled, loading(FakeEncoder()))
    thread = threading.Thread(target=process.run)
    thread.start()
    _eventually(lambda: encoding.read(filled).phase is Phase.WAITING)
    before = encoding.read(filled).done
    busy_session(9).write(tmp_path / "claude")
    import_roots(filled, [tmp_path / "claude"])
    _eventually(lambda: encoding.read(filled).done > before)
    _eventually(lambda: encoding.read(filled).phase is Phase.WAITING)
    process.stop()
    thread.join(10)
    assert stored(filled) == bodies_of(filled)
    assert encoding.read(filled).phase is Phase.ENDED


def _eventually(true: object, seconds: float = 20.0) -> None:
    assert callable(true)
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.02)


def test_the_reference_does_not_stay(
    filled: Path, watched: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoder_process, "IDLE_SECONDS", 60.0)
    status = run(filled, reference=True)
    assert (status.phase, status.complete) == (Phase.ENDED, True)


def test_much_that_comes_is_left_to_the_better_engine(
    filled: Path, watched: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    came: list[int] = []
    monkeypatch.setattr(Arrivals, "many", property(lambda arrivals: bool(came)))
    monkeypatch.setattr(encoder_process, "IDLE_SECONDS", 60.0)
    monkeypatch.setattr(backfill, "_LOOK_SECONDS", 0.0)

    def then(texts: Sequence[str]) -> None:
        if not came:
            came.append(1)
            for number in range(20, 30):
                busy_session(number).write(tmp_path / "claude")
            import_roots(filled, [tmp_path / "claude"])

    asked = []

    def load(home: Path, bulk: bool) -> Engine:
        asked.append(bulk)
        return Engine(FakeEncoder(then), cut, reference=bulk, replaceable=not bulk)

    EncoderProcess(filled, load).run()
    assert not encoding.read(filled).complete
    EncoderProcess(filled, load).run()
    assert asked == [False, True]
    assert stored(filled) == bodies_of(filled)


def test_weights_that_cannot_be_used_are_told(filled: Path, watched: Path) -> None:
    folder = filled.parent / "weights"
    folder.mkdir()
    for name in ("model.safetensors", "vocab.txt", "config.json"):
        (folder / name).write_bytes(b"nonsense")
    enable(filled, weights=str(folder), stamp="as they were")
    EncoderProcess(filled).run()
    status = encoding.read(filled)
    assert (status.phase, status.damaged) == (Phase.FAILED, "as they were")
    state = meaning.state(filled)
    assert state.readiness is Readiness.DAMAGED
    assert "genuine" in state.message
    assert not state.usable
    enable(filled, weights=str(folder), stamp="verified since")
    assert meaning.state(filled).readiness is Readiness.PARTIAL


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (HerError("Searching by meaning needs numpy", "Install it."), "needs numpy"),
        (MemoryError(), "memory"),
        (OSError(28, "No space left on device"), "full"),
    ],
)
def test_what_goes_wrong_is_told(filled: Path, watched: Path, error: Exception, said: str) -> None:
    def then(texts: Sequence[str]) -> None:
        raise error

    status = run(filled, FakeEncoder(then))
    assert status.phase is Phase.FAILED
    assert said in status.message
    assert said in meaning.state(filled).message
    run(filled)
    assert stored(filled) == bodies_of(filled)


def test_an_unknown_error_is_told_too(filled: Path, watched: Path) -> None:
    def then(texts: Sequence[str]) -> None:
        raise ZeroDivisionError("captured text, perhaps")

    with pytest.raises(ZeroDivisionError):
        run(filled, FakeEncoder(then))
    assert encoding.read(filled).message == "The encoder failed: ZeroDivisionError"


def test_without_a_library_there_is_nothing_to_do(home: Path, watched: Path) -> None:
    enable(home)
    assert run(home).phase is Phase.ENDED


@contextmanager
def encoder(home: Path, slowness: float, before: str = "") -> Iterator[subprocess.Popen[bytes]]:
    """An encoder in a process of its own."""
    code = (
        f"{before}\nfrom her_tui.recorder import backfill, encoder_process;"
        " backfill.BATCH_TOKENS = 20; encoder_process.IDLE_SECONDS = 0;"
        " encoder_process._STATUS_SECONDS = 0; from tests.support.encoding import load;"
        " encoder_process.main(load)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        env={**encoder_start.environment(home), SLOWNESS: str(slowness)},
        stderr=subprocess.PIPE,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.fault
def test_asked_to_leave_it_ends_the_batch(filled: Path, watched: Path) -> None:
    with encoder(filled, 0.02) as process:
        _eventually(lambda: encoding.read(filled).done > 2)
        process.terminate()
        assert process.wait(10) == 0
    status = encoding.read(filled)
    assert status.phase is Phase.ENDED
    assert 0 < status.done < status.total
    assert status.done == len(stored(filled))


@pytest.mark.fault
def test_killed_again_and_again_it_loses_and_doubles_nothing(filled: Path, watched: Path) -> None:
    rng = random.Random(5)
    for _ in range(KILLS):
        with encoder(filled, 0.01) as process:
            before = encoding.read(filled)
            _eventually(lambda: process.poll() is not None or encoding.read(filled).at_work, 30)
            time.sleep(rng.uniform(0, 0.3))
            process.send_signal(signal.SIGKILL)
            process.wait()
        after = encoding.read(filled)
        assert after.phase in (Phase.KILLED, Phase.ENDED)
        assert after.done >= before.done
        if after.phase is Phase.KILLED:
            assert "Interrupted" in meaning.state(filled).message
    run(filled)
    assert stored(filled) == bodies_of(filled)
    reader = VectorReader(filled, MODEL)
    distinct = {body for bodies in stored(filled).values() for body in bodies}
    assert reader.count()[1] == len(distinct)
    reader.close()


@pytest.mark.fault
def test_killed_while_it_is_imported(home: Path, watched: Path, tmp_path: Path) -> None:
    busy_session(0).write(tmp_path)
    import_roots(home, [tmp_path])
    enable(home)
    for number in range(1, 4):
        with encoder(home, 0.01) as process:
            busy_session(number, turns=6).write(tmp_path)
            import_roots(home, [tmp_path])
            process.kill()
    run(home)
    assert stored(home) == bodies_of(home)


@pytest.mark.fault
def test_a_full_disk_is_said_and_what_was_stored_stays(filled: Path, watched: Path) -> None:
    limit = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        " resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))"
    )
    with encoder(filled, 0.0, limit) as process:
        process.wait(30)
    status = encoding.read(filled)
    assert status.phase is Phase.FAILED
    assert "vectors.db" in status.message
    run(filled)
    assert stored(filled) == bodies_of(filled)
    assert Library.open(filled).rows("PRAGMA integrity_check") == [("ok",)]
