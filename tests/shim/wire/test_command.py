"""``her-tui wire``, as it is typed."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from her_tui.shim.wire.command import main
from tests.support.upstream import Upstream
from tests.support.wire import ask, eventually, exchanges


@pytest.fixture
def recorded(home: Path) -> Iterator[None]:
    """Another recorder than ours is at work: none is started."""
    home.mkdir(mode=0o700)
    lock = os.open(home / "recorder.lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    alive = home / "recorder.alive"
    alive.write_text(str(os.getpid()))
    os.utime(alive, (2**32, 2**32))
    yield
    os.close(lock)


@contextmanager
def wire(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """``her-tui wire`` with these arguments."""
    with subprocess.Popen(
        [sys.executable, "-m", "her_tui", "wire", *arguments], stderr=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.kill()


@pytest.mark.usefixtures("recorded")
def test_it_says_once_where_it_is_and_records(home: Path, tmp_path: Path) -> None:
    port_file = tmp_path / "port"
    with (
        Upstream(lambda request: request.answer(200, request.body)) as upstream,
        wire("--upstream", f"{upstream.url}/api", f"--port-file={port_file}") as process,
    ):
        assert eventually(port_file.exists)
        port = int(port_file.read_text())
        with socket.create_connection(("127.0.0.1", port), timeout=10) as link:
            head = f"POST /v1/messages HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 2"
            assert ask(link, head.encode() + b"\r\n\r\nhi").endswith(b"hi")
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=10)
        assert process.returncode == 0
        assert said == f"Wire: http://127.0.0.1:{port} → {upstream.url}/api, into {home}\n"
        (seen,) = exchanges(home)
        assert seen.request["path"] == "/v1/messages"
        assert seen.end is not None


@pytest.mark.usefixtures("recorded")
def test_a_token_is_part_of_the_address_it_prints(tmp_path: Path) -> None:
    with wire("--upstream", "http://127.0.0.1:9", "--token") as process:
        assert process.stderr is not None
        base = process.stderr.readline().split()[1]
        port, token = base.removeprefix("http://127.0.0.1:").split("/")
        assert len(token) == 32
        with socket.create_connection(("127.0.0.1", int(port)), timeout=10) as link:
            request = f"GET /v1/models HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"
            assert ask(link, request.encode()).startswith(b"HTTP/1.1 404 ")
        process.terminate()
        assert process.wait(10) == 0


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "--upstream is missing"),
        (["--upstream"], 2, "--upstream needs a value"),
        (["--upstream", "http://a", "--port", "x"], 2, "--port is no port: x"),
        (["--upstream", "http://a", "--port=65536"], 2, "--port is no port: 65536"),
        (["--upstream", "http://a", "--loud"], 2, "no such option: --loud"),
        (["--upstream", "ftp://a"], 2, "not an http or https URL"),
        (["--upstream", "http://me:word@a"], 2, "no credentials"),
        (["--upstream", "http://a", "--port-file", "/nowhere/at/all"], 2, "No such file"),
    ],
)
def test_what_makes_no_sense_is_said(
    capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, said: str
) -> None:
    assert main(arguments) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert "word" not in err


def test_a_port_that_is_taken_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["--upstream", "http://a", "--port", str(port)]) == 1
    assert f"port {port}: Address already in use" in capsys.readouterr().err


def test_help_goes_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert capsys.readouterr().out.startswith("Usage: her-tui wire --upstream URL")


def test_without_a_home_it_passes_bytes_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing can be recorded below a file."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("HER_HOME", str(tmp_path / "file" / "her"))
    with (
        Upstream(lambda request: request.answer(200, request.body)) as upstream,
        wire("--upstream", upstream.url) as process,
    ):
        assert process.stderr is not None
        port = int(process.stderr.readline().split()[1].rsplit(":", 1)[1])
        with socket.create_connection(("127.0.0.1", port), timeout=10) as link:
            head = f"POST / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 2\r\n\r\nhi"
            for _ in range(3):
                assert ask(link, head.encode()).endswith(b"hi")
        process.terminate()
        _, said = process.communicate(timeout=10)
        assert process.returncode == 0
        assert "the recorder does not start" in said
