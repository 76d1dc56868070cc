"""One turn in full: what was asked, answered and done; and one action opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from her_tui.analysis.timeline import Timeline
from her_tui.events.content import Image, Patch
from her_tui.events.model import ActionKind, EventKind, Status
from her_tui.queries.library import Library
from her_tui.queries.tokens import Tokens

#: Longest text shown inline, in characters; the rest is behind "open in $PAGER".
TEXT_LIMIT = 200_000


@dataclass(frozen=True, slots=True)
class ActionLine:
    """One action as a line."""

    id: int
    name: str
    kind: ActionKind
    target: str
    status: Status
    added: int | None
    removed: int | None
    duration_ms: int | None
    sha: str
    """Short sha of the commit it made, or empty."""
    subject: str
    subagent: int | None
    """Row id (as in the session list) of the subagent it launched."""
    output_chars: int


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in a turn, in the order it happened. An action's start and outcome are one item."""

    position: int
    """Where it starts on the timeline."""
    event: int
    kind: EventKind
    time: int
    agent: str
    """Short name of the subagent it belongs to; empty on the main thread."""
    text: str
    """Full text (at most `TEXT_LIMIT` characters), as captured: show it through ``literal``."""
    chars: int
    """Length of the whole text."""
    detail: str
    error: bool
    images: tuple[Image, ...] = ()
    action: ActionLine | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn as the detail panels show it."""

    number: int
    """From 1; 0: what came before the first prompt."""
    start: int
    """First position."""
    end: int
    """Position after the last."""
    prompt: Item | None
    items: tuple[Item, ...]
    """All but the prompt."""
    index: Mapping[int, int]
    """Position on the timeline -> index into ``items`` (the prompt's position is absent)."""
    model: str
    tokens: Tokens
    cost: float | None
    unpriced: int
    duration_ms: int
    errors: int

    def response_text(self) -> str:
        """What the agent said on the main thread, blocks joined by an empty line."""
        return "\n\n".join(
            item.text for item in self.items if item.kind is EventKind.TEXT and not item.agent
        )


@dataclass(frozen=True, slots=True)
class ActionDetail:
    """One action opened: what went in and what came out."""

    line: ActionLine
    input: Mapping[str, object]
    output: str
    stderr: str
    patch: Patch | None
    images: tuple[Image, ...]


def load_turn(library: Library, timeline: Timeline, number: int) -> Turn:
    """Turn ``number`` of the session; its texts are read from the raw records."""
    raise RuntimeError


def load_action(library: Library, action: int) -> ActionDetail:
    """The action with row id ``action``, in full."""
    raise RuntimeError
