"""Transcripts as the client writes them, in a few words, for tests."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

_START = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)


def uuid_of(number: int) -> str:
    """A uuid that is always the same for ``number``."""
    return str(UUID(int=number + (4 << 76)))


@dataclass
class Script:
    """The records of one session, in the order they are written."""

    session: str
    seed: int = 0
    cwd: str = "/src/demo"
    records: list[dict[str, Any]] = field(default_factory=list)

    def _next(self) -> int:
        return self.seed * 100_000 + len(self.records)

    def add(self, kind: str, **values: Any) -> dict[str, Any]:
        """One record with the envelope every message-bearing record has."""
        number = self._next()
        time = _START + timedelta(seconds=number % 100_000)
        record = {
            "parentUuid": self.records[-1].get("uuid") if self.records else None,
            "isSidechain": False,
            "type": kind,
            "cwd": self.cwd,
            "sessionId": self.session,
            "version": "2.1.328",
            "gitBranch": "main",
            "uuid": uuid_of(number),
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            **values,
        }
        self.records.append(record)
        return record

    def prompt(self, text: str) -> None:
        """A prompt the human typed."""
        self.add("user", message={"role": "user", "content": text})

    def command(self, name: str, arguments: str = "") -> None:
        """A slash command the human typed, and what the harness made of it; an answer follows."""
        self._typed(name, arguments)
        self.add("user", isMeta=True, message={"role": "user", "content": f"Do as {name} says."})

    def _typed(self, name: str, arguments: str) -> None:
        text = (
            f"<command-message>{name[1:]}</command-message>\n<command-name>{name}</command-name>\n"
            f"<command-args>{arguments}</command-args>"
        )
        self.add("user", message={"role": "user", "content": text})

    def local(self, name: str, output: str = "Done.", arguments: str = "") -> None:
        """A slash command that the client carries out by itself."""
        caveat = "<local-command-caveat>Caveat: not for you.</local-command-caveat>"
        self.add("user", isMeta=True, message={"role": "user", "content": caveat})
        self._typed(name, arguments)
        self._printed(output)

    def noted(self, name: str, output: str = "Done.") -> None:
        """The same, as the client writes it down for some commands."""
        for text in (
            f"<command-name>{name}</command-name>",
            f"<local-command-stdout>{output}</local-command-stdout>",
        ):
            self.add("system", subtype="local_command", content=text)

    def _printed(self, output: str) -> None:
        text = f"<local-command-stdout>{output}</local-command-stdout>"
        self.add("user", message={"role": "user", "content": text})

    def shell(self, command: str, output: str = "") -> None:
        """A shell command the human ran; clients of today have the agent answer it."""
        for text in (f"<bash-input>{command}</bash-input>", f"<bash-stdout>{output}</bash-stdout>"):
            self.add("user", message={"role": "user", "content": text})

    def interrupt(self) -> None:
        """The human stops the agent."""
        text = "[Request interrupted by user]"
        self.add("user", message={"role": "user", "content": [{"type": "text", "text": text}]})

    def response(
        self, *blocks: dict[str, Any], output: int = 20, model: str = "claude-opus-4-5-20251101"
    ) -> None:
        """One response, a record per block, the usage repeated on each."""
        number = self._next()
        for block in blocks:
            self.add(
                "assistant",
                requestId=f"req_{number}",
                message={
                    "id": f"msg_{number}",
                    "type": "message",
                    "role": "assistant",
                    "model": model,
                    "content": [block],
                    "stop_reason": "end_turn",
                    "usage": {
                        "input_tokens": 3,
                        "output_tokens": output,
                        "cache_creation_input_tokens": 100,
                        "cache_read_input_tokens": 1000,
                    },
                },
            )

    def say(self, text: str, output: int = 20) -> None:
        """A response of one text."""
        self.response({"type": "text", "text": text}, output=output)

    def call(self, name: str, result: str, *, error: bool = False, **arguments: Any) -> str:
        """A response that calls a tool, and the tool's result; the tool-use id."""
        identity = f"toolu_{self._next()}"
        self.response({"type": "tool_use", "id": identity, "name": name, "input": arguments})
        self.add(
            "user",
            message={
                "role": "user",
                "content": [
                    {
                        "type": "tool_result",
                        "tool_use_id": identity,
                        "content": result,
                        "is_error": error,
                    }
                ],
            },
        )
        return identity

    def lines(self) -> list[bytes]:
        """The records as lines, without line feeds."""
        return [json.dumps(record, ensure_ascii=False).encode() for record in self.records]

    def bytes(self) -> bytes:
        """The whole file."""
        return b"".join(line + b"\n" for line in self.lines())

    def write(self, root: Path) -> Path:
        """Write the transcript below ``root`` (a client's configuration folder); its path."""
        folder = root / "projects" / self.cwd.replace("/", "-")
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{self.session}.jsonl"
        file.write_bytes(self.bytes())
        return file

    def fork(self, session: str, records: int) -> Script:
        """A session that starts with copies of the first ``records`` records of this one."""
        copies = [{**record, "sessionId": session} for record in self.records[:records]]
        return Script(session, self.seed + 50, self.cwd, copies)


def session_id(number: int) -> str:
    """A session id that is always the same for ``number``."""
    return str(UUID(int=number + (4 << 76) + (1 << 127)))


def busy_session(number: int, turns: int = 3) -> Script:
    """A session with prompts, answers, actions, an error and a commit."""
    script = Script(session_id(number), number)
    for turn in range(turns):
        script.prompt(f"Please mend part {turn} of the parser")
        script.records[-1]["permissionMode"] = "plan" if turn else "default"
        script.call("Read", "1\timport os", file_path=f"/src/demo/part{turn}.py")
        script.call("Bash", "Exit code 1\nboom", error=True, command="pytest -q")
        script.call(
            "Bash",
            f"[main abc{number:02d}{turn:02d}] Mend part {turn}\n 1 file changed",
            command=f'git commit -am "Mend part {turn}"',
        )
        script.say(f"Part {turn} is mended. " + "It works. " * 20, output=50 + turn)
    return script


#: What opens turns in `add_commands`, in order.
ANSWERED = ("/review the parser", "No, leave it", "/plan another parser", "git status", "/review")


def add_commands(script: Script) -> Script:
    """Commands and shell commands at the end of ``script``, some of which the agent answers, with
    prompts, interrupts and what the client carries out while the agent is at work; itself."""
    script.local("/clear", "")
    script.command("/review", "the parser")
    script.call("Bash", "Exit code 1\nboom", error=True, command="pytest -q")
    script.local("/model", "Set model to opus", "opus")  # while it works
    script.say("The parser fails a test.")
    script.command("/mend", "it")
    script.interrupt()
    script.prompt("No, leave it")
    script.noted("/usage")
    script.say("It is left.")
    script._typed("/plan", "another parser")
    script._printed("Turned on plan mode")
    script.call("Read", "1\timport os", file_path="/src/demo/parser.py")
    script.say("Here is a plan.")
    script.shell("git status", "nothing to commit")
    script.say("All is committed.")
    script.command("/review")
    script.local("/compact", "Compacted")
    script.say("Nothing is left to review.")
    script.command("/never", "answered")
    return script
