"""Log records that the client exports by OTLP/JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from her_tui.capture.lines import load
from her_tui.capture.values import Json, dict_or_empty, list_or_empty, milliseconds, text_or

#: What the client puts before the name of an event where there is nothing but the record's body.
_PREFIX = "claude_code."

_NS_PER_MS = 1_000_000
_LARGEST = 1 << 53

Value = str | int | float | bool


class LogRecord(NamedTuple):
    """One event the client logged."""

    name: str
    """``api_request``, ``tool_result`` …"""
    ts: int | None
    """Milliseconds since the epoch."""
    session_id: str
    sequence: int | None
    """Counts up by one per client process."""
    values: dict[str, Value]
    """Its attributes."""

    def text(self, key: str) -> str | None:
        """The attribute ``key`` as text; None if there is none, or an empty one."""
        value = self.values.get(key)
        return str(value) or None if value is not None else None

    def number(self, key: str) -> float | None:
        """The attribute ``key`` as a number, which may have come as text."""
        value = self.values.get(key)
        try:
            number = float(value) if value is not None and not isinstance(value, bool) else None
        except (ValueError, OverflowError):
            return None
        return number if number is not None and abs(number) < _LARGEST else None

    def whole(self, key: str) -> int | None:
        """The attribute ``key`` as a whole number, not negative."""
        number = self.number(key)
        return int(number) if number is not None and number >= 0 else None

    def truth(self, key: str) -> bool | None:
        """The attribute ``key`` as yes or no."""
        return {"true": True, "false": False}.get(str(self.values.get(key)).lower())


def read_logs(payload: bytes) -> list[LogRecord]:
    """The records of an ExportLogsServiceRequest in JSON, in the order they came; what is none is
    passed over."""
    request = load(payload) or {}
    return [
        record
        for resource in _objects(request, "resourceLogs")
        for scope in _objects(resource, "scopeLogs")
        for value in _objects(scope, "logRecords")
        if (record := _record(value)) is not None
    ]


def _objects(value: Json, key: str) -> Iterator[Json]:
    return (item for item in list_or_empty(value.get(key)) if isinstance(item, dict))


def _record(value: Json) -> LogRecord | None:
    values: dict[str, Value] = {}
    for attribute in _objects(value, "attributes"):
        told = _value(dict_or_empty(attribute.get("value")))
        if told is not None:
            values[text_or(attribute.get("key"))] = told
    body = text_or(dict_or_empty(value.get("body")).get("stringValue"))
    name = str(values.get("event.name") or body.removeprefix(_PREFIX))
    if not name:
        return None
    record = LogRecord(name, _time(value, values), str(values.get("session.id", "")), None, values)
    return record._replace(sequence=record.whole("event.sequence"))


def _value(value: Json) -> Value | None:
    """One attribute's value; None if it is empty or none of the plain kinds."""
    for key in ("stringValue", "boolValue", "doubleValue"):
        told = value.get(key)
        if isinstance(told, str | bool | int | float):
            return told
    try:
        return int(value["intValue"])
    except (KeyError, ValueError, TypeError, OverflowError):
        return None


def _time(value: Json, values: dict[str, Value]) -> int | None:
    """When the event was, which may be before it was logged."""
    stamp = milliseconds(values.get("event.timestamp"))
    if stamp is not None:
        return stamp
    try:
        return int(value["timeUnixNano"]) // _NS_PER_MS or None
    except (KeyError, ValueError, TypeError, OverflowError):
        return None
