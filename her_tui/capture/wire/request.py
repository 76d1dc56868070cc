"""The request of an exchange."""

from __future__ import annotations

from her_tui.capture.api.body import conversation_digest, normalise_request, parsed, session_of
from her_tui.capture.api.kinds import (
    AGENT_HEADER,
    SESSION_HEADER,
    is_count,
    kind_of,
    marked_kind,
)
from her_tui.capture.values import Json, dict_or_empty, text_or
from her_tui.capture.wire.coding import Body
from her_tui.events.requests import Attempt, RequestKind


def headers_of(head: Json) -> dict[str, str]:
    """The headers in the payload of a frame."""
    return {name: text_or(value) for name, value in dict_or_empty(head.get("headers")).items()}


class Request:
    """A request as far as it came."""

    def __init__(self, path: str, head: Json) -> None:
        self.ended = False
        """All of its body came."""
        self._path = path
        self._headers = headers_of(head)
        self._coded = Body(self._headers)
        self._body: bytes | None = None
        self._known: Json = {}
        """What the body says, of what an attempt tells."""

    def feed(self, data: bytes) -> None:
        """Take bytes of the body."""
        self._coded.feed(data)

    def stop(self, problem: str) -> None:
        """The body cannot be had, for ``problem``."""
        self._coded.stop(problem)

    def end(self) -> None:
        """All of the body came."""
        if self.ended:
            return
        self.ended = True
        if not self._coded.problem and self._coded.data:
            self._body = normalise_request(bytes(self._coded.data))
            self._known = self._read(self._body)
        self._coded.data.clear()

    def close(self, why: str) -> None:
        """Nothing more comes; if that is too early, then ``why``."""
        if not self.ended:
            self._coded.stop(f"it was not sent whole: {why}")

    def tell(self, attempt: Attempt) -> None:
        """Add what is known of the request to ``attempt``."""
        known, headers = self._known, self._headers
        attempt.session_id = headers.get(SESSION_HEADER) or known.get("session")
        attempt.agent_id = headers.get(AGENT_HEADER) or None
        attempt.kind = known.get("kind") or self._kind_without_body()
        attempt.model = known.get("model")
        attempt.streamed = known.get("streamed")
        attempt.effort = known.get("effort")
        attempt.conversation = known.get("conversation", b"")
        attempt.request_body = self._body
        if self._coded.problem:
            attempt.missing["request_body"] = self._coded.problem
        elif self.ended and self._body is None:
            attempt.missing["request_body"] = "the request had none"

    def _read(self, body: bytes) -> Json:
        message = parsed(body)
        if not message:
            return {}
        efforts = (dict_or_empty(message.get(key)) for key in ("output_config", "reasoning"))
        return {
            "session": session_of(message),
            "kind": kind_of(self._path, self._headers, message),
            "model": text_or(message.get("model")) or None,
            "streamed": message.get("stream") is True,
            "effort": next((text for e in efforts if (text := text_or(e.get("effort")))), None),
            "conversation": conversation_digest(message),
        }

    def _kind_without_body(self) -> RequestKind | None:
        return RequestKind.COUNT if is_count(self._path) else marked_kind(self._headers, {})
