"""What the scripted API plays for the genuine client."""

from __future__ import annotations

from tests.support.answers import CWD, Step, refuse, say, text, thinking, use
from tests.support.api import Plays

_FILE = f"{CWD}/greeting.py"
_SLOW_WORDS = "Here it comes in small pieces, one after the other, until all of it is there."

CUT_WORDS = "These words were on their way when the connection broke, and are"
LONG_WORDS = "This goes on for longer than anybody wants to read. " * 30


def _agent(job: str, name: str, kind: str = "general-purpose", behind: bool = False) -> Step:
    """A call that launches a subagent playing ``name``."""
    return Step((text("I hand it on."), _launch(job, name, kind, behind)))


def _launch(job: str, name: str, kind: str, behind: bool = False) -> dict[str, object]:
    return use(
        "Agent",
        description=job,
        prompt=f"play:{name} and report",
        subagent_type=kind,
        run_in_background=behind,
    )


def _bash(command: str, description: str, **more: float) -> Step:
    return Step((use("Bash", command=command, description=description),), **more)  # type: ignore[arg-type]


CODING: list[Step] = [
    Step(
        (
            thinking("A small program is wanted, so a file first."),
            text("First the file."),
            use("Write", file_path=_FILE, content="def greet(name):\n    return 'Hi ' + name\n"),
        )
    ),
    _bash("git init -q && git add -A && git commit -m 'Add greeting' && git log -1", "Commit"),
    Step((use("Edit", file_path=_FILE, old_string="'Hi ' + name", new_string="f'Hey {name}'"),)),
    Step((text("Now the tests."), use("Bash", command="echo 1 failed >&2; exit 3"))),
    Step((use("Read", file_path=_FILE),)),
    Step((thinking("It is done."), text("The greeting is written and committed."))),
]

PLAYS: Plays = {
    "coding": CODING,
    "hello": [say("Hello to you too.")],
    "second": [_bash("git log --oneline | wc -l", "Count commits"), say("One commit so far.")],
    "third": [say("This is the third answer.")],
    "branch": [say("An answer on a branch of its own.")],
    "retries": [
        refuse(529, "overloaded_error", "Overloaded"),
        refuse(429, "rate_limit_error", "Too many requests", retry_after="1"),
        say("Answered after two refusals."),
    ],
    "cut": [say(f"{CUT_WORDS} kept.", cut=8), say("Answered after the break.")],
    "fallback": [say("An error will come before the end of this.", fail=7), say("All at once.")],
    "packed": [say("This was packed on its way.", gzip=True, pause_ms=15)],
    "rejected": [refuse(400, "invalid_request_error", "scripted: too strange")] * 12,
    "slow": [
        Step((thinking("Taking my time."), text(_SLOW_WORDS)), first_ms=700, pause_ms=60, piece=8)
    ],
    "slower": [say("Word by word, piece by piece, to the end of it. " * 3, pause_ms=90, piece=4)]
    * 3,
    "delegate": [_agent("Count files", "count-files"), say("The subagent counted one file.")],
    "count-files": [_bash("ls", "List files"), say("There is one file.")],
    "parallel": [
        Step(
            (
                text("Two at once."),
                _launch("Job one", "job-one", "general-purpose"),
                _launch("Job two", "job-two", "Explore"),
            )
        ),
        say("Both subagents are back."),
    ],
    "job-one": [_bash("sleep 0.2; echo one", "One", pause_ms=30), say("One is fine.", pause_ms=30)],
    "job-two": [_bash("sleep 0.2; echo two", "Two", pause_ms=30), say("Two is fine.", pause_ms=30)],
    "behind": [
        _agent("Job one", "job-one", behind=True),
        say("It runs; I wait."),
        say("The job behind is done."),
    ],
    "denied": [_bash("touch forbidden.txt", "Touch a file"), say("It was not allowed.")],
    "flagged": [
        Step((use("Bash", command="touch flagged.txt", description="Touch"),), flagged=True),
        say("It was stopped, as it should be."),
    ],
    "long": [
        Step((thinking("This takes a while."), text(LONG_WORDS)), pause_ms=120, piece=6),
        say("Again from the start."),
    ],
    "allowed": [_bash("touch asked.txt", "Touch a file"), say("The file is there.")],
}
