"""The recorder beside the wire may be dead, hung or absent: the client's bytes are the same."""

from __future__ import annotations

import hashlib
import os
import random
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from her_tui.recorder.process import start
from tests.support.upstream import Request, Upstream
from tests.support.wire import Wire, answer, eventually

BODY = random.Random(3).randbytes(3 << 20)


@pytest.fixture
def recorder(home: Path) -> Iterator[int]:
    """A real recorder at work; its process."""
    home.mkdir(mode=0o700)
    start(home)
    alive = home / "recorder.alive"
    assert eventually(lambda: alive.exists() and alive.read_text().strip())
    pid = int(alive.read_text())
    yield pid
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return  # the test has done it


@pytest.mark.fault
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_a_recorder_that_dies_or_hangs_in_the_middle_changes_nothing(
    home: Path, recorder: int, number: signal.Signals
) -> None:
    def handler(request: Request) -> None:
        request.begin()
        half = len(BODY) // 2
        request.chunk(BODY[:half])
        os.kill(recorder, number)
        request.chunk(BODY[half:])
        request.finish()

    with Upstream(handler) as upstream, Wire(home, upstream.url, alone=False) as wire:
        for _ in range(3):
            with wire.connect() as link:
                head = f"POST /v1/messages HTTP/1.1\r\nHost: 127.0.0.1:{wire.port}\r\n"
                link.sendall(head.encode() + b"Content-Length: 2\r\n\r\n{}")
                got = answer(link)
            sent = b"".join(piece for _, piece in upstream.requests[-1].sent)
            assert hashlib.sha256(got).digest() == hashlib.sha256(sent).digest()
        recorded = wire.recorded(3)
        assert len(recorded) == 3
        for each in recorded:  # a disk that cannot keep up leaves gaps, and says how large
            assert each.end is not None
            lost = sum(gap["bytes"] for gap in each.gaps)
            assert len(each.response_body) + lost == each.end["received"] > len(BODY)


@pytest.mark.fault
def test_what_is_recorded_brings_a_recorder_back(home: Path) -> None:
    """One that was killed is missed before the time it has promised is over."""
    often = "from her_tui.shim.wire import pipe; pipe._WAKE_SECONDS = (0.2, 1.0)"
    alive = home / "recorder.alive"
    killed: list[int] = []

    def ask_until_another() -> bool:
        with wire.connect() as link:
            head = f"POST /v1/messages HTTP/1.1\r\nHost: 127.0.0.1:{wire.port}\r\n"
            link.sendall(head.encode() + b"Content-Length: 2\r\n\r\n{}")
            answer(link)
        return alive.exists() and alive.read_text() not in {"", *map(str, killed)}

    with (
        Upstream(lambda request: request.answer(200, b"{}")) as upstream,
        Wire(home, upstream.url, first=often, alone=False) as wire,
    ):
        for _ in range(2):
            assert eventually(ask_until_another)
            killed.append(int(alive.read_text()))
            os.kill(killed[-1], signal.SIGKILL)
