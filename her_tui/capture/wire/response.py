"""The response of an exchange, read while it comes."""

from __future__ import annotations

from her_tui.capture.api.answer import Answer
from her_tui.capture.api.sse import SseReader
from her_tui.capture.lines import load
from her_tui.capture.values import Json
from her_tui.capture.wire.coding import Body
from her_tui.capture.wire.request import headers_of
from her_tui.events.requests import Attempt, Outcome
from her_tui.plaintext import one_line

#: How much of an answer that is none of the API's is quoted as an error.
_QUOTE = 300


class Response:
    """A response as far as it came."""

    def __init__(self) -> None:
        self._status: int | None = None
        self._request_id: str | None = None
        self._body: Body | None = None
        self._events: SseReader | None = None
        self._answer = Answer()
        self._chunks: list[tuple[int, float]] = []
        self._first: float | None = None
        self.last: float | None = None
        """When the last byte of the body arrived, in milliseconds since the start."""
        self._problem = ""

    def begin(self, head: Json) -> None:
        """Take the head; one that only announces another is passed over."""
        status = head.get("status")
        if type(status) is not int or (100 <= status < 200 and status != 101):
            return
        headers = headers_of(head)
        self._status = status
        self._request_id = headers.get("request-id") or None
        self._body = Body(headers)
        if "text/event-stream" in headers.get("content-type", "").lower():
            self._events = SseReader()

    def feed(self, data: bytes, elapsed: float) -> None:
        """Take bytes of the body that arrived after ``elapsed`` milliseconds."""
        if self._first is None:
            self._first = elapsed
        self.last = elapsed
        if self._body is None:
            self._problem = self._problem or "the head of the answer was not recorded"
            return
        added = self._body.feed(data)
        if added:
            self._chunks.append((len(self._body.data), elapsed))
            if self._events is not None:
                for event in self._events.feed(added):
                    self._answer.take(event.data)

    def stop(self, problem: str) -> None:
        """What comes from here on cannot be read, for ``problem``."""
        if self._body is not None:
            self._body.stop(problem)
        self._problem = self._problem or problem

    def close(self) -> None:
        """Nothing more comes."""
        if self._body is None:
            return
        if self._events is not None:
            for event in self._events.close():
                self._answer.take(event.data)
            self._answer.complete = self._answer.complete or self._events.ended
        elif self._body.data and (whole := load(bytes(self._body.data))) is not None:
            self._answer.take_whole(whole)

    def tell(self, attempt: Attempt) -> None:
        """Add what is known of the response to ``attempt``."""
        answer = self._answer
        attempt.status = self._status
        attempt.request_id = self._request_id or answer.request_id
        attempt.message_id = answer.message_id
        attempt.model = answer.model or attempt.model
        attempt.stop_reason = answer.stop_reason
        attempt.tokens = answer.tokens
        attempt.error = answer.error
        attempt.ttft_ms = self._first
        attempt.chunks = list(self._chunks)
        if self._body is not None and self._body.data:
            attempt.response_body = bytes(self._body.data)
        problem = self._problem or (self._body.problem if self._body else "")
        if problem:
            attempt.missing["response_body"] = problem

    def judge(self, attempt: Attempt, outcome: Outcome, error: str) -> None:
        """Set how ``attempt`` ended, given how the exchange did: a message that ended is whole
        whoever hung up after it, and one that did not is not, however the connection ended."""
        answer = self._answer
        if self._status is not None and not 200 <= self._status < 300:
            attempt.outcome = Outcome.ERROR
            attempt.error = answer.error or self._quote() or f"status {self._status}"
        elif answer.error:
            attempt.outcome = Outcome.ERROR
        elif answer.complete:
            attempt.outcome = Outcome.OK
        elif outcome is Outcome.OK and self._events is not None and not self._unread():
            attempt.outcome = Outcome.UPSTREAM
            attempt.error = "the stream ended before the message did"
        else:
            attempt.outcome, attempt.error = outcome, "" if outcome is Outcome.OK else error

    def _unread(self) -> bool:
        """The end of the body may have come and not been read."""
        return bool(self._problem or self._body is None or self._body.problem)

    def _quote(self) -> str:
        data = bytes(self._body.data[: 4 * _QUOTE]) if self._body else b""
        return one_line(data.decode("utf-8", "replace"), _QUOTE)
