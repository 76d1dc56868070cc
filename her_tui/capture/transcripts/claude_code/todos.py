"""What calls of the client's tools for task lists change in the list.

``TodoWrite`` gives the whole list each time; ``TaskCreate`` and ``TaskUpdate`` (client ≥ 2.1.26)
one entry, whose number is in the result of its creation.
"""

from __future__ import annotations

import re

from her_tui.capture.transcripts.claude_code.records import Json, dict_or_empty, text_or
from her_tui.events.todos import TodoChange, TodoEntry

_CREATED = re.compile(r"Task #([0-9A-Za-z._-]{1,40}) created")


def todo_change(name: str, arguments: Json, output: str) -> TodoChange | None:
    """What a successful call of the tool ``name`` changes in the task list; None: nothing."""
    if name == "TodoWrite":
        todos = arguments.get("todos")
        if not isinstance(todos, list):
            return None
        items = [dict_or_empty(todo) for todo in todos]
        return TodoChange(
            tuple(
                TodoEntry(str(number), text_or(item.get("content")), text_or(item.get("status")))
                for number, item in enumerate(items)
            ),
            whole=True,
        )
    subject = arguments.get("subject")
    text = subject if isinstance(subject, str) else None
    if name == "TaskCreate":
        created = _CREATED.search(output)
        key = created[1] if created else f"new {text}"
        return TodoChange((TodoEntry(key, text or "", "pending"),), whole=False)
    if name == "TaskUpdate":
        status = arguments.get("status")
        entry = TodoEntry(
            str(arguments.get("taskId")),
            text,
            status if isinstance(status, str) else None,
            removed=status == "deleted",
        )
        return TodoChange((entry,), whole=False)
    return None
