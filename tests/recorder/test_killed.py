"""The recorder killed again and again while channels tell: what it acknowledged is there, once."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from her_tui.queries.library import Library
from her_tui.recorder.process import start
from her_tui.spool.files import folder
from tests.support.channels import START, Wire, answered, export, sse
from tests.support.claude import session_id

pytestmark = pytest.mark.fault

KILLS = int(os.environ.get("HER_TEST_KILLS", "25"))

SESSION, WIRED = session_id(901), session_id(902)


class Load:
    """Clients that never rest: one exports telemetry, one has its wire spooled."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.over = threading.Event()
        self.acknowledged = 0
        self.exchanges = 0
        self.wire = Wire(home)
        self.threads = [threading.Thread(target=work) for work in (self._export, self._talk)]

    def _export(self) -> None:
        number = 0
        while not self.over.is_set():
            records = answered(SESSION, number, START + number * 1000, 3 * number)
            if self._post(export(*records)):
                self.acknowledged += 1
                number += 1
            time.sleep(0.01)

    def _post(self, payload: bytes) -> bool:
        try:
            told = json.loads((self.home / "receiver.json").read_bytes())
            connection = http.client.HTTPConnection("127.0.0.1", told["port"], timeout=5)
            with contextlib.closing(connection):
                connection.request("POST", f"/{told['token']}/run/v1/logs", payload,
                                   {"Content-Type": "application/json"})  # fmt: skip
                return connection.getresponse().status == 200
        except (OSError, ValueError, http.client.HTTPException):
            return False  # sent again, as the client's exporter does

    def _talk(self) -> None:
        while not self.over.is_set():
            self.exchanges += 1
            self.wire.answer(WIRED, self.exchanges)
            time.sleep(0.01)


@pytest.fixture
def load(home: Path) -> Iterator[Load]:
    """The load, and in the end no recorder."""
    home.mkdir(mode=0o700)
    running = Load(home)
    yield running
    running.over.set()
    kill(home)


def kill(home: Path) -> bool:
    """Kill the recorder; whether there was one."""
    try:
        os.kill(int((home / "recorder.alive").read_text()), signal.SIGKILL)
    except (OSError, ValueError):
        return False
    return True


def rows(home: Path, sql: str) -> list[tuple[Any, ...]]:
    """What the library says."""
    library = Library.open(home)
    try:
        return library.rows(sql)
    finally:
        library.close()


def test_killed_again_and_again_it_loses_and_doubles_nothing(home: Path, load: Load) -> None:
    rng = random.Random(7)
    for thread in load.threads:
        thread.start()
    kills = 0
    deadline = time.monotonic() + 20 + 3 * KILLS
    while kills < KILLS:
        assert time.monotonic() < deadline, "the recorder is brought back every time"
        start(home)
        time.sleep(rng.uniform(0.3, 0.8))
        kills += kill(home)
    load.over.set()
    for thread in load.threads:
        thread.join()
    cut = load.wire.ask(WIRED, "Cut off")
    load.wire.begin(cut, "req_cut", sse("msg_cut", "Half of", cut=True))
    load.wire.close()  # the pipe is killed too
    last = f"SELECT 1 FROM request WHERE request_id = 'req_{SESSION[-4:]}_{load.acknowledged - 1}'"
    while any(Path(folder(str(home))).glob("wire-*")) or not rows(home, last):
        start(home)  # the one that was killed last may still hold its lock
        assert time.monotonic() < deadline + 60
        time.sleep(0.2)
    summed = f"SELECT responses FROM session WHERE session_id = '{WIRED}'"
    while rows(home, summed) != [(load.exchanges + 1,)]:  # sums follow the facts
        assert time.monotonic() < deadline + 60
        time.sleep(0.2)

    found = rows(home, "SELECT request_id FROM request q JOIN session s ON s.id = q.session"
                       f" WHERE s.session_id = '{SESSION}'")  # fmt: skip
    expected = {f"req_{SESSION[-4:]}_{number}" for number in range(load.acknowledged)}
    assert sorted(found) == sorted({(request,) for (request,) in found}), "none is doubled"
    assert expected <= {request for (request,) in found}, "none is lost"
    spoken = rows(home, "SELECT request_id, outcome FROM request q JOIN session s"
                        f" ON s.id = q.session WHERE s.session_id = '{WIRED}'")  # fmt: skip
    assert sorted(spoken) == sorted(
        [(f"req_w{number}", "ok") for number in range(1, load.exchanges + 1)]
        + [("req_cut", "lost")]
    )
    counts = rows(home, "SELECT count(*), count(DISTINCT message_id) FROM response")
    assert counts[0][0] == counts[0][1]
    gaps = rows(home, "SELECT detail, preview FROM event WHERE kind = 30")
    assert [reason for reason, _ in gaps] == ["request"], gaps
    assert rows(home, "PRAGMA integrity_check") == [("ok",)]
