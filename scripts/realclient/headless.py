"""Runs of the client without a terminal: one scene after the other, each in a folder of its own."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from realclient.place import Place, her
from realclient.report import Report

_PATIENCE_SECONDS = 150
_STREAM = ("--output-format", "stream-json", "--verbose")
_FREE = (*_STREAM, "--dangerously-skip-permissions")

#: Scene -> what its result says.
SCENES = {
    "coding": "written and committed",
    "retries": "after two refusals",
    "cut": "after the break",
    "fallback": "All at once",
    "packed": "packed on its way",
    "slow": "in small pieces",
    "rejected": "too strange",
    "delegate": "counted one file",
    "parallel": "Both subagents",
    "behind": "behind is done",
    "denied": "not allowed",
}


@dataclass
class Run:
    """One run of the client."""

    name: str
    code: int
    lines: list[dict[str, Any]] = field(default_factory=list)
    """What it printed as JSON."""
    text: str = ""
    errors: str = ""

    @property
    def session_id(self) -> str:
        """The session it was."""
        return next((line["session_id"] for line in self.lines if "session_id" in line), "")

    @property
    def result(self) -> str:
        """Its last words."""
        said = [line.get("result") or "" for line in self.lines if line.get("type") == "result"]
        return str(said[-1]) if said else ""


def command(options: Sequence[str], arguments: Sequence[str]) -> list[str]:
    """The client under Her."""
    return [*her(), "run", *options, "--", "claude", *arguments]


def play(
    place: Place, name: str, options: Sequence[str], arguments: Sequence[str], where: str = ""
) -> Run:
    """Run the client in the folder ``where``; what it said is kept beside the run too."""
    done = subprocess.run(
        command(options, arguments),
        cwd=place.work(where or name),
        env=place.environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_PATIENCE_SECONDS,
    )
    (place.folder / "out" / f"{name}.out").write_text(done.stdout)
    (place.folder / "out" / f"{name}.err").write_text(done.stderr)
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return Run(name, done.returncode, lines, done.stdout, done.stderr)


def scenes(place: Place, options: Sequence[str], report: Report) -> dict[str, Run]:
    """Play all scenes; what came of each."""
    runs: dict[str, Run] = {}
    for name, words in SCENES.items():
        form = _STREAM if name == "denied" else _FREE
        run = play(place, name, options, ["-p", f"Please play:{name}", *form])
        report.check(f"{name}: {words!r}", words in run.result, run.result or run.errors[-300:])
        runs[name] = run
    return {**runs, **_turns(place, options, report)}


def _turns(place: Place, options: Sequence[str], report: Report) -> dict[str, Run]:
    """One session over several runs: continued, resumed, forked, compacted, measured."""
    runs: dict[str, Run] = {}

    def turn(name: str, *arguments: str) -> Run:
        runs[name] = play(place, name, options, arguments, where="turns")
        return runs[name]

    first = turn("first", "-p", "Please play:coding", *_FREE)
    session = first.session_id
    again = turn("continue", "-p", "--continue", "Please play:second", *_FREE)
    report.check("--continue goes on with the session", again.session_id == session)
    turn("resume", "-p", "--resume", session, "Please play:third", *_FREE)
    fork = turn("fork", "-p", "--resume", session, "--fork-session", "play:branch", *_FREE)
    report.check("--fork-session makes another session", fork.session_id not in ("", session))
    turn("compact", "-p", "--resume", session, "/compact", *_FREE)
    context = turn("context", "-p", "/context", "--output-format", "text")
    report.check("/context measures", "okens" in context.text, context.text[:200] or context.errors)
    return runs


def wait_quiet(folder: Path, seconds: float = 60.0) -> bool:
    """Wait until nothing is left in the folder of raw bodies; whether that came true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not folder.exists() or not any(folder.iterdir()):
            return True
        time.sleep(0.2)
    return False
