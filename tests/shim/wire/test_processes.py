"""The wire's processes: replaced when killed, gone with the client, small, and without secrets."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from her_tui.shim.wire.launch import launch
from tests.support.upstream import Request, Upstream, head
from tests.support.wire import Wire, ask, eventually, exchanges, to_the_break


def post(port: int, body: bytes = b"{}", prefix: str = "", extra: str = "") -> bytes:
    """A request as a client sends it."""
    return (
        f"POST {prefix}/v1/messages HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{extra}"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def echo(request: Request) -> None:
    request.answer(200, request.body)


def to_any_end(link: socket.socket) -> bytes:
    """Read until the other end closes, in whatever way."""
    got = b""
    with suppress(ConnectionResetError):
        while data := link.recv(65536):
            got += data
    return got


def lives(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return not Path("/proc/self").exists()


def test_a_killed_pipe_is_replaced_and_nobody_is_refused(tmp_path: Path) -> None:
    streaming = threading.Event()

    def handler(request: Request) -> None:
        if request.body != b"stream":
            request.answer(200, request.body)
            return
        request.begin()
        request.chunk(b"partial")
        streaming.set()
        request.link.wait_closed(10)
        request.close()

    with Upstream(handler) as upstream, Wire(tmp_path / "her", upstream.url) as wire:
        for _ in range(5):
            streaming.clear()
            with wire.connect() as link:
                link.sendall(post(wire.port, b"stream"))
                assert streaming.wait(10)
                os.kill(wire.pipe(), signal.SIGKILL)
                assert not to_any_end(link).endswith(b"0\r\n\r\n")
            with wire.connect() as link:  # refused, this raises
                assert ask(link, post(wire.port, b"next")).endswith(b"next")
            eventually(lambda: len({f.name for f in (wire.home / "spool").iterdir()}) > 1)
            time.sleep(0.3)  # what the new pipe recorded is on its way to the disk
        cut = [each for each in exchanges(wire.home) if each.end is None]
        assert all(each.request["method"] == "POST" for each in cut)


def test_a_pipe_that_cannot_start_is_tried_again(tmp_path: Path) -> None:
    """What keeps it may pass; the connection waits."""
    mark = tmp_path / "tried"
    hurdle = f"""
from pathlib import Path
from her_tui.shim.wire import pipe
run = pipe.run
def late(*arguments):
    mark = Path({str(mark)!r})
    mark.write_text((mark.read_text() if mark.exists() else "") + "x")
    if len(mark.read_text()) < 3:
        raise RuntimeError
    run(*arguments)
pipe.run = late
"""
    with (
        Upstream(echo) as upstream,
        Wire(tmp_path / "her", upstream.url, first=hurdle) as wire,
        wire.connect() as link,
    ):
        assert ask(link, post(wire.port, b"patience")).endswith(b"patience")
    assert mark.read_text() == "xxx"


def test_a_killed_pipe_is_no_clean_end(tmp_path: Path) -> None:
    """Of a response that a clean end would make whole."""

    def handler(request: Request) -> None:
        request.raw(head(200, {}) + b"partial")
        request.link.wait_closed(10)
        request.close()

    with (
        Upstream(handler) as upstream,
        Wire(tmp_path / "her", upstream.url) as wire,
        wire.connect() as link,
    ):
        link.sendall(post(wire.port, b"stream"))
        got = link.recv(65536)
        os.kill(wire.pipe(), signal.SIGKILL)
        assert (got + to_the_break(link)).endswith(b"partial")


def test_a_stopped_supervisor_takes_its_pipe_along(tmp_path: Path) -> None:
    with Upstream(echo) as upstream, Wire(tmp_path / "her", upstream.url) as wire:
        with wire.connect() as link:
            ask(link, post(wire.port))
            pipe = wire.pipe()
            assert wire.stop() == 0
        assert eventually(lambda: not lives(pipe))
        (seen,) = exchanges(wire.home)
        assert seen.end is not None
        with pytest.raises(ConnectionRefusedError):
            wire.connect()


def test_a_killed_supervisor_without_a_client_takes_its_pipe_along(tmp_path: Path) -> None:
    with Upstream(echo) as upstream, Wire(tmp_path / "her", upstream.url) as wire:
        with wire.connect() as link:
            ask(link, post(wire.port))
        pipe = wire.pipe()
        wire.process.kill()
        assert eventually(lambda: not lives(pipe))


@pytest.fixture
def client() -> Iterator[subprocess.Popen[bytes]]:
    """A process that stands for the client."""
    with subprocess.Popen(["/bin/sh", "-c", "read line"], stdin=subprocess.PIPE) as process:
        yield process
        process.kill()


def pipe_of(home: Path) -> int:
    """The pipe that has recorded below ``home``."""
    files = eventually(lambda: sorted((home / "spool").glob("wire-*")))
    return int(files[-1].stem.rsplit("-", 1)[1])


def parent_of(pid: int) -> int:
    """The parent of a process: its supervisor, if it is a pipe."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    except FileNotFoundError:  # no Linux
        return int(subprocess.check_output(["ps", "-o", "ppid=", "-p", str(pid)]))


def where(base: str) -> tuple[int, str]:
    """Port and path of a base URL."""
    authority, _, token = base.removeprefix("http://").partition("/")
    return int(authority.split(":")[1]), f"/{token}"


def test_a_launched_wire_lives_as_long_as_its_client(
    tmp_path: Path, client: subprocess.Popen[bytes]
) -> None:
    home = tmp_path / "her"
    with Upstream(echo) as upstream:
        base = launch(str(home), f"{upstream.url}/api/", "run-1", client.pid)
        port, token = where(base)
        assert len(token) == 33
        with socket.create_connection(("127.0.0.1", port), timeout=10) as link:
            assert ask(link, post(port, b"hello", token)).endswith(b"hello")
            assert upstream.requests[0].path == "/api/v1/messages"
            pipe = pipe_of(home)
            client.kill()
            client.wait()
            assert eventually(lambda: not lives(pipe))
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port))
        (seen,) = exchanges(home)
        assert seen.end is not None
        assert (home / "spool").stat().st_mode & 0o777 == 0o700
        assert all(f.stat().st_mode & 0o777 == 0o600 for f in (home / "spool").iterdir())


def test_what_is_under_way_when_the_client_ends_is_finished(
    tmp_path: Path, client: subprocess.Popen[bytes]
) -> None:
    """Another program may have been given the address by the client."""
    gone = threading.Event()

    def handler(request: Request) -> None:
        request.begin()
        assert gone.wait(10)
        time.sleep(0.3)
        request.chunk(b"late")
        request.finish()

    home = tmp_path / "her"
    with Upstream(handler) as upstream:
        port, token = where(launch(str(home), upstream.url, "run-1", client.pid))
        with socket.create_connection(("127.0.0.1", port), timeout=10) as link:
            link.sendall(post(port, b"hello", token))
            pipe = pipe_of(home)
            client.kill()
            client.wait()
            gone.set()
            got = b""
            while not got.endswith(b"0\r\n\r\n"):
                got += link.recv(65536)
            assert b"late" in got
        assert eventually(lambda: not lives(pipe))


def test_a_killed_supervisor_leaves_the_client_its_pipe(
    tmp_path: Path, client: subprocess.Popen[bytes]
) -> None:
    home = tmp_path / "her"
    with Upstream(echo) as upstream:
        port, token = where(launch(str(home), upstream.url, "run-1", client.pid))
        with socket.create_connection(("127.0.0.1", port), timeout=10) as link:
            ask(link, post(port, b"one", token))
            pipe = pipe_of(home)
            os.kill(parent_of(pipe), signal.SIGKILL)
            time.sleep(0.2)
            assert ask(link, post(port, b"two", token)).endswith(b"two")
        with socket.create_connection(("127.0.0.1", port), timeout=10) as link:
            assert ask(link, post(port, b"three", token)).endswith(b"three")
        client.kill()
        client.wait()
        assert eventually(lambda: not lives(pipe))


def test_launching_says_at_once_what_cannot_work(tmp_path: Path) -> None:
    for url in ("ftp://127.0.0.1", "api.example", "https://user:word@api.example", "http://"):
        with pytest.raises(ValueError, match="URL"):
            launch(str(tmp_path), url, "", os.getpid())
    gates = {"HTTPS_PROXY": "socks5://127.0.0.1:1"}
    with pytest.raises(ValueError, match="proxy"):
        launch(str(tmp_path), "https://api.example", "", os.getpid(), gates)


CANARY = "sk-canary-0123456789"


def test_no_secret_is_kept_or_told(
    tmp_path: Path, client: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not in the spool, and not in arguments or environment of the processes."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", CANARY)
    secret = "".join(
        f"{name}: {CANARY}\r\n"
        for name in ("Authorization", "x-api-key", "Cookie", "X-Custom", "proxy-authorization")
    )

    def handler(request: Request) -> None:
        assert request.header("x-api-key") == CANARY
        request.answer(200, b"ok", set_cookie=CANARY, anthropic_organization_id=CANARY)

    home = tmp_path / "her"
    with Upstream(handler) as upstream:
        port, token = where(launch(str(home), upstream.url, "run-1", client.pid))
        with socket.create_connection(("127.0.0.1", port), timeout=10) as link:
            ask(link, post(port, prefix=token, extra=secret))
        assert eventually(lambda: exchanges(home) and exchanges(home)[0].end)
        pipe = pipe_of(home)
        for file in home.rglob("*"):
            if file.is_file():
                assert CANARY.encode() not in file.read_bytes()
                assert token[1:].encode() not in file.read_bytes()
        proc = Path(f"/proc/{pipe}")
        if proc.exists():
            assert token[1:].encode() not in (proc / "cmdline").read_bytes()
            assert CANARY.encode() not in (proc / "environ").read_bytes()


_LIGHT = """
import sys, threading
from her_tui.shim.wire import {module}
print(*sys.modules)
"""


@pytest.mark.parametrize("module", ["command", "pipe", "supervisor", "launch"])
def test_what_runs_beside_the_client_is_the_standard_library(module: str) -> None:
    heavy = {"click", "textual", "rich", "peewee", "orjson", "zstandard", "sqlite3", "watchfiles"}
    told = subprocess.run(
        [sys.executable, "-c", _LIGHT.format(module=module)],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {name.split(".")[0] for name in told.stdout.split()}
    assert loaded & heavy == set()
    if module == "supervisor":
        assert loaded & {"asyncio", "ssl", "json", "typing", "dataclasses", "subprocess"} <= {
            "typing"
        }
