"""What tools answer, in the shapes the client records them: pure functions, no clock, no ids."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

#: What the client puts in the place of a result when the human says no.
_REJECTION = (
    "The user doesn't want to proceed with this tool use. The tool use was rejected "
    "(eg. if it was a file edit, the new_string was NOT written to the file)."
)

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one tool call."""

    content: object
    """What the model is shown: a string or content blocks."""
    result: object
    """What the client keeps beside it (``toolUseResult``)."""
    error: bool = False
    accepted: bool = True
    """The human, or a rule, let it run."""
    source: str = ""
    """Who decided, as the client says it; empty: a rule if it ran, else the human."""


def failed(message: str) -> Outcome:
    """A tool that ran and reported an error."""
    return Outcome(message, f"Error: {message}", error=True)


def invalid(message: str) -> Outcome:
    """A call the client refused before it ran."""
    return Outcome(f"<tool_use_error>{message}</tool_use_error>", f"Error: {message}", error=True)


def rejected(correction: str) -> Outcome:
    """A call the human refused, with what they said instead."""
    text = f"{_REJECTION} To tell you how to proceed, the user said:\n{correction}"
    return Outcome(text, f"Error: {text}", error=True, accepted=False)


def patch(before: str, after: str) -> list[Json]:
    """The change as hunks with three lines of context, as the client records an edit."""
    old, new = before.splitlines(), after.splitlines()
    hunks: list[Json] = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for group in matcher.get_grouped_opcodes(3):
        lines: list[str] = []
        for tag, old_start, old_end, new_start, new_end in group:
            if tag == "equal":
                lines += [f" {line}" for line in old[old_start:old_end]]
                continue
            lines += [f"-{line}" for line in old[old_start:old_end]]
            lines += [f"+{line}" for line in new[new_start:new_end]]
        first, last = group[0], group[-1]
        hunks.append(
            {
                "oldStart": first[1] + 1,
                "oldLines": last[2] - first[1],
                "newStart": first[3] + 1,
                "newLines": last[4] - first[3],
                "lines": lines,
            }
        )
    return hunks


def read(path: str, text: str) -> Outcome:
    """A file read whole."""
    lines = text.split("\n")
    numbered = "\n".join(f"{number}\t{line}" for number, line in enumerate(lines, 1))
    file: Json = {
        "filePath": path,
        "content": text,
        "numLines": len(lines),
        "startLine": 1,
        "totalLines": len(lines),
    }
    return Outcome(numbered, {"type": "text", "file": file})


def edited(path: str, before: str, old: str, new: str) -> Outcome:
    """One replacement in a file."""
    result: Json = {
        "filePath": path,
        "oldString": old,
        "newString": new,
        "originalFile": before,
        "structuredPatch": patch(before, before.replace(old, new, 1)),
        "userModified": False,
        "replaceAll": False,
    }
    return Outcome(f"The file {path} has been updated successfully.", result)


def written(path: str, before: str | None, after: str) -> Outcome:
    """A whole file written, new or in the place of another."""
    result: Json = {
        "type": "create" if before is None else "update",
        "filePath": path,
        "content": after,
        "structuredPatch": [] if before is None else patch(before, after),
        "originalFile": before,
        "userModified": False,
    }
    verb = "File created successfully at:" if before is None else "The file has been updated:"
    return Outcome(f"{verb} {path}", result)


def printed(stdout: str, git: Json | None = None) -> Outcome:
    """A command that ended well."""
    result: Json = {
        "stdout": stdout,
        "stderr": "",
        "interrupted": False,
        "isImage": False,
        "noOutputExpected": not stdout,
    }
    if git:
        result["gitOperation"] = git
    return Outcome(stdout or "(Bash completed with no output)", result)


def matches(lines: Sequence[str]) -> Outcome:
    """What a search for a pattern found."""
    files = sorted({line.split(":")[0] for line in lines})
    content = "\n".join(lines)
    result: Json = {
        "mode": "content",
        "numFiles": len(files),
        "filenames": files,
        "content": content,
        "numLines": len(lines),
    }
    return Outcome(content or "No matches found", result)


def files(names: Sequence[str], duration_ms: int) -> Outcome:
    """What a search for file names found."""
    result: Json = {
        "filenames": list(names),
        "durationMs": duration_ms,
        "numFiles": len(names),
        "truncated": False,
    }
    return Outcome("\n".join(names) or "No files found", result)
