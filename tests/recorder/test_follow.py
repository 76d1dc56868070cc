"""The recorder as a process: one at a time, live, and gone when nobody watches."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from her_tui.capture.agents import ADAPTERS
from her_tui.errors import LibraryMissing
from her_tui.paths import INDEX_NAME
from her_tui.queries import stats, status
from her_tui.queries.library import Library
from her_tui.queries.status import Phase
from her_tui.recorder import follow
from her_tui.recorder.follow import Recorder
from her_tui.recorder.ingest import ImportResult, guarded_pass, import_roots
from her_tui.recorder.watch import Watch
from her_tui.store.locks import viewer_lock
from her_tui.store.word_reader import WordReader
from tests.support.claude import busy_session
from tests.support.library import contents


@contextmanager
def recording(root: Path) -> Iterator[None]:
    """A recorder in a process of its own, with a screen open."""
    home = Path(os.environ["HER_HOME"])
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with viewer_lock(home):
        process = subprocess.Popen(
            [sys.executable, "-m", "her_tui.recorder"],
            env={**os.environ, "CLAUDE_CONFIG_DIR": str(root)},
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait(20)


def eventually(true: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait until ``true`` holds; fail when it does not in time."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.05)


def prompts(home: Path) -> int:
    """Prompts in the library, 0 if there is none yet."""
    try:
        return stats.totals(Library.open(home)).prompts
    except LibraryMissing:
        return 0


def test_a_growing_session_is_followed(home: Path, tmp_path: Path) -> None:
    script = busy_session(1, turns=2)
    whole = script.bytes()
    file = script.write(tmp_path)
    file.write_bytes(whole[:3000])
    with recording(tmp_path):
        eventually(lambda: prompts(home) == 1)
        eventually(lambda: status.read(home).phase is Phase.FOLLOWING)
        with file.open("ab") as stream:
            stream.write(whole[3000:])
        busy_session(2).write(tmp_path)
        eventually(lambda: prompts(home) == 5)
    import_roots(tmp_path / "once", [tmp_path])
    assert contents(home) == contents(tmp_path / "once")
    assert status.read(home).phase is Phase.ABSENT


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_wild_life_is_followed_to_the_same_end(home: Path, tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    script = busy_session(1, turns=8)
    whole = script.bytes()
    claude, elsewhere = tmp_path / "claude", tmp_path / "claude" / "projects" / "-src-moved"
    file = script.write(claude)
    file.write_bytes(b"")
    elsewhere.mkdir()
    with recording(claude):
        eventually(lambda: status.read(home).phase is Phase.FOLLOWING)
        for step, cut in enumerate(sorted(rng.randrange(len(whole)) for _ in range(50))):
            with file.open("ab") as stream:
                stream.write(whole[file.stat().st_size : cut])
            if step == 20:
                file.write_bytes(whole[: cut // 3])
            if step == 35:
                file = file.rename(elsewhere / file.name)
            time.sleep(rng.uniform(0, 0.06))
        with file.open("ab") as stream:
            stream.write(whole[file.stat().st_size :])
        eventually(lambda: prompts(home) == 8)
        eventually(lambda: contents(home)[script.session]["bytes"] == whole)
    import_roots(tmp_path / "once", [claude])
    assert contents(home) == contents(tmp_path / "once")


def test_a_second_recorder_leaves_at_once(home: Path, tmp_path: Path) -> None:
    busy_session(1).write(tmp_path)
    with recording(tmp_path):
        eventually(lambda: status.read(home).phase is Phase.FOLLOWING)
        started = time.monotonic()
        Recorder(home, []).run()
        assert time.monotonic() - started < 2


def test_it_leaves_when_the_last_screen_closes(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow, "_GRACE_SECONDS", 0.1)
    monkeypatch.setattr(follow, "RESCAN_SECONDS", 0.05)
    home.mkdir(mode=0o700)
    screen = viewer_lock(home)
    screen.acquire()
    thread = threading.Thread(target=Recorder(home, []).run)
    thread.start()
    time.sleep(0.5)
    assert thread.is_alive()
    screen.release()
    thread.join(5)
    assert not thread.is_alive()


def follows_well(home: Path) -> bool:
    """Whether the recorder is up to date and nothing is in its way."""
    told = status.read(home)
    return told.phase is Phase.FOLLOWING and not told.message


def test_a_failure_is_told_and_tried_again(home: Path, tmp_path: Path) -> None:
    home.mkdir(mode=0o700)
    (home / "library.db").write_bytes(b"this is no database at all, whatever it is" * 100)
    busy_session(1).write(tmp_path)
    with recording(tmp_path):
        eventually(lambda: status.read(home).phase is Phase.FAILED)
        assert "damaged" in status.read(home).message
        (home / "library.db").unlink()
        eventually(lambda: prompts(home) == 3)


def test_words_that_cannot_be_indexed_are_no_failure(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "_AGAIN_SECONDS", 0.1)
    monkeypatch.setattr(follow, "RESCAN_SECONDS", 0.05)
    passes: list[bool] = []

    def counted(*arguments: Any, **options: Any) -> ImportResult:
        passes.append(True)
        return guarded_pass(*arguments, **options)

    monkeypatch.setattr(follow, "guarded_pass", counted)
    home.mkdir(mode=0o700)
    (home / INDEX_NAME).mkdir()  # permissions alone would not stop root
    busy_session(1).write(tmp_path)
    recorder = Recorder(home, [(ADAPTERS[0], tmp_path)])
    thread = threading.Thread(target=lambda: recorder.run(stay=True))
    thread.start()
    try:
        eventually(lambda: status.read(home).phase is Phase.FOLLOWING)
        time.sleep(1.0)  # many looks, and it says again how it is
        told = status.read(home)
        assert (told.phase, INDEX_NAME in told.message) == (Phase.FOLLOWING, True)
        assert told.hint
        assert len(passes) == 1, "nothing is read again for it"
        assert prompts(home) == 3

        (home / INDEX_NAME).rmdir()
        busy_session(2).write(tmp_path)
        eventually(lambda: prompts(home) == 6 and follows_well(home))
        with closing(WordReader(home)) as reader:
            assert {posting.session for posting in reader.newest('"parser"')} == {1, 2}
    finally:
        recorder.stop()
        thread.join(10)


def test_a_screen_that_opens_while_the_recorder_leaves_is_not_left_alone(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "_GRACE_SECONDS", 0.1)
    monkeypatch.setattr(follow, "RESCAN_SECONDS", 0.05)
    home.mkdir(mode=0o700)
    screen = viewer_lock(home)
    closed = Watch.close

    def close(watch: Watch) -> None:
        closed(watch)
        screen.acquire()  # it finds the recorder's lock taken, and starts none

    monkeypatch.setattr(Watch, "close", close)
    recorder = Recorder(home, [])
    thread = threading.Thread(target=recorder.run)
    thread.start()
    thread.join(2)
    assert thread.is_alive()
    recorder.stop()
    thread.join(5)
    assert not thread.is_alive()
    screen.release()
