"""The receiver: keeps what this user's client exports, and serves nobody else."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from her_tui.recorder.endpoint import NAME
from her_tui.recorder.receiver import Receiver
from her_tui.spool.files import folder, is_open
from her_tui.spool.frames import OTLP, unpack

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def arrived() -> list[int]:
    """One entry per export."""
    return []


@pytest.fixture
def receiver(home: Path, arrived: list[int]) -> Iterator[Receiver]:
    """A receiver that listens."""
    home.mkdir(mode=0o700)
    opened = Receiver(home, lambda: arrived.append(1))
    yield opened
    opened.close()


def exports(home: Path) -> list[bytes]:
    """What is in the spool."""
    return [
        frame.payload
        for file in sorted(Path(folder(os.fspath(home))).iterdir())
        for frame in unpack(file.read_bytes())
        if frame.kind == OTLP
    ]


def post(
    receiver: Receiver, path: str, body: bytes = b"{}", headers: dict[str, str] | None = None
) -> int:
    """The status of the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", receiver.port, timeout=5)
    try:
        connection.request("POST", path, body, JSON if headers is None else headers)
        return connection.getresponse().status
    finally:
        connection.close()


def raw(receiver: Receiver, data: bytes) -> bytes:
    """The answer to bytes of one's own."""
    with socket.create_connection(("127.0.0.1", receiver.port), timeout=5) as stream:
        stream.sendall(data)
        return stream.makefile("rb").readline()


def test_an_export_is_in_the_spool_before_it_is_acknowledged(
    home: Path, receiver: Receiver, arrived: list[int]
) -> None:
    assert post(receiver, f"/{receiver.token}/run7/v1/logs", b'{"resourceLogs":[]}') == 200
    assert post(receiver, f"/{receiver.token}/-/v1/traces", b"{}") == 200
    packed = {**JSON, "Content-Encoding": "gzip"}
    assert post(receiver, f"/{receiver.token}/-/v1/logs", gzip.compress(b"[1]"), packed) == 200
    assert exports(home) == [
        b'logs\nrun7\n{"resourceLogs":[]}', b"traces\n\n{}", b"logs\n\n[1]",
    ]  # fmt: skip
    assert arrived == [1, 1, 1]


def test_chunked_exports_are_taken(home: Path, receiver: Receiver) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", receiver.port, timeout=5)
    connection.request("POST", f"/{receiver.token}/-/v1/logs", iter([b"{", b'"a":1}']), JSON,
                       encode_chunked=True)  # fmt: skip
    assert connection.getresponse().status == 200
    connection.close()
    assert exports(home) == [b'logs\n\n{"a":1}']


def test_where_it_is_stays_the_same(home: Path, receiver: Receiver) -> None:
    told = json.loads((home / NAME).read_bytes())
    assert told == {"port": receiver.port, "token": receiver.token, "pid": os.getpid()}
    assert (home / NAME).stat().st_mode & 0o777 == 0o600
    receiver.close()
    again = Receiver(home, lambda: None)
    assert (again.port, again.token) == (receiver.port, receiver.token)
    again.close()


def test_another_port_is_taken_if_ours_was(home: Path) -> None:
    home.mkdir(mode=0o700)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        (home / NAME).write_text(json.dumps({"port": port, "token": "t" * 32, "pid": 1}))
        receiver = Receiver(home, lambda: None)
        assert receiver.port != port
        assert receiver.token == "t" * 32
        receiver.close()


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/wrong/-/v1/logs", JSON, 404),
        ("//-/v1/logs", JSON, 404),
        ("/{token}/-/v1/other", JSON, 404),
        ("/{token}/../x/v1/logs", JSON, 404),
        ("/{token}/-/v1/logs", {**JSON, "Host": "evil.example"}, 421),
        ("/{token}/-/v1/logs", {**JSON, "Host": "127.0.0.1"}, 421),
        ("/{token}/-/v1/logs", {**JSON, "Origin": "https://evil.example"}, 403),
        ("/{token}/-/v1/logs", {**JSON, "Origin": "null"}, 403),
        ("/{token}/-/v1/logs", {**JSON, "Sec-Fetch-Site": "cross-site"}, 403),
        ("/{token}/-/v1/logs", {"Content-Type": "text/plain"}, 415),
        ("/{token}/-/v1/logs", {**JSON, "Content-Encoding": "br"}, 415),
        ("/{token}/-/v1/logs", {**JSON, "Content-Encoding": "gzip"}, 400),
    ],
)
def test_what_is_not_the_clients_is_refused(
    home: Path, receiver: Receiver, path: str, headers: dict[str, str], status: int
) -> None:
    assert post(receiver, path.format(token=receiver.token), b"{}", headers) == status
    assert not Path(folder(os.fspath(home))).exists() or exports(home) == []


def test_it_is_no_proxy(receiver: Receiver) -> None:
    host = f"Host: 127.0.0.1:{receiver.port}\r\n\r\n".encode()
    assert b"400" in raw(receiver, b"CONNECT evil.example:443 HTTP/1.1\r\n" + host)
    assert b"400" in raw(receiver, b"GET http://169.254.169.254/ HTTP/1.1\r\n" + host)
    assert b"400" in raw(receiver, b"POST http://evil.example/v1/logs HTTP/1.1\r\n" + host)


def test_nothing_larger_than_anybody_sends_is_taken(home: Path, receiver: Receiver) -> None:
    bomb = gzip.compress(b"0" * (40 << 20))
    packed = {**JSON, "Content-Encoding": "gzip"}
    assert post(receiver, f"/{receiver.token}/-/v1/logs", bomb, packed) == 413
    head = (
        f"POST /{receiver.token}/-/v1/logs HTTP/1.1\r\nHost: 127.0.0.1:{receiver.port}\r\n"
        "Content-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n"
    )
    assert b"413" in raw(receiver, head.encode())


def test_another_user_is_refused(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = f"GET /{receiver.token}/health HTTP/1.1\r\nHost: 127.0.0.1:{receiver.port}\r\n\r\n"
    assert b"200" in raw(receiver, asked.encode())
    monkeypatch.setattr("her_tui.peers._user_by_netlink", lambda *_: os.geteuid() + 1)
    with contextlib.suppress(ConnectionError):  # closed or reset: the kernel's choice
        assert raw(receiver, asked.encode()) == b""


def test_a_disk_that_is_full_is_said_to_the_client(
    home: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(receiver.spool, "add", full)
    assert post(receiver, f"/{receiver.token}/-/v1/logs") == 503


def test_a_spool_file_is_let_go_when_it_is_large(
    home: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("her_tui.recorder.receiver._FILE_LIMIT", 1000)
    for _ in range(3):
        assert post(receiver, f"/{receiver.token}/-/v1/logs", b"[" + b" " * 900 + b"]") == 200
    files = sorted(Path(folder(os.fspath(home))).iterdir())
    assert len(files) == 3
    assert not is_open(os.fspath(files[0]))
