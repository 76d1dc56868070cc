"""The watcher tells what changed, and only that."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.message import Message

from her_tui.errors import HerError, LibraryMissing, LibraryUnusable
from her_tui.queries import meaning, status
from her_tui.queries.library import Library
from her_tui.queries.meaning import MeaningState
from her_tui.queries.status import Phase, RecorderStatus
from her_tui.ui import watch


class World:
    """A recorder, an encoder and a library that do as they are told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.error: HerError | None = None
        self.at = 1
        self.phase = Phase.FOLLOWING
        self.meaning = MeaningState()
        self.said: list[Message] = []
        monkeypatch.setattr(meaning, "state", lambda home: self.meaning)
        monkeypatch.setattr(status, "read", lambda home: RecorderStatus(self.phase))
        monkeypatch.setattr(Library, "open", self.open)
        self.watcher = watch.Watcher(Path("/nowhere"), self.said.append)

    def open(self, home: Path) -> World:
        if self.error is not None:
            raise self.error
        return self

    def version(self) -> int:
        if self.error is not None:
            raise self.error
        return self.at

    def close(self) -> None:
        """Nothing to close."""

    def look(self) -> list[str]:
        """What one more look has to tell."""
        self.said.clear()
        self.watcher.look()
        return [type(message).__name__ for message in self.said]


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """A library that is there, and a recorder that follows; what can be found by meaning was told
    before."""
    world = World(monkeypatch)
    world.watcher._meaning = world.meaning
    return world


def test_only_changes_are_told(world: World) -> None:
    assert world.look() == ["RecorderSeen", "LibraryOpened"]
    assert world.look() == []
    world.at = 2
    assert world.look() == ["LibraryChanged"]
    world.phase = Phase.IMPORTING
    assert world.look() == ["RecorderSeen"]
    assert world.watcher.pause() == watch.BUSY


def test_a_library_that_is_not_there_yet_is_waited_for(world: World) -> None:
    world.error = LibraryMissing("none yet", "")
    assert world.look() == ["RecorderSeen"]
    assert world.watcher.pause() == watch.BUSY
    told = [name for _ in range(20) for name in world.look()]
    assert told == ["LibraryAbsent"]
    world.error = None
    assert world.look() == ["LibraryOpened"]
    assert world.watcher.pause() == watch.CALM


def test_a_failure_is_told_once_and_so_is_its_end(world: World) -> None:
    world.look()
    world.error = LibraryUnusable("damaged", "mend it")
    assert world.look() == ["LibraryFailed"]
    assert world.look() == []
    world.error = None
    assert world.look() == ["LibraryChanged"]


def test_a_stopped_watcher_is_silent(world: World) -> None:
    world.watcher.stop()
    assert world.look() == []


def test_the_thread_ends_when_asked(world: World) -> None:
    world.watcher.start()
    world.watcher.stop()
    world.watcher.join(2)
    assert not world.watcher.is_alive()


def test_a_recorder_that_starts_has_a_moment(world: World) -> None:
    world.phase = Phase.ABSENT
    assert "RecorderSeen" not in world.look()
    looks = [world.look() for _ in range(8)]
    assert looks.count(["RecorderSeen"]) == 1


def test_what_the_encoder_does_is_told_when_it_changes(world: World) -> None:
    world.look()
    world.meaning = MeaningState(done=1, total=2, encoding=True)
    assert world.look() == ["MeaningSeen"]
    assert world.look() == []
