"""What breaks off on one side breaks off on the other in the same way, and is recorded so."""

from __future__ import annotations

import os
import signal
import socket
import struct
import threading
import time
from pathlib import Path

import pytest

from tests.support.upstream import Handler, Request, Upstream, head
from tests.support.wire import Wire, answer, ask, eventually, to_the_break, to_the_end

_NEVER = """
import asyncio
from her_tui.shim.wire.route import Route
async def never(self, protocol):
    await asyncio.sleep(60)
Route.connect = never
"""


def post(wire: Wire, path: str = "/v1/messages", body: bytes = b"{}", extra: str = "") -> bytes:
    """A request as a client sends it."""
    return (
        f"POST {wire.prefix}{path} HTTP/1.1\r\nHost: 127.0.0.1:{wire.port}\r\n{extra}"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def cut_in_chunks(request: Request) -> None:
    request.begin()
    request.chunk(b"partial")
    time.sleep(0.05)
    request.cut()


def close_in_chunks(request: Request) -> None:
    request.begin()
    request.chunk(b"partial")
    request.close()


def close_before_length(request: Request) -> None:
    request.raw(head(200, {"content-length": "100"}) + b"partial")
    request.close()


def cut_until_close(request: Request) -> None:
    request.raw(head(200, {}) + b"partial")
    time.sleep(0.05)
    request.cut()


@pytest.mark.parametrize(
    "handler", [cut_in_chunks, close_in_chunks, close_before_length, cut_until_close]
)
def test_a_response_cut_short_is_an_error_for_the_client(tmp_path: Path, handler: Handler) -> None:
    with Upstream(handler) as upstream, Wire(tmp_path / "her", upstream.url) as wire:
        with wire.connect() as link:
            link.sendall(post(wire))
            assert b"partial" in to_the_break(link)
        (seen,) = wire.recorded()
        assert seen.end is not None
        assert seen.end["outcome"] == "upstream"
        assert seen.end["error"]
        assert b"partial" in seen.response_body


def test_a_response_may_end_with_its_connection(tmp_path: Path) -> None:
    def handler(request: Request) -> None:
        request.raw(head(200, {}) + b"all of it")
        request.close()

    with Upstream(handler) as upstream, Wire(tmp_path / "her", upstream.url) as wire:
        with wire.connect() as link:
            link.sendall(post(wire))
            assert to_the_end(link).endswith(b"all of it")
        (seen,) = wire.recorded()
        assert seen.end is not None
        assert seen.end["outcome"] == "ok"


def test_no_response_at_all_is_an_error_and_not_asked_for_again(tmp_path: Path) -> None:
    """On a connection that served before, too: the upstream has read the request."""

    def handler(request: Request) -> None:
        if request.path == "/good":
            request.answer(200)
        elif request.path == "/cut":
            request.cut()
        else:
            request.close()

    with Upstream(handler) as upstream, Wire(tmp_path / "her", upstream.url) as wire:
        for path in ("/cut", "/close"):
            with wire.connect() as link:
                ask(link, post(wire, "/good"))
            with wire.connect() as link:
                link.sendall(post(wire, path))
                with pytest.raises(ConnectionResetError):
                    link.recv(1)
        paths = [request.path for request in upstream.requests]
        assert paths == ["/good", "/cut", "/good", "/close"]
        outcomes = [each.end["outcome"] for each in wire.recorded(4) if each.end]
        assert outcomes == ["ok", "upstream", "ok", "upstream"]


@pytest.mark.parametrize("status", [400, 429, 500, 529])
def test_errors_pass_as_they_are_and_are_not_retried(tmp_path: Path, status: int) -> None:
    raw = head(status, {"retry-after": "7", "x-should-retry": "true", "content-length": "5"})

    with (
        Upstream(lambda request: request.raw(raw + b"wrong")) as upstream,
        Wire(tmp_path / "her", upstream.url) as wire,
    ):
        with wire.connect() as link:
            assert ask(link, post(wire)) == raw + b"wrong"
        assert len(upstream.requests) == 1
        (seen,) = wire.recorded()
        assert seen.response == {
            "status": status,
            "headers": {"content-length": "5", "retry-after": "7", "x-should-retry": "true"},
        }


def test_an_upstream_that_is_not_there_is_a_connection_error(tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with Wire(tmp_path / "her", url) as wire:
            with wire.connect() as link:
                link.sendall(post(wire))
                with pytest.raises(ConnectionResetError):
                    link.recv(1)
            (seen,) = wire.recorded()
            assert seen.end is not None
            assert seen.end["outcome"] == "refused"
            assert seen.response is None


@pytest.mark.parametrize("leave", ["close", "reset"])
def test_a_client_that_leaves_ends_the_upstream_s_work(tmp_path: Path, leave: str) -> None:
    closed: list[bool] = []

    def handler(request: Request) -> None:
        request.begin()
        request.chunk(b"partial")
        closed.append(request.link.wait_closed(5))

    with Upstream(handler) as upstream, Wire(tmp_path / "her", upstream.url) as wire:
        link = wire.connect()
        link.sendall(post(wire))
        got = b""
        while b"partial" not in got:
            got += link.recv(65536)
        if leave == "reset":
            link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        link.close()
        assert eventually(lambda: closed == [True])
        (seen,) = wire.recorded()
        assert seen.end is not None
        assert seen.end["outcome"] == "client"
        assert b"partial" in seen.response_body


def test_a_client_that_leaves_is_noticed_while_it_waits_for_a_connection(tmp_path: Path) -> None:
    with Wire(tmp_path / "her", "http://127.0.0.1:9", first=_NEVER) as wire:
        link = wire.connect()
        link.sendall(post(wire))
        time.sleep(0.1)
        link.close()
        (seen,) = wire.recorded()
        assert seen.end is not None
        assert seen.end["outcome"] == "client"


def test_a_connection_gone_stale_is_replaced_unseen(tmp_path: Path) -> None:
    """The upstream closes what it has not used for a while, just as a request is on its way."""
    stale = threading.Event()

    def handler(request: Request) -> None:
        request.answer(200, request.body)
        if request.path == "/first":
            stale.wait(10)
            request.close()

    with Upstream(handler) as upstream, Wire(tmp_path / "her", upstream.url) as wire:
        with wire.connect() as link:
            ask(link, post(wire, "/first"))
            pipe = wire.pipe()
            os.kill(pipe, signal.SIGSTOP)
            link.sendall(post(wire, body=b"two"))
            stale.set()
            assert eventually(lambda: upstream.open == 0)
            os.kill(pipe, signal.SIGCONT)
            assert answer(link).endswith(b"two")
        assert [request.path for request in upstream.requests] == ["/first", "/v1/messages"]
        first, *stale_ones, last = (each.end for each in wire.recorded(2))
        assert first is not None
        assert last is not None
        assert (first["outcome"], last["outcome"]) == ("ok", "ok")
        assert all(end and "stale" in end["error"] for end in stale_ones)
