"""What the wire and telemetry tell of requests, held against the scripted API's log."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from realclient.headless import Run
from realclient.report import Report
from realclient.told import Told, attempts
from tests.support.api import Seen
from tests.support.told import by_request_id, differences, differences_in_telemetry

#: How much later than sent a byte may be seen: a pipe on the same machine, which is busy.
LATE_MS = 60.0


def wire(report: Report, log: Sequence[Seen], told: Sequence[Told]) -> None:
    """Everything the API saw is told as it saw it."""
    known = by_request_id(told)
    seen = [each for each in log if each.is_message]
    missing = [f"{each.number} ({each.kind})" for each in seen if each.request_id not in known]
    report.none(f"all {len(seen)} requests are told", missing)
    names = {each.request_id for each in seen}
    others = [row for row in told if row["request_id"] not in names]
    report.none("and no others", [(row["id"], row["outcome"], row["channels"]) for row in others])
    report.none(
        "status, model, tokens, times and bodies are as the API saw them",
        [
            f"{each.number} ({each.play or each.kind}): {wrong}"
            for each in seen
            if each.request_id in known
            for wrong in differences(each, known[each.request_id], LATE_MS)
        ],
    )
    late = [
        known[each.request_id]["ttft_ms"] - each.arrivals[0][1]
        for each in seen
        if each.arrivals and (known.get(each.request_id) or {}).get("ttft_ms") is not None
    ]
    _spread(report, "time to first byte above the API's own", late)


def telemetry(report: Report, log: Sequence[Seen], told: Sequence[Told]) -> None:
    """Every message that was answered is told whole."""
    known = by_request_id(told)
    answered = [each for each in log if each.usage and each.kind != "count"]
    missing = [f"{each.number} ({each.kind})" for each in answered if each.request_id not in known]
    report.none(f"all {len(answered)} answered requests are told", missing)
    report.none(
        "status, model, tokens, times and bodies are as the API saw them",
        [
            f"{each.number} ({each.play or each.kind}): {wrong}"
            for each in answered
            if each.request_id in known
            for wrong in differences_in_telemetry(each, known[each.request_id])
        ],
    )
    tried = [each for each in log if each.is_message and each.kind != "count"]
    report.check(
        f"one attempt for each of {len(tried)} requests", len(told) == len(tried), len(told)
    )
    off = [
        known[each.request_id]["ttft_ms"] - each.arrivals[0][1]
        for each in answered
        if (known.get(each.request_id) or {}).get("ttft_ms") is not None
    ]
    _spread(report, "time to first token above the API's first byte", off)


def errors(report: Report, run: Run, told: Told) -> None:
    """Every error that the client itself speaks of is told of its session."""
    spoken = [
        line.get("error_status") if line.get("subtype") == "api_retry" else line["api_error_status"]
        for line in run.lines
        if line.get("subtype") == "api_retry" or line.get("api_error_status")
    ]
    bad = [each for each in attempts(told) if each["outcome"] not in ("ok", "pending")]
    statuses = [each["status"] for each in bad]
    wrong = [status for status in spoken if status and status not in statuses]
    report.none(f"{run.name}: every error the client speaks of is told {spoken}", wrong)


def _spread(report: Report, what: str, values: Sequence[float]) -> None:
    if len(values) > 1:
        ordered = sorted(values)
        p95 = ordered[int(len(ordered) * 0.95)]
        report.say(
            f"{what}: p50 {statistics.median(ordered):.1f} ms, p95 {p95:.1f} ms, n {len(ordered)}"
        )
