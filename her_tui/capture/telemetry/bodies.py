"""The bodies the client writes beside its telemetry, and the index that joins them."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from her_tui.capture.api.answer import answer_of
from her_tui.capture.api.body import (
    conversation_digest,
    normalise_request,
    parsed,
    redacts_thinking,
    session_of,
)
from her_tui.capture.api.kinds import kind_of_source, marked_kind
from her_tui.capture.lines import load
from her_tui.capture.values import dict_or_empty, text_or
from her_tui.events.requests import Attempt, Channel, Outcome, RequestKind

REQUEST_SUFFIX = ".request.json"

_REDACTED = "thinking is redacted by the client"


class Entry(NamedTuple):
    """One line of the index: an answered request."""

    attempt: Attempt
    request_file: str
    """Plain name within the folder, or empty."""
    response_file: str


def attempt_of_request_file(stem: str, data: bytes, mtime_ms: int) -> Attempt:
    """The attempt whose request body the file ``<stem>.request.json`` holds.

    Its kind is told only where the body is marked as something else than a main request: what the
    client calls the request, in its log and the index, tells it better.
    """
    attempt = Attempt(Channel.TELEMETRY, stem, started=mtime_ms)
    message = parsed(data)
    if not message:
        attempt.missing["request_body"] = "the client did not write it whole"
        return attempt
    attempt.session_id = session_of(message)
    attempt.kind = marked_kind({}, message)
    attempt.model = text_or(message.get("model")) or None
    attempt.streamed = message.get("stream") is True
    attempt.effort = text_or(dict_or_empty(message.get("output_config")).get("effort")) or None
    attempt.conversation = conversation_digest(message)
    attempt.request_body = normalise_request(data)
    if redacts_thinking(data):
        attempt.missing["request_body"] = _REDACTED
    return attempt


def entry_of_index(line: bytes) -> Entry | None:
    """What one line of ``index.jsonl`` says; None if it is torn."""
    values = load(line) if line.strip() else None
    if values is None:
        return None
    request_file = _plain(values.get("request_file"))
    source = text_or(values.get("query_source"))
    attempt = Attempt(
        Channel.TELEMETRY,
        request_file.removesuffix(REQUEST_SUFFIX),
        session_id=text_or(values.get("session_id")) or None,
        request_id=text_or(values.get("request_id")) or None,
        message_id=text_or(values.get("message_id")) or None,
        model=text_or(values.get("model")) or None,
        query_source=source,
        outcome=Outcome.OK,
    )
    if source:
        attempt.kind = kind_of_source(source) or RequestKind.OTHER
    return Entry(attempt, request_file, _plain(values.get("response_file")))


def _plain(name: object) -> str:
    """``name`` if it is the name of a file in the same folder, else nothing."""
    text = text_or(name)
    return "" if text in (".", "..") or "/" in text or "\0" in text else text


def answered(attempt: Attempt, response: bytes) -> Attempt:
    """``attempt`` with what its response file says."""
    answer = answer_of(response)
    full = replace(attempt, missing=dict(attempt.missing))
    full.message_id = answer.message_id or full.message_id
    full.model = answer.model or full.model
    full.request_id = full.request_id or answer.request_id
    full.stop_reason = answer.stop_reason or full.stop_reason
    full.tokens = answer.tokens or full.tokens
    full.response_body = response
    if answer.error:
        full.outcome, full.error = Outcome.ERROR, answer.error
    elif answer.complete:
        full.outcome = Outcome.OK
    if answer.redacted:
        full.missing["response_body"] = _REDACTED
    return full
