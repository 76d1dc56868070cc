"""Byte identity: whatever the bytes, their pieces and their framing, both ends get what was sent,
and the spool has the same."""

from __future__ import annotations

import gzip
import hashlib
import random
import time
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.upstream import Request, Upstream, head, read_body
from tests.support.wire import Wire, answer, eventually, to_the_end

#: Waits before a new connection to the upstream is there.
_SLOWLY = """
import asyncio
from her_tui.shim.wire.route import Route
connect = Route.connect
async def slowly(self, protocol):
    await asyncio.sleep(0.03)
    return await connect(self, protocol)
Route.connect = slowly
"""


class Plan(NamedTuple):
    """What one exchange looks like."""

    request: bytes
    request_chunked: bool
    response: bytes
    framing: str
    coding: str
    pieces: int
    reads_late: bool


class Scripted:
    """Answers by the plan that the test has laid out."""

    def __init__(self, base: str = "") -> None:
        self.base, self.port = base, 0
        self.plan: Plan
        self.got: Request

    def __call__(self, request: Request) -> None:
        plan = self.plan
        if plan.reads_late:
            time.sleep(0.01)
        read_body(request)
        self.got = request
        fields = {"content-encoding": plan.coding} if plan.coding else {}
        body = plan.response
        if plan.framing == "length":
            whole = head(200, {**fields, "content-length": str(len(body))}) + body
        elif plan.framing == "chunks":
            whole = head(200, {**fields, "transfer-encoding": "chunked"})
            whole += b"".join(b"%x\r\n%b\r\n" % (len(p), p) for p in cut(body, plan.pieces) if p)
            whole += b"0\r\n\r\n"
        else:
            whole = head(200, fields) + body
        for piece in cut(whole, plan.pieces):
            request.raw(piece)
        if plan.framing == "close":
            request.close()


def cut(data: bytes, pieces: int) -> list[bytes]:
    """``data`` in so many pieces of different sizes."""
    places = sorted(random.Random(len(data)).choices(range(len(data) + 1), k=pieces - 1))
    return [data[a:b] for a, b in zip([0, *places], [*places, len(data)], strict=True)]


def noise(size: int) -> bytes:
    """Bytes that repeat nowhere and are the same every time."""
    return random.Random(size).randbytes(size)


def coded(coding: str, data: bytes) -> bytes:
    """``data`` compressed as ``coding`` says; what calls itself br is noise, and stays it."""
    if coding == "gzip":
        return gzip.compress(data)
    return zlib.compress(data) if coding == "deflate" else data


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Mostly small exchanges, some larger than every buffer on the way."""
    sizes = st.one_of(st.integers(0, 5000), st.integers(0, 5000), st.integers(60_000, 2_000_000))
    coding = draw(st.sampled_from(["", "gzip", "deflate", "br"]))
    return Plan(
        request=noise(draw(sizes)),
        request_chunked=draw(st.booleans()),
        response=coded(coding, noise(draw(sizes))),
        framing=draw(st.sampled_from(["length", "chunks", "close"])),
        coding=coding,
        pieces=draw(st.integers(1, 12)),
        reads_late=draw(st.booleans()),
    )


@pytest.fixture(scope="module", params=["", _SLOWLY], ids=["at once", "slowly"])
def path(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Scripted, Wire]]:
    """A scripted upstream and a wire before it, reached at once or slowly."""
    scripted, home = Scripted("/base"), tmp_path_factory.mktemp("home")
    with (
        Upstream(scripted, whole=False) as upstream,
        Wire(home, upstream.url + scripted.base, first=request.param) as wire,
    ):
        scripted.port = upstream.port
        yield scripted, wire


def exchange(scripted: Scripted, wire: Wire, plan: Plan) -> None:
    """One exchange by ``plan`` on a connection of its own; both ends must have what was sent."""
    scripted.plan = plan
    if plan.request_chunked:
        body = b"".join(b"%x\r\n%b\r\n" % (len(p), p) for p in cut(plan.request, 5) if p)
        body += b"0\r\n\r\n"
        framing = "Transfer-Encoding: chunked"
    else:
        body, framing = plan.request, f"content-LENGTH: {len(plan.request)}"
    path = "/v1/messages?beta=true"
    sent = f"POST {path} HTTP/1.1\r\nHost: localhost:{wire.port}\r\n{framing}\r\n\r\n"
    with wire.connect() as link:
        for piece in cut(sent.encode() + body, plan.pieces):
            link.sendall(piece)
        got = to_the_end(link) if plan.framing == "close" else answer(link)
    theirs = sent.replace(f"localhost:{wire.port}", f"127.0.0.1:{scripted.port}")
    assert scripted.got.head.decode() == theirs.replace(path, scripted.base + path)
    assert hashlib.sha256(scripted.got.wire).digest() == hashlib.sha256(body).digest()
    answered = b"".join(piece for _, piece in scripted.got.sent)
    assert hashlib.sha256(got).digest() == hashlib.sha256(answered).digest()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(plan=plans())
def test_both_ends_get_what_was_sent(path: tuple[Scripted, Wire], plan: Plan) -> None:
    exchange(*path, plan)


@pytest.mark.parametrize("framing", ["length", "chunks", "close"])
def test_of_32_megabytes_too(path: tuple[Scripted, Wire], framing: str) -> None:
    large = noise(32 << 20)
    exchange(*path, Plan(large, framing == "chunks", large, framing, "", 3, True))


def test_the_spool_has_the_same(tmp_path: Path) -> None:
    scripted = Scripted()
    with (
        Upstream(scripted, whole=False) as upstream,
        Wire(tmp_path / "her", upstream.url) as wire,
    ):
        scripted.port = upstream.port
        for count, framing in enumerate(["length", "chunks", "close"], start=1):
            plan = Plan(noise(70_000), framing == "chunks", noise(90_000), framing, "br", 7, False)
            exchange(scripted, wire, plan)
            seen = wire.recorded(count)[-1]
            _, _, answered = b"".join(p for _, p in scripted.got.sent).partition(b"\r\n\r\n")
            assert seen.request_body == scripted.got.wire
            assert seen.request_ended
            assert seen.response_body == answered
            assert seen.end == {
                "outcome": "ok",
                "error": "",
                "sent": len(scripted.got.wire),
                "received": len(answered),
            }
            assert seen.gaps == []


def test_a_chunk_is_passed_on_before_the_next_is_sent(tmp_path: Path) -> None:
    """The upstream sends a chunk only once the client has the one before."""
    got: list[bytes] = []

    def arrived(events: int) -> bool:
        return b"".join(got).count(b"data:") == events

    def handler(request: Request) -> None:
        request.begin(200, content_type="text/event-stream")
        for number in range(20):
            request.chunk(b"data: %d\n\n" % number)
            assert eventually(partial(arrived, number + 1))
        request.finish()

    with Upstream(handler) as upstream, Wire(tmp_path / "her", upstream.url) as wire:
        with wire.connect() as link:
            link.sendall(f"POST / HTTP/1.1\r\nHost: 127.0.0.1:{wire.port}\r\n\r\n".encode())
            while not b"".join(got).endswith(b"0\r\n\r\n"):
                got.append(link.recv(65536))
        (seen,) = wire.recorded()
        assert len(seen.pieces) >= 20
        times = [moment for moment, _ in seen.pieces]
        assert times == sorted(times)
