"""Who may not use the pipe, asked over real sockets."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.upstream import Upstream
from tests.support.wire import Wire, ask, exchanges, to_the_break

TOKEN = "0123456789abcdef0123456789abcdef"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Upstream, Wire]]:
    """An upstream and a wire with a token."""
    with (
        Upstream(lambda request: request.answer(200, b"yes")) as upstream,
        Wire(tmp_path_factory.mktemp("home"), upstream.url, token=TOKEN) as wire,
    ):
        yield upstream, wire


def status(wire: Wire, line: str, host: str | None = None, *fields: str) -> int:
    """What the pipe answers to a request with this first line, Host and further fields."""
    host = f"Host: {host}" if host is not None else f"Host: 127.0.0.1:{wire.port}"
    head = "\r\n".join(part for part in (line, host, *fields) if part != "Host: ")
    with wire.connect() as link:
        return int(ask(link, head.encode() + b"\r\n\r\n").split(b" ")[1])


GOOD = f"GET /{TOKEN}/v1/models HTTP/1.1"


@pytest.mark.parametrize(
    ("expected", "line", "host", "fields"),
    [
        (404, "GET /v1/models HTTP/1.1", None, ()),
        (404, f"GET /{TOKEN[:-1]}0/v1/models HTTP/1.1", None, ()),
        (404, f"GET /{TOKEN}x/v1/models HTTP/1.1", None, ()),
        (404, f"GET //{TOKEN}/v1/models HTTP/1.1", None, ()),
        (404, "GET / HTTP/1.1", None, ()),
        (421, GOOD, "evil.example", ()),
        (421, GOOD, "127.0.0.1", ()),
        (421, GOOD, "127.0.0.1:1", ()),
        (421, GOOD, "", ()),
        (421, GOOD, "evil.example", ("Host: 127.0.0.1:{port}",)),
        (403, GOOD, None, ("Origin: https://evil.example",)),
        (403, GOOD, None, ("origin: null",)),
        (403, GOOD, None, ("Sec-Fetch-Site: cross-site",)),
        (400, "CONNECT evil.example:443 HTTP/1.1", None, ()),
        (400, "GET http://169.254.169.254/ HTTP/1.1", None, ()),
        (400, f"GET http://127.0.0.1/{TOKEN}/v1/models HTTP/1.1", None, ()),
        (431, GOOD, None, ("X: " + "x" * (300 << 10),)),
    ],
)
def test_an_attack_is_refused_and_reaches_nobody(
    guarded: tuple[Upstream, Wire],
    expected: int,
    line: str,
    host: str | None,
    fields: tuple[str, ...],
) -> None:
    upstream, wire = guarded
    told = tuple(field.format(port=wire.port) for field in fields)
    assert status(wire, line, host, *told) == expected
    assert upstream.requests == []
    assert exchanges(wire.home) == []


def test_an_invited_client_is_served_without_its_token(tmp_path: Path) -> None:
    with (
        Upstream(lambda request: request.answer(200, b"yes")) as upstream,
        Wire(tmp_path / "her", upstream.url, token=TOKEN) as wire,
    ):
        assert status(wire, GOOD) == 200
        assert status(wire, GOOD, f"LOCALHOST:{wire.port}") == 200
        assert status(wire, f"HEAD /{TOKEN} HTTP/1.1".replace("HEAD", "GET")) == 200
        assert status(wire, f"GET /{TOKEN}?beta=true HTTP/1.1") == 200
        paths = [request.path for request in upstream.requests]
        assert paths == ["/v1/models", "/v1/models", "/", "/?beta=true"]
        recorded = wire.recorded(4)
        assert [each.request["path"] for each in recorded] == paths
        assert all(TOKEN not in str(each) for each in recorded)


_OF_ANOTHER = "import os; os.geteuid = lambda: 65534"

_ASK = """
import encodings.idna, os, socket, sys
if sys.argv[2]:
    os.setuid(int(sys.argv[2]))
try:
    link = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
    link.sendall(b"GET / HTTP/1.1\\r\\nHost: 127.0.0.1:%s\\r\\n\\r\\n" % sys.argv[1].encode())
    print(link.recv(100))
except OSError as error:
    print(type(error).__name__)
"""


def test_another_user_is_turned_away(tmp_path: Path) -> None:
    """Root asks as somebody else; anybody else asks a pipe that takes itself for another's."""
    root = os.geteuid() == 0
    with (
        Upstream(lambda request: request.answer(200)) as upstream,
        Wire(tmp_path / "her", upstream.url, first="" if root else _OF_ANOTHER) as wire,
    ):
        said = subprocess.run(
            [sys.executable, "-I", "-c", _ASK, str(wire.port), "65534" if root else ""],
            capture_output=True,
            text=True,
            check=True,
        )
        assert said.stdout.strip() in {"ConnectionResetError", "BrokenPipeError"}
        assert upstream.requests == []


def test_garbage_is_answered_and_ends(guarded: tuple[Upstream, Wire]) -> None:
    _, wire = guarded
    with wire.connect() as link:
        assert ask(link, b"\x16\x03\x01 hello\r\n\r\n").startswith(b"HTTP/1.1 400 ")
    with wire.connect() as link:
        framing = "Transfer-Encoding: chunked"
        link.sendall(f"{GOOD}\r\nHost: 127.0.0.1:{wire.port}\r\n{framing}\r\n\r\nzz\r\n".encode())
        to_the_break(link)
