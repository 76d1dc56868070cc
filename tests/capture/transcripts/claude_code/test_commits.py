"""Git commits: which commands make one, and what their output says."""

from __future__ import annotations

from typing import Any

import pytest

from her_tui.capture.transcripts.claude_code.commits import reported_commit, runs_commit
from her_tui.events.model import Flag
from tests.capture.transcripts.claude_code.claude_records import assistant, read, result, use, user

HEREDOC = """git commit -m "$(cat <<'EOF'
fix: don't do that

It's "better" now; git push later
EOF
)" && git push"""


@pytest.mark.parametrize(
    "command",
    [
        "git commit -m 'x'",
        "git add -A && git commit -m x",
        "cd /src; git -C /src -c user.name=me commit -q",
        "git --no-pager commit",
        "true\ngit commit",
        "GIT_DIR=/x git commit",
        "cd /x || git commit",
        "(git commit)",
        "if true; then git commit; fi",
        "sudo git commit",
        "/usr/bin/git commit",
        "git \\\n  commit -m x",
        'git -C "my dir" commit',
        "# don't\ngit commit",
        HEREDOC,
        "cat <<EOF > f && git commit -m x\nbody\nEOF",
    ],
)
def test_commands_that_commit(command: str) -> None:
    assert runs_commit(command)


@pytest.mark.parametrize(
    "command",
    [
        "git log",
        "echo 'git commit'",
        'echo "run git commit now"',
        "git commit-tree x",
        "git log --grep commit",
        "cat <<EOF\ngit commit\nEOF",
        "# git commit",
        "echo git commit",
        "grep -r 'x' . # then git commit",
    ],
)
def test_commands_that_do_not(command: str) -> None:
    assert not runs_commit(command)


@pytest.mark.parametrize(
    ("output", "commit"),
    [
        ("[main 1a2b3c4] fix it\n 1 file changed", ("1a2b3c4", "fix it")),
        ("hook ran\n[main (root-commit) 1a2b3c4d] start", ("1a2b3c4d", "start")),
        ("[detached HEAD 1a2b3c4] x", ("1a2b3c4", "x")),
        ("[INFO] starting\n[feat/a-b 1a2b3c4] x", ("1a2b3c4", "x")),
        ("see [main 1a2b3c4] x", None),
        ("[1, 2, 3]\n[]", None),
        ("", None),
    ],
)
def test_reported_commits(output: str, commit: tuple[str, str] | None) -> None:
    assert reported_commit(output) == commit


REPORT = "[main 1a2b3c4] fix"


@pytest.mark.parametrize(
    ("call", "content", "outcome", "sha"),
    [
        (use("Bash", command="git commit"), REPORT, None, "1a2b3c4"),
        (use("PowerShell", command="git commit"), REPORT, None, "1a2b3c4"),
        (use("Bash", command="git commit"), "", {"stdout": REPORT}, "1a2b3c4"),
        (use("Bash", command="git commit"), "nothing to commit", None, None),
        (use("Bash", command="cat log"), REPORT, None, None),
        (use("Read", file_path="log"), REPORT, None, None),
        (
            use("Bash", command="./release.sh"),
            "",
            {"stdout": "", "gitOperation": {"commit": {"sha": "9f9f9f9", "kind": "committed"}}},
            "9f9f9f9",
        ),
    ],
)
def test_actions_that_commit(
    call: dict[str, Any], content: str, outcome: object, sha: str | None
) -> None:
    facts = read(assistant(call), user([result(content)], toolUseResult=outcome))
    action = facts.actions["toolu_1"]
    assert (bool(action.commits and action.sha), action.sha) == (sha is not None, sha)
    assert bool(facts.events[1].flags & Flag.COMMIT) == (sha is not None)


def test_a_result_read_apart_from_its_call_keeps_what_it_reports() -> None:
    action = read(user([result(REPORT)])).actions["toolu_1"]
    assert (action.commits, action.sha, action.subject) == (None, "1a2b3c4", "fix")
