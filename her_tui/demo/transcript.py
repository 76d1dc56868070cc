"""The words a story is told in: what the human types, what the agent says and does."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import PurePosixPath

from her_tui.demo import outcomes
from her_tui.demo.outcomes import Json, Outcome
from her_tui.demo.writer import Writer, iso

#: A grey pixel: the image that the screenshots of the story stand for.
_PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
)


class Transcript(Writer):
    """One session, or one of its subagents, told in the order it happened."""

    turns = 0
    mode = "default"
    """What the agent may do without asking."""
    _turn_began = 0.0
    _turn_records = 0
    _last_prompt = ""

    # The human

    def prompt(self, text: str, *, after: float | None = None, images: int = 0) -> None:
        """The human types a prompt, ``after`` seconds of reading and thinking."""
        self.end_turn()
        self.pause(self.stage.chance.triangular(15, 420, 70) if after is None else after)
        self.turns += 1
        self.prompt_id = self.stage.ids.uuid()
        self._turn_began, self._turn_records = self.now, len(self.lines)
        self._last_prompt = text
        content: object = text
        if images:
            source = {"type": "base64", "media_type": "image/png", "data": _PIXEL}
            picture = {"type": "image", "source": source}
            content = [{"type": "text", "text": text}, *[picture] * images]
        self.user(
            content,
            permissionMode=self.mode,
            origin={"kind": "human"},
            promptSource="typed",
            turnPosition={"promptIndex": self.turns, "turnIndex": self.turns},
        )

    def allow(self, mode: str) -> None:
        """The human switches to another permission mode."""
        self.respond()
        self.mode = mode
        self.state("permission-mode", permissionMode=mode)

    def shell(self, command: str, output: str) -> None:
        """The human runs a shell command themselves (``!command``)."""
        self.end_turn()
        self.pause(12)
        self.user(f"<bash-input>{command}</bash-input>")
        self.pause(0.4)
        self.user(f"<bash-stdout>{output}</bash-stdout><bash-stderr></bash-stderr>")

    def slash(self, name: str, arguments: str = "", output: str = "") -> None:
        """The human runs a slash command that the client answers itself."""
        self.end_turn()
        self.pause(9)
        command = (
            f"<command-name>/{name}</command-name>\n<command-message>{name}</command-message>\n"
            f"<command-args>{arguments}</command-args>"
        )
        for content in (command, f"<local-command-stdout>{output}</local-command-stdout>"):
            self.chain(
                {"type": "system", "subtype": "local_command", "content": content, "level": "info"}
            )

    def pause(self, seconds: float) -> None:
        """Time passes."""
        self.now += seconds * 1000

    # The agent

    def think(self, text: str) -> None:
        """The agent thinks aloud."""
        signature = base64.b64encode(bytes.fromhex(self.stage.ids.hex(48))).decode()
        self.block({"type": "thinking", "thinking": text, "signature": signature})

    def say(self, text: str) -> None:
        """The agent says something, in Markdown."""
        self.block({"type": "text", "text": text})

    def end_turn(self) -> None:
        """The agent is done; the client notes how long it took."""
        self.respond()
        if not self._turn_began:
            return
        self.chain(
            {
                "type": "system",
                "subtype": "turn_duration",
                "durationMs": int(self.now - self._turn_began),
                "messageCount": len(self.lines) - self._turn_records,
            }
        )
        self._turn_began = 0.0
        self.state("last-prompt", lastPrompt=self._last_prompt[:200], leafUuid=self.head)

    # Files

    def path(self, name: str) -> str:
        """The absolute path of a file of the project."""
        return str(PurePosixPath(self.stage.cwd) / name)

    def read(self, name: str, text: str | None = None) -> None:
        """Read a file; ``text`` is its content if the story has not said yet."""
        path = self.path(name)
        if text is not None:
            self.stage.files[path] = text
        outcome = outcomes.read(path, self.stage.files[path])
        self.call("Read", {"file_path": path}, outcome, 0.08)

    def edit(self, name: str, old: str, new: str, *, asked: float = 0) -> None:
        """Replace ``old`` by ``new`` in a file the story has shown before; the human is ``asked``
        for so many seconds and says yes."""
        path = self.path(name)
        before = self._change(name, old, new)
        outcome = outcomes.edited(path, before, old, new)
        if asked:
            outcome = replace(outcome, source="user_temporary")
        self._call_edit(path, old, new, outcome, seconds=0.12 + asked)
        self._back_up(name, before)

    def change(self, name: str, old: str, new: str) -> None:
        """Something else than the agent's tools changes a file: a formatter, or the human."""
        self._change(name, old, new)

    def _change(self, name: str, old: str, new: str) -> str:
        """The file as it was before ``old`` in it became ``new``."""
        path = self.path(name)
        before = self.stage.files[path]
        if old not in before:
            raise ValueError(f"{old!r} is not in {name}")
        self.stage.files[path] = before.replace(old, new, 1)
        return before

    def refuse_edit(self, name: str, old: str, new: str, correction: str) -> None:
        """The agent proposes an edit, and the human says no and what they want instead."""
        self._call_edit(self.path(name), old, new, outcomes.rejected(correction), seconds=21)

    def write(self, name: str, text: str) -> None:
        """Write a whole file."""
        path = self.path(name)
        before = self.stage.files.get(path)
        self.stage.files[path] = text
        outcome = outcomes.written(path, before, text)
        self.call("Write", {"file_path": path, "content": text}, outcome, 0.15)
        if before is not None:
            self._back_up(name, before)

    def _call_edit(
        self, path: str, old: str, new: str, outcome: Outcome, seconds: float = 0.12
    ) -> None:
        given: Json = {
            "file_path": path,
            "old_string": old,
            "new_string": new,
            "replace_all": False,
        }
        self.call("Edit", given, outcome, seconds)

    def _back_up(self, name: str, before: str) -> None:
        """Keep the file as it was, as the client does before it edits one."""
        digest = hashlib.sha256(name.encode()).hexdigest()[:16]
        folder = f"file-history/{self.stage.session_id}"
        version = 1 + sum(key.startswith(f"{folder}/{digest}@") for key in self.stage.kept)
        self.stage.kept[f"{folder}/{digest}@v{version}"] = before.encode()
        backup: Json = {
            "backupFileName": f"{digest}@v{version}",
            "version": version,
            "backupTime": iso(self.now),
        }
        snapshot: Json = {
            "messageId": self.head,
            "trackedFileBackups": {name: backup},
            "timestamp": iso(self.now),
        }
        self.note(
            {
                "type": "file-history-snapshot",
                "messageId": self.head,
                "snapshot": snapshot,
                "isSnapshotUpdate": True,
            }
        )

    # Commands and searches

    def bash(self, command: str, output: str = "", *, seconds: float = 1.2, code: int = 0) -> None:
        """Run a command; a ``code`` other than 0 makes it a failure."""
        if code:
            outcome = outcomes.failed(f"Exit code {code}\n{output}".rstrip())
        else:
            outcome = outcomes.printed(output)
        self.call("Bash", {"command": command}, outcome, seconds)

    def commit(
        self, subject: str, stat: str = "2 files changed, 31 insertions(+), 6 deletions(-)"
    ) -> None:
        """Commit what was done."""
        sha, branch = self.stage.ids.hex(7), self.stage.branch
        output = f"[{branch} {sha}] {subject}\n {stat}"
        git: Json = {"commit": {"sha": sha, "kind": "committed", "branch": branch}}
        command = f'git commit -am "{subject}"'
        self.call("Bash", {"command": command}, outcomes.printed(output, git), 0.6)

    def grep(self, pattern: str, *lines: str, path: str = "") -> None:
        """Search the project's text."""
        given: Json = {"pattern": pattern, "output_mode": "content"}
        if path:
            given["path"] = self.path(path)
        self.call("Grep", given, outcomes.matches(lines), 0.2)

    def glob(self, pattern: str, *names: str) -> None:
        """Search the project's file names."""
        self.call("Glob", {"pattern": pattern}, outcomes.files(names, 14), 0.05)

    def todo(self, *items: str, done: int = 0) -> None:
        """Write the list of things to do; the first ``done`` are, the next one is under way."""
        states = ["completed"] * done + ["in_progress"] + ["pending"] * len(items)
        todos: list[Json] = [
            {"content": item, "status": state, "activeForm": item}
            for item, state in zip(items, states, strict=False)
        ]
        result: Json = {"oldTodos": [], "newTodos": todos}
        content = "Todos have been modified successfully."
        self.call("TodoWrite", {"todos": todos}, Outcome(content, result), 0.02)

    # The world outside

    def search(self, query: str, *results: tuple[str, str]) -> None:
        """Search the web; results are (title, address)."""
        links = [{"title": title, "url": url} for title, url in results]
        result: Json = {"query": query, "results": [{"content": links}], "durationSeconds": 2.4}
        listing = "\n".join(f"- {title}: {url}" for title, url in results)
        self.call("WebSearch", {"query": query}, Outcome(listing, result), 2.4)

    def fetch(self, url: str, question: str, answer: str) -> None:
        """Read a page of the web with a question in mind."""
        result: Json = {
            "bytes": 18_240,
            "code": 200,
            "codeText": "OK",
            "result": answer,
            "durationMs": 1630,
            "url": url,
        }
        self.call("WebFetch", {"url": url, "prompt": question}, Outcome(answer, result), 1.6)

    def mcp(self, server: str, tool: str, given: Json, answer: str, seconds: float = 0.9) -> None:
        """Call a tool of an MCP server."""
        blocks = [{"type": "text", "text": answer}]
        self.call(f"mcp__{server}__{tool}", given, Outcome(blocks, blocks), seconds)

    def tasks(self, *subjects: str) -> None:
        """Create tasks in the client's task list."""
        for number, subject in enumerate(subjects, 1):
            task: Json = {"id": str(number), "subject": subject, "description": subject}
            outcome = Outcome(f"Task #{number} created successfully: {subject}", {"task": task})
            given: Json = {"subject": subject, "description": subject, "activeForm": subject}
            self.call("TaskCreate", given, outcome, 0.02)

    # Subagents

    @contextmanager
    def subagent(
        self, kind: str, description: str, task: str, model: str = ""
    ) -> Iterator[Transcript]:
        """Hand a task to a subagent; the last thing it says is its report."""
        given: Json = {"description": description, "prompt": task, "subagent_type": kind}
        call = self.call("Agent", given, None, 0)
        record = self.head or ""
        name = "a" + self.stage.ids.hex(16)
        child = Transcript(self.stage, model or self.model, self.now + 300, name)
        child.user(task)
        yield child
        report = child.report()
        child.respond()
        self.stage.agents[name] = child.lines
        self.stage.descriptions[name] = {
            "agentType": kind,
            "description": description,
            "toolUseId": call,
            "spawnDepth": 2 if self.agent else 1,
            **({"parentAgentId": self.agent} if self.agent else {}),
            "model": child.model,
        }
        duration = child.now - self.now
        self.now = child.now + 200
        result: Json = {
            "status": "completed",
            "agentId": name,
            "agentType": kind,
            "content": report,
            "totalDurationMs": int(duration),
            "totalTokens": child.context,
            "prompt": task,
        }
        self.result(call, record, Outcome(report, result))

    def report(self) -> Sequence[Json]:
        """The text blocks said since the last tool call."""
        return [block for block in self._blocks if block["type"] == "text"]
