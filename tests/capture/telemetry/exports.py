"""Telemetry of the shape the client exports, made up."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

SESSION = "11111111-2222-4333-8444-555555555555"
START_MS = 1_795_000_000_000


def _value(value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": value}
    if isinstance(value, float):
        return {"doubleValue": value}
    if isinstance(value, list):
        return {"arrayValue": {"values": [_value(item) for item in value]}}
    return {"stringValue": value}


def stamp(ms: int) -> str:
    """``ms`` after the start as the client writes times."""
    moment = datetime.fromtimestamp((START_MS + ms) / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Export:
    """Records of one export."""

    def __init__(self, session: str = SESSION, first: int = 0) -> None:
        self.records: list[dict[str, Any]] = []
        self._session, self._sequence = session, first

    def log(self, name: str, ms: int, **values: Any) -> Export:
        """One record, ``ms`` after the start; double underscores in names are full stops."""
        told = {
            "user.id": "f" * 64,
            "session.id": self._session,
            "event.name": name,
            "event.timestamp": stamp(ms),
            "event.sequence": self._sequence,
            **{key.replace("__", "."): value for key, value in values.items()},
        }
        self._sequence += 1
        attributes = [{"key": key, "value": _value(value)} for key, value in told.items()]
        nanoseconds = str((START_MS + ms) * 1_000_000)
        body = {"stringValue": f"claude_code.{name}"}
        self.records.append({"timeUnixNano": nanoseconds, "body": body, "attributes": attributes})
        return self

    def announced(self, ms: int, key: str, source: str = "sdk", **more: Any) -> Export:
        """A request is about to be sent."""
        told = {"model": "claude-opus-5-5", "query_source": source, "request_body_id": key}
        return self.log("api_request_body", ms, body_length="900", **(told | more))

    def answered(
        self, ms: int, request_id: str, took: int, source: str = "sdk", **more: Any
    ) -> Export:
        """A request was answered."""
        told: dict[str, Any] = {
            "model": "claude-opus-5-5",
            "input_tokens": 3,
            "output_tokens": "59",
            "cache_read_tokens": 7,
            "cache_creation_tokens": 120,
            "cache_creation_5m_tokens": 100,
            "cache_creation_1h_tokens": 20,
            "cost_usd": 0.0625,
            "duration_ms": took,
            "ttft_ms": 22,
            "request_id": request_id,
            "speed": "normal",
            "effort": "medium",
            "query_source": source,
        }
        return self.log("api_request", ms, **(told | more))

    def joined(self, ms: int, request_id: str, key: str, message: str, **more: Any) -> Export:
        """The answer was written to a file."""
        told = {"request_id": request_id, "request_body_id": key, "message__id": message}
        return self.log("api_response_body", ms, query_source="sdk", **(told | more))

    def failed(self, ms: int, took: int, **more: Any) -> Export:
        """A request failed for good."""
        told = {"error": "too strange", "duration_ms": took, "attempt": 1, "query_source": "sdk"}
        return self.log("api_error", ms, **(told | more))

    def payload(self) -> bytes:
        """The export as it is sent."""
        scope = {"scope": {"name": "events"}, "logRecords": self.records}
        return json.dumps(
            {"resourceLogs": [{"resource": {"attributes": []}, "scopeLogs": [scope]}]}
        ).encode()
