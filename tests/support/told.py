"""Holding the lines of ``show --requests`` against the log of the API that was asked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from tests.support.answers import Json, folded
from tests.support.api import Seen

Told = Mapping[str, Any]

#: Identifiers of the device and the account, inside a string of the body.
_IDS = re.compile(rb'(\\"(?:device_id|account_uuid)\\":\\")[^"\\]*')

#: A thought, and what the client's telemetry has in its place.
_THOUGHT = re.compile(rb'"thinking":"(?:[^"\\]|\\.)*"')
_WITHHELD = b'"thinking":"<REDACTED>"'

#: A clock is read to the microsecond, and rounded on both sides.
_ROUNDING_MS = 0.01


def as_kept(request: bytes) -> bytes:
    """A request's body as it may be kept."""
    return _IDS.sub(rb"\1", request)


def by_request_id(told: Iterable[Told]) -> dict[str, Told]:
    """What was told, by the API's name of the request."""
    return {each["request_id"]: each for each in told if each["request_id"]}


def differences(seen: Seen, told: Told, late_ms: float | None = None) -> list[str]:
    """In what a request that the wire recorded is told otherwise than the API saw it. ``late_ms``:
    how much later than sent a byte may have been seen; None asks only that it was not earlier."""
    wrong = [] if told["status"] == seen.status else [f"status {told['status']}"]
    if told["model"] != seen.model:
        wrong.append(f"model {told['model']}")
    wrong += _tokens(seen, told)
    if _bytes(told["request_body"]) != as_kept(seen.request):
        wrong.append("the request's body differs")
    wrong += _response(seen, told)
    wrong += _times(seen, told, late_ms)
    return wrong


def _tokens(seen: Seen, told: Told) -> list[str]:
    if seen.usage is None:
        return []
    expected = {
        "input": seen.usage["input_tokens"],
        "output": seen.usage.get("output_tokens", 0),
        "cache_creation": seen.usage.get("cache_creation_input_tokens", 0),
        "cache_read": seen.usage.get("cache_read_input_tokens", 0),
    }
    given = told["tokens"] or {}
    return [
        f"{name} tokens {given.get(name)}, not {number}"
        for name, number in expected.items()
        if given.get(name) != number
    ]


def _response(seen: Seen, told: Told) -> list[str]:
    body = _bytes(told["response_body"])
    if body is None:
        reason = told["missing"].get("response_body")
        return [] if reason or not seen.sent else ["no body of the response, and no reason"]
    # What was under way when a connection broke may have arrived or not.
    whole = seen.ending in ("whole", "error")
    if body != seen.sent if whole else not seen.sent.startswith(body):
        return [f"the response's body differs ({len(body)} of {len(seen.sent)} bytes)"]
    return []


def _times(seen: Seen, told: Told, late_ms: float | None) -> list[str]:
    chunks: Sequence[tuple[int, float]] = told["chunks"]
    if not seen.arrivals:
        return []
    if not chunks or told["ttft_ms"] is None:
        return [] if told["missing"].get("ttft_ms") or not seen.streamed else ["no times"]
    wrong = []
    for size, ms in [(1, told["ttft_ms"]), *chunks]:
        sent = next((at for total, at in seen.arrivals if total >= size), None)
        if sent is None:
            wrong.append(f"byte {size} was never sent")
        elif ms < sent - _ROUNDING_MS or (late_ms is not None and ms > sent + late_ms):
            wrong.append(f"byte {size} was sent at {sent:.2f} ms and came at {ms:.2f} ms")
    if [size for size, _ in chunks] != sorted({size for size, _ in chunks}):
        wrong.append("arrivals out of order")
    return wrong


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else text.encode("utf-8", "surrogateescape")


def differences_in_telemetry(seen: Seen, told: Told) -> list[str]:
    """The same for an answered request of which only telemetry tells: no arrivals, the message in
    place of the stream, thoughts withheld by the client."""
    wrong = [] if told["status"] == seen.status else [f"status {told['status']}"]
    if told["model"] != seen.model:
        wrong.append(f"model {told['model']}")
    wrong += _tokens(seen, told)
    kept, sent = _bytes(told["request_body"]) or b"", as_kept(seen.request)
    if kept != sent and (
        kept != _THOUGHT.sub(_WITHHELD, sent) or "redacted" not in told["missing"]["request_body"]
    ):
        wrong.append("the request's body differs")
    body = _bytes(told["response_body"])
    if body is None or not _same_message(json.loads(body), message(seen.sent)):
        wrong.append("the response's body differs" if body else "no body of the response")
    wrong += [f"no {name}" for name in ("ttft_ms", "duration_ms") if told[name] is None]
    return wrong


def message(sent: bytes) -> Json:
    """The message in the body of a response, streamed or not."""
    if not sent.startswith(b"event:"):
        found: Json = json.loads(sent)
        return found
    events = [json.loads(line[6:]) for line in sent.split(b"\n") if line.startswith(b"data: ")]
    return folded(events)


def _same_message(kept: Told, sent: Told) -> bool:
    """Whether a message is the one that was sent, as far as telemetry can tell: thoughts are
    withheld, and to what a tool is called with the client adds what it takes for granted."""
    if any(kept.get(name) != sent.get(name) for name in ("id", "model", "stop_reason")):
        return False
    nothing: Json = {}
    blocks = zip_longest(kept.get("content", ()), sent.get("content", ()), fillvalue=nothing)
    return all(_same_block(one, other) for one, other in blocks)


def _same_block(kept: Told, sent: Told) -> bool:
    if kept.get("type") == "thinking":
        return sent.get("type") == "thinking"
    if kept.get("type") == "tool_use":
        added = {**kept.get("input", {}), **sent.get("input", {})}
        return kept == {**sent, "input": added}
    return kept == sent
