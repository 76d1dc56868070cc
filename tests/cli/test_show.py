"""``her-tui show``."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run

HERO = "f27ac6ac"


def test_text(her: Run) -> None:
    out = her("show", HERO).out
    assert out.startswith("# Sign-in loops back to the login page\n")
    assert "> Convincing. Why does nothing show up in the logs?" in out
    assert "✗ Bash" in out
    assert "rejected" in out
    assert "*Retry: 529 Overloaded*" in out


def test_markdown(her: Run) -> None:
    out = her("show", HERO, "--markdown").out
    assert "- **Bash** `pytest -q`" in out
    assert "```python" in out


def test_json(her: Run) -> None:
    session = her("show", HERO, "--json").json
    assert session["session_id"].startswith(HERO)
    assert len(session["turns"]) == session["prompts"]
    first = session["turns"][0]
    assert set(first) == {
        "number",
        "prompt",
        "started",
        "ended",
        "responses",
        "actions",
        "tokens",
        "cost_usd",
        "errors",
        "starred",
        "tags",
        "note",
    }
    assert {"kind": "read", "name": "Read", "ok": True}.items() <= first["actions"][0].items()
    made = [action["sha"] for turn in session["turns"] for action in turn["actions"]]
    assert sum(sha is not None for sha in made) == 3


def test_json_tells_of_every_response(her: Run) -> None:
    session = her("show", HERO, "--json").json
    told = session["responses"]
    assert set(told[0]) == {
        "message_id", "request_id", "agent_id", "kind", "model", "started", "ttft_ms",
        "duration_ms", "status", "outcome", "attempts", "attempt_list", "stop_reason", "tokens",
        "cost_usd", "channels", "missing",
    }  # fmt: skip
    assert {row["kind"] for row in told} == {"main", "subagent", "title"}
    assert {row["agent_id"] is None for row in told if row["kind"] == "subagent"} == {False}
    assert [row["started"] for row in told] == sorted(row["started"] for row in told)
    assert sum(row["cost_usd"] for row in told) == pytest.approx(session["cost_usd"])
    retried = next(row for row in told if row["attempts"] == 3)
    assert [each["status"] for each in retried["attempt_list"]] == [529, 529, 200]
    assert retried["channels"] == ["transcript", "telemetry", "wire"]
    assert len({row["message_id"] for row in told}) == len(told)


def test_json_is_null_where_only_the_transcript_tells(her: Run) -> None:
    old = [row for row in her("sessions", "--json").json if row["responses"]][-1]["session_id"]
    told = her("show", old, "--json").json["responses"]
    assert told
    for row in told:
        assert row["channels"] == ["transcript"]
        assert (row["status"], row["ttft_ms"], row["attempts"]) == (None, None, None)
        assert row["missing"]["ttft_ms"]


def test_json_tells_of_every_action(her: Run) -> None:
    session = her("show", HERO, "--json").json
    actions = session["actions"]
    assert {"kind", "name", "target", "ok", "duration_ms", "permission"} <= set(actions[0])
    inside = sum(len(turn["actions"]) for turn in session["turns"])
    assert len(actions) == inside + sum(action["agent_id"] is not None for action in actions)
    assert {action["permission"] for action in actions} >= {"accept:config", "reject:user_reject"}


def test_requests_are_told_whole_one_a_line(her: Run) -> None:
    lines = [json.loads(line) for line in her("show", HERO, "--requests").out.splitlines()]
    session = her("show", HERO, "--json").json
    assert len(lines) == sum(row["attempts"] for row in session["responses"])
    whole = next(line for line in lines if line["request_body"] and line["outcome"] == "ok")
    assert json.loads(whole["request_body"])["messages"]
    assert whole["response_body"].startswith("event: message_start\n")
    assert whole["chunks"][-1] == [whole["response_bytes"], whole["duration_ms"]]
    assert len(whole["request_body"].encode()) == whole["request_bytes"]


def test_an_answer_that_broke_off_is_marked(her: Run) -> None:
    out = her("show", HERO).out
    assert "*Cut off; kept from the wire:*\n\nYou're right: the state must not be" in out


def test_jsonl_is_what_was_captured(demo_home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "her_tui", "show", HERO, "--jsonl"], capture_output=True, check=True
    )
    (main,) = demo_home.glob(f"claude/projects/*/{HERO}*.jsonl")
    subagents = sorted(main.with_suffix("").glob("subagents/*.jsonl"))
    assert done.stdout == b"".join(file.read_bytes() for file in (main, *subagents))


def test_a_start_of_the_id_is_enough_if_it_is_the_only_one(her: Run) -> None:
    assert her("show", HERO[:4]).code == 0
    assert her("show", "f").code == 1
