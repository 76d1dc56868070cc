"""What the wire and telemetry would have seen of a told session: attempts made from its records.

The transcript is read back the way the client would have sent it: each response gets the request
that asked for it, with everything said before, and an answer that arrives piece by piece.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from her_tui.capture.api.body import conversation_digest
from her_tui.demo import answers
from her_tui.demo.answers import Json
from her_tui.demo.world import HAIKU
from her_tui.events.requests import Attempt, Channel, Outcome, RequestKind, Tokens

#: What is not worth a request of its own.
_CHECKED = ("rm ", "git push", "npm ", "node ")


@dataclass(slots=True)
class _Thread:
    """The main conversation, or a subagent's, as far as it was read."""

    agent: str
    messages: list[Json] = field(default_factory=list)
    asked: float = 0.0
    """When the last request was sent."""
    failed: int = 0
    """Attempts at the present response that failed."""


class Traffic:
    """Reads the transcripts of one session; ``channel`` is what was on."""

    def __init__(self, session_id: str, folder: str, model: str, channel: Channel) -> None:
        self._session = session_id
        self._folder = folder
        self._model = model
        self._channel = channel
        self._chance = random.Random(f"traffic of {session_id}")
        self._count = 0
        self.attempts: list[Attempt] = []

    def read(
        self, lines: Sequence[bytes], agent: str = "", cuts: Sequence[tuple[float, str]] = ()
    ) -> None:
        """Make the attempts of one transcript."""
        thread = _Thread(agent)
        waiting = list(cuts)
        records = [json.loads(line) for line in lines if line.endswith(b"}")]
        for record, answer in _answers(records):
            while waiting and waiting[0][0] <= moment(record):
                self._cut(thread, *waiting.pop(0))
            self._take(thread, record, answer)

    def pending(self, lines: Sequence[bytes], now: float, text: str) -> None:
        """Add the answer that is on its way at ``now``: so much of it has come."""
        thread = _Thread("")
        records = [json.loads(line) for line in lines if line.endswith(b"}")]
        for record, answer in _answers(records):
            _remember(thread, record, answer)
        attempt = self._asked(thread, now - 6_400)
        answer = [{"type": "text", "text": text}]
        identity = f"msg_now_{self._session[:8]}"
        stream = answers.stream(answers.message(identity, self._model, answer, {}), cut=True)
        attempt.message_id, attempt.status = identity, 200
        self._received(attempt, stream, 1_900.0, 6_100.0)
        attempt.duration_ms = None

    # Records

    def _take(self, thread: _Thread, record: Json, answer: list[Json]) -> None:
        kind, time = record.get("type"), moment(record)
        if kind == "api-request":
            thread.asked = time
        elif record.get("subtype") == "api_error" and record["error"].get("status"):
            self._failed(thread, time, int(record["error"]["status"]), record["error"]["message"])
        elif record.get("isApiErrorMessage"):
            self._failed(thread, time, int(record["apiErrorStatus"]), record["apiErrorType"])
            thread.failed = 0
        elif record.get("isCompactSummary"):
            self._side(RequestKind.COMPACT, time - 13_600, 12_800, Tokens(31_000, 900), thread)
            thread.messages.clear()
        elif answer:
            self._answered(thread, record, answer)
        elif kind == "user" and not thread.messages and not thread.agent:
            self._side(RequestKind.TITLE, time + 120, 840, Tokens(412, 11), thread)
        _remember(thread, record, answer)

    def _answered(self, thread: _Thread, record: Json, answer: list[Json]) -> None:
        """The request that ``answer`` answers, and the answer."""
        message, ended = record["message"], moment(record)
        start = thread.asked or ended - 2_000
        attempt = self._asked(thread, start)
        whole = answers.message(message["id"], message["model"], answer, message["usage"])
        whole["stop_reason"] = message.get("stop_reason")
        cut = whole["stop_reason"] is None
        duration = max(400.0, ended - start)
        attempt.request_id, attempt.message_id = record.get("requestId"), message["id"]
        attempt.model, attempt.status = message["model"], 200
        attempt.outcome = Outcome.CLIENT if cut else Outcome.OK
        attempt.stop_reason = whole["stop_reason"]
        attempt.tokens = answers.tokens(message["usage"])
        ttft = min(duration * 0.6, self._chance.lognormvariate(7.1, 0.45))
        self._received(attempt, answers.stream(whole, cut=cut), ttft, duration)
        thread.failed, thread.asked = 0, 0.0
        for block in answer:
            command = str(block.get("input", {}).get("command", ""))
            if command.startswith(_CHECKED):
                self._side(RequestKind.CLASSIFIER, ended + 20, 610, Tokens(1_830, 9), thread)

    def _failed(self, thread: _Thread, time: float, status: int, message: str) -> None:
        attempt = self._asked(thread, time - 700)
        attempt.status, attempt.outcome = status, Outcome.ERROR
        attempt.error = message.removeprefix(f"{status} ")
        attempt.request_id = f"req_{self._session[:8]}_{self._count}"
        body = json.dumps({"type": "error", "error": {"type": "api_error", "message": message}})
        attempt.duration_ms = 690.0
        if self._channel & Channel.WIRE:
            attempt.response_body = body.encode()
            attempt.ttft_ms, attempt.chunks = 688.0, [(len(body), 688.0)]
        thread.failed += 1

    def _cut(self, thread: _Thread, time: float, text: str) -> None:
        """An answer of which the connection broke at ``time``, when so much had come."""
        attempt = self._asked(thread, time - 9_800)
        identity = f"msg_cut_{self._session[:8]}_{self._count}"
        whole = answers.message(identity, self._model, [{"type": "text", "text": text}], {})
        attempt.message_id, attempt.status = identity, 200
        attempt.outcome, attempt.error = Outcome.UPSTREAM, "the connection was reset"
        self._received(attempt, answers.stream(whole, cut=True), 1_350.0, 9_800.0, stall=True)

    def _side(
        self, kind: RequestKind, time: float, took: int, tokens: Tokens, thread: _Thread
    ) -> None:
        """A request of the client's own."""
        attempt = self._attempt(thread, time)
        attempt.kind, attempt.query_source = kind, kind.value
        attempt.model = self._model if kind is RequestKind.COMPACT else HAIKU
        attempt.request_id = f"req_side_{self._session[:8]}_{self._count}"
        attempt.message_id = f"msg_side_{self._session[:8]}_{self._count}"
        attempt.status, attempt.outcome, attempt.tokens = 200, Outcome.OK, tokens
        attempt.ttft_ms, attempt.duration_ms = took * 0.7, float(took)
        attempt.stop_reason = "end_turn"
        if self._channel & Channel.WIRE:
            attempt.chunks = [(300, took * 0.7), (640, float(took))]

    # Attempts

    def _attempt(self, thread: _Thread, start: float) -> Attempt:
        self._count += 1
        attempt = Attempt(
            channel=self._channel,
            key=f"demo-{self._session}:{self._count}",
            session_id=self._session,
            agent_id=thread.agent or None,
            model=self._model,
            started=round(start),
            streamed=True,
        )
        self.attempts.append(attempt)
        return attempt

    def _asked(self, thread: _Thread, start: float) -> Attempt:
        """An attempt at the next response of ``thread``."""
        attempt = self._attempt(thread, start)
        attempt.kind = RequestKind.SUBAGENT if thread.agent else RequestKind.MAIN
        attempt.request_body = answers.request(
            self._model, thread.messages, self._session, self._folder
        )
        attempt.conversation = conversation_digest(attempt.request_body)
        return attempt

    def _received(
        self, attempt: Attempt, stream: bytes, ttft: float, duration: float, stall: bool = False
    ) -> None:
        """``stream`` arrives from ``ttft`` to ``duration`` after the start."""
        attempt.ttft_ms, attempt.duration_ms = round(ttft, 1), round(duration, 1)
        if not self._channel & Channel.WIRE:
            attempt.response_body = None
            attempt.missing["response_body"] = "the demo keeps it where the wire saw it"
            return
        attempt.response_body = stream
        span, pause = duration - ttft, 4_200.0 if stall else 0.0
        pieces = max(2, min(300, round(span / 190)))
        for number in range(pieces):
            share = number / (pieces - 1)
            jitter = self._chance.uniform(-0.3, 0.3) / pieces if 0 < share < 1 else 0.0
            late = pause if share > 0.6 else 0.0
            at = ttft + (span - pause) * (share + jitter) + late
            so_far = share + self._chance.uniform(0, 0.7) / pieces
            size = len(stream) if share == 1 else round(len(stream) * min(1.0, so_far))
            attempt.chunks.append((size, round(at, 3)))


def moment(record: Json) -> float:
    """The time of a record, in milliseconds; 0 if it has none."""
    stamp = record.get("timestamp")
    return datetime.fromisoformat(stamp).timestamp() * 1000 if isinstance(stamp, str) else 0.0


def _answers(records: Sequence[Json]) -> Iterator[tuple[Json, list[Json]]]:
    """Each record, and with the last one of a response the blocks of all of it."""
    blocks: list[Json] = []
    for at, record in enumerate(records):
        if record.get("type") != "assistant" or record.get("isApiErrorMessage"):
            yield record, []
            continue
        blocks += record["message"]["content"]
        after = next((each for each in records[at + 1 :] if each.get("type") == "assistant"), None)
        if after is None or after["message"]["id"] != record["message"]["id"]:
            yield record, blocks
            blocks = []


def _remember(thread: _Thread, record: Json, answer: list[Json]) -> None:
    """What the next request repeats."""
    if answer:
        thread.messages.append({"role": "assistant", "content": answer})
    elif record.get("type") == "user":
        content: Any = record["message"]["content"]
        if isinstance(content, str):
            content = [{"type": "text", "text": content}]
        if thread.messages and thread.messages[-1]["role"] == "user":
            thread.messages[-1]["content"] = [*thread.messages[-1]["content"], *content]
        else:
            thread.messages.append({"role": "user", "content": content})
