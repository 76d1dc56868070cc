"""``her-tui stats``."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Run


def test_json(her: Run) -> None:
    total = her("stats", "--json").json
    assert set(total) == {
        "sessions",
        "prompts",
        "prompts_by_kind",
        "prompts_queue_only",
        "responses",
        "actions",
        "actions_by_name",
        "action_errors",
        "commits",
        "tokens",
        "responses_output_unknown",
        "cost_usd",
        "responses_unpriced",
        "first",
        "last",
        "files",
        "records",
        "records_unknown",
        "lines_damaged",
    }
    assert total["prompts"] == sum(total["prompts_by_kind"].values())
    assert total["actions"] == sum(total["actions_by_name"].values())


@pytest.mark.parametrize("key", ["session", "project", "model", "day"])
def test_parts_add_up(her: Run, key: str) -> None:
    total = her("stats", "--json").json
    parts = her("stats", "--json", "--by", key).json
    assert sum(part["responses"] for part in parts) == total["responses"]
    assert sum(part["tokens"]["cache_read"] for part in parts) == total["tokens"]["cache_read"]
    cost = sum(part["cost_usd"] or 0 for part in parts)
    assert cost == pytest.approx(total["cost_usd"])


def test_for_people(her: Run) -> None:
    out = her("stats").out
    assert "prompts" in out
    assert "of unknown price" in out
    assert not out.startswith("\n")


def test_a_table_per_model(her: Run) -> None:
    out = her("stats", "--by", "model").out
    assert out.startswith("MODEL")
    assert "claude-opus-5-5" in out
