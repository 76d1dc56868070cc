"""One request and its response, as they pass: what has come, what is still to come, its record.

No sockets here: the sides (`sides`) hand over the bytes after they have passed them on.
"""

from __future__ import annotations

import re

from her_tui.shim.wire.framing import Body, Malformed, UntilClose
from her_tui.shim.wire.heads import LIMIT, Request, Response, read_response, tokens_of
from her_tui.shim.wire.tee import Track
from her_tui.spool.frames import (
    END,
    GAP,
    REQUEST,
    REQUEST_BODY,
    REQUEST_END,
    RESPONSE,
    RESPONSE_BODY,
)

_HEAD_END = re.compile(rb"\r?\n\r?\n")


class Exchange:
    """The state of one exchange, and its frames."""

    __slots__ = (
        "_body",
        "_error",
        "_head",
        "_path",
        "_received",
        "_sent",
        "_track",
        "answered",
        "keeps",
        "request",
        "request_body",
        "request_done",
        "response_done",
        "tunnel",
    )

    def __init__(self, request: Request, path: bytes) -> None:
        """An exchange of which ``path`` is recorded; raises `her_tui.shim.wire.heads.Refused` if
        nobody can tell where its request ends."""
        self.request = request
        self.request_body: Body | None = request.body()
        self.request_done = self.request_body is None
        self.response_done = False
        self.answered = False
        """A byte of the response has come."""
        self.keeps = b"close" not in tokens_of(request.fields, b"connection")
        """Both connections may serve another request afterwards."""
        self.tunnel = False
        """The connection has become something else than HTTP."""
        self._path = path
        self._body: Body | None = None
        self._head: bytes | None = b""
        self._error = ""
        self._sent = self._received = 0
        self._track: Track

    def begin(self, track: Track, moment: int) -> None:
        """The request's head, which came at ``moment``, has been passed on; record on ``track``."""
        self._track = track
        track.say(REQUEST, moment, self.request.recorded(self._path))
        if self.request_body is None:
            track.say(REQUEST_END, moment)

    @property
    def ends_with_connection(self) -> bool:
        """The response ends when the upstream closes."""
        return isinstance(self._body, UntilClose)

    def sent(self, data: bytes, moment: int) -> None:
        """``data`` of the request's body has been passed on."""
        self._sent += len(data)
        if not self.tunnel:
            self._track.body(REQUEST_BODY, moment, data)

    def sent_all(self, moment: int) -> None:
        """The request has been passed on to its end."""
        self.request_done = True
        self._track.say(REQUEST_END, moment)

    def received(self, data: bytes, moment: int) -> None:
        """``data`` of the response, head or body, has been passed on."""
        self.answered = True
        if self.response_done:
            self.keeps = False  # more than an answer: nobody knows what to
            return
        at = 0 if self._head is None else self._read_head(data, moment)
        if at < 0:
            return
        if at < len(data) or self._body is None:
            self._read_body(data, at, moment)

    def again(self, track: Track, body: list[bytes], moment: int) -> None:
        """Begin once more: nothing of the request, ``body`` so far, has reached the upstream."""
        self.end("upstream", moment, "the connection had gone stale")
        self._sent = 0
        self.begin(track, moment)
        for data in body:
            self.sent(data, moment)
        if self.request_done and self.request_body is not None:
            self._track.say(REQUEST_END, moment)

    def end(self, outcome: str, moment: int, error: str = "") -> None:
        """The exchange is over."""
        if self.tunnel:
            lost = {"reason": "no HTTP after an upgrade", "bytes": self._sent + self._received}
            self._track.say(GAP, moment, lost)
        facts = {
            "outcome": outcome,
            "error": (error or self._error)[:200],
            "sent": self._sent,
            "received": self._received,
        }
        self._track.say(END, moment, facts)
        self._track.close()

    def _read_head(self, data: bytes, moment: int) -> int:
        """Where in ``data`` the body starts; -1 if that is not known yet."""
        head = (self._head or b"") + data
        end = _HEAD_END.search(head)
        while end is not None:
            response = read_response(head[: end.start()])
            if response is None:
                break
            if response.status >= 200 or response.status == 101:
                self._take_head(response, moment)
                return len(data) - (len(head) - end.end())
            head = head[end.end() :]
            end = _HEAD_END.search(head)
        if end is None and len(head) <= LIMIT:
            self._head = head
            return -1
        self._error = "no HTTP response"
        self._give_up_framing()
        return 0

    def _take_head(self, response: Response, moment: int) -> None:
        self._head = None
        self._track.say(RESPONSE, moment, response.recorded())
        if response.status == 101:
            self.tunnel, self.request_done, self.keeps = True, True, False
            self._body = UntilClose()
            return
        self._body = response.body(self.request.method)
        if response.closes or self.ends_with_connection:
            self.keeps = False

    def _read_body(self, data: bytes, at: int, moment: int) -> None:
        if self._body is None:
            end = at
        else:
            try:
                end = self._body.feed(data, at)
            except Malformed as error:
                self._error = str(error)
                self._give_up_framing()
                end = -1
        piece = data[at:] if end < 0 else data[at:end]
        self._received += len(piece)
        if piece and not self.tunnel:
            self._track.body(RESPONSE_BODY, moment, piece)
        if end >= 0:
            self.response_done = True
            if end < len(data):
                self.keeps = False

    def _give_up_framing(self) -> None:
        self._head, self._body, self.keeps = None, UntilClose(), False
