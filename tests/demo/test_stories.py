"""What the demo must contain, so that every part of Her has something to show."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from her_tui.demo.stories import all_stories
from her_tui.demo.world import LOCAL
from tests.demo.conftest import NOW, Written


def blocks(written: Written, kind: str) -> list[dict[str, Any]]:
    return [
        block
        for record in written.records()
        if isinstance(content := record.get("message", {}).get("content"), list)
        for block in content
        if block["type"] == kind
    ]


def test_six_weeks_of_a_small_team() -> None:
    stories = all_stories()
    assert 40 <= len(stories) <= 60
    assert len({story.project.name for story in stories}) == 7
    assert len({story.key for story in stories}) == len(stories)
    assert len({story.model for story in stories}) >= 4
    assert any(story.model == LOCAL for story in stories)
    assert any(story.project.worktree for story in stories)
    assert any(story.name for story in stories)
    assert sum(story.live for story in stories) == 1


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("subtype", {"api_error", "compact_boundary", "turn_duration", "local_command"}),
        ("type", {"file-history-snapshot", "ai-title", "custom-title", "worktree-state"}),
        ("type", {"queue-operation", "api-request", "last-prompt"}),
    ],
)
def test_record_types(written: Written, field: str, values: set[str]) -> None:
    assert values <= {record.get(field) for record in written.records()}


def test_tools(written: Written) -> None:
    used = Counter(block["name"] for block in blocks(written, "tool_use"))
    expected = {"Bash", "Edit", "Read", "Write", "Grep", "Glob", "Agent", "TodoWrite"}
    assert expected | {"TaskCreate", "WebSearch", "WebFetch"} <= set(used)
    assert any(name.startswith("mcp__") for name in used)


def test_outcomes(written: Written) -> None:
    results = [json.dumps(block) for block in blocks(written, "tool_result")]
    assert any("the user said:" in result for result in results)
    assert any("Exit code 1" in result for result in results)
    assert blocks(written, "image")
    assert blocks(written, "thinking")


def test_every_result_answers_a_call(written: Written) -> None:
    calls = Counter(block["id"] for block in blocks(written, "tool_use"))
    results = Counter(block["tool_use_id"] for block in blocks(written, "tool_result"))
    assert calls == results


def test_edits_carry_their_patch_and_original(written: Written) -> None:
    edits = [
        record["toolUseResult"]
        for record in written.records()
        if isinstance(record.get("toolUseResult"), dict) and "oldString" in record["toolUseResult"]
    ]
    assert len(edits) >= 30
    for edit in edits:
        assert edit["oldString"] in edit["originalFile"]
        assert edit["structuredPatch"]


def test_commits_name_their_sha(written: Written) -> None:
    commits = [
        record["toolUseResult"]
        for record in written.records()
        if "gitOperation" in str(record.get("toolUseResult"))
    ]
    assert len(commits) >= 30
    for commit in commits:
        made = commit["gitOperation"]["commit"]
        assert commit["stdout"].startswith(f"[{made['branch']} {made['sha']}] ")


def test_a_subagent_launched_a_subagent(written: Written) -> None:
    metas = [json.loads(file.read_text()) for file in written.root.rglob("*.meta.json")]
    assert len(metas) >= 3
    assert any("parentAgentId" in meta for meta in metas)


def test_a_session_branches_off_another(written: Written) -> None:
    assert any("forkedFrom" in record for record in written.records())


def test_a_prompt_was_asked_again_from_an_earlier_point(written: Written) -> None:
    parents = Counter(
        record["parentUuid"]
        for record in written.records()
        if record.get("promptSource") == "typed" and "forkedFrom" not in record
    )
    del parents[None]
    assert max(parents.values()) == 2


def test_damage_and_emptiness(written: Written) -> None:
    assert any(file.stat().st_size == 0 for file in written.files())
    bad = 0
    for file in written.files():
        for line in file.read_bytes().splitlines():
            try:
                json.loads(line)
            except ValueError:
                bad += 1
    assert bad == 1


def test_the_live_session_ends_now(written: Written) -> None:
    latest = max(file.stat().st_mtime for file in written.files())
    assert latest * 1000 == pytest.approx(NOW, abs=2)


def test_tokens_add_up_like_a_cache(written: Written) -> None:
    for record in written.records():
        usage = record.get("message", {}).get("usage")
        if not usage or record["message"]["model"] == "<synthetic>":
            continue
        assert usage["output_tokens"] >= 1
        assert 0 <= usage["cache_read_input_tokens"] < 1_000_000


def test_the_human_is_asked_and_says_yes(written: Written) -> None:
    decisions = Counter(
        (told["decision"], told["source"])
        for record in written.records()
        if isinstance(told := record.get("permissionDecision"), dict)
    )
    assert decisions["accept", "user_temporary"] >= 1
    assert decisions["reject", "user_reject"] >= 1


def test_permission_modes_change(written: Written) -> None:
    modes = {
        record["permissionMode"]
        for record in written.records()
        if record.get("type") == "permission-mode"
    }
    assert {"default", "acceptEdits"} <= modes


def test_a_task_list_is_worked_off(written: Written) -> None:
    lists = [
        block["input"]["todos"]
        for block in blocks(written, "tool_use")
        if block["name"] == "TodoWrite"
    ]
    done = {sum(todo["status"] == "completed" for todo in todos) for todos in lists}
    assert {0, 1, 2, 3, 4, 5} <= done


def test_something_else_than_an_edit_changed_a_file(written: Written) -> None:
    left: dict[str, str] = {}
    outside = 0
    for record in written.records():
        result = record.get("toolUseResult")
        if isinstance(result, dict) and "oldString" in result:
            path, before = result["filePath"], result["originalFile"]
            outside += left.get(path, before) != before
            left[path] = before.replace(result["oldString"], result["newString"], 1)
    assert outside
