"""The bodies the client writes beside its telemetry, and the index that joins them."""

from __future__ import annotations

from typing import NamedTuple

from her_tui.events.requests import Attempt


class Entry(NamedTuple):
    """One line of the index: an answered request."""

    attempt: Attempt
    request_file: str
    """Plain name within the folder, or empty."""
    response_file: str


def attempt_of_request_file(stem: str, data: bytes, mtime_ms: int) -> Attempt:
    """The attempt whose request body the file ``<stem>.request.json`` holds."""
    raise NotImplementedError


def entry_of_index(line: bytes) -> Entry | None:
    """What one line of ``index.jsonl`` says; None if it is torn."""
    raise NotImplementedError


def answered(attempt: Attempt, response: bytes) -> Attempt:
    """``attempt`` with what its response file says."""
    raise NotImplementedError
