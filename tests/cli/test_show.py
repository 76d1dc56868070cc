"""``her-tui show``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

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
    }
    assert {"kind": "read", "name": "Read", "ok": True}.items() <= first["actions"][0].items()
    made = [action["sha"] for turn in session["turns"] for action in turn["actions"]]
    assert sum(sha is not None for sha in made) == 3


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
