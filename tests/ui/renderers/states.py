"""States made by hand."""

from __future__ import annotations

from dataclasses import replace

from her_tui.analysis.state import Commit, Context, FileState, Pending, Spent, State, Todo
from her_tui.events.model import ActionKind
from tests.ui.replay_values import START

NOW = START + 120_000


def pending(action: int = 1, **more: object) -> Pending:
    """A command that was started 12 seconds ago."""
    given: dict[str, object] = {
        "action": action, "kind": ActionKind.COMMAND, "name": "Bash", "target": "pytest -q",
        "position": 3, "since": NOW - 12_000, "agent": 0, "subagent": 0, "asked_until": 0,
    }  # fmt: skip
    return Pending(**(given | more))  # type: ignore[arg-type]


#: A session in the middle of its work.
BUSY = State(
    position=4,
    time=NOW,
    turn=2,
    spent=Spent(1_000, 20_000, 40_000, 1_200_000, 3.41, 0),
    context=Context(
        84_200, 200_000, {"tool outputs": 69_200, "prompts": 3_000, "system and tools": 12_000}
    ),
    files={
        "/work/app/a.py": FileState("/work/app/a.py", 120, 33, 4, 2),
        "/work/app/b.py": FileState("/work/app/b.py", 1, 0, 1, 3),
    },
    todo=(Todo("Look", "completed"), Todo("Mend", "in_progress"), Todo("Test", "pending")),
    model="claude-opus-4-5-20251101",
    mode="plan",
    commit=Commit(2, "a1b2c3d4e5f6a7b8", "Fix the login for real"),
    error=3,
    errors=2,
)
FRESH = State(position=0, time=START, turn=1)


def busy(**more: object) -> State:
    """`BUSY`, with something else."""
    return replace(BUSY, **more)  # type: ignore[arg-type]
