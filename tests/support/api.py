"""A scripted Messages API on loopback, for tests and for runs of a genuine client.

A *play* is a list of steps. The last ``play:NAME`` in the words of a user chooses it, so that a
subagent, whose prompt is a user's words too, plays its own. Every request that is part of a
conversation takes the next step, errors included: a retry gets the one after. Requests without
tools are side requests and get a short text.

The server keeps a log of everything it was asked and of every byte it sent, with times.
"""

from __future__ import annotations

import gzip
import http.server
import json
import re
import socket
import struct
import threading
import time
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.support.answers import Answer, Json, Step, answer, as_error, as_event, as_json, identity
from tests.support.answers import say as _say

Plays = Mapping[str, Sequence[Step]]

_PLAY = re.compile(r"\bplay:([a-z0-9-]+)")
_CWD = re.compile(r"[Ww]orking directory:?\s+([^\s\"\\<]+)")

#: What the log must never hold, not even in a test.
_CREDENTIALS = frozenset({"authorization", "x-api-key", "cookie", "proxy-authorization"})

_EXHAUSTED = _say("The play is over.")
_SIDE = _say("A short answer")
_SUMMARY = _say(
    "<analysis>A small program was asked for.</analysis>\n<summary>1. Asked: a program.</summary>"
)


@dataclass
class Seen:
    """One request as the API saw it, and what it sent."""

    number: int
    at: float
    """When all of it was there: milliseconds since the epoch."""
    method: str
    target: str
    headers: dict[str, str]
    """By lower-case name, credentials left out."""
    connection: int
    """Its peer's port."""
    request: bytes = field(repr=False, default=b"")
    kind: str = "other"
    """``main``, ``side``, ``compact``, ``count`` or ``other``."""
    play: str = ""
    step: int = -1
    status: int | None = None
    request_id: str = ""
    message_id: str | None = None
    model: str | None = None
    streamed: bool = False
    usage: Json | None = None
    """Of a whole message."""
    sent: bytes = field(repr=False, default=b"")
    """The body of the response, without any coding."""
    arrivals: list[tuple[int, float]] = field(repr=False, default_factory=list)
    """(bytes of ``sent`` handed over, milliseconds since ``at``) after every write."""
    ended_ms: float | None = None
    ending: str = ""
    """``whole``, ``cut`` (by the API), ``error`` (within the stream) or ``left`` (by the client)"""

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    @property
    def is_message(self) -> bool:
        """It asks for an answer of a model, or for a count."""
        return self.path.endswith(("/v1/messages", "/v1/messages/count_tokens"))

    @property
    def agent_id(self) -> str | None:
        """The client's own id of the subagent that asks."""
        return self.headers.get("x-claude-code-agent-id")

    @property
    def session_id(self) -> str:
        """The session that asks."""
        return self.headers.get("x-claude-code-session-id", "")


class Api:
    """The server; a context that listens while it is open.

    With a ``folder``, everything is written there too as it ends: ``log.jsonl`` and the bodies.
    """

    def __init__(self, plays: Plays, folder: Path | None = None, port: int = 0) -> None:
        self.plays = plays
        self.log: list[Seen] = []
        self._folder = folder
        self._lock = threading.Lock()
        self._steps: dict[tuple[str, str, int], int] = {}
        self._count = 0
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.api = self
        self.port = int(self._server.server_address[1])
        self.url = f"http://127.0.0.1:{self.port}"
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> Api:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def messages(self) -> list[Seen]:
        """What was asked for that concerns a message, in order of arrival."""
        with self._lock:
            found = [seen for seen in self.log if seen.is_message]
        return sorted(found, key=lambda seen: seen.number)

    def number(self) -> int:
        """The number of the next request."""
        with self._lock:
            self._count += 1
            return self._count

    def step(self, session: str, seen: Seen, body: Json) -> Step:
        """What this request is answered with."""
        seen.kind = _kind(body)
        if seen.kind == "side":
            return _SIDE
        if seen.kind == "compact":
            return _SUMMARY
        chosen = [name for words in _words(body) for name in _PLAY.findall(words)]
        seen.play = chosen[-1] if chosen else ""
        key = (session, seen.play, len(chosen))
        with self._lock:
            seen.step = self._steps.get(key, 0)
            self._steps[key] = seen.step + 1
        steps = self.plays.get(seen.play, ())
        return steps[seen.step] if seen.step < len(steps) else _EXHAUSTED

    def keep(self, seen: Seen) -> None:
        """Log what is over."""
        with self._lock:
            self.log.append(seen)
            if self._folder is None:
                return
            told = {**asdict(seen), "request": len(seen.request), "sent": len(seen.sent)}
            with (self._folder / "log.jsonl").open("a") as stream:
                stream.write(json.dumps(told) + "\n")
            (self._folder / f"{seen.number:04d}.request").write_bytes(seen.request)
            (self._folder / f"{seen.number:04d}.response").write_bytes(seen.sent)


def read_log(folder: Path) -> list[Seen]:
    """What a server wrote into its ``folder``, in order of arrival."""
    found = []
    for line in (folder / "log.jsonl").read_text().splitlines():
        told = json.loads(line)
        stem = f"{told['number']:04d}"
        told["request"] = (folder / f"{stem}.request").read_bytes()
        told["sent"] = (folder / f"{stem}.response").read_bytes()
        told["arrivals"] = [(size, ms) for size, ms in told["arrivals"]]
        found.append(Seen(**told))
    return sorted(found, key=lambda seen: seen.number)


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    api: Api

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that leaves is part of many a play."""


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing is printed."""

    def do_HEAD(self) -> None:
        """A client looks whether anybody is there."""
        self._serve()

    def do_GET(self) -> None:
        """A client asks for models."""
        self._serve()

    def do_POST(self) -> None:
        """A client asks for a message, or for a count."""
        self._serve()

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        known = {name.lower(): value for name, value in self.headers.items()}
        seen = Seen(
            self.server.api.number(),
            time.time() * 1000,
            self.command,
            self.path,
            {name: value for name, value in known.items() if name not in _CREDENTIALS},
            self.client_address[1],
            body,
        )
        reply = _Reply(self, seen)
        try:
            _play(self.server.api, seen, reply)
        except (ConnectionError, TimeoutError):
            seen.ending = seen.ending or "left"
            self.close_connection = True
        finally:
            seen.ended_ms = reply.elapsed()
            self.server.api.keep(seen)


class _Reply:
    """Writing a response, and noting when which byte went."""

    def __init__(self, handler: _Handler, seen: Seen) -> None:
        self._handler = handler
        self._seen = seen
        self._started = time.monotonic()
        self._packer: Any = None

    def elapsed(self) -> float:
        """Milliseconds since the request was there."""
        return (time.monotonic() - self._started) * 1000

    def whole(self, status: int, body: bytes, kind: str, headers: Mapping[str, str]) -> None:
        """A response of known length."""
        lines = {"content-type": kind, "content-length": str(len(body)), **headers}
        self._head(status, lines)
        if body and self._handler.command != "HEAD":
            self._note(body)
            self._handler.wfile.write(body)
        self._seen.ending = "whole"

    def begin(self, packed: bool) -> None:
        """A stream, in chunks."""
        lines = {"content-type": "text/event-stream; charset=utf-8", "transfer-encoding": "chunked"}
        if packed:
            lines["content-encoding"] = "gzip"
            self._packer = zlib.compressobj(6, zlib.DEFLATED, 31)
        self._head(200, lines)

    def part(self, data: bytes) -> None:
        """The next bytes of the stream."""
        self._note(data)
        if self._packer is not None:
            data = self._packer.compress(data) + self._packer.flush(zlib.Z_SYNC_FLUSH)
        self._chunk(data)

    def end(self, ending: str = "whole") -> None:
        """The end of the stream."""
        if self._packer is not None:
            self._chunk(self._packer.flush())
        self._handler.wfile.write(b"0\r\n\r\n")
        self._seen.ending = ending

    def cut(self) -> None:
        """Break the connection off, as a network does."""
        self._seen.ending = "cut"
        now = struct.pack("ii", 1, 0)
        self._handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, now)
        self._handler.connection.close()
        raise ConnectionAbortedError

    def _head(self, status: int, headers: Mapping[str, str]) -> None:
        self._seen.status = status
        self._handler.send_response(status)
        self._handler.send_header("request-id", self._seen.request_id)
        for name, value in headers.items():
            self._handler.send_header(name, value)
        self._handler.end_headers()

    def _note(self, data: bytes) -> None:
        self._seen.sent += data
        self._seen.arrivals.append((len(self._seen.sent), round(self.elapsed(), 3)))

    def _chunk(self, data: bytes) -> None:
        if data:
            self._handler.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))


def _play(api: Api, seen: Seen, reply: _Reply) -> None:
    """Answer one request."""
    seen.request_id = identity("req")
    if not seen.is_message:
        status = 404 if seen.method == "POST" else 200
        reply.whole(status, b"", "application/json", {})
        return
    body = json.loads(_plain(seen))
    seen.model = body.get("model")
    seen.streamed = body.get("stream") is True
    if seen.path.endswith("/count_tokens"):
        seen.kind = "count"
        seen.usage = {"input_tokens": len(seen.request) // 4}
        reply.whole(200, json.dumps(seen.usage).encode(), "application/json", {})
        return
    step = api.step(seen.session_id, seen, body)
    if step.first_ms:
        time.sleep(step.first_ms / 1000)
    if step.status != 200:
        told = as_error(step.error, step.message, seen.request_id)
        reply.whole(step.status, told, "application/json", step.headers)
        return
    made = answer(step, body, len(seen.request), _cwd(seen.request))
    seen.message_id = made.message_id
    if not seen.streamed:
        seen.usage = made.usage
        reply.whole(200, as_json(made), "application/json", {})
        return
    _stream(step, made, seen, reply)


def _stream(step: Step, made: Answer, seen: Seen, reply: _Reply) -> None:
    reply.begin(step.gzip and "gzip" in seen.headers.get("accept-encoding", ""))
    for number, event in enumerate(made.events):
        if number == step.cut:
            reply.cut()
        if number == step.fail:
            trouble = {"type": "overloaded_error", "message": "Overloaded"}
            reply.part(as_event({"type": "error", "error": trouble}))
            reply.end("error")
            return
        reply.part(as_event(event))
        if step.pause_ms and event["type"].endswith("_delta"):
            time.sleep(step.pause_ms / 1000)
    seen.usage = made.usage
    reply.end()


def _plain(seen: Seen) -> bytes:
    if seen.headers.get("content-encoding") == "gzip":
        return gzip.decompress(seen.request)
    return seen.request


def _kind(body: Json) -> str:
    if not body.get("tools"):
        return "side"
    last = body.get("messages", [{}])[-1]
    asks = last.get("role") == "user" and any("<summary>" in words for words in _said(last))
    return "compact" if asks else "main"


def _words(body: Json) -> list[str]:
    """What users said, in order."""
    messages = [each for each in body.get("messages", []) if each.get("role") == "user"]
    return [words for message in messages for words in _said(message)]


def _said(message: Json) -> list[str]:
    content = message.get("content")
    if isinstance(content, str):
        return [content]
    return [block.get("text", "") for block in content or () if block.get("type") == "text"]


def _cwd(request: bytes) -> str:
    found = _CWD.search(request.decode("utf-8", "replace"))
    return found.group(1) if found else "/nowhere"
