"""A folder of transcripts in which every captured text tries to drive the terminal.

Each text starts with a mark that names its field, so that a test can tell what was shown. The
payloads follow in an order of the session's own: what is cut in one place is shown in another.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from tests.support.claude import Script, session_id

#: In every planted sequence, and nowhere else.
PLANTED = "HERPWN"
#: The same for a clipboard: what the terminal would be told to copy.
PLANTED_COPY = "SEVSUFdO"

PAYLOADS = (
    f"\x1b]0;{PLANTED}\x07",
    f"\x1b]52;c;{PLANTED_COPY}\x07",
    "\x1b[31;5;8mred\x1b[2J",
    "\x9b31;5;8mred\x9d52;c;SEVSUFdO\x9c\x90q\x9c",
    "[/x][@click=app.quit]quit[/][link=https://evil.example]l[/link]",
    "\u202etxt\u202c\u2066x\u2069\u200f",
    "nul\x00bell\x07back\x08\x08del\x7fcr\rff\x0c",
    "\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\",
    "\x1bPq\x1b\\\x1bc\x1b(0\x0e",
    "\x1b[201~\x1b[6n\x1b[?1049l",
    "sep\u2028par\u2029",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467\u0301",
    "tag\U000e0041\ufeff\ufff9",
)
LONE = "\ud83d"
#: The sessions, each with another order of payloads; the last two have megabytes on one line, the
#: last has lone surrogates.
SESSIONS = 3


def mark(field: str) -> str:
    """What a field's text starts with."""
    return f"Ψ{field}"


class Poison:
    """Texts of one session."""

    def __init__(self, number: int) -> None:
        start = number * 5 % len(PAYLOADS)
        self._payload = " ".join(PAYLOADS[start:] + PAYLOADS[:start])
        if number == SESSIONS - 1:
            self._payload = f"{LONE} {self._payload} {LONE}"

    def __call__(self, field: str) -> str:
        """The text of ``field``."""
        return f"{mark(field)} {self._payload}"


def prompt(number: int) -> str:
    """The first prompt of session ``number``."""
    return Poison(number)("prompt")


def write(root: Path) -> None:
    """Write the sessions below ``root``, a client's configuration folder."""
    for number in range(SESSIONS):
        _write_session(root, number)
    (root / "settings.json").write_text("{}")


def write_unnameable(root: Path) -> None:
    """Write one more below ``root``, in a folder whose name is no text."""
    script = Script(session_id(SESSIONS), SESSIONS)
    script.prompt("hello")
    _save(Path(os.fsdecode(os.fsencode(root) + b"/projects/-\x9b31m\xff\x1b[2J/x.jsonl")), script)


def _write_session(root: Path, number: int) -> None:
    bad = Poison(number)
    script = Script(session_id(number), number, cwd="/src/" + bad("cwd").replace("/", "|"))
    script.add("summary", summary=bad("summary"), leafUuid=bad("leaf"))
    script.prompt(prompt(number))
    _talk(script, bad)
    _edit(script, bad)
    _run(script, bad)
    _other_tools(script, bad)
    _notes(script, bad)
    _huge(script, number)
    _subagent(root, script, bad, number)
    titles = {"aiTitle": bad("aititle")}
    if number:
        titles["customTitle"] = bad("title")
    for key, title in titles.items():
        kind = "custom-title" if key == "customTitle" else "ai-title"
        script.records.append({"type": kind, key: title, "sessionId": script.session})
    for record in script.records:
        if "uuid" in record:
            record.update(gitBranch=bad("branch"), version=bad("version"))
    _save(_project(root, number) / _file_name(script.session, number), script)


def _project(root: Path, number: int) -> Path:
    """A project's folder; its own name is hostile: it may hold anything but / and NUL."""
    name = f"-src-{number}[x]\x1b]0;{PLANTED}\x07\x9b31m\u202e\n\x7f"
    return root / "projects" / name


def _file_name(session: str, number: int) -> str:
    return f"[x]\x1b]0;{PLANTED}\x07.jsonl" if number == SESSIONS - 1 else f"{session}.jsonl"


def _save(file: Path, script: Script) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    # Escaped, as the client writes lone surrogates: no UTF-8 holds them.
    text = "".join(json.dumps(record) + "\n" for record in script.records)
    file.write_text(text, encoding="ascii")


def _talk(script: Script, bad: Poison) -> None:
    script.response(
        {"type": "thinking", "thinking": bad("thinking"), "signature": "x"},
        {"type": "text", "text": f"{bad('answer')}\n\n```{bad('fence')}\n{bad('code')}\n```\n"},
        model=bad("model"),
    )
    script.response(
        {"type": bad("block"), "name": bad("blockname"), "input": {"query": bad("blockinput")}}
    )


def _edit(script: Script, bad: Poison) -> None:
    path = script.cwd + "/" + bad("file").replace("/", "|") + ".py"
    call = script.call(
        "Edit", bad("edited"), file_path=path, old_string=bad("old"), new_string=bad("new")
    )
    assert call
    script.records[-1]["toolUseResult"] = {
        "filePath": path,
        "structuredPatch": [
            {
                "oldStart": 1,
                "oldLines": 2,
                "newStart": 1,
                "newLines": 2,
                "lines": [f" {bad('same')}", f"-{bad('old')}", f"+{bad('new')}"],
            }
        ],
    }
    script.call("Write", bad("written"), file_path=path, content=bad("whole"))
    script.call("Read", f"1\t{bad('line')}\n2\t{bad('line')}", file_path=path)


def _run(script: Script, bad: Poison) -> None:
    script.call(
        "Bash",
        f"{bad('output')}\n" * 3,
        error=True,
        command=f"echo {bad('command')}\n{bad('command')}",
        description=bad("purpose"),
    )
    script.records[-1]["toolUseResult"] = {"stdout": bad("stdout"), "stderr": bad("stderr")}
    commit = f"[main abc1234] {bad('subject')}\n 1 file changed"
    script.call("Bash", commit, command='git commit -m "x"')


def _other_tools(script: Script, bad: Poison) -> None:
    odd: dict[str, Any] = {bad("key"): bad("value"), "in": {bad("innerkey"): [bad("inner")]}}
    script.call(f"mcp__{bad('server')}__{bad('tool')}", bad("mcpoutput"), **odd)
    script.call(bad("toolname"), bad("tooloutput"), text=bad("tooltext"))
    script.call("Grep", bad("found"), pattern=bad("pattern"), path=bad("path"))
    script.call("WebFetch", bad("page"), url=f"https://{bad('url')}", prompt=bad("ask"))
    todos = [{"content": bad("todo"), "status": "in_progress", "activeForm": bad("doing")}]
    script.call("TodoWrite", bad("todoed"), todos=todos)
    image = {"type": "image", "source": {"media_type": bad("media"), "data": "AAAA"}}
    script.add(
        "user",
        message={
            "role": "user",
            "content": [{"type": "text", "text": bad("second")}, image],
        },
    )


def _notes(script: Script, bad: Poison) -> None:
    script.add("attachment", attachment={"type": bad("attachment"), "content": bad("attached")})
    script.add("attachment", attachment={"type": "queued_command", "prompt": bad("queued")})
    script.add("system", subtype=bad("notice"), content=bad("noticed"))
    failure = {"status": bad("status"), "message": bad("apierror")}
    script.add("system", subtype="api_error", error=failure)
    compaction = {"trigger": bad("trigger")}
    script.add(
        "system", subtype="compact_boundary", content=bad("compact"), compactMetadata=compaction
    )
    script.add("user", isMeta=True, message={"role": "user", "content": bad("injected")})
    command = f"<command-name>/{bad('slash')}</command-name><command-args>{bad('arguments')}"
    script.prompt(command + "</command-args>")
    script.prompt(f"<bash-input>{bad('shell')}</bash-input>")
    script.prompt(f"<bash-stdout>{bad('shellout')}</bash-stdout>")
    script.prompt(f"<system-reminder>{bad('reminder')}</system-reminder>")
    script.prompt(f"[Request interrupted by user {bad('interrupt')}]")
    script.add(
        "assistant",
        isApiErrorMessage=True,
        error=bad("errorclass"),
        message={
            "id": "msg_error",
            "model": "<synthetic>",
            "role": "assistant",
            "content": [{"type": "text", "text": bad("errortext")}],
        },
    )
    script.add(bad("kind"), content=bad("unknown"))


def _huge(script: Script, number: int) -> None:
    """A turn with a megabyte on one line, in all sessions but the first."""
    if number:
        line = "x" * 1_000_000 + PAYLOADS[0] + PAYLOADS[3]
        script.prompt(line)
        script.call("Bash", line, command=line)
        script.say(line)


def _subagent(root: Path, script: Script, bad: Poison, number: int) -> None:
    """A subagent with a file and a description of its own."""
    agent = f"a{number}"
    launch = script.call(
        "Task",
        bad("report"),
        subagent_type=bad("type"),
        description=bad("description"),
        prompt=bad("task"),
    )
    outcome: dict[str, Any] = {
        "agentId": agent,
        "agentType": bad("type"),
        "description": bad("description"),
    }
    script.records[-1]["toolUseResult"] = outcome
    own = Script(script.session, number + 70, script.cwd)
    own.prompt(bad("task"))
    own.call("Bash", bad("suboutput"), command=bad("subcommand"))
    own.say(bad("subanswer"))
    for record in own.records:
        record.update(isSidechain=True, agentId=agent)
    folder = _project(root, number) / script.session / "subagents"
    _save(folder / f"agent-{agent}.jsonl", own)
    described = {**outcome, "toolUseId": launch}
    (folder / f"agent-{agent}.meta.json").write_text(json.dumps(described), encoding="ascii")
