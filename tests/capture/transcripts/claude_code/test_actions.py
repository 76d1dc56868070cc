"""Actions: what a call acts on, how it ended, and what it changed."""

from __future__ import annotations

from typing import Any

import pytest

from her_tui.capture.transcripts.claude_code.actions import correction
from her_tui.events.model import Action, ActionKind, Flag, Status
from tests.capture.transcripts.claude_code.claude_records import (
    assistant,
    only,
    read,
    result,
    use,
    user,
)


def _action(call: dict[str, Any], outcome: object = None, **block: Any) -> Action:
    facts = read(
        assistant(call), user([result(block.pop("content", "ok"), **block)], toolUseResult=outcome)
    )
    (action,) = facts.actions.values()
    return action


@pytest.mark.parametrize(
    ("name", "arguments", "kind", "target"),
    [
        ("Edit", {"file_path": "/a.py"}, ActionKind.EDIT, "/a.py"),
        ("MultiEdit", {"file_path": "/a.py", "edits": []}, ActionKind.EDIT, "/a.py"),
        ("Write", {"file_path": "/a.py", "content": "x"}, ActionKind.EDIT, "/a.py"),
        ("NotebookEdit", {"notebook_path": "/a.ipynb"}, ActionKind.EDIT, "/a.ipynb"),
        ("Read", {"file_path": "/a.py", "limit": 9}, ActionKind.READ, "/a.py"),
        ("LS", {"path": "/src"}, ActionKind.READ, "/src"),
        ("Bash", {"command": "ls\n-l"}, ActionKind.COMMAND, "ls -l"),
        ("PowerShell", {"command": "dir"}, ActionKind.COMMAND, "dir"),
        ("BashOutput", {"bash_id": "bash_1"}, ActionKind.COMMAND, "bash_1"),
        ("KillBash", {"shell_id": "bash_1"}, ActionKind.COMMAND, "bash_1"),
        ("Grep", {"pattern": "x", "path": "/src"}, ActionKind.SEARCH, "x in /src"),
        ("Grep", {"pattern": "x"}, ActionKind.SEARCH, "x"),
        ("Glob", {"pattern": "*.py"}, ActionKind.SEARCH, "*.py"),
        ("WebFetch", {"prompt": "p", "url": "https://e.org"}, ActionKind.WEB, "https://e.org"),
        ("WebSearch", {"query": "q"}, ActionKind.WEB, "q"),
        ("mcp__db__query", {"n": 1, "sql": "select 1"}, ActionKind.MCP, "select 1"),
        ("Task", {"prompt": "p", "description": "Look"}, ActionKind.SUBAGENT, "Look"),
        ("Agent", {"prompt": "Look"}, ActionKind.SUBAGENT, "Look"),
        (
            "TodoWrite",
            {
                "todos": [
                    {"content": "a", "status": "completed"},
                    {"content": "b", "status": "in_progress", "activeForm": "Doing b"},
                ]
            },
            ActionKind.TODO,
            "1/2 Doing b",
        ),
        ("TaskCreate", {"subject": "s", "description": "d"}, ActionKind.TODO, "s"),
        ("TaskUpdate", {"taskId": "3", "status": "completed"}, ActionKind.TODO, "3 completed"),
        ("Skill", {"skill": "review", "args": "-v"}, ActionKind.OTHER, "review -v"),
        ("ExitPlanMode", {"plan": "# Plan\nx"}, ActionKind.OTHER, "# Plan x"),
        ("AskUserQuestion", {"questions": [{"question": "Why?"}]}, ActionKind.OTHER, "Why?"),
        ("Unheard", {"depth": 1, "topic": "t"}, ActionKind.OTHER, "t"),
        ("Unheard", {}, ActionKind.OTHER, ""),
    ],
)
def test_calls(name: str, arguments: dict[str, Any], kind: ActionKind, target: str) -> None:
    facts = read(assistant(use(name, **arguments)))
    action = facts.actions["toolu_1"]
    assert (action.name, action.kind, action.target) == (name, kind, target)
    assert (action.response, action.status) == (("msg_1", "req_1"), None)
    (event,) = facts.events
    assert (event.preview, event.detail, event.action) == (target, name, "toolu_1")
    assert bool(event.flags & Flag.EDIT) == (kind is ActionKind.EDIT)


@pytest.mark.parametrize(
    ("content", "marks", "status"),
    [
        ("fine", {}, Status.OK),
        ("Exit code 1", {"is_error": False}, Status.OK),
        ("Exit code 1\nboom", {}, Status.FAILED),
        ("<tool_use_error>File has not been read yet.</tool_use_error>", {}, Status.INVALID),
        ("The user doesn't want to proceed with this tool use.", {}, Status.REJECTED),
        ("The user doesn't want to take this action right now.", {}, Status.REJECTED),
        ("Sibling tool call errored", {}, Status.CANCELLED),
        ([{"type": "text", "text": "screenshot failed"}], {}, Status.FAILED),
    ],
)
def test_outcomes(content: object, marks: dict[str, Any], status: Status) -> None:
    block = result(content, **{"is_error": status is not Status.OK, **marks})
    facts = read(user([block]))
    action = facts.actions["toolu_1"]
    assert (action.status, action.name) == (status, None)
    assert bool(facts.events[0].flags & Flag.ERROR) == (status is not Status.OK)


@pytest.mark.parametrize(
    ("source", "status"), [("config", Status.INVALID), ("user_reject", Status.REJECTED)]
)
def test_a_recorded_decision_tells_who_refused(source: str, status: Status) -> None:
    decision = {"decision": "reject", "source": source}
    event = only(user([result("no", is_error=True)], permissionDecision=decision))
    assert event.detail == status.value


@pytest.mark.parametrize(
    ("decision", "permission"),
    [
        ({"decision": "accept", "source": "config"}, "accept:config"),
        ({"decision": "accept"}, None),
        ({"decision": ["accept"], "source": 7}, None),
        ("accept", None),
        (None, None),
    ],
)
def test_a_recorded_decision_tells_who_let_it_run(decision: object, permission: str | None) -> None:
    call, told = use("Bash", command="ls"), user([result("ok")], permissionDecision=decision)
    assert read(assistant(call), told).actions["toolu_1"].permission == permission


def test_call_and_result_make_one_action() -> None:
    action = _action(use("Bash", command="ls"), {"stdout": "a", "durationMs": 12}, content="a\nb")
    assert (action.name, action.status, action.output_chars) == ("Bash", Status.OK, 3)
    assert action.duration_ms == 12
    assert action.started == action.ended
    assert _action(use("WebSearch", query="q"), {"durationSeconds": 1.5}).duration_ms == 1500


def test_a_subagent_is_known_by_its_launch() -> None:
    call = use("Agent", description="Look", subagent_type="Explore", prompt="p")
    facts = read(assistant(call), user([result("ok")], toolUseResult={"agentId": "a1"}))
    assert facts.actions["toolu_1"].subagent == "a1"
    assert facts.session.subagents == [("a1", "Explore", "Look", "toolu_1", None)]


EDIT = use("Edit", file_path="/a", old_string="a\nb\nc", new_string="a\nx\ny\nc")
PATCH = [{"oldStart": 3, "newStart": 3, "lines": [" a", "-b", "+x", "+y", "+z"]}]


@pytest.mark.parametrize(
    ("call", "outcome", "error", "changes"),
    [
        pytest.param(EDIT, {"structuredPatch": PATCH}, False, (3, 1), id="recorded"),
        pytest.param(EDIT, None, False, (2, 1), id="not recorded"),
        pytest.param(EDIT, "Error: no", True, (None, None), id="failed"),
        pytest.param(
            use("Write", file_path="/a", content="a\nb\n"),
            {"type": "create", "content": "a\nb\n", "structuredPatch": []},
            False,
            (2, 0),
            id="created",
        ),
        pytest.param(
            use("Write", file_path="/a", content="a"), None, False, (1, 0), id="created, no record"
        ),
        pytest.param(
            use("MultiEdit", edits=[{"old_string": "a", "new_string": "b"}] * 2),
            None,
            False,
            (2, 2),
            id="several",
        ),
        pytest.param(use("Bash", command="x"), {"stdout": ""}, False, (None, None), id="no edit"),
    ],
)
def test_lines_changed(
    call: dict[str, Any], outcome: object, error: bool, changes: tuple[int | None, int | None]
) -> None:
    action = _action(call, outcome, is_error=error)
    assert (action.added, action.removed) == changes


def test_an_image_in_a_result_says_so() -> None:
    assert only(user([result([{"type": "image", "source": {}}])])).flags & Flag.IMAGE


def test_several_results_in_one_record() -> None:
    facts = read(
        user(
            [result("a"), result("b", "toolu_2", is_error=True)],
            toolUseResult={"agentId": "of neither"},
        )
    )
    assert [event.action for event in facts.events] == ["toolu_1", "toolu_2"]
    assert [action.status for action in facts.actions.values()] == [Status.OK, Status.FAILED]
    assert facts.session.subagents == []


_REFUSED = (
    "The user doesn't want to proceed with this tool use. The tool use was rejected (eg. if it was"
    " a file edit, the new_string was NOT written to the file)."
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{_REFUSED} STOP what you are doing.", ""),
        (
            f"{_REFUSED} To tell you how to proceed, the user said:\nThe other file",
            "The other file",
        ),
        (f"{_REFUSED} The user provided the following reason for the rejection: no", "no"),
        ("The user doesn't want to take this action right now. STOP.", ""),
        ("use pnpm", "use pnpm"),
        ("", ""),
    ],
)
def test_a_refusal_may_say_what_to_do_instead(text: str, said: str) -> None:
    """Some clients record the human's words alone."""
    assert correction(text) == said
