"""What telemetry tells of attempts and actions."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from her_tui.capture.telemetry.facts import Pending, Telemetry, ToolFact, facts_of
from her_tui.capture.telemetry.logs import read_logs
from her_tui.events.requests import Attempt, Channel, Outcome, RequestKind, Tokens
from tests.capture.telemetry.exports import SESSION, START_MS, Export


def _told(export: Export, pending: Pending | None = None) -> Telemetry:
    return facts_of(read_logs(export.payload()), pending)


def _merged(attempts: list[Attempt]) -> dict[str, Attempt]:
    """Attempts by key, later words over earlier ones, as a store would keep them."""
    merged: dict[str, Attempt] = {}
    for attempt in attempts:
        known = merged.setdefault(attempt.key, attempt)
        for field in fields(attempt):
            value: Any = getattr(attempt, field.name)
            if value not in (None, "", b"", {}, [], Outcome.PENDING):
                setattr(known, field.name, value)
    return merged


def _turn(first: int = 0) -> Export:
    export = Export(first=first).announced(100, "body-1").answered(140, "req_1", 38)
    return export.joined(141, "req_1", "body-1", "msg_1")


def test_a_request_answered_at_once() -> None:
    merged = _merged(_told(_turn()).attempts)
    assert list(merged) == ["body-1"]
    attempt = merged["body-1"]
    assert (attempt.channel, attempt.session_id) == (Channel.TELEMETRY, SESSION)
    assert (attempt.kind, attempt.query_source) == (RequestKind.MAIN, "sdk")
    assert (attempt.request_id, attempt.message_id) == ("req_1", "msg_1")
    assert (attempt.model, attempt.effort) == ("claude-opus-5-5", "medium")
    assert (attempt.started, attempt.ttft_ms, attempt.duration_ms) == (START_MS + 100, 22, 38)
    assert (attempt.status, attempt.outcome) == (200, Outcome.OK)
    assert attempt.tokens == Tokens(3, 59, 120, 20, 7)
    assert attempt.cost_usd == 0.0625


def test_one_export_for_each_record_tells_the_same() -> None:
    pending = Pending()
    attempts = []
    for record in read_logs(_turn().payload()):
        attempts += facts_of([record], pending).attempts
    assert _merged(attempts) == _merged(_told(_turn()).attempts)


def test_an_answer_whose_announcement_was_missed_is_known_by_the_apis_id() -> None:
    (attempt,) = _told(Export().answered(140, "req_1", 38)).attempts
    assert (attempt.key, attempt.request_id) == ("", "req_1")
    assert attempt.started == START_MS + 102


def test_a_request_on_its_way_is_pending() -> None:
    (attempt,) = _told(Export().announced(100, "body-1")).attempts
    assert (attempt.outcome, attempt.started) == (Outcome.PENDING, START_MS + 100)


def test_a_retry_says_that_the_attempt_before_it_failed() -> None:
    pending = Pending()
    attempts = _told(Export().announced(0, "a").announced(600, "b"), pending).attempts
    attempts += _told(Export().announced(1800, "c").answered(1900, "req_c", 100), pending).attempts
    merged = _merged(attempts)
    assert {key: attempt.outcome for key, attempt in merged.items()} == {
        "a": Outcome.ERROR,
        "b": Outcome.ERROR,
        "c": Outcome.OK,
    }
    assert merged["a"].status is None
    assert merged["a"].missing["status"] == "telemetry tells only of the last attempt"
    assert merged["c"].request_id == "req_c"


def test_a_failure_for_good_ends_the_last_attempt() -> None:
    export = Export().announced(0, "a").announced(10, "b")
    failed = Export().failed(15, 4, status_code=400, request_id="req_b", effort="low")
    pending = Pending()
    merged = _merged(_told(export, pending).attempts + _told(failed, pending).attempts)
    assert list(merged) == ["a", "b"]
    assert (merged["b"].outcome, merged["b"].status) == (Outcome.ERROR, 400)
    assert (merged["b"].error, merged["b"].request_id) == ("too strange", "req_b")
    assert merged["b"].started == START_MS + 10


def test_a_failure_without_a_status_is_one_of_the_connection() -> None:
    (attempt,) = _told(Export().failed(5000, 4000, error="Connection error.")).attempts
    assert (attempt.outcome, attempt.status) == (Outcome.UPSTREAM, None)
    assert attempt.missing["status"] == "no answer was received"


def test_agents_beside_each_other_are_told_apart() -> None:
    export = Export()
    for agent in ("a1", "a2"):
        export.announced(0, f"body-{agent}", "agent:builtin:Explore", agent_id=agent)
    export.announced(1, "body-main")
    export.answered(90, "req_2", 90, "agent:builtin:Explore", agent_id="a2")
    attempts = _told(export).attempts
    assert all(attempt.outcome is not Outcome.ERROR for attempt in attempts)
    merged = _merged(attempts)
    assert merged["body-a2"].request_id == "req_2"
    assert merged["body-a2"].kind is RequestKind.SUBAGENT
    assert merged["body-a1"].request_id is None


def test_side_requests_beside_each_other_are_not_taken_for_retries() -> None:
    export = Export()
    for at in range(3):
        export.announced(at, f"body-{at}", "auto_mode_classifier")
    attempts = _told(export).attempts
    assert {attempt.outcome for attempt in attempts} == {Outcome.PENDING}
    assert {attempt.kind for attempt in attempts} == {RequestKind.CLASSIFIER}


def test_a_late_report_is_not_pinned_to_another_attempt() -> None:
    pending = Pending()
    _told(Export().announced(10_000, "b"), pending)
    (late,) = _told(Export().answered(10_050, "req_a", 9_000), pending).attempts
    assert late.key == ""


def test_attempts_of_an_earlier_run_can_be_remembered() -> None:
    pending = Pending()
    (known,) = _told(Export().announced(0, "a")).attempts
    assert pending.add(known) is None
    merged = _merged(_told(Export().answered(50, "req_a", 50), pending).attempts)
    assert list(merged) == ["a"]


def test_actions() -> None:
    export = Export().log(
        "tool_decision",
        1,
        decision="accept",
        source="config",
        tool_name="Write",
        tool_use_id="toolu_1",
    )
    export.log(
        "tool_result",
        9,
        success="false",
        duration_ms="8",
        tool_name="Write",
        tool_use_id="toolu_1",
        agent_id="a1",
    )
    export.log("tool_result", 9, success="true")
    assert _told(export).actions == [
        ToolFact(SESSION, None, "toolu_1", START_MS + 1, "Write", None, None, "accept:config"),
        ToolFact(SESSION, "a1", "toolu_1", START_MS + 9, "Write", 8, False, None),
    ]


def test_sequences_show_what_is_missing() -> None:
    told = _told(Export(first=7).log("auth", 1).log("whatever", 2))
    assert told.sequences == [(SESSION, 7, START_MS + 1), (SESSION, 8, START_MS + 2)]


@pytest.mark.parametrize("name", ["api_request_body", "api_response_body"])
def test_a_body_without_its_id_tells_nothing(name: str) -> None:
    assert _told(Export().log(name, 1, model="m")).attempts == []


def test_no_word_about_the_user_comes_through() -> None:
    export = _turn().failed(9, 1).announced(10, "x")
    assert "f" * 64 not in repr(_told(export))
