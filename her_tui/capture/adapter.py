"""What an agent must offer to be recorded: one adapter each, and nothing else knows its formats."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple, Protocol

from her_tui.events.content import Content
from her_tui.events.model import EventKind, Facts
from her_tui.events.todos import TodoChange


class Role(StrEnum):
    """What a captured file is to its session."""

    MAIN = "main"
    """The session's own transcript."""
    SUBAGENT = "subagent"
    """The transcript of a subagent of the session."""
    HISTORY = "history"
    """The prompts typed in all sessions, kept by the client for recall."""
    KEPT = "kept"
    """A file kept beside the session as it is: an original before an edit, a large output, a plan,
    a pasted text or image, a subagent's description."""


class Found(NamedTuple):
    """A file an adapter found, with all that its path tells; made for every file on every look."""

    path: str
    role: Role
    session_id: str | None
    """The session the path names; None if only the records can tell."""
    agent_id: str | None = None
    """The subagent the path names."""
    kind: str = ""
    """For `Role.KEPT`: what it is (``file-history``, ``plan``, ``paste``, ``tool-result`` …)."""
    name: str = ""
    """For `Role.KEPT`: its name within (session, kind)."""


class Adapter(Protocol):
    """Reads one agent's files. Stateless: the same bytes always give the same facts."""

    agent: str
    """The agent's name, as stored with its sessions (``claude-code``)."""
    version: int
    """Raised when the same bytes give other facts than before: sessions are then read anew from
    their raw records."""

    def roots(self) -> list[Path]:
        """The folders the agent's files are in on this machine."""

    def discover(self, root: Path) -> Iterator[Found]:
        """Every file below ``root`` worth keeping; ``root`` may also be one file. Files and folders
        that cannot be read, and symbolic links out of the root, are passed over."""

    def read(self, found: Found, data: bytes, base: int, final: bool) -> Facts:
        """The facts in ``data``, the bytes of the file from offset ``base`` on, which is the start
        of a line.

        A last line without its line feed is read only if it is a whole record; else it is left
        unread (`Facts.consumed`), and counted as damaged if ``final``.
        """

    def content(self, record: bytes, kind: EventKind, block: int) -> Content:
        """The full content of the event of ``kind`` at ``block`` of a raw ``record``."""

    def correction(self, text: str) -> str:
        """What the human said instead, in the outcome ``text`` of an action they refused; empty if
        they said nothing."""

    def todo_change(
        self, name: str, arguments: Mapping[str, object], output: str
    ) -> TodoChange | None:
        """What a call of the tool ``name`` that went well changes in the agent's task list; None:
        nothing."""

    def retention_days(self) -> int | None:
        """Days after which the client deletes a transcript; None if it never does."""
