"""Whether telemetry would be heard, and by whom."""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from her_tui.paths import ensure_private_dir
from her_tui.recorder import endpoint
from her_tui.recorder.endpoint import Endpoint, settled, told
from her_tui.shim.reach import bring_up, serving
from her_tui.store.locks import recorder_lock
from tests.support.starting import environment_for, recorder_pid, start
from tests.support.starting import told as told_by

pytestmark = pytest.mark.usefixtures("no_recorder_left")


@pytest.fixture(autouse=True)
def _prepared(home: Path) -> None:
    ensure_private_dir(home)


@contextmanager
def listening(answer: bytes | None) -> Iterator[tuple[int, list[bytes]]]:
    """A server that says ``answer`` to everybody, or nothing; what it was asked."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    link, _ = server.accept()
                except OSError:
                    return  # closed: the test is over
                with link:
                    asked.append(link.recv(4096))
                    if answer is None:
                        time.sleep(0.3)
                    else:
                        link.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1], asked
        server.shutdown(socket.SHUT_RDWR)
    thread.join(10)


def agree(home: Path, port: int, pid: int) -> None:
    """Pretend that the recorder ``pid`` has said that it listens on ``port``."""
    (home / endpoint.NAME).write_text(json.dumps(Endpoint(port, "secret", pid)._asdict()))


def ok(pid: int) -> bytes:
    """What a receiver answers."""
    return b'HTTP/1.1 200 OK\r\n\r\n{"pid": %d}' % pid


def test_a_receiver_that_is_there(home: Path) -> None:
    with listening(ok(os.getpid())) as (port, asked), recorder_lock(home):
        agree(home, port, os.getpid())
        assert serving(home) == Endpoint(port, "secret", os.getpid())
        assert asked[0].startswith(b"GET /secret/health HTTP/1.1\r\n")


def test_nobody_is_sent_the_token_who_is_not_the_recorder(home: Path) -> None:
    """The port of a recorder that is gone is somebody else's by now."""
    with listening(ok(os.getpid())) as (port, asked):
        agree(home, port, os.getpid())
        assert serving(home) is None, "nobody holds the recorder's lock"
        with recorder_lock(home):
            agree(home, port, 0)
            assert serving(home) is None
            agree(home, port, _dead())
            assert serving(home) is None
        assert asked == []


def _dead() -> int:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return child


@pytest.mark.parametrize(
    "answer",
    [b"", b"HTTP/1.1 404 No\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\nx", ok(1), b"SSH-2.0-x\r\n"],
)
def test_an_answer_that_is_not_the_receivers(home: Path, answer: bytes) -> None:
    with listening(answer) as (port, _), recorder_lock(home):
        agree(home, port, os.getpid())
        assert serving(home) is None


@pytest.mark.parametrize(("ahead", "there"), [(60.0, True), (-1.0, False)])
def test_late_is_not_missing_unless_the_promise_has_run_out(
    home: Path, ahead: float, there: bool
) -> None:
    alive = home / "recorder.alive"
    alive.touch()
    os.utime(alive, (time.time() + ahead,) * 2)
    with listening(None) as (port, _), recorder_lock(home):
        agree(home, port, os.getpid())
        assert (serving(home) is not None) is there


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"port": "x", "token": "", "pid": 1}'])
def test_words_that_make_no_sense(home: Path, text: str) -> None:
    (home / endpoint.NAME).write_text(text)
    assert told(home) is None
    assert serving(home) is None
    assert settled(home) == told(home)


def test_the_recorder_listens_where_it_was_agreed(home: Path) -> None:
    agreed = settled(home)
    assert settled(home) == agreed
    found = bring_up(home, 10)
    assert found is not None
    assert found[:2] == agreed[:2]
    assert found.pid == recorder_pid(home)
    assert bring_up(home) == found


def test_two_that_agree_at_once_agree(home: Path) -> None:
    found: list[Endpoint] = []
    threads = [threading.Thread(target=lambda: found.append(settled(home))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert [file.name for file in home.iterdir()] == [endpoint.NAME]


def test_a_port_that_was_taken_meanwhile(home: Path, client: Path) -> None:
    """The recorder moves, and the next client is told where it is."""
    with socket.create_server(("127.0.0.1", 0)) as squatter:
        port = squatter.getsockname()[1]
        agree(home, port, 0)
        ran = start(environment_for(home, client), "claude")
        assert not ran.stderr
        block = json.loads(told_by(client)["settings"])["env"]
        moved = told(home)
        assert moved is not None
        assert moved.port != port
        assert f":{moved.port}/secret/" in block["OTEL_EXPORTER_OTLP_ENDPOINT"]


def test_a_stopped_recorder_delays_nobody(home: Path, client: Path) -> None:
    assert bring_up(home, 10) is not None
    pid = recorder_pid(home)
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    ran = start(environment_for(home, client), "claude")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert told_by(client)["settings"] is not None
    os.kill(pid, signal.SIGCONT)
