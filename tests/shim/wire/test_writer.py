"""The writer: what a failing disk costs is counted, and nobody else pays."""

from __future__ import annotations

import errno
import json
from pathlib import Path

import pytest

from her_tui.shim.wire import writer as module
from her_tui.shim.wire.writer import Volume, Writer
from her_tui.spool.files import SpoolFile, is_open
from her_tui.spool.frames import (
    END,
    GAP,
    HELLO,
    REQUEST,
    REQUEST_BODY,
    RESPONSE_BODY,
    Frame,
    pack,
    unpack,
)
from tests.support.upstream import Request, Upstream
from tests.support.wire import Wire, ask, eventually


def write(writer: Writer, volume: Volume, *frames: bytes) -> None:
    """Have ``frames`` written and wait until they were tried."""
    size = sum(map(len, frames))
    wanted = writer.settled + size
    writer.write(volume, list(frames), size)
    assert eventually(lambda: writer.settled == wanted)


def spooled(home: Path) -> list[Frame]:
    """All frames below ``home``."""
    files = sorted((home / "spool").glob("*.spool"))
    return [frame for file in files for frame in unpack(file.read_bytes())]


BODY = pack(RESPONSE_BODY, 1, 2, b"12345")


def test_a_file_is_made_for_the_first_frame_and_held_until_finished(tmp_path: Path) -> None:
    writer, volume = Writer(str(tmp_path), "http://up", "run"), Volume()
    assert list(tmp_path.iterdir()) == []
    write(writer, volume, pack(REQUEST, 1, 1, b"{}"), BODY)
    (file,) = (tmp_path / "spool").iterdir()
    assert is_open(str(file))
    writer.finish(volume)
    writer.stop(5)
    assert not is_open(str(file))
    hello, *frames = spooled(tmp_path)
    assert json.loads(hello.payload)["upstream"] == "http://up"
    assert json.loads(hello.payload)["run"] == "run"
    assert [frame.kind for frame in frames] == [REQUEST, RESPONSE_BODY]


def test_while_the_disk_fails_bodies_are_counted_and_the_rest_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = True
    append = SpoolFile.append

    def maybe(self: SpoolFile, data: bytes) -> None:
        if failing:
            raise OSError(errno.ENOSPC, "No space left on device")
        append(self, data)

    monkeypatch.setattr(SpoolFile, "append", maybe)
    monkeypatch.setattr(module, "_PAUSE_SECONDS", 0.0)
    writer, volume = Writer(str(tmp_path), "http://up", "run"), Volume()
    write(writer, volume, pack(REQUEST, 1, 1, b"{}"), pack(REQUEST_BODY, 1, 2, b"123"), BODY)
    write(writer, volume, BODY, pack(END, 1, 3, b"{}"), pack(REQUEST, 2, 4, b"{}"))
    write(writer, volume, pack(RESPONSE_BODY, 2, 5, b"1234567"))
    failing = False
    write(writer, volume, pack(END, 2, 6, b"{}"))
    writer.finish(volume)
    writer.stop(5)
    told = [(f.kind, f.exchange, f.payload) for f in spooled(tmp_path) if f.kind != HELLO]
    assert [(kind, exchange) for kind, exchange, _ in told] == [
        (REQUEST, 1),
        (GAP, 1),
        (END, 1),
        (REQUEST, 2),
        (GAP, 2),
        (END, 2),
    ]
    gaps = [json.loads(payload) for kind, _, payload in told if kind == GAP]
    assert gaps == [
        {"reason": "No space left on device", "bytes": 13},
        {"reason": "No space left on device", "bytes": 7},
    ]


def test_a_failing_disk_is_left_alone_for_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[bytes] = []

    def fail(self: SpoolFile, data: bytes) -> None:
        tries.append(data)
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(SpoolFile, "append", fail)
    monkeypatch.setattr(module, "_PAUSE_SECONDS", 60.0)
    writer, volume = Writer(str(tmp_path), "http://up", "run"), Volume()
    for _ in range(50):
        write(writer, volume, BODY)
    assert len(tries) == 1
    writer.stop(5)


def test_what_is_remembered_of_a_long_failure_is_bounded() -> None:
    volume = Volume()
    volume.reason = "the disk failed"
    for exchange in range(40_000):
        volume.remember(pack(REQUEST, exchange, 1, bytes(100)))
    assert len(volume.backlog) <= 1 << 20
    gaps = [f for f in unpack(volume.remembered()) if f.kind == GAP]
    lost = sum(json.loads(f.payload)["bytes"] for f in gaps)
    assert lost + len(volume.backlog) == 40_000 * len(pack(REQUEST, 1, 1, bytes(100)))


@pytest.mark.parametrize(
    ("limit", "reserve", "reason"),
    [(10, 0, "the spool is full"), (1 << 40, 1 << 60, "the disk is nearly full")],
)
def test_nothing_is_added_to_a_full_spool_or_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int, reserve: int, reason: str
) -> None:
    writer, volume = Writer(str(tmp_path), "http://up", "run"), Volume()
    write(writer, volume, pack(REQUEST, 1, 1, b"{}"))
    monkeypatch.setattr(module, "SPOOL_LIMIT", limit)
    monkeypatch.setattr(module, "DISK_RESERVE", reserve)
    monkeypatch.setattr(module, "_ROOM_SECONDS", 0.0)
    writer._room_until = 0.0
    write(writer, volume, BODY)
    assert spooled(tmp_path)[-1].kind == REQUEST
    writer.finish(volume)
    writer.stop(5)
    gap = spooled(tmp_path)[-1]
    assert (gap.kind, gap.exchange) == (GAP, 1)
    assert json.loads(gap.payload) == {"reason": reason, "bytes": 5}


def echo(request: Request) -> None:
    request.answer(200, request.body)


def test_a_full_disk_costs_the_client_nothing_and_recording_comes_back(tmp_path: Path) -> None:
    """The size of files is limited, as a full disk would, and a new volume begins after it."""
    limit = (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))\n"
        "from her_tui.shim.wire import tee; tee.VOLUME, tee._BATCH = 400_000, 50_000"
    )
    body = bytes(200_000)
    with Upstream(echo) as upstream, Wire(tmp_path / "her", upstream.url, first=limit) as wire:
        request = (
            f"POST /v1/messages HTTP/1.1\r\nHost: 127.0.0.1:{wire.port}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode() + body
        with wire.connect() as link:
            for _ in range(4):
                assert ask(link, request).endswith(body)
        wire.stop()
    frames = [frame for frame in spooled(tmp_path / "her") if frame.kind != HELLO]
    gaps = [json.loads(frame.payload) for frame in frames if frame.kind == GAP]
    assert gaps
    assert {gap["reason"] for gap in gaps} <= {"File too large", "No space left on device"}
    kept = sum(len(f.payload) for f in frames if f.kind in {REQUEST_BODY, RESPONSE_BODY})
    assert kept + sum(gap["bytes"] for gap in gaps) == 8 * len(body)
    assert sum(frame.kind == REQUEST for frame in frames) == 4
    assert sum(frame.kind == END for frame in frames) == 4
