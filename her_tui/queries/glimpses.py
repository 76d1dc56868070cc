"""What an event is, and its first words: enough to tell it from others in a list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from her_tui.events.model import EventKind, Status
from her_tui.queries.library import Library

#: Parameters of one SELECT.
_AT_ONCE = 500

_WORDS = {
    EventKind.PROMPT: "prompt",
    EventKind.COMMAND: "command",
    EventKind.SHELL: "shell",
    EventKind.INTERRUPT: "interrupt",
    EventKind.QUEUE: "queue",
    EventKind.TASK: "task",
    EventKind.INJECTED: "injected",
    EventKind.THINKING: "thinking",
    EventKind.TEXT: "text",
    EventKind.TOOL_USE: "action",
    EventKind.TOOL_RESULT: "result",
    EventKind.BLOCK: "block",
    EventKind.COMPACTION: "compaction",
    EventKind.API_ERROR: "API error",
    EventKind.RETRY: "retry",
    EventKind.NOTICE: "notice",
    EventKind.GAP: "gap",
}

#: Whose tool says more than that it is an action, or the result of one.
_OF_A_TOOL = (EventKind.TOOL_USE, EventKind.TOOL_RESULT)

#: How an action ends that has no success.
_UNSUCCESSFUL = (Status.FAILED, Status.INVALID, Status.REJECTED, Status.CANCELLED)

#: Whose detail says more than what they are.
_OF_A_KIND = (EventKind.NOTICE, EventKind.BLOCK)


@dataclass(frozen=True, slots=True)
class Glimpse:
    """One event. Captured text: to be made safe where it is shown."""

    what: str
    """``prompt``, ``thinking``, ``Bash``, ``Bash result`` …"""
    text: str
    """The start of its text; of an action what it works on. May be empty."""
    action: str = ""
    """Of an action's outcome that is no success: the tool …"""
    target: str = ""
    """… what it worked on …"""
    outcome: str = ""
    """… and how it ended: ``failed``. What it printed tells nobody which one it was."""

    @property
    def named(self) -> tuple[str, str, str]:
        """What names it in a list: what it is, its words, and of an action that did not succeed
        how it ended."""
        if self.outcome and self.target:
            return self.action, self.target, self.outcome
        return self.what, self.text, self.outcome


def glimpses(library: Library, events: Sequence[int]) -> dict[int, Glimpse]:
    """The events with these row ids, as far as they are in the library."""
    found: dict[int, Glimpse] = {}
    for part in _parts(events):
        marks = ", ".join("?" * len(part))
        for event, kind, detail, preview, tool, target, status in library.rows(
            "SELECT e.id, e.kind, e.detail, e.preview, a.name, a.target, a.status FROM event e"
            f" LEFT JOIN action a ON a.id = e.action WHERE e.id IN ({marks})",
            tuple(part),
        ):
            found[event] = _glimpse(kind, detail, preview, tool, target, status)
    return found


def _parts(events: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(events), _AT_ONCE):
        yield events[start : start + _AT_ONCE]


def _glimpse(
    kind: int,
    detail: str,
    preview: str,
    tool: str | None,
    target: str | None,
    status: str | None = None,
) -> Glimpse:
    try:
        known = EventKind(kind)
    except ValueError:  # a newer Her knows it
        return Glimpse(detail or "event", preview)
    what = _WORDS.get(known, known.name.lower())
    if known in _OF_A_TOOL:
        what = tool or what
        if tool and known is EventKind.TOOL_RESULT:
            what = f"{tool} result"
            if status in _UNSUCCESSFUL:
                return Glimpse(what, preview or target or "", tool, target or "", status or "")
        return Glimpse(what, preview or target or "")
    if known in _OF_A_KIND and detail and preview:
        what = detail.replace("_", " ")
    return Glimpse(what, preview or detail)
