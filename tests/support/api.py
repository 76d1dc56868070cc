"""A scripted Messages API on loopback, for tests and for runs of a genuine client.

A *play* is a list of steps. The last ``play:NAME`` in the words of a user chooses it, so that a
subagent, whose prompt is a user's words too, plays its own. Every request that is part of a
conversation takes the next step, errors included: a retry gets the one after. Requests without
tools are side requests and get a short text.

The server keeps a log of everything it was asked and of every byte it sent, with times.
"""

from __future__ import annotations

import gzip
import json
import re
import threading
import time
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.support.answers import Answer, Json, Step, answer, as_error, as_event, as_json, identity
from tests.support.answers import say as _say
from tests.support.upstream import Request, Upstream

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
    """The number of the connection it came on."""
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

    def __init__(self, plays: Plays, folder: Path | None = None) -> None:
        self.plays = plays
        self.log: list[Seen] = []
        self._folder = folder
        self._lock = threading.Lock()
        self._steps: dict[tuple[str, str, int], int] = {}
        self._count = 0
        self._upstream = Upstream(self._serve)
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> Api:
        self._upstream.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._upstream.__exit__(None, None, None)

    @property
    def port(self) -> int:
        """Where it listens, on 127.0.0.1."""
        return self._upstream.port

    @property
    def url(self) -> str:
        """The base URL."""
        return self._upstream.url

    @property
    def messages(self) -> list[Seen]:
        """What was asked for that concerns a message, in order of arrival."""
        with self._lock:
            found = [seen for seen in self.log if seen.is_message]
        return sorted(found, key=lambda seen: seen.number)

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

    def _serve(self, request: Request) -> None:
        """Answer a request, and log it once that is over."""
        known = {name.lower(): value for name, value in request.headers}
        kept = {name: value for name, value in known.items() if name not in _CREDENTIALS}
        with self._lock:
            self._count += 1
            number = self._count
        seen = Seen(number, time.time() * 1000, request.method, request.path, kept,
                    request.connection, request.body)  # fmt: skip
        reply = _Reply(request, seen)
        try:
            _play(self, seen, reply)
        except ConnectionError:
            seen.ending = seen.ending or "left"
            request.close()
        finally:
            seen.ended_ms = reply.elapsed()
            self._keep(seen)

    def _keep(self, seen: Seen) -> None:
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


class _Reply:
    """Writing a response, and noting when which byte went."""

    def __init__(self, request: Request, seen: Seen) -> None:
        self._request = request
        self._seen = seen
        self._packer: Any = None

    def elapsed(self) -> float:
        """Milliseconds since the request was there."""
        return (time.monotonic() - self._request.complete) * 1000

    def whole(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        """A response of known length."""
        self._seen.status = status
        lines = {"content-type": "application/json", "request-id": self._seen.request_id}
        if body:
            self._note(body)
        self._request.answer(status, body, **lines, **headers)
        self._seen.ending = "whole"

    def begin(self, packed: bool) -> None:
        """A stream, in chunks."""
        self._seen.status = 200
        lines = {
            "content-type": "text/event-stream; charset=utf-8",
            "request-id": self._seen.request_id,
        }
        if packed:
            lines["content-encoding"] = "gzip"
            self._packer = zlib.compressobj(6, zlib.DEFLATED, 31)
        self._request.begin(200, **lines)

    def part(self, data: bytes) -> None:
        """The next bytes of the stream."""
        self._note(data)
        if self._packer is not None:
            data = self._packer.compress(data) + self._packer.flush(zlib.Z_SYNC_FLUSH)
        self._request.chunk(data)

    def end(self, ending: str = "whole") -> None:
        """The end of the stream."""
        if self._packer is not None:
            self._request.chunk(self._packer.flush())
        self._request.finish()
        self._seen.ending = ending

    def cut(self) -> None:
        """Break the connection off, as a network does."""
        self._seen.ending = "cut"
        self._request.cut()
        raise ConnectionAbortedError

    def _note(self, data: bytes) -> None:
        self._seen.sent += data
        self._seen.arrivals.append((len(self._seen.sent), round(self.elapsed(), 3)))


def _play(api: Api, seen: Seen, reply: _Reply) -> None:
    """Answer one request."""
    seen.request_id = identity("req")
    if not seen.is_message:
        reply.whole(404 if seen.method == "POST" else 200, b"", {})
        return
    body = json.loads(_plain(seen))
    seen.model = body.get("model")
    seen.streamed = body.get("stream") is True
    if seen.path.endswith("/count_tokens"):
        seen.kind = "count"
        seen.usage = {"input_tokens": len(seen.request) // 4}
        reply.whole(200, json.dumps(seen.usage).encode(), {})
        return
    step = api.step(seen.session_id, seen, body)
    if step.first_ms:
        time.sleep(step.first_ms / 1000)
    if step.status != 200:
        told = as_error(step.error, step.message, seen.request_id)
        reply.whole(step.status, told, step.headers)
        return
    made = answer(step, body, len(seen.request), _cwd(seen.request))
    seen.message_id = made.message_id
    if not seen.streamed:
        seen.usage = made.usage
        reply.whole(200, as_json(made), {})
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
    said = _said(last) if last.get("role") == "user" else []
    asks = any("<analysis>" in words and "<summary>" in words for words in said)
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
