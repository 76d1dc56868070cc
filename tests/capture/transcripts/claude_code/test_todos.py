"""What calls of the tools for task lists change."""

from __future__ import annotations

from typing import Any

import pytest

from her_tui.events.todos import TodoChange, TodoEntry
from tests.capture.transcripts.claude_code.claude_records import adapter


def test_a_whole_list() -> None:
    todos = [{"content": "a", "status": "pending", "activeForm": "A"}, {"status": 1}, "odd"]
    assert adapter.todo_change("TodoWrite", {"todos": todos}, "") == TodoChange(
        (TodoEntry("0", "a", "pending"), TodoEntry("1", "", ""), TodoEntry("2", "", "")), True
    )


def test_single_entries() -> None:
    made = adapter.todo_change(
        "TaskCreate", {"subject": "a", "description": "b"}, "Task #12 created successfully: a"
    )
    assert made == TodoChange((TodoEntry("12", "a", "pending"),), False)
    changed = adapter.todo_change("TaskUpdate", {"taskId": "12", "status": "completed"}, "")
    assert changed == TodoChange((TodoEntry("12", None, "completed"),), False)
    gone = adapter.todo_change("TaskUpdate", {"taskId": "12", "status": "deleted"}, "")
    assert gone == TodoChange((TodoEntry("12", None, "deleted", removed=True),), False)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("TodoWrite", {}),
        ("TodoWrite", {"todos": "x"}),
        ("TaskList", {}),
        ("Bash", {"command": "x"}),
    ],
)
def test_what_changes_nothing(name: str, arguments: dict[str, Any]) -> None:
    assert adapter.todo_change(name, arguments, "") is None


def test_an_entry_whose_number_is_not_told_is_one_of_its_own() -> None:
    change = adapter.todo_change("TaskCreate", {"subject": "a"}, "odd")
    assert change is not None
    assert change.entries[0].key == "new a"
