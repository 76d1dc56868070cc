"""One scripted API, recorder and wire for all these tests, each of which has its own session."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from her_tui.cli import show
from her_tui.errors import HerError
from her_tui.queries import sessions
from her_tui.queries.library import Library
from her_tui.store.locks import viewer_lock
from tests.capture_path.plays import PLAYS
from tests.support.api import Api
from tests.support.claude import session_id
from tests.support.client import Client

Told = dict[str, Any]

#: How long something may take that happens at once on a machine that is not busy.
PATIENCE_SECONDS = 30.0


def until(what: Callable[[], Any]) -> Any:
    """What ``what`` gives as soon as that is true."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (given := what()):
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.05)
    return given


def settles(wrong: Callable[[], Any]) -> Any:
    """What ``wrong`` gives once there is nothing of it any more, or when waiting has no point: what
    the channels tell arrives one after the other."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (given := wrong()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return given


@dataclass
class CapturePath:
    """A home of Her's with a recorder at work, and a wire before a scripted API."""

    home: Path
    environment: dict[str, str]
    api: Api
    recorder: subprocess.Popen[str]
    wire: str = ""
    """The base URL that a client is given."""
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def bring_recorder(self) -> None:
        """Start a recorder where the last one died."""
        assert self.recorder.stderr is not None
        self.recorder.stderr.close()
        self.recorder = start(self.environment, "-m", "her_tui.recorder")
        until(lambda: f'"pid": {self.recorder.pid}' in (self.home / "receiver.json").read_text())

    def session(self) -> str:
        """The id of a session that nobody has used."""
        return session_id(7000 + next(self._numbers))

    def client(self) -> Client:
        """A client with a session of its own, behind the wire."""
        return Client(self.wire, self.session())

    def told(self, session: str) -> Told:
        """What ``show --json`` tells of a session; empty as long as there is none."""
        library = self._library()
        if library is None:
            return {}
        try:
            return show.whole(library, sessions.find(library, session))
        except HerError:
            return {}
        finally:
            library.close()

    def requests(self, session: str) -> list[Told]:
        """What ``show --requests`` tells of a session."""
        library = self._library()
        if library is None:
            return []
        try:
            return list(show.every_request(library, sessions.find(library, session)))
        except HerError:
            return []
        finally:
            library.close()

    def settled(self, session: str, attempts: int) -> Told:
        """What is told of a session once that many attempts on the API have come to an end."""

        def ended() -> Told:
            told = self.told(session)
            tries = [each for row in told.get("responses", ()) for each in row["attempt_list"]]
            over = [each for each in tries if each["outcome"] != "pending"]
            return told if len(over) >= attempts else {}

        found: Told = until(ended)
        return found

    def whole(self, session: str, attempts: int) -> list[Told]:
        """What ``show --requests`` tells once there are that many, each with its bodies."""

        def complete() -> list[Told]:
            told = self.requests(session)
            kept = [each for each in told if each["request_body"] and each["outcome"] != "pending"]
            bare = [each for each in kept if each["outcome"] == "ok" and not each["response_body"]]
            return told if len(kept) == len(told) == attempts and not bare else []

        found: list[Told] = until(complete)
        return found

    def emptied(self) -> None:
        """Wait until no raw body is left."""
        folder = self.home / "spool" / "bodies"
        until(lambda: not [each for each in folder.iterdir() if "jsonl" not in each.name])

    def _library(self) -> Library | None:
        try:
            return Library.open(self.home)
        except HerError:
            return None


@pytest.fixture(scope="package")
def path(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CapturePath]:
    """The whole way, at work."""
    scratch = tmp_path_factory.mktemp("path")
    home = scratch / "her"
    home.mkdir(mode=0o700)
    environment = {
        **os.environ,
        "HOME": str(scratch),
        "HER_HOME": str(home),
        "CLAUDE_CONFIG_DIR": str(scratch / "claude"),
    }
    (scratch / "claude").mkdir()
    with Api(PLAYS) as api, viewer_lock(home):
        recorder = start(environment, "-m", "her_tui.recorder")
        way = CapturePath(home, environment, api, recorder)
        until((home / "receiver.json").exists)
        wire = start(environment, "-m", "her_tui", "wire", "--upstream", api.url, "--token")
        try:
            way.wire = until(lambda: address_of(wire))
            yield way
        finally:
            for process in (wire, way.recorder):
                process.terminate()
                process.wait(PATIENCE_SECONDS)
                assert process.stderr is not None
                process.stderr.close()


def start(environment: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    """A Python process."""
    return subprocess.Popen(
        [sys.executable, *arguments], env=environment, stderr=subprocess.PIPE, text=True
    )


def address_of(wire: subprocess.Popen[str]) -> str:
    """The base URL that the wire says it listens at."""
    assert wire.stderr is not None
    words = wire.stderr.readline().split()
    return next((word for word in words if word.startswith("http://127.0.0.1")), "")
