"""Git commits: does a command make one, and which did its output report.

Commands are read as text, not run through a shell: quoted strings and heredoc bodies are blanked
first, so that a commit only talked about is none.
"""

from __future__ import annotations

import re

_HEREDOC = re.compile(
    r"<<-?[ \t]*(['\"]?)([A-Za-z_]\w*)\1([^\n]*)\n.*?(?:^[ \t]*\2[ \t]*$|\Z)",
    re.DOTALL | re.MULTILINE,
)
_QUOTED = re.compile(r"'[^']*'|\"(?:\\.|[^\"\\])*\"|\\.|(?<!\S)#[^\n]*", re.DOTALL)

#: ``git``, its own options, then ``commit``, where a command may start: at the start, after a
#: separator or a keyword, behind variables and wrappers.
_COMMIT = re.compile(
    r"(?:^|[;&|\n(){}`]|\b(?:then|do|else|time|sudo|env|command|exec|nohup)\b)\s*"
    r"(?:[A-Za-z_]\w*=\S*\s+)*"
    r"(?:\S*/)?git(?:\.exe)?"
    r"(?:\s+(?:-[Cc]\s+\S+|--?[A-Za-z][\w-]*(?:=\S+)?))*"
    r"\s+commit(?![\w-])"
)

#: ``[branch sha] subject``, ``[branch (root-commit) sha] subject``, ``[detached HEAD sha] …``.
_REPORT = re.compile(r"\[[^\[\]\n]+? ([0-9a-f]{7,40})\] ?([^\n]*)")


def runs_commit(command: str) -> bool:
    """``command``, a shell command line or script, runs ``git commit``."""
    if "commit" not in command or "git" not in command:
        return False
    bare = command.replace("\\\n", " ")
    if "<<" in bare:
        bare = _HEREDOC.sub(r"<<\3\n", bare)
    return _COMMIT.search(_QUOTED.sub("_", bare)) is not None


def reported_commit(output: str) -> tuple[str, str] | None:
    """(short sha, subject) of the first commit a command's ``output`` reports; None if none."""
    line = 0
    while True:
        if output.startswith("[", line) and (found := _REPORT.match(output, line)):
            return found[1], found[2].strip()
        line = output.find("\n[", line) + 1
        if not line:
            return None
