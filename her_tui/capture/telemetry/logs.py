"""Log records that the client exports by OTLP/JSON, and what they tell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from her_tui.events.requests import Attempt


class LogRecord(NamedTuple):
    """One event the client logged."""

    name: str
    """``api_request``, ``tool_result`` …"""
    ts: int | None
    """Milliseconds since the epoch."""
    session_id: str
    sequence: int | None
    """Counts up by one per client process."""
    values: dict[str, str | int | float | bool]
    """Its attributes."""


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

    def add(self, attempt: Attempt) -> None:
        """Remember an attempt of an earlier run."""
        raise NotImplementedError


def read_logs(payload: bytes) -> list[LogRecord]:
    """The records of an ExportLogsServiceRequest in JSON, in the order they came; what is none is
    passed over."""
    raise NotImplementedError


def facts_of(records: Iterable[LogRecord], pending: Pending | None = None) -> Telemetry:
    """What ``records`` tell, given the requests that are ``pending``, which is brought up to date.

    Several attempts may be told of one request: they merge, in any order.
    """
    raise NotImplementedError
