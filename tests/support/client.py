"""A scripted client: asks a Messages API as the genuine one does, and tells what it got."""

from __future__ import annotations

import http.client
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.support.channels import request_body

#: What a name for a session, and a check of an action, is asked for with; the rest of those prompts
#: does not matter to anybody.
TITLE = "You are naming a coding session. Answer with a few words."
CLASSIFIER = "You are a security monitor. Answer with yes or no."

#: A header that must never be found in anything we store.
CANARY = "sk-ant-canary-0123456789"

#: Between two requests of a client there is always a little time, above all before it tries again.
_PAUSE_SECONDS = 0.02


@dataclass
class Got:
    """What came back."""

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    sent: bytes = b""
    """The request's body."""
    broken: bool = False
    """The connection broke before the end."""
    first_ms: float | None = None
    """Until the first byte of the body."""
    last_ms: float | None = None
    """Until its last."""


class Client:
    """One client, with one session, that keeps its connection."""

    def __init__(self, base: str, session: str) -> None:
        address = urlsplit(base)
        self.session = session
        self._prefix = address.path.rstrip("/")
        self._connection = http.client.HTTPConnection(address.netloc, timeout=20)

    def close(self) -> None:
        """Let the connection go."""
        self._connection.close()

    def ask(self, words: str, agent: str = "", leave_after: int = 0, **more: Any) -> Got:
        """Ask for a message in a stream, or as ``more`` of the body says; ``leave_after`` bytes of
        the answer, as a user does who has seen enough."""
        return self._post("/v1/messages?beta=true", words, agent, leave_after, more)

    def body(self, words: str, **more: Any) -> bytes:
        """What is sent to ask so."""
        return request_body(self.session, words, **more)

    def count(self, words: str) -> Got:
        """Ask for the size of a context."""
        return self._post("/v1/messages/count_tokens?beta=true", words, "", 0, {})

    def title(self, words: str) -> Got:
        """Ask for a name of the session."""
        return self.ask(words, system=[{"type": "text", "text": TITLE}], tools=[])

    def classify(self, words: str) -> Got:
        """Ask whether an action may run."""
        return self.ask(
            words,
            model="claude-sonnet-5-5",
            system=CLASSIFIER,
            tools=[],
            stream=False,
            max_tokens=64,
        )

    def _post(
        self, path: str, words: str, agent: str, leave_after: int, more: Mapping[str, Any]
    ) -> Got:
        body = self.body(words, **more)
        headers = {
            "accept": "application/json",
            "accept-encoding": "gzip, deflate, br, zstd",
            "anthropic-version": "2023-06-01",
            "content-type": "application/json",
            "user-agent": "claude-cli/2.1.328 (external, sdk-cli)",
            "x-api-key": CANARY,
            "x-app": "cli",
            "x-claude-code-session-id": self.session,
        }
        if agent:
            headers["x-claude-code-agent-id"] = agent
        time.sleep(_PAUSE_SECONDS)
        got = Got(sent=body)
        started = time.monotonic()
        try:
            self._connection.request("POST", self._prefix + path, body, headers)
            self._read(got, started, leave_after)
        except (http.client.HTTPException, ConnectionError):
            got.broken = True
            self._connection.close()
        return got

    def _read(self, got: Got, started: float, leave_after: int) -> None:
        response = self._connection.getresponse()
        got.status, got.headers = response.status, dict(response.getheaders())
        while part := response.read1():
            got.last_ms = (time.monotonic() - started) * 1000
            if got.first_ms is None:
                got.first_ms = got.last_ms
            got.body += part
            if leave_after and len(got.body) >= leave_after:
                self._connection.close()
                break
        response.close()  # an end that was read is not noticed by itself
