"""The client's tools: what kind of action each is, and what a call acts on."""

from __future__ import annotations

from her_tui.capture.transcripts.claude_code.records import Json, dict_or_empty, text_or
from her_tui.events.model import ActionKind

_KINDS: dict[str, ActionKind] = {
    name: kind
    for kind, names in {
        ActionKind.EDIT: ("Edit", "MultiEdit", "Write", "NotebookEdit"),
        ActionKind.READ: ("Read", "NotebookRead", "LS"),
        ActionKind.COMMAND: (
            "Bash",
            "PowerShell",
            "BashOutput",
            "KillBash",
            "KillShell",
            "Monitor",
            "REPL",
        ),
        ActionKind.SEARCH: ("Grep", "Glob", "ToolSearch", "LSP"),
        ActionKind.WEB: ("WebFetch", "WebSearch"),
        ActionKind.MCP: ("ListMcpResourcesTool", "ReadMcpResourceTool"),
        ActionKind.SUBAGENT: (
            "Agent",
            "Task",
            "AgentOutputTool",
            "SendMessage",
            "TaskOutput",
            "TaskStop",
        ),
        ActionKind.TODO: (
            "TodoWrite",
            "TodoRead",
            "TaskCreate",
            "TaskGet",
            "TaskList",
            "TaskUpdate",
        ),
    }.items()
    for name in names
}

#: The arguments that say what a call acts on, the most telling first.
_TARGETS: dict[str, tuple[str, ...]] = {
    "Edit": ("file_path",),
    "MultiEdit": ("file_path",),
    "Write": ("file_path",),
    "Read": ("file_path",),
    "NotebookEdit": ("notebook_path",),
    "NotebookRead": ("notebook_path",),
    "LS": ("path",),
    "Bash": ("command",),
    "PowerShell": ("command",),
    "Agent": ("description", "prompt"),
    "Task": ("description", "prompt"),
    "WebFetch": ("url",),
    "WebSearch": ("query",),
    "ToolSearch": ("query",),
    "ExitPlanMode": ("plan",),
    "TaskCreate": ("subject", "description"),
}

#: Tried in this order for any other tool.
_TELLING = (
    "file_path",
    "path",
    "command",
    "url",
    "query",
    "pattern",
    "description",
    "bash_id",
    "shell_id",
    "task_id",
    "name",
    "text",
)

#: Tools that run what they are given in a shell.
SHELLS = frozenset({"Bash", "PowerShell"})

#: Tools that start a subagent.
LAUNCHERS = frozenset({"Agent", "Task"})


def kind_of(name: str) -> ActionKind:
    """What the tool ``name`` does."""
    kind = _KINDS.get(name)
    if kind is None:
        return ActionKind.MCP if name.startswith("mcp__") else ActionKind.OTHER
    return kind


def target_of(name: str, arguments: Json) -> str:
    """What a call of the tool ``name`` acts on; may have several lines, or be empty."""
    for key in _TARGETS.get(name, ()):
        value = arguments.get(key)
        if type(value) is str and value:
            return value
    special = _SPECIAL.get(name)
    if special is not None:
        return special(arguments)
    for key in _TELLING:
        value = arguments.get(key)
        if type(value) is str and value:
            return value
    return next((value for value in arguments.values() if type(value) is str and value), "")


def input_chars(arguments: Json) -> int:
    """Characters of the texts among the ``arguments`` of a call."""
    return sum(len(value) for value in arguments.values() if type(value) is str)


def _search(arguments: Json) -> str:
    pattern = text_or(arguments.get("pattern"))
    where = text_or(arguments.get("path")) or text_or(arguments.get("glob"))
    return f"{pattern} in {where}" if where else pattern


def _todos(arguments: Json) -> str:
    todos = arguments.get("todos")
    if not isinstance(todos, list):
        return ""
    items = [dict_or_empty(todo) for todo in todos]
    done = sum(item.get("status") == "completed" for item in items)
    now = next((item for item in items if item.get("status") == "in_progress"), {})
    doing = text_or(now.get("activeForm")) or text_or(now.get("content"))
    return f"{done}/{len(items)} {doing}".rstrip()


def _task(arguments: Json) -> str:
    parts = (arguments.get(key) for key in ("taskId", "status", "subject"))
    return " ".join(part for part in parts if isinstance(part, str))


def _skill(arguments: Json) -> str:
    name = text_or(arguments.get("skill")) or text_or(arguments.get("command"))
    return f"{name} {text_or(arguments.get('args'))}".strip()


def _question(arguments: Json) -> str:
    questions = arguments.get("questions")
    first = dict_or_empty(questions[0]) if isinstance(questions, list) and questions else {}
    return text_or(first.get("question"))


def _message(arguments: Json) -> str:
    text = text_or(arguments.get("summary")) or text_or(arguments.get("message"))
    return f"{text_or(arguments.get('to'))}: {text}" if "to" in arguments else text


_SPECIAL = {
    "Grep": _search,
    "Glob": _search,
    "TodoWrite": _todos,
    "TaskUpdate": _task,
    "TaskGet": _task,
    "Skill": _skill,
    "AskUserQuestion": _question,
    "SendMessage": _message,
}
