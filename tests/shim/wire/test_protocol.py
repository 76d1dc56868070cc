"""HTTP as it is spoken: connections that serve many, answers without bodies, and odd ends."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from tests.support.upstream import Request, Upstream, head, read_body
from tests.support.wire import Wire, answer, ask, to_the_end


def request(wire: Wire, method: str = "GET", extra: str = "", body: bytes = b"") -> bytes:
    """A request as a client sends it."""
    length = f"Content-Length: {len(body)}\r\n" if body else ""
    lines = f"{method} /v1/models HTTP/1.1\r\nHost: 127.0.0.1:{wire.port}\r\n{extra}{length}\r\n"
    return lines.encode() + body


def echo(asked: Request) -> None:
    asked.answer(200, asked.body or b"nothing")


def test_connections_to_the_upstream_serve_many_of_the_client_s(tmp_path: Path) -> None:
    with Upstream(echo) as upstream, Wire(tmp_path / "her", upstream.url) as wire:
        for _ in range(5):
            with wire.connect() as link:
                for _ in range(3):
                    assert ask(link, request(wire)).endswith(b"nothing")
        assert len(upstream.requests) == 15
        assert len(upstream.links) == 1


def test_clients_at_once_do_not_meet(tmp_path: Path) -> None:
    gate = threading.Barrier(4)

    def handler(asked: Request) -> None:
        asked.begin()
        gate.wait(10)
        for part in range(20):
            asked.chunk(asked.body + b"%d " % part)
        asked.finish()

    with Upstream(handler) as upstream, Wire(tmp_path / "her", upstream.url) as wire:
        links = [wire.connect() for _ in range(4)]
        for number, link in enumerate(links):
            link.sendall(request(wire, "POST", body=b"client-%d-" % number))
        for number, link in enumerate(links):
            with link:
                got = answer(link)
                assert got.count(b"client-") == got.count(b"client-%d-" % number) == 20
        for each in wire.recorded(4):
            assert each.response_body.count(each.request_body) == 20


def test_requests_sent_before_the_answer_wait_their_turn(tmp_path: Path) -> None:
    with Upstream(echo) as upstream, Wire(tmp_path / "her", upstream.url) as wire:
        with wire.connect() as link:
            bodies = [b"one", b"two", b"three"]
            link.sendall(b"".join(request(wire, "POST", body=body) for body in bodies))
            got = b""
            while got.count(b"HTTP/1.1 200") < 3 or not got.endswith(b"three"):
                got += link.recv(65536)
        assert [asked.body for asked in upstream.requests] == bodies
        assert [each.request_body for each in wire.recorded(3)] == bodies


@pytest.mark.parametrize(
    ("method", "raw"),
    [
        ("HEAD", head(200, {"content-length": "500"})),
        ("HEAD", head(200, {"transfer-encoding": "chunked"})),
        ("GET", head(204, {})),
        ("GET", head(304, {"content-length": "500"})),
        ("GET", head(200, {"content-length": "0"})),
    ],
)
def test_an_answer_without_a_body_ends_with_its_head(
    tmp_path: Path, method: str, raw: bytes
) -> None:
    with (
        Upstream(lambda asked: asked.raw(raw)) as upstream,
        Wire(tmp_path / "her", upstream.url) as wire,
    ):
        with wire.connect() as link:
            for _ in range(2):
                link.sendall(request(wire, method))
                assert link.recv(65536) == raw
        assert len(upstream.links) == 1
        assert all(each.end and each.end["received"] == 0 for each in wire.recorded(2))


def test_interim_answers_pass_and_are_not_the_answer(tmp_path: Path) -> None:
    def handler(asked: Request) -> None:
        asked.raw(b"HTTP/1.1 100 Continue\r\n\r\n")
        read_body(asked)
        asked.raw(
            b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n" + head(200, {"content-length": "2"})
        )
        asked.raw(asked.body)

    with (
        Upstream(handler, whole=False) as upstream,
        Wire(tmp_path / "her", upstream.url) as wire,
    ):
        with wire.connect() as link:
            whole = request(wire, "POST", "Expect: 100-continue\r\n", b"ok")
            link.sendall(whole[:-2])
            assert link.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
            link.sendall(whole[-2:])
            got = b""
            while not got.endswith(b"ok"):
                got += link.recv(65536)
            assert got.startswith(b"HTTP/1.1 103 ")
        (seen,) = wire.recorded()
        assert seen.response is not None
        assert seen.response["status"] == 200
        assert seen.response_body == b"ok"


def test_an_answer_may_come_before_the_request_is_whole(tmp_path: Path) -> None:
    def handler(asked: Request) -> None:
        asked.raw(head(413, {"content-length": "5", "connection": "close"}) + b"large")
        read_body(asked)
        asked.close()

    with (
        Upstream(handler, whole=False) as upstream,
        Wire(tmp_path / "her", upstream.url) as wire,
    ):
        with wire.connect() as link:
            whole = request(wire, "POST", body=bytes(1 << 20))
            link.sendall(whole[:1000])
            assert answer(link).endswith(b"large")
            link.sendall(whole[1000:])
            assert to_the_end(link) == b""
        (seen,) = wire.recorded()
        assert seen.end is not None
        assert seen.end["outcome"] == "ok"


@pytest.mark.parametrize("who", ["upstream", "client", "old"])
def test_a_connection_that_is_to_close_closes_on_both_sides(tmp_path: Path, who: str) -> None:
    def handler(asked: Request) -> None:
        whole = head(
            200, {"content-length": "2", **({"connection": "close"} if who == "upstream" else {})}
        )
        if who == "old":
            whole = whole.replace(b"HTTP/1.1", b"HTTP/1.0")
        asked.raw(whole + b"ok")
        asked.close()

    with Upstream(handler) as upstream, Wire(tmp_path / "her", upstream.url) as wire:
        for _ in range(2):
            with wire.connect() as link:
                link.sendall(
                    request(wire, extra="Connection: close\r\n" if who == "client" else "")
                )
                assert to_the_end(link).endswith(b"ok")
        assert len(upstream.links) == 2


def test_what_becomes_another_protocol_passes_and_is_a_gap(tmp_path: Path) -> None:
    def handler(asked: Request) -> None:
        asked.raw(b"HTTP/1.1 101 Switching Protocols\r\nupgrade: chat\r\n\r\nhello")
        asked.raw(asked.link.exactly(4).upper())
        asked.close()

    with Upstream(handler) as upstream, Wire(tmp_path / "her", upstream.url) as wire:
        with wire.connect() as link:
            link.sendall(request(wire, extra="Connection: Upgrade\r\nUpgrade: chat\r\n"))
            got = b""
            while not got.endswith(b"hello"):
                got += link.recv(65536)
            link.sendall(b"word")
            assert to_the_end(link) == b"WORD"
        (seen,) = wire.recorded()
        assert seen.response is not None
        assert seen.response["status"] == 101
        assert seen.pieces == []
        assert [gap["bytes"] for gap in seen.gaps] == [13]
        assert seen.end is not None
        assert seen.end["outcome"] == "ok"


@pytest.mark.parametrize(
    "raw", [b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nrest", b"hello\r\n\r\nyou"]
)
def test_what_is_no_http_passes_until_it_closes(tmp_path: Path, raw: bytes) -> None:
    def handler(asked: Request) -> None:
        asked.raw(raw)
        asked.close()

    with Upstream(handler) as upstream, Wire(tmp_path / "her", upstream.url) as wire:
        with wire.connect() as link:
            link.sendall(request(wire))
            assert to_the_end(link) == raw
        (seen,) = wire.recorded()
        assert seen.end is not None
        assert seen.end["error"]


def test_bytes_that_nobody_asked_for_end_the_connection(tmp_path: Path) -> None:
    """They reach the client with what it asked for, or nobody; never another request."""

    def handler(asked: Request) -> None:
        if asked.path == "/v1/models" and len(upstream.requests) == 1:
            asked.answer(200, b"mine")
            time.sleep(0.2)
            asked.raw(head(200, {"content-length": "5"}) + b"stray")
        else:
            asked.answer(200, b"mine")

    with Upstream(handler) as upstream, Wire(tmp_path / "her", upstream.url) as wire:
        with wire.connect() as link:
            assert ask(link, request(wire)).endswith(b"mine")
            time.sleep(0.5)
            assert ask(link, request(wire)).endswith(b"mine")
        assert len(upstream.links) == 2
