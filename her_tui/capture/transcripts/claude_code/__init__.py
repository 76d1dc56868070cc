"""Claude Code's transcripts, of every client since 0.2, as events.

In: the files below the client's configuration folder. Out: `her_tui.events` values. The formats
are the client's own and change between versions: what is not known is kept raw and counted, never
fatal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from her_tui.capture.adapter import Found, Role
from her_tui.capture.lines import load
from her_tui.capture.transcripts.claude_code import actions, layout
from her_tui.capture.transcripts.claude_code.content import content_of
from her_tui.capture.transcripts.claude_code.reader import read_history, read_transcript
from her_tui.capture.transcripts.claude_code.retention import retention_days
from her_tui.capture.transcripts.claude_code.session import subagent_of_meta
from her_tui.capture.transcripts.claude_code.todos import todo_change
from her_tui.events.content import Content
from her_tui.events.model import EventKind, Facts
from her_tui.events.todos import TodoChange
from her_tui.paths import claude_roots


class ClaudeCode:
    """The adapter for Claude Code (see `her_tui.capture.adapter.Adapter`)."""

    agent = "claude-code"
    version = 4

    def roots(self) -> list[Path]:
        """The client's configuration folders on this machine."""
        return claude_roots()

    def discover(self, root: Path) -> Iterator[Found]:
        """Every file below ``root`` worth keeping."""
        return layout.discover(root)

    def read(self, found: Found, data: bytes, base: int, final: bool) -> Facts:
        """The facts in ``data``, the bytes of the file from offset ``base`` on; of a subagent's
        description (kind ``meta``) ``data`` is the whole file."""
        if found.role in (Role.MAIN, Role.SUBAGENT):
            agent = found.agent_id if found.role is Role.SUBAGENT else None
            return read_transcript(data, base, final, agent)
        if found.role is Role.HISTORY:
            return read_history(data, final)
        facts = Facts(consumed=len(data))
        if found.kind == "meta" and found.agent_id:
            meta = load(data)
            if meta is None:
                facts.damaged = 1
            else:
                facts.records = 1
                facts.session.subagents.append(subagent_of_meta(found.agent_id, meta))
        return facts

    def content(self, record: bytes, kind: EventKind, block: int) -> Content:
        """The full content of the event of ``kind`` at ``block`` of a raw ``record``; empty if
        the record is of another shape than any known."""
        try:
            return content_of(record, kind, block)
        except (TypeError, AttributeError, KeyError, ValueError, IndexError, RecursionError):
            return Content()

    def correction(self, text: str) -> str:
        """What the human said instead, in the outcome ``text`` of an action they refused; empty if
        they said nothing."""
        return actions.correction(text)

    def todo_change(
        self, name: str, arguments: Mapping[str, object], output: str
    ) -> TodoChange | None:
        """What a call of the tool ``name`` that went well changes in the agent's task list; None:
        nothing."""
        return todo_change(name, dict(arguments), output)

    def retention_days(self) -> int | None:
        """Days after which the client deletes a transcript (its ``cleanupPeriodDays``)."""
        return retention_days(self.roots())
