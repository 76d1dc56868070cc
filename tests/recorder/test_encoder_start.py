"""When the recorder starts the encoder."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from her_tui.queries import candidates, encoding
from her_tui.queries.encoding import EncoderStatus, Mark, Phase
from her_tui.queries.library import Library
from her_tui.recorder import encoder_start
from her_tui.recorder.deletion import delete
from her_tui.recorder.encoder_start import EncoderKeeper
from her_tui.recorder.ingest import import_roots
from her_tui.search import settings
from her_tui.store.locks import encoder_lock
from tests.recorder.test_backfill import encode, session_of
from tests.support.claude import busy_session, session_id
from tests.support.encoding import enable


class World:
    """A recorder that looks, with a clock of ours and an encoder that is only counted."""

    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.home = home
        self.now = 1000.0
        self.started = 0
        self.opened = 0
        self.keeper = EncoderKeeper(home)
        monkeypatch.setattr(time, "monotonic", lambda: self.now)
        monkeypatch.setattr(encoder_start, "start", self._start)
        opened = Library.open

        def open_(home: Path) -> Library:
            self.opened += 1
            return opened(home)

        monkeypatch.setattr(Library, "open", open_)

    def _start(self, home: Path) -> None:
        self.started += 1

    def look(self, after: float = 5.0) -> bool:
        """Whether an encoder is started now."""
        self.now += after
        before = self.started
        self.keeper.look()
        return self.started > before

    def ends(self, phase: Phase, pid: int = 1, *, complete: bool = False) -> None:
        """An encoder left like this."""
        library = Library.open(self.home)
        mark = candidates.mark(library, candidates.last(library)) if complete else Mark()
        library.close()
        total = 0 if complete else 9
        encoding.write(self.home, EncoderStatus(phase, 0, total, pid=pid, mark=mark))


@pytest.fixture
def world(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A library with something to encode, and meaning switched on."""
    busy_session(1).write(tmp_path)
    import_roots(home, [tmp_path])
    enable(home)
    return World(home, monkeypatch)


def test_it_is_started_where_there_is_something_to_encode(world: World) -> None:
    assert world.look()
    assert not world.look(1.0), "every few seconds at most"
    assert world.look()
    with encoder_lock(world.home):
        assert not world.look(), "one runs"


@pytest.mark.parametrize(
    "changes", [{"enabled": None}, {"enabled": False}, {"paused": True}, {"weights": ""}]
)
def test_it_is_not_started_against_the_users_will(world: World, changes: dict[str, object]) -> None:
    enable(world.home, **changes)
    assert not world.look()
    assert world.opened == 0
    enable(world.home)
    assert world.look()


def test_nor_where_it_could_not_work(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder_start, "has_numpy", lambda: False)
    assert not world.look()


def test_without_a_library_nothing_is_started(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    enable(home)
    world = World(home, monkeypatch)
    assert not world.look()
    (home / "library.db").write_bytes(b"no database" * 1000)
    assert not world.look()


def test_what_is_done_is_looked_at_once(world: World, tmp_path: Path) -> None:
    encode(world.home)
    world.ends(Phase.ENDED, complete=True)
    assert not world.look()
    opened = world.opened
    assert not any(world.look() for _ in range(10))
    assert world.opened == opened, "nothing changed: the library is not even opened"
    import_roots(world.home, [tmp_path])
    assert not world.look(), "nothing new in it"
    busy_session(2).write(tmp_path)
    import_roots(world.home, [tmp_path])
    assert world.look()


def test_a_copy_that_became_an_original_is_to_be_encoded(world: World, tmp_path: Path) -> None:
    whole = busy_session(1)
    whole.fork(session_id(2), len(whole.records)).write(tmp_path)
    import_roots(world.home, [tmp_path])
    encode(world.home)
    world.ends(Phase.ENDED, complete=True)
    assert not world.look()
    delete(world.home, session_of(world.home, whole))
    assert world.look()


def test_vectors_that_are_gone_are_made_again(world: World) -> None:
    encode(world.home)
    world.ends(Phase.ENDED, complete=True)
    assert not world.look()
    for file in world.home.glob("vectors.db*"):
        file.unlink()
    assert world.look()


def test_one_that_fails_is_left_alone_longer_and_longer(world: World) -> None:
    assert world.look()
    waits = []
    for pid in range(1, 9):
        world.ends(Phase.FAILED, pid)
        waits.append(0)
        while not world.look():
            waits[-1] += 5
    assert waits == sorted(waits)
    assert waits[0] >= 10
    assert 595 <= waits[-1] <= 605
    world.ends(Phase.FAILED, 99)
    assert not world.look()
    settings.save(world.home, replace(settings.load(world.home), stamp="mended"))
    assert world.look(), "the user did something about it"


def test_one_that_was_killed_is_started_again(world: World) -> None:
    assert world.look()
    world.ends(Phase.ENCODING, pid=2**22 + 1)
    assert encoding.read(world.home).phase is Phase.KILLED
    assert not world.look()
    assert world.look(20.0)
    world.ends(Phase.ENDED)
    assert world.look(), "that one left in good order"


def test_what_it_is_started_with(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "canary")
    monkeypatch.setenv("HF_TOKEN", "canary")
    monkeypatch.setenv("HER_MODEL_DIR", "/somewhere")
    passed = encoder_start.environment(home)
    assert "canary" not in str(passed)
    assert passed["HF_HUB_OFFLINE"] == "1"
    assert passed["OMP_NUM_THREADS"] == "1"
    assert passed["HER_MODEL_DIR"] == "/somewhere"
    assert passed["HER_HOME"] == str(home)


def test_an_encoder_is_told_from_other_programs() -> None:
    assert not encoder_start.is_encoder(os.getpid())
    assert not encoder_start.is_encoder(0)
    assert not encoder_start.is_encoder(-1)


def test_the_recorder_imports_nothing_of_the_model() -> None:
    code = (
        "import sys; from her_tui.recorder import follow; from her_tui.cli import index;"
        " from her_tui.queries import meaning, indexes; import her_tui.ui.watch;"
        " print({'numpy', 'torch', 'transformers', 'sentence_transformers'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
