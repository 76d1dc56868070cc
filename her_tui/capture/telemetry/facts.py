"""What the client's log records tell of attempts on the API and of actions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from her_tui.capture.api.kinds import kind_of_source
from her_tui.capture.telemetry.logs import LogRecord
from her_tui.events.requests import Attempt, Channel, Outcome, RequestKind, Tokens

#: Purposes of which there is one request at a time, so that a new one says that the one before
#: has failed.
_ONE_AT_A_TIME = (RequestKind.MAIN, RequestKind.SUBAGENT, RequestKind.COMPACT)

#: An announcement and a later report are of the same attempt if the start that the report's
#: duration implies is this near, in milliseconds.
_SAME_MS = 250

_UNTOLD = "telemetry tells only of the last attempt"
_NO_STREAM = "telemetry does not tell when each piece arrived"


class ToolFact(NamedTuple):
    """What telemetry tells of one action. None: not told in this record."""

    session_id: str
    agent_id: str | None
    tool_use_id: str
    ts: int | None
    name: str
    duration_ms: int | None
    ok: bool | None
    permission: str | None
    """The decision and where it came from, as ``accept:config``."""


@dataclass(slots=True)
class Telemetry:
    """What an export tells."""

    attempts: list[Attempt] = field(default_factory=list)
    actions: list[ToolFact] = field(default_factory=list)
    sequences: list[tuple[str, int, int]] = field(default_factory=list)
    """(session id, sequence, milliseconds since the epoch) of each record, as they came."""


class Pending:
    """Requests the client announced and did not tell the end of, kept from export to export: a
    failed attempt is told of by nothing but the one after it."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, str, str], Attempt] = {}

    def add(self, attempt: Attempt) -> Attempt | None:
        """Remember an attempt under way; the one that it takes the place of, if there is one."""
        if not attempt.key or attempt.kind not in _ONE_AT_A_TIME:
            return None
        before = self._open.pop(_stream(attempt), None)
        self._open[_stream(attempt)] = attempt
        return before if before is not None and before.key != attempt.key else None

    def end(self, attempt: Attempt) -> str:
        """The key of the attempt under way that ``attempt``, told by its end, is of; else empty.
        It is under way no more."""
        known = self._open.get(_stream(attempt))
        if known is None or known.started is None or attempt.started is None:
            return ""
        if abs(known.started - attempt.started) > _SAME_MS:
            return ""
        del self._open[_stream(attempt)]
        return known.key

    def forget(self, key: str) -> None:
        """The attempt of this key is known to have ended."""
        for stream in [stream for stream, known in self._open.items() if known.key == key]:
            del self._open[stream]


def _stream(attempt: Attempt) -> tuple[str, str, str]:
    return attempt.session_id or "", attempt.agent_id or "", attempt.query_source


def facts_of(records: Iterable[LogRecord], pending: Pending | None = None) -> Telemetry:
    """What ``records`` tell, given the requests that are ``pending``, which is brought up to date.

    Several attempts may be told of one request: they merge, in any order.
    """
    told = Telemetry()
    pending = Pending() if pending is None else pending
    for record in records:
        if record.sequence is not None and record.ts is not None and record.session_id:
            told.sequences.append((record.session_id, record.sequence, record.ts))
        if record.name in _ACTIONS:
            _take_action(record, told)
        elif (take := _ATTEMPTS.get(record.name)) is not None:
            take(record, told, pending)
    return told


def _attempt(record: LogRecord, key: str = "") -> Attempt:
    """What every record of a request says of it."""
    source = record.text("query_source") or ""
    known = kind_of_source(source) if source else None
    return Attempt(
        Channel.TELEMETRY,
        key,
        session_id=record.session_id or None,
        agent_id=record.text("agent_id"),
        kind=known or (RequestKind.OTHER if source else None),
        request_id=record.text("request_id"),
        model=record.text("model"),
        effort=record.text("effort"),
        query_source=source,
    )


def _take_request_body(record: LogRecord, told: Telemetry, pending: Pending) -> None:
    """A request is about to be sent."""
    key = record.text("request_body_id")
    if key is None:
        return
    attempt = _attempt(record, key)
    attempt.started = record.ts
    before = pending.add(attempt)
    told.attempts.append(attempt)
    if before is not None:
        failed = Attempt(Channel.TELEMETRY, before.key, session_id=before.session_id)
        failed.outcome = Outcome.ERROR
        for name in ("status", "ttft_ms", "duration_ms", "tokens", "response_body"):
            failed.missing[name] = _UNTOLD
        told.attempts.append(failed)


def _take_request(record: LogRecord, told: Telemetry, pending: Pending) -> None:
    """A request was answered."""
    attempt = _ended(record, pending)
    attempt.outcome = Outcome.OK
    attempt.status = 200  # a streamed or whole answer was read to its end
    attempt.ttft_ms = record.number("ttft_ms")
    attempt.cost_usd = record.number("cost_usd")
    attempt.tokens = _tokens(record)
    attempt.missing["chunks"] = _NO_STREAM
    told.attempts.append(attempt)


def _take_error(record: LogRecord, told: Telemetry, pending: Pending) -> None:
    """A request failed for good."""
    attempt = _ended(record, pending)
    attempt.outcome = Outcome.ERROR
    attempt.status = record.whole("status_code")
    attempt.error = record.text("error") or ""
    if attempt.status is None:
        attempt.outcome = Outcome.UPSTREAM
        attempt.missing["status"] = "no answer was received"
    for name in ("ttft_ms", "tokens", "response_body"):
        attempt.missing[name] = "telemetry does not tell of what failed"
    told.attempts.append(attempt)


def _ended(record: LogRecord, pending: Pending) -> Attempt:
    attempt = _attempt(record)
    attempt.duration_ms = record.number("duration_ms")
    if record.ts is not None and attempt.duration_ms is not None:
        attempt.started = record.ts - round(attempt.duration_ms)
    attempt.key = pending.end(attempt)
    if attempt.key:
        attempt.started = None  # the announcement tells it better
    return attempt


def _tokens(record: LogRecord) -> Tokens | None:
    if record.whole("input_tokens") is None and record.whole("output_tokens") is None:
        return None
    five, hour = record.whole("cache_creation_5m_tokens"), record.whole("cache_creation_1h_tokens")
    return Tokens(
        input=record.whole("input_tokens") or 0,
        output=record.whole("output_tokens") or 0,
        cache_creation=max(record.whole("cache_creation_tokens") or 0, (five or 0) + (hour or 0)),
        cache_creation_1h=hour or 0,
        cache_read=record.whole("cache_read_tokens") or 0,
        speed="fast" if record.text("speed") == "fast" else "",
    )


def _take_response_body(record: LogRecord, told: Telemetry, pending: Pending) -> None:
    """An answer was written to a file: this names all of a request's ids."""
    key = record.text("request_body_id")
    if key is None:
        return
    pending.forget(key)
    attempt = _attempt(record, key)
    attempt.message_id = record.text("message.id")
    attempt.outcome = Outcome.OK
    told.attempts.append(attempt)


def _take_action(record: LogRecord, told: Telemetry) -> None:
    """A tool may run, or did."""
    action = record.text("tool_use_id")
    if action is None or not record.session_id:
        return
    words = [record.text("decision"), record.text("source")]
    if record.name == "tool_result":
        words = [record.text("decision_type") or record.text("decision")]
        words.append(record.text("decision_source"))
    result = record.name == "tool_result"
    told.actions.append(
        ToolFact(
            record.session_id,
            record.text("agent_id"),
            action,
            record.ts,
            record.text("tool_name") or "",
            record.whole("duration_ms") if result else None,
            record.truth("success") if result else None,
            ":".join(word for word in words if word) or None,
        )
    )


_ACTIONS = ("tool_decision", "tool_result")
_ATTEMPTS = {
    "api_request_body": _take_request_body,
    "api_request": _take_request,
    "api_error": _take_error,
    "api_response_body": _take_response_body,
}
