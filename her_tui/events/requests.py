"""Attempts on the API, as a channel saw them: what the transcript cannot tell.

An *attempt* is one HTTP request. Several may belong to one response (retries, fallbacks); what
belongs together is found by `her_tui.analysis.attempts`. Two channels may see the same attempt; the
store makes one row of it, in which the wire's word counts before telemetry's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntFlag, StrEnum


class Channel(IntFlag):
    """Where a fact was seen, stored as bits: never change or reuse one."""

    TRANSCRIPT = 1
    TELEMETRY = 2
    WIRE = 4


class RequestKind(StrEnum):
    """What a request is for."""

    MAIN = "main"
    SUBAGENT = "subagent"
    TITLE = "title"
    """A name for the session."""
    CLASSIFIER = "classifier"
    """A check whether an action may run."""
    COMPACT = "compact"
    """A summary of the context."""
    COUNT = "count"
    """How many tokens a context has; costs nothing."""
    OTHER = "other"


#: Kinds whose responses are the session's own; all others are side requests.
CONVERSATION = (RequestKind.MAIN, RequestKind.SUBAGENT)


class Outcome(StrEnum):
    """How an attempt ended."""

    PENDING = "pending"
    """Not yet."""
    OK = "ok"
    ERROR = "error"
    """The API answered with an error, as its status or within the stream."""
    CLIENT = "client"
    """The client broke it off."""
    UPSTREAM = "upstream"
    """The connection to the API broke, or could not be made."""
    LOST = "lost"
    """Its end was not recorded."""


@dataclass(slots=True)
class Tokens:
    """Usage as the API reported it."""

    input: int = 0
    output: int = 0
    cache_creation: int = 0
    cache_creation_1h: int = 0
    cache_read: int = 0
    web_searches: int = 0
    speed: str = ""


@dataclass(slots=True)
class Attempt:
    """One attempt, as one channel saw it. None: the channel cannot tell, or cannot tell yet."""

    channel: Channel
    key: str
    """What identifies it within its channel: the file and number of an exchange on the wire, the
    client's own id of the request's body in telemetry."""
    session_id: str | None = None
    agent_id: str | None = None
    kind: RequestKind | None = None
    request_id: str | None = None
    """The API's ``request-id``."""
    message_id: str | None = None
    model: str | None = None
    started: int | None = None
    """Milliseconds since the epoch."""
    ttft_ms: float | None = None
    """From its start to the first byte of the response's body."""
    duration_ms: float | None = None
    """From its start to the last byte."""
    status: int | None = None
    """The HTTP status; None where none was received, or the channel cannot tell."""
    outcome: Outcome = Outcome.PENDING
    error: str = ""
    """What was wrong, in the API's or the system's words."""
    streamed: bool | None = None
    stop_reason: str | None = None
    effort: str | None = None
    tokens: Tokens | None = None
    cost_usd: float | None = None
    """The client's own figure."""
    conversation: bytes = b""
    """Digest of the messages sent, system turns aside: the same in every attempt at one response.
    Empty where there was no body."""
    request_body: bytes | None = None
    """As sent, without the ids of device and account."""
    response_body: bytes | None = None
    """As received, decoded: Server-Sent Events or JSON."""
    chunks: list[tuple[int, float]] = field(default_factory=list)
    """(bytes of ``response_body`` there were, milliseconds since the start) at each arrival."""
    missing: dict[str, str] = field(default_factory=dict)
    """Field that should be there -> why it is not."""
    query_source: str = ""
    """What the client calls the purpose of the request."""
