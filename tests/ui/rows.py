"""Session rows and timelines made by hand."""

from __future__ import annotations

from dataclasses import replace

from her_tui.analysis.timeline import Timeline, lay_out
from her_tui.events.model import EventKind, Flag
from her_tui.queries.sessions import Origin, SessionRow
from her_tui.queries.tokens import Tokens

NOW = 1_795_174_972_000

ROW = SessionRow(
    id=1,
    agent="claude-code",
    session_id="0c9f8a52-0000-4000-8000-000000000001",
    parent=None,
    title="Fix the flaky login test",
    project="/home/ada/code/engine",
    cwd="/home/ada/code/engine",
    branch="main",
    model="claude-opus-5-5",
    started=NOW - 7_200_000,
    ended=NOW - 3_600_000,
    prompts=4,
    turns=4,
    responses=20,
    actions=30,
    edits=5,
    commits=1,
    errors=3,
    tokens=Tokens(100, 200, 3000, 40000),
    cost=1.25,
    unpriced=0,
    subagents=0,
    origin=Origin.FILE,
    days_left=20,
    damaged=0,
    path="/home/ada/.claude/projects/engine/1.jsonl",
)


def row(**changes: object) -> SessionRow:
    """`ROW` with other values."""
    return replace(ROW, **changes)  # type: ignore[arg-type]


def timeline(kinds: str, session: int = 1) -> Timeline:
    """A timeline of one event per letter: ``p`` prompt, ``t`` text, ``e`` failed result."""
    known = {"p": EventKind.PROMPT, "t": EventKind.TEXT, "e": EventKind.TOOL_RESULT}
    return lay_out(
        session,
        [
            (at + 1, 0, NOW + at * 1000, int(known[kind]), Flag.ERROR if kind == "e" else 0, 0)
            for at, kind in enumerate(kinds)
        ],
    )
