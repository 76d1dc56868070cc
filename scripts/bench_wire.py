"""What the wire costs: a client's waits with it, without it, and with the barest pipe there is.

    python scripts/bench_wire.py [--rounds 5] [--single 120] [--paced 2] [--burst 15] [--many 500]

A scripted API on loopback answers 300 KB requests with Server-Sent Events that carry the moment
they were sent. Each round asks it directly, through a bare splice (an asyncio pipe that knows
nothing of HTTP and records nothing) and through ``her-tui wire``, in turn, on one connection each:

- *single*: one event, after a rest of 30 ms. Time to the first byte.
- *paced*: 200 events, 5-20 ms apart. How much later each arrives; CPU of the pipe's processes.
- *burst*: 200 events at once, requests back to back. Time to the last byte.

At the end, memory before and after as many requests more, the recorder beside it, and how long a
request takes whose pipe was killed just before. Under ``chrt -r 1`` other programs disturb less.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

BODY = b'{"model":"any","stream":true,"messages":"' + b"x" * 300_000 + b'"}'
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
TOLD = re.compile(rb'"sent":(\d+)')


# The scripted API and the bare splice, each a process of its own


class Api(asyncio.Protocol):
    """Answers a request when all of it has come."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.buffer = bytearray()
        self.answering: asyncio.Task[None] | None = None

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self.buffer[:end]).decode()
        length = int(head.lower().split("content-length:")[1].split("\r\n")[0])
        if len(self.buffer) >= end + 4 + length:
            self.buffer.clear()
            query = {
                key: value[0] for key, value in parse_qs(urlsplit(head.split()[1]).query).items()
            }
            answer = self.answer(int(query["events"]), float(query["low"]), float(query["high"]))
            self.answering = asyncio.ensure_future(answer)

    async def answer(self, events: int, low: float, high: float) -> None:
        pauses = random.Random(1)
        self.transport.write(HEAD)
        for _ in range(events):
            if high:
                await asyncio.sleep(pauses.uniform(low, high) / 1000)
            self.event(b"content_block_delta", b',"text":"lorem ipsum dolor sit amet"')
        self.event(b"message_stop", b"")
        self.transport.write(b"0\r\n\r\n")

    def event(self, name: bytes, more: bytes) -> None:
        now = time.monotonic_ns()
        data = b'event: %b\ndata: {"type":"%b"%b,"sent":%d}\n\n' % (name, name, more, now)
        self.transport.write(b"%x\r\n%b\r\n" % (len(data), data))


class Splice(asyncio.Protocol):
    """One end of a pipe: what comes here goes out there."""

    def __init__(self, there: Splice | None = None, port: int = 0) -> None:
        self.there, self.port = there, port
        self.early: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        if self.there is None:
            self.dialing = asyncio.ensure_future(self.dial())

    async def dial(self) -> None:
        loop = asyncio.get_running_loop()
        _, self.there = await loop.create_connection(lambda: Splice(self), "127.0.0.1", self.port)
        self.there.transport.write(b"".join(self.early))

    def data_received(self, data: bytes) -> None:
        if self.there is None:
            self.early.append(data)
        else:
            self.there.transport.write(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if self.there is not None:
            self.there.transport.close()


async def listen(kind: str, port: int, upstream: int) -> None:
    """Run the scripted API, or a splice before it."""
    loop = asyncio.get_running_loop()
    make = Api if kind == "api" else lambda: Splice(port=upstream)
    server = await loop.create_server(make, "127.0.0.1", port)
    await server.serve_forever()


# The client


def ask(
    link: socket.socket, port: int, events: int, gap: str = "0-0"
) -> tuple[float, float, list[float]]:
    """Milliseconds to the first byte and to the last, and how late each event came."""
    low, high = gap.split("-")
    head = (
        f"POST /v1/messages?events={events}&low={low}&high={high} HTTP/1.1\r\n"
        f"Host: 127.0.0.1:{port}\r\nContent-Length: {len(BODY)}\r\n\r\n"
    )
    began = time.monotonic_ns()
    link.sendall(head.encode() + BODY)
    first, got, seen, late = 0, b"", 0, []
    while not got.endswith(b"0\r\n\r\n"):
        data = link.recv(65536)
        now = time.monotonic_ns()
        if not data:
            raise ConnectionError("closed")
        first = first or now
        got += data
        for told in TOLD.finditer(got, seen):
            late.append((now - int(told[1])) / 1e6)
            seen = told.end()
    return (first - began) / 1e6, (now - began) / 1e6, late


def dial(port: int) -> socket.socket:
    """A connection to one of the three."""
    link = socket.create_connection(("127.0.0.1", port))
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return link


# Processes and what they use


def tree(pid: int) -> list[int]:
    """A process and all below it."""
    found = [pid]
    for process in found:
        for task in Path(f"/proc/{process}/task").glob("*/children"):
            found += map(int, task.read_text().split())
    return found


def cpu_ms(pid: int) -> float:
    """What a process and all below it have run, in milliseconds."""
    stats = [
        each for process in tree(pid) for each in Path(f"/proc/{process}/task").glob("*/schedstat")
    ]
    return sum(int(stat.read_text().split()[0]) for stat in stats) / 1e6


def resident_mb(pid: int) -> float:
    """What a process and all below it have in memory."""
    pages = sum(int(Path(f"/proc/{process}/statm").read_text().split()[1]) for process in tree(pid))
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@contextmanager
def running(command: list[str], port: int) -> Iterator[tuple[int, float]]:
    """A process that listens on ``port``, and after how many milliseconds it did."""
    began = time.monotonic_ns()
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        while True:
            try:
                dial(port).close()
                break
            except ConnectionRefusedError:
                time.sleep(0.001)
        yield process.pid, (time.monotonic_ns() - began) / 1e6
        process.send_signal(signal.SIGTERM)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


# The rounds


def measure(options: argparse.Namespace, home: Path) -> None:
    """Run everything and print it."""
    me, api, bare, her = [sys.executable, __file__], free_port(), free_port(), free_port()
    os.environ["HER_HOME"] = str(home)
    wire = [sys.executable, "-m", "her_tui", "wire"]
    wire += ["--upstream", f"http://127.0.0.1:{api}", "--port", str(her)]
    with (
        running([*me, "--listen", "api", str(api), "0"], api),
        running([*me, "--listen", "splice", str(bare), str(api)], bare) as (splice_pid, _),
        running(wire, her) as (wire_pid, accepts),
    ):
        ways = {"direct": (api, 0), "splice": (bare, splice_pid), "her": (her, wire_pid)}
        figures: dict[str, dict[str, list[float]]] = {}
        for _ in range(options.rounds):
            for name, (port, pid) in ways.items():
                one_round(options, port, pid, figures.setdefault(name, {}))
        for name, told in figures.items():
            report(name, told)
        print(f"her accepts {accepts:.0f} ms after its start")
        before = resident_mb(wire_pid)
        with dial(her) as link:
            for _ in range(options.many):
                ask(link, her, 20)
        after = resident_mb(wire_pid)
        print(f"her, MB resident: {before:.1f}, {after:.1f} after {options.many} requests more")
        recorder = int((home / "recorder.alive").read_text())
        print(f"recorder: {resident_mb(recorder):.1f} MB resident, {cpu_ms(recorder):.0f} ms CPU")
        waits = sorted(after_a_kill(wire_pid, her) for _ in range(10))
        print(f"killed 10 times, next answer: median {waits[5]:.0f} ms, last {waits[-1]:.0f} ms")
        os.kill(recorder, signal.SIGTERM)


def after_a_kill(pid: int, port: int) -> float:
    """Milliseconds to the next answer once the pipe below ``pid`` is killed. A refused connection
    ends the program."""
    time.sleep(1.2)  # one that lived but a moment is replaced after a pause
    os.kill(tree(pid)[1], signal.SIGKILL)
    began = time.monotonic_ns()
    while True:
        try:
            with dial(port) as link:
                ask(link, port, 1)
                return (time.monotonic_ns() - began) / 1e6
        except (ConnectionResetError, BrokenPipeError):
            continue  # the dying pipe still had it


def one_round(
    options: argparse.Namespace, port: int, pid: int, told: dict[str, list[float]]
) -> None:
    """Ask one way, and add to its figures."""
    with dial(port) as link:
        for _ in range(3):
            ask(link, port, 20)
        for _ in range(options.single):
            time.sleep(0.03)
            told.setdefault("first byte", []).append(ask(link, port, 1, "5-5")[0])
        for _ in range(options.burst):
            told.setdefault("burst, last byte", []).append(ask(link, port, 200)[1])
        before = cpu_ms(pid) if pid else 0.0
        for _ in range(options.paced):
            told.setdefault("event late by", []).extend(ask(link, port, 200, "5-20")[2])
        if pid:
            told.setdefault("CPU, paced", []).append((cpu_ms(pid) - before) / options.paced)


def report(name: str, told: dict[str, list[float]]) -> None:
    """One line for each figure."""
    for what, values in told.items():
        ranked = sorted(values)
        middle, high = (
            ranked[len(ranked) // 2],
            ranked[min(len(ranked) - 1, len(ranked) * 99 // 100)],
        )
        print(f"{name:>8}  {what:>17}  p50 {middle:8.3f} ms  p99 {high:8.3f} ms  n {len(ranked)}")


def main() -> None:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (
        ("rounds", 5),
        ("single", 120),
        ("paced", 2),
        ("burst", 15),
        ("many", 500),
    ):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--listen", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.listen:
        kind, port, upstream = options.listen
        asyncio.run(listen(kind, int(port), int(upstream)))
        return
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        measure(options, Path(scratch) / "her")


if __name__ == "__main__":
    main()
