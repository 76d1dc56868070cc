"""What was known, spent, changed and waited for at one moment of a session: the state as of the
playhead.

Plain values; how they come about is in `ledger`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from her_tui.events.model import ActionKind

#: What fills a context window, in the order to show it. The first is said nowhere: the system
#: prompt and the definitions of tools.
PARTS = (
    "system and tools",
    "prompts",
    "injected",
    "thinking",
    "responses",
    "tool calls",
    "tool outputs",
)


@dataclass(frozen=True, slots=True)
class Spent:
    """Tokens and money spent so far, subagents and side requests included."""

    input: int = 0
    output: int = 0
    cache_creation: int = 0
    cache_read: int = 0
    cost: float | None = None
    """US dollars; None while nothing could be priced."""
    unpriced: int = 0
    """Responses of unknown price, whose cost is missing from ``cost``."""

    @property
    def total(self) -> int:
        """Tokens of all kinds."""
        return self.input + self.output + self.cache_creation + self.cache_read


@dataclass(frozen=True, slots=True)
class Context:
    """What fills the context window of the main thread."""

    tokens: int = 0
    """Tokens of the last response's request and answer; 0 before the first one since the start, or
    since the last compaction."""
    window: int | None = None
    """Tokens the model's window holds; None if that is not known."""
    parts: Mapping[str, int] = field(default_factory=dict)
    """Its make-up: part (`PARTS`) -> tokens, estimated from the lengths of what was said since the
    last compaction. Together they are ``tokens``; parts without any are left out."""


@dataclass(frozen=True, slots=True)
class Todo:
    """One entry of the agent's task list."""

    text: str
    status: str
    """``pending``, ``in_progress`` or ``completed``."""


@dataclass(frozen=True, slots=True)
class FileState:
    """A file that was changed so far."""

    path: str
    """As the tool was given it first: show it through ``literal``."""
    added: int
    """Lines added by all edits so far; so are those ``removed``."""
    removed: int
    edits: int
    position: int
    """Where the last edit so far ended."""


class FileEdit(NamedTuple):
    """One edit that changed a file."""

    position: int
    """Where it ended."""
    path: str
    """That of its `FileState`."""
    added: int
    removed: int


#: `Pending.asked_until` of what still waits.
FOREVER = 1 << 62


@dataclass(frozen=True, slots=True)
class Pending:
    """An action that was started and has not ended yet."""

    action: int
    """Row id of the action."""
    kind: ActionKind
    name: str
    target: str
    position: int
    since: int
    """When it was started, in milliseconds since the epoch."""
    agent: int
    """Row id of the subagent that does it; 0: the main thread."""
    subagent: int
    """Row id of the subagent it launched; 0: none, or none that was recorded."""
    asked_until: int
    """Until when it waits, or waited, for the human's permission or answer, in milliseconds since
    the epoch (`FOREVER`: no end was seen); 0: never, as far as is known. It waits at ``time`` if
    ``time < asked_until``."""


@dataclass(frozen=True, slots=True)
class Commit:
    """The last commit that was made, or seen."""

    position: int
    sha: str
    subject: str


@dataclass(frozen=True, slots=True)
class State:
    """A session as of one position of its timeline."""

    position: int
    time: int
    """Milliseconds since the epoch."""
    turn: int
    spent: Spent = Spent()
    context: Context = Context()
    files: Mapping[str, FileState] = field(default_factory=dict)
    """By path, the first changed first."""
    todo: tuple[Todo, ...] = ()
    model: str = ""
    mode: str = ""
    """Permission mode (``default``, ``acceptEdits``, ``plan``, ``bypassPermissions``, ``auto`` …);
    empty if none was recorded yet."""
    commit: Commit | None = None
    pending: tuple[Pending, ...] = ()
    """What is under way, the oldest first; the subagents among them are those that launched one."""
    agents: tuple[int, ...] = ()
    """Row ids of the subagents at work."""
    error: int | None = None
    """Position of the last error so far."""
    errors: int = 0
